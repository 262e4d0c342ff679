"""A mark stands below its place, whatever the line has before it; pages are of the tool's own."""

import pytest

from stomper.checkers.rules import Rule, Rules
from stomper.cli.diagnostic_lines import WIDEST, full_lines
from stomper.models import NOT_CHECKED, Diagnostic
from stomper.text.printable import plain_line

RULES = Rules({"F401": Rule("F401", "unused-import", "", "")})


def shown(line: str, column: int, tool: str = "ruff", code: str = "F401") -> list[str]:
    found = Diagnostic(tool, code, "message", "a.py", 12, column)
    marks = frozenset(map(chr, range(0xFDD0, 0xFDF0)))
    lines = full_lines([found], lambda _: line, RULES)
    return ["".join(c for c in plain_line(text, marks) if c not in marks) for text in lines]


@pytest.mark.parametrize(
    ("line", "column", "at"),
    [
        ("import os", 8, "os"),
        ("\tx = os", 6, "os"),
        ("a\tos", 3, "os"),
        ("x = '\x1b' + os", 11, "os"),
        ("é = os", 5, "os"),
        ("x" * 300 + "os" + "y" * 300, 301, "os"),
        ("os", 1, "os"),
    ],
)
def test_the_mark_is_below_its_place(line: str, column: int, at: str) -> None:
    _, _, source, mark, *_ = shown(line, column)
    assert (source[:5], mark[:5]) == ("12 | ", "   | ")
    assert source[mark.index("^") :].startswith(at)
    assert len(source) < WIDEST + 10


def test_a_place_behind_the_line_or_without_one_does_no_harm() -> None:
    assert shown("x", 9)[3] == "   |  ^"
    assert shown("", 1) == ["a.py:12:1: F401 message", "   = https://docs.astral.sh/ruff/rules/unused-import"]


@pytest.mark.parametrize(
    ("tool", "code", "page"),
    [
        ("mypy", "arg-type", "https://mypy.readthedocs.io/en/stable/_refs.html#code-arg-type"),
        ("mypy", "misc", ""),
        ("mypy", NOT_CHECKED, ""),
        ("ruff", "X999", ""),
        ("eslint", "F401", ""),
    ],
)
def test_only_known_pages_are_named(tool: str, code: str, page: str) -> None:
    assert shown("x", 1, tool, code)[4:] == ([f"   = {page}"] if page else [])
