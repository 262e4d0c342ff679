"""The comments that accept a diagnostic, in one table: who reads each, how it is written, what it reaches.

Measured with ruff 0.17.5, flake8 7.5, mypy 2.4, zuban 0.10.2, ty 0.0.108, basedpyright 1.40.2, pyrefly 1.4, pylint
4.1.4, bandit 1.9.4 and codespell 2.4.3. All of them may stand in one comment, in any order, but for `# type: ignore`:
mypy reads that only at the beginning of a comment. Each is read on the line that the tool names. Of a diagnostic with
several lines ty, pyrefly, mypy and zuban read the last one too, pyright all, bandit all of the statement. pylint reads
the head of a block for all of the block.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

TEST = r"(?:B[0-9]+|[a-z]+(?:_[a-z0-9]+)+)"
WORDS = r"[A-Za-z][\w-]*"
BRACKETS = r"(?P<list>\s*\[(?P<codes>[^\]#]*)\])?"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of comment: the `words` that name it, and how codes go into its `template`.

    `pattern` finds it, with its `codes`; one that has a `list` or a `colon` and no codes is broken, so is one with
    `more` behind it. `code` is a single one of them. One that is `first` is only read at the beginning of a comment,
    one that `covers` a block reaches from the head of a compound statement to its end. On a line without code one that
    stands `beside_comments` speaks of the comment there; the others of code, or of all that is below.
    """

    words: str
    tools: tuple[str, ...]
    template: str
    pattern: re.Pattern[str]
    code: re.Pattern[str]
    between: str = ", "
    first: bool = False
    covers: bool = False
    beside_comments: bool = False

    def new(self, codes: Iterable[str]) -> str:
        """Write the comment with these codes."""
        return self.template.format(self.between.join(codes))


def _bracketed(word: str, tools: tuple[str, ...], space: str = "") -> Dialect:
    pattern = re.compile(rf"#\s*{word}:\s*ignore(?![A-Za-z0-9-]){BRACKETS}")
    return Dialect(f"{word}: ignore", tools, f"# {word}: ignore{space}[{{}}]", pattern, re.compile(WORDS))


NOQA = Dialect(
    "noqa",
    ("ruff", "flake8"),
    "# noqa: {}",
    re.compile(r"#\s*(?i:noqa)\b(?P<colon>\s*:\s*)?(?P<codes>(?<=[:\s])[A-Z]+[0-9]+\b(?:[\s,]+[A-Z]+[0-9]+\b)*)?"),
    re.compile(r"[A-Z]+[0-9]+"),
    beside_comments=True,
)
IGNORE = Dialect(
    "type: ignore",
    ("mypy", "zuban"),
    "# type: ignore[{}]",
    re.compile(rf"#\s*type:\s*ignore(?![A-Za-z0-9]){BRACKETS}(?P<more>\s*[^\s#].*)?"),
    re.compile(r"[a-z][a-z0-9-]*"),
    first=True,
)
TY = _bracketed("ty", ("ty",))
PYRIGHT = _bracketed("pyright", ("pyright", "basedpyright"))
PYREFLY = _bracketed("pyrefly", ("pyrefly",), " ")
PYLINT = Dialect(
    "pylint: disable",
    ("pylint",),
    "# pylint: disable={}",
    re.compile(rf"#[^#]*?\bpylint:\s*disable(?:-msg)?\s*=\s*(?P<codes>{WORDS}(?:\s*,\s*{WORDS})*)?(?P<more>\s*;.*)?"),
    re.compile(WORDS),
    covers=True,
)
# Of `B101,B102` without a blank bandit reads the last one only.
NOSEC = Dialect(
    "nosec",
    ("bandit",),
    "# nosec {}",
    re.compile(rf"#\s*nosec\b:?(?:\s*(?P<codes>{TEST}\b(?:[\s,]+{TEST}\b)*))?", re.IGNORECASE),
    re.compile(r"\w+"),
)
CODESPELL = Dialect(
    "codespell:ignore",
    ("codespell",),
    "# codespell:ignore {}",
    re.compile(r"[^\w\s]\s?codespell:ignore\b(?:\s+(?P<codes>\w[\w,]*))?"),
    re.compile(r"\w+"),
    between=",",
    beside_comments=True,
)
DIALECTS = (IGNORE, TY, PYRIGHT, PYREFLY, PYLINT, NOQA, NOSEC, CODESPELL)
"""In the order in which new ones are written, but for `# noqa`, which stands behind what is there."""
BY_TOOL: Mapping[str, Dialect] = {tool: dialect for dialect in DIALECTS for tool in dialect.tools}
BY_WORDS: Mapping[str, Dialect] = {dialect.words: dialect for dialect in DIALECTS}
MISSPELT = re.compile(r"(\w+)\s*==>")

TYPE_CHECKERS = frozenset({"mypy", "zuban", "ty", "pyright", "basedpyright", "pyrefly"})
"""Those that may read a `# type: ignore`, their own or not."""
# A code by which a tool says that one of its comments silences nothing.
STALE: Mapping[str, str] = {
    "ruff": "RUF100",
    "mypy": "unused-ignore",
    "zuban": "unused-ignore",
    "ty": "unused-ignore-comment",
    "pyright": "reportUnnecessaryTypeIgnoreComment",
    "basedpyright": "reportUnnecessaryTypeIgnoreComment",
    "pyrefly": "unused-ignore",
    "pylint": "I0021",
}
# Where its tool has no such code, this is Stomper's.
UNUSED = "unused-suppression"
# What says that a line is too long: a comment may make it so.
TOO_LONG = frozenset({("ruff", "E501"), ("flake8", "E501"), ("pylint", "C0301")})


def name_in_comment(tool: str, code: str, message: str) -> str:
    """Give the name by which a comment accepts a diagnostic: its code, of codespell the misspelt word."""
    found = MISSPELT.search(message) if tool == "codespell" else None
    return found[1] if found else code


def stale_code(tool: str) -> str:
    """The code by which a comment for a tool that silences nothing is a diagnostic of that tool."""
    return STALE.get(tool, UNUSED)
