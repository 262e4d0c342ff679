"""What no comment silences, or should not, and why."""

from collections.abc import Iterator, Mapping

from stomper.suppressions.dialects import STALE

WHOLE_FILE = "it is about the whole file"
UNUSED = "a comment that silences nothing goes with --remove-stale"
WHITE_SPACE = "white space can be taken out"
UNREADABLE = "the file does not parse"
ABOUT_COMMENTS = "it is about a comment"

FILES = {"ruff": "E902", "flake8": "E902", "pylint": "C0114 C0302 R0801 I0013 F0001 F0002"}
SYNTAX = {
    "ruff": "invalid-syntax E999",
    "flake8": "E999",
    "ty": "invalid-syntax",
    "pyrefly": "parse-error invalid-syntax",
    "pylint": "E0001",
}
SPACES = {"ruff": "W291 W293 W391", "flake8": "W291 W292 W293 W391", "pylint": "C0303 C0304 C0305"}
COMMENTS = {
    "ty": "ignore-comment-unknown-rule invalid-ignore-comment blanket-ignore-comment",
    "pyright": "reportIgnoreCommentWithoutRule",
    "basedpyright": "reportIgnoreCommentWithoutRule",
    "pylint": "I0011 I0020 I0022 I0023 W0012 E0011",
}


def _pairs() -> Iterator[tuple[tuple[str, str], str]]:
    for table, why in ((FILES, WHOLE_FILE), (SYNTAX, UNREADABLE), (SPACES, WHITE_SPACE), (COMMENTS, ABOUT_COMMENTS)):
        yield from (((tool, code), why) for tool, codes in table.items() for code in codes.split())
    yield from (((tool, "syntax"), f"{tool} cannot read what is there") for tool in ("mypy", "zuban"))
    yield from (((tool, code), UNUSED) for tool, code in STALE.items())


NEVER: Mapping[tuple[str, str], str] = dict(_pairs())
"""By tool and code."""
