"""Files with findings of each tool that has a comment to accept them, and what takes their causes away again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

TYPED = (
    'v{n}: int = "wrong"\n',
    'c{n} = divmod(\n    1,\n    "wrong",\n)\n',
    't{n}: int = """wrong\nlines\n"""\n',
    'def f{n}() -> int:\n    return (\n        "wrong"\n    )\n',
    "u{n} = [\n    1,\n    nope_{n},\n]\n",
    'b{n}: int = \\\n    "wrong"\n',
    'def g{n}(\n    first: int = 1,\n    second: int = "wrong",\n) -> None:  # takes two\n    print(first, second)\n',
)
RIGHT = ((r'"""wrong\nlines\n"""', "1 + (\n    1\n)"), (r'"wrong"', "1"), (r"nope_\d+", "2"))


@dataclass(frozen=True)
class Accepted:
    """Snippets with a finding each, `{n}` a number; patterns and texts that make them right, where nothing moves.

    `head` begins each file, `files` are beside them.
    """

    snippets: tuple[str, ...]
    right: tuple[tuple[str, str], ...]
    head: str = ""
    files: tuple[tuple[str, str], ...] = ()

    def text(self, numbers: Sequence[int]) -> str:
        """A file with as many snippets."""
        return self.head + "".join(self.snippets[n % len(self.snippets)].format(n=n) for n in numbers)

    def without_causes(self, text: str) -> str:
        """The text with all that was wrong put right, and the comments as they are."""
        for pattern, good in self.right:
            text = re.sub(pattern, good, text)
        return text


TYPES = Accepted(TYPED, RIGHT)
PYLINT = Accepted(
    (
        "def f{n}(\n    first_{n},\n    second,\n):\n    return second\n",
        'try:\n    v{n} = print()\nexcept Exception:\n    print("no")\n',
        "def g{n}(given):\n    return [\n        given,\n        nope_{n},\n    ]\n",
        'e{n} = eval("1")\n',
        "class C{n}:\n    def get(self):\n        return self._none_{n}\n",
        's{n} = "%s %s" % (1,)\n',
    ),
    (
        (r"    second,\n\):\n    return second\n", "    second,\n):\n    return second, first\n"),
        (r"    first_\d+,", "    first,"),
        (r"except Exception", "except KeyError"),
        (r"nope_\d+", "2"),
        (r'eval\("1"\)', 'int("1")'),
        (r"self\._none_\d+", "self.__doc__"),
        (r'"%s %s" % \(1,\)', '"1"'),
    ),
    '"""A module."""\n',
    (("pylintrc", "[MESSAGES CONTROL]\ndisable=C,R0903,E0401\n"),),
)
FLAKE8 = Accepted(
    (
        "import os as os_{n}\n",
        "v{n}=1\n",
        "n{n} = [\n    nope_{n},\n    1,\n]\n",
        "l{n} = v_0 == None\n",
        'f{n} = """\n{{}}""".format(nope_{n})\n',
        "d{n} = lambda: 1 == None\n",
        'x{n} = "' + "x" * 70 + '"\n',
        "y{n} = v_0 == None or 'some text that fills the line until it is full'\n",
    ),
    (
        (r"import os as os_\d+", "print(v_0)"),
        (r"(v\d+)=1", r"\1 = 1"),
        (r"nope_\d+", "2"),
        (r"= lambda: 1 == None", "= v_0"),
        (r"== None", "is None"),
        ("x" * 70, "x"),
    ),
    "v_0 = 1\n",
    ((".flake8", "[flake8]\nignore = E402,W503,W504\n"),),
)
BANDIT = Accepted(
    (
        "assert {n} < 1000\n",
        "exec('{n}')\n",
        "subprocess.call(\n    'ls',\n    shell=True,\n)\n",
        "h{n} = hashlib.md5(b'{n}')\n",
        'q{n} = """select * from %s\n    where 1\n""" % v_0\n',
        "try:\n    v{n} = 1\nexcept Exception:\n    pass\n",
        "def f{n}(\n    name,\n    password='wrong',\n):\n    return name, password\n",
    ),
    (
        (r"assert ", "print() if "),
        (r"(< 1000)", r"\1 else 1"),
        (r"exec\(", "print("),
        (r"subprocess.call", "print"),
        (r"import subprocess", "import json"),
        (r"shell=True", "end='a'"),
        (r"md5", "sha256"),
        ("select \\*", "choose"),
        (r"    pass", "    raise"),
        (r"'wrong'", "None"),
    ),
    "import hashlib\nimport subprocess\nv_0 = ''\n",
)
CODESPELL = Accepted(
    (
        "# teh {n}\n",
        'v{n} = "wich of them"\n',
        'w{n} = [\n    1,\n    "recieve and seperate",\n]  # of the list\n',
        "x{n} = 1  # occured {n} times\n",
    ),
    (
        (r"# teh (\d+)", r"# the \1"),
        (r'"wich of', '"which of'),
        (r"recieve and seperate", "receive and separate"),
        (r"# occured", "# occurred"),
    ),
)
ACCEPTED = {
    "mypy": TYPES,
    "zuban": TYPES,
    "ty": TYPES,
    "basedpyright": Accepted(TYPED, RIGHT, "", (("pyrightconfig.json", '{"typeCheckingMode": "standard"}\n'),)),
    "pyrefly": Accepted(TYPED, RIGHT, "", (("pyrefly.toml", 'preset = "default"\n'),)),
    "pylint": PYLINT,
    "flake8": FLAKE8,
    "bandit": BANDIT,
    "codespell": CODESPELL,
}
CODESPELL_TABLE = r"""
[tool.stomper.checker.codespell]
command = ["codespell", "{files}"]
format = "pattern"
pattern = '^(?P<path>[^\n:]+):(?P<line>\d+): (?P<message>(?P<code>\w+) ==> .*)$'
exit_codes = [0, 65]
"""
