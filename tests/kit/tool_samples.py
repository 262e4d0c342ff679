"""For each built-in preset: how a project configures it, a file in which it finds something, and what that is."""

from dataclasses import dataclass, field

TYPED = "def f(x: int) -> str:\n    return x\n"
UNUSED = "import os\n"
CLEAN = '"""Nothing is wrong here."""\n'


@dataclass(frozen=True)
class Sample:
    """`config` are the files by which the tool is configured, `found` the rows in `content`: line, column, code.

    `left_out` is a configuration that leaves out what is below `old`.
    """

    config: dict[str, str]
    content: str
    found: tuple[tuple[int, int, str], ...]
    left_out: dict[str, str]
    others: tuple[dict[str, str], ...] = field(default=())


def toml(table: str, text: str = "") -> dict[str, str]:
    return {"pyproject.toml": f"[tool.{table}]\n{text}"}


SAMPLES = {
    "ty": Sample(
        toml("ty.rules"),
        TYPED,
        ((2, 12, "invalid-explicit-return"),),
        toml("ty.src", 'include = ["new"]\n'),
        ({"ty.toml": ""},),
    ),
    "pyright": Sample(
        {"pyrightconfig.json": "{}"},
        TYPED,
        ((2, 12, "reportReturnType"),),
        {"pyrightconfig.json": '{\n  // old code\n  "exclude": ["old"],\n}\n'},
        (toml("pyright"),),
    ),
    "basedpyright": Sample(
        toml("basedpyright"),
        TYPED,
        ((2, 12, "reportReturnType"),),
        toml("basedpyright", 'exclude = ["old"]\n'),
    ),
    "pyrefly": Sample(
        toml("pyrefly"),
        TYPED,
        ((2, 12, "bad-return"),),
        toml("pyrefly", 'project-excludes = ["old/**"]\n'),
        ({"pyrefly.toml": ""},),
    ),
    "zuban": Sample(
        toml("zuban"),
        TYPED,
        ((2, 12, "return-value"),),
        toml("zuban", "exclude = '^old/'\n"),
    ),
    "pylint": Sample(
        toml("pylint.main"),
        f"{CLEAN}{UNUSED}",
        ((2, 1, "W0611"),),
        toml("pylint.main", 'ignore-paths = ["^old/"]\n'),
        ({".pylintrc": "[MAIN]\n"}, {"setup.cfg": "[pylint.MAIN]\njobs=1\n"}),
    ),
    "flake8": Sample(
        {".flake8": "[flake8]\n"},
        UNUSED,
        ((1, 1, "F401"),),
        {".flake8": "[flake8]\nexclude = old\n"},
        ({"setup.cfg": "[flake8]\n"}, {"tox.ini": "[flake8]\n"}),
    ),
    "bandit": Sample(
        toml("bandit"),
        'eval("1")\n',
        ((1, 1, "B307"),),
        toml("bandit", 'exclude_dirs = ["old"]\n'),
        ({".bandit": "[bandit]\n"}, {"bandit.yaml": "skips: []\n"}),
    ),
}
