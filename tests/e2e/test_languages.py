"""Files of other languages, from finding to commit: eslint and shellcheck as docs/checkers.md sets them up."""

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.kit.cli import ROOT, Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states

NODE = ROOT / "build" / "work" / "node" / "node_modules" / ".bin"
ESLINT = shutil.which("eslint", path=str(NODE)) or shutil.which("eslint")
SHELLCHECK = shutil.which("shellcheck", path=sysconfig.get_path("scripts")) or shutil.which("shellcheck")
pytestmark = [
    pytest.mark.unproved,
    pytest.mark.skipif(ESLINT is None, reason="there is no eslint: npm was missing when `make setup` was run"),
    pytest.mark.skipif(SHELLCHECK is None, reason="there is no shellcheck for this machine"),
]
RULES = """\
module.exports = [{ files: ["web/**"], rules: {
  "no-var": "error", "semi": ["error", "always"], "prefer-const": "error", "no-undef": "error", eqeqeq: "warn",
} }];
"""
APP = 'var a = 1\nlet b = "😀" + a\nfunction f(x) { return x == b }\n'
APP_FIXED = 'const a = 1;\nconst b = "😀" + a;\nfunction f(x) { return x == b; }\n'
SCRIPT = '#!/bin/sh\ncd $1\nx=`pwd`\necho "$x" $2\n'
SCRIPT_FIXED = '#!/bin/sh\ncd "$1" || exit\nx=$(pwd)\necho "$x" "$2"\n'
MODULE = "import os\nimport sys\n\nprint(sys.argv)\n"


def readme_toml() -> str:
    """The configuration for both tools in docs/checkers.md."""
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "checkers.md").read_text(), re.DOTALL)
    (found,) = [block for block in blocks if "[tool.stomper.checker.shellcheck]" in block]
    return str(found).replace("[tool.stomper]\n", "").replace("[tool.stomper.", "[")


@pytest.fixture
def path() -> dict[str, str]:
    """Both tools on PATH."""
    folders = [str(Path(tool).parent) for tool in (ESLINT, SHELLCHECK) if tool]
    return {"PATH": os.pathsep.join([*folders, os.environ["PATH"]])}


@pytest.fixture
def languages(repo: GitRepo) -> GitRepo:
    repo.write("stomper.toml", readme_toml())
    repo.write("ruff.toml", '[lint]\nselect = ["F"]\n')
    repo.write("eslint.config.js", RULES)
    repo.write("web/äpp one.js", APP)
    repo.write("bin/-run.sh", SCRIPT, executable=True)
    repo.write("main.py", MODULE)
    repo.write("notes.md", "import os\n")
    repo.commit("base")
    return repo


def test_fixes_of_three_languages_land(languages: GitRepo, stomper: Stomper, path: dict[str, str]) -> None:
    """Each file is shown to its own tool, fixed by its own fixer, and the whole is tested before it is delivered."""
    repo = languages
    test = "sh bin/-run.sh / x && node 'web/äpp one.js' && test -f main.py"
    result = stomper.run(repo, "fix", "-j2", "--test-command", f'sh -c "{test}"', env=path).check(1)
    assert states(repo) == {"bin/-run.sh": "fixed", "main.py": "fixed", "web/äpp one.js": "partial"}
    assert repo.read("web/äpp one.js").decode() == APP_FIXED
    assert repo.read("bin/-run.sh").decode() == SCRIPT_FIXED
    assert repo.read("main.py") == MODULE.removeprefix("import os\n").encode()
    assert [subject for subject, _ in repo.log()] == [
        "base",
        "fix(quality): resolve 4 issues in bin/-run.sh",
        "fix(quality): resolve 1 issue in main.py",
        "fix(quality): resolve 5 issues in web/äpp one.js",
    ]
    assert repo.git("ls-tree", "HEAD", "bin/").startswith("100755")
    assert "found no fix for eqeqeq" in result.out
    report = report_of(repo)
    assert (report["exit_code"], report["tests"]["final"]["verdict"]) == (1, "green")


def test_what_each_tool_says_by_hand_is_what_is_found(
    languages: GitRepo, stomper: Stomper, path: dict[str, str]
) -> None:
    found = stomper.run(languages, "check", env=path).check(1).out
    by_hand = subprocess.run(
        [str(SHELLCHECK), "-f", "gcc", "bin/-run.sh"], cwd=languages.path, capture_output=True, text=True
    ).stdout.splitlines()
    assert len(by_hand) == 4
    for line in by_hand:
        place, code = line.split(":")[1:3], line.rsplit("[", 1)[1].rstrip("]")
        assert f"bin/-run.sh:{':'.join(place)}: {code} " in found
    rows = [line.split()[:3] for line in found.split("their grades\n")[1].split("\n\n")[0].splitlines()]
    codes = {code: (int(count), int(files)) for count, files, code in rows}
    assert [codes[code][0] for code in ("semi", "eqeqeq", "F401")] == [3, 1, 1]


@pytest.mark.thorough
def test_a_syntax_error_is_a_diagnostic_and_a_broken_configuration_is_not(
    languages: GitRepo, stomper: Stomper, path: dict[str, str]
) -> None:
    languages.commit_file("web/äpp one.js", "const x = ;\n")
    assert "1:11: eslint Parsing error: Unexpected token ;" in stomper.run(languages, "check", env=path).check(1).out
    languages.commit_file("eslint.config.js", "module.exports = [;\n")
    refused = stomper.run(languages, "check", env=path).check(3)
    assert refused.err.startswith("error: eslint gave no result (exit code 2): ")
    assert "SyntaxError: Unexpected token ';'" in refused.err


@pytest.mark.thorough
def test_packages_of_the_project_are_seen_by_a_link(languages: GitRepo, stomper: Stomper) -> None:
    """The tool, and the rules that its configuration imports, are in node_modules, which git does not track."""
    repo = languages
    toml = readme_toml().replace('["ruff", "eslint", "shellcheck"]', '["eslint"]')
    repo.write("stomper.toml", toml.replace(', "shellcheck-fix"]', "]") + '[environment]\nlink = ["node_modules"]\n')
    repo.write(".gitignore", "node_modules/\n")
    repo.write("eslint.config.js", 'module.exports = require("our-rules");\n')
    repo.commit("base 2")
    repo.write("node_modules/our-rules/index.js", RULES)
    assert ESLINT
    (repo.path / "node_modules" / ".bin").mkdir()
    (repo.path / "node_modules" / ".bin" / "eslint").symlink_to(ESLINT)
    before = repo.checkout_state()
    stomper.run(repo, "fix", "-j1").check(1)
    after = repo.checkout_state()
    assert repo.read("web/äpp one.js").decode() == APP_FIXED
    assert {path for path, file in after.files.items() if before.files.get(path) != file} == {"web/äpp one.js"}
    repo.commit_file("stomper.toml", toml.replace(', "shellcheck-fix"]', "]"))
    assert "Cannot find module 'our-rules'" in stomper.run(repo, "fix").check(3).err


@pytest.mark.thorough
def test_a_fixer_that_silences_the_linter_is_refused(
    languages: GitRepo, stomper: Stomper, path: dict[str, str]
) -> None:
    toml = readme_toml().replace('["eslint", "--fix"]', '["sed", "-i", \'1i // eslint-disable-next-line\']')
    languages.commit_file("stomper.toml", toml)
    result = stomper.run(languages, "fix", "web", env=path).check(1)
    assert states(languages) == {"web/äpp one.js": "rejected"}
    assert "adds a suppression: eslint-disable-next-line" in result.out
