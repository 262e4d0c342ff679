"""Real language servers, from finding to commit: those of this machine, the others are skipped.

ruff and ty are asked for diagnostics; so is basedpyright. The others push them.
"""

import os
import sysconfig
from dataclasses import dataclass

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import states
from tests.kit.servers import NODE, real_server, server_toml

FILES = 20


@dataclass(frozen=True)
class Case:
    """A server by its command, the name of a file, and what that is before and after. `beside` are other files."""

    command: tuple[str, ...]
    name: str
    before: str
    after: str
    beside: tuple[tuple[str, str], ...] = ()


TSCONFIG = '{"compilerOptions": {"strict": true, "noUnusedLocals": true, "types": []}, "include": ["*.ts"]}\n'
CASES = [
    Case(
        ("ruff", "server"),
        "m.py",
        'import os\nimport sys\n\nprint(f"é😀" + "é😀", f"{sys.path}" + f"")\n',
        'import sys\n\nprint("é😀" + "é😀", f"{sys.path}" + "")\n',
    ),
    Case(
        ("ty", "server"),
        "m.py",
        'import math\n\nx: float = "é😀" and math.sqrt(len(collections.OrderedDict()))\n',
        'import collections\nimport math\n\nx: float = "é😀" and math.sqrt(len(collections.OrderedDict()))\n',
    ),
    Case(
        ("basedpyright-langserver", "--stdio"),
        "m.py",
        'import sys\n\nprint("é😀" + str(sys.path), collections.OrderedDict({1: 2}))\n',
        'import collections\nimport sys\n\nprint("é😀" + str(sys.path), collections.OrderedDict({1: 2}))\n',
    ),
    Case(
        ("typescript-language-server", "--stdio"),
        "m.ts",
        'import { a, b } from "./lib";\nexport class A { n = 1; foo() { return "é😀" + a + n; } }\n',
        'import { a } from "./lib";\nexport class A { n = 1; foo() { return "é😀" + a + this.n; } }\n',
        (("lib.ts", "export const a = 1;\nexport const b = 2;\n"), ("tsconfig.json", TSCONFIG)),
    ),
    Case(
        ("bash-language-server", "start"),
        "m.sh",
        '#!/bin/sh\n# é😀\ncd "$1" || exit\nx=`pwd`\necho $x\n',
        '#!/bin/sh\n# é😀\ncd "$1" || exit\nx=$(pwd)\necho "$x"\n',
    ),
    Case(
        ("clangd", "--log=error"),
        "m.c",
        '#include <stdio.h>\nint main(void) { int x = 1; puts("é😀"); if (x = 2) { puts(""); } return x; }\n',
        '#include <stdio.h>\nint main(void) { int x = 1; puts("é😀"); if ((x = 2)) { puts(""); } return x; }\n',
    ),
    Case(
        ("biome", "lsp-proxy"),
        "m.js",
        'let b = "é😀";\nexport function f(x) {\n\treturn x == b;\n}\n',
        'const b = "é😀";\nexport function f(x) {\n\treturn x === b;\n}\n',
    ),
]


@pytest.mark.unproved
@pytest.mark.matrix
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.command[0])
def test_fixes_of_real_servers_land(repo: GitRepo, stomper: Stomper, case: Case) -> None:
    program = real_server(case.command[0])
    if program is None:
        pytest.skip(f"there is no {case.command[0]}")
    repo.write("stomper.toml", server_toml({"server": (program, *case.command[1:])}, include=f"*{case.name}"))
    stem, _, ending = case.name.rpartition(".")
    names = [f"{number}{stem}.{ending}" for number in range(FILES)]
    for name, text in (*((name, case.before) for name in names), *case.beside):
        repo.write(name, text)
    repo.commit("base")
    path = os.pathsep.join([sysconfig.get_path("scripts"), str(NODE), os.environ["PATH"]])
    stomper.run(repo, "fix", "-j4", env={"PATH": path}).check()
    assert {repo.content(name).decode() for name in names} == {case.after}
    assert set(states(repo).values()) == {"fixed"}
