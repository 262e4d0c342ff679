"""A mark stands below its place, whatever the line has before it; the page is that of the tool's own."""

import pytest

from stomper.cli.diagnostic_lines import WIDEST, full_lines
from stomper.models import Diagnostic, Told
from stomper.text.printable import plain_line

PAGE = "https://example.org/F401"


def shown(line: str, column: int, told: Told | None = None) -> list[str]:
    found = Diagnostic("ruff", "F401", "message", "a.py", 12, column, told=told)
    marks = frozenset(map(chr, range(0xFDD0, 0xFDF0)))
    lines = full_lines([found], lambda _: line)
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
    assert "\\t" not in source


@pytest.mark.parametrize(("end", "mark"), [(None, "^"), ((12, 10), "^^"), ((13, 4), "^^^"), ((12, 8), "^")])
def test_the_mark_is_as_wide_as_what_it_is_about(end: tuple[int, int] | None, mark: str) -> None:
    assert shown("import os, re"[:10], 8, Told(end))[3] == f"   |        {mark}"


def test_a_place_behind_the_line_or_without_one_does_no_harm() -> None:
    assert shown("x", 9)[3] == "   |  ^"
    assert shown("", 1, Told(page=PAGE)) == ["a.py:12:1: F401 message", f"   = {PAGE}"]
