"""A mark stands below its place, whatever the line has before it; the page is that of the tool's own."""

import pytest

from stomper.cli.diagnostic_lines import WIDEST, concise_lines, full_lines, grouped_lines
from stomper.cli.hyperlinks import with_links
from stomper.cli.same_places import by_place
from stomper.models import Diagnostic, Told
from stomper.text.printable import plain_line

PAGE = "https://example.org/F401"


def shown(line: str, column: int, told: Told | None = None) -> list[str]:
    found = Diagnostic("ruff", "F401", "message", "a.py", 12, column, told=told)
    return plain(full_lines([found], lambda _: line))


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


def plain(lines: list[str]) -> list[str]:
    marks = frozenset(map(chr, range(0xFDD0, 0xFDF0)))
    as_text = [with_links(plain_line(text, marks), linking=False) for text in lines]
    return ["".join(c for c in text if c not in marks) for text in as_text]


RUFF = Diagnostic("ruff", "F401", "unused", "a.py", 2, 8, told=Told((2, 10), page=PAGE))
PYLINT = Diagnostic("pylint", "W0611", "Unused", "a.py", 2, 1, told=Told((2, 10)))
PYRIGHT = Diagnostic("pyright", "reportUnusedImport", "not accessed", "a.py", 2, 8)
BESIDE = Diagnostic("pylint", "C0321", "More than one", "a.py", 2, 12)
ABOVE = Diagnostic("ruff", "I001", "unsorted", "a.py", 1, 1, told=Told((3, 1)))
ELSEWHERE = Diagnostic("pylint", "W0611", "Unused", "b.py", 2, 8)


def test_what_several_tools_say_of_a_place_is_one_group() -> None:
    assert by_place([ABOVE, PYLINT, RUFF, BESIDE, ELSEWHERE]) == [(ABOVE,), (PYLINT, RUFF), (BESIDE,), (ELSEWHERE,)]
    assert by_place([]) == []


def test_one_that_tells_no_end_is_about_the_rest_of_the_line() -> None:
    assert by_place([RUFF, PYRIGHT, BESIDE]) == [(RUFF, PYRIGHT, BESIDE)]


def test_what_one_tool_says_of_overlapping_places_is_several_things() -> None:
    other = Diagnostic("ruff", "E401", "two", "a.py", 2, 1, told=Told((2, 30)))
    assert by_place([other, RUFF]) == [(other,), (RUFF,)]
    assert by_place([other, PYLINT, RUFF]) == [(other, PYLINT, RUFF)]


def test_a_group_has_one_quote_and_a_mark_for_each_place() -> None:
    assert plain(full_lines([PYLINT, RUFF, ELSEWHERE], lambda d: "import os" if d.path == "a.py" else "")) == [
        "a.py:2:1: W0611 Unused",
        "a.py:2:8: F401 unused",
        "  |",
        "2 | import os",
        "  | ^^^^^^^^^",
        "  |        ^^",
        f"  = {PAGE}",
        "",
        "b.py:2:8: W0611 Unused",
    ]


def test_a_group_stands_together_in_the_short_forms() -> None:
    assert plain(grouped_lines([PYLINT, RUFF, BESIDE])) == [
        "a.py", "  2:1 W0611 Unused", "    2:8 F401 unused", "  2:12 C0321 More than one",
    ]  # fmt: skip
    assert plain(concise_lines([PYLINT, RUFF])) == ["a.py:2:1: W0611 Unused", "a.py:2:8: F401 unused"]


def test_a_place_in_a_notebook_is_that_in_its_cell() -> None:
    found = Diagnostic("ruff", "F401", "unused", "a.ipynb", 40, 13, told=Told((40, 15), cell=(2, 1, 8)))
    assert plain(full_lines([found], lambda _: "import os")) == [
        "a.ipynb:cell 2:1:8: F401 unused",
        "  |",
        "1 | import os",
        "  |        ^^",
    ]
