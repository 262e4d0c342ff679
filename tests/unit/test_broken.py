"""What tests took out again is remembered, by fixer, code and version of the fixer's tool."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stomper import __version__
from stomper.fixers.versions import versions_of
from stomper.grades import Dropped, Grade
from stomper.learning.broken import SHOWN, Broken, broken_now, broken_of, summed, to_lines
from stomper.settings import Settings
from tests.kit.fakes import real_tool


def always(version: str) -> Callable[[str], str]:
    return lambda _fixer: version


def credit(fixer: str, *codes: str) -> Dropped:
    return Dropped(fixer, tuple(("ruff", code, 2) for code in codes), (), ("test",), Grade.TESTED)


def test_a_file_counts_once_for_each_fixer_and_code() -> None:
    files = [[credit("a", "E711"), credit("a", "E711", "B006")], [credit("a", "E711")], []]
    assert broken_of(files, always("1.0")) == (
        Broken("a", "ruff", "B006", "1.0", 1),
        Broken("a", "ruff", "E711", "1.0", 2),
    )


def test_records_of_one_key_become_one() -> None:
    one, other = Broken("a", "ruff", "E711", "1.0", 2), Broken("a", "ruff", "E711", "1.1")
    assert summed([other, one, one]) == (Broken("a", "ruff", "E711", "1.0", 4), other)


def test_another_version_of_the_tool_begins_anew() -> None:
    records = [Broken("a", "ruff", "E711", "1.0"), Broken("a", "ruff", "B006", "1.1"), Broken("b", "mypy", "x", "")]
    assert broken_now(records, always("1.0")) == {("a", "E711")}
    assert broken_now(records, always("1.1")) == {("a", "B006")}
    assert broken_now(records, always("")) == {("b", "x")}


def test_the_table_goes_from_often_to_seldom() -> None:
    assert to_lines([]) == []
    one, two = Broken("a", "ruff", "E711", "1.0", 1), Broken("my\x1bfixer", "ruff", "B006", "", 3)
    lines = to_lines([one, two])
    assert [line.split() for line in lines[1:]] == [["my\\x1bfixer", "B006", "-", "3"], ["a", "E711", "1.0", "1"]]
    many = [Broken("a", "ruff", f"E{number}", "1.0") for number in range(SHOWN + 2)]
    assert to_lines(many)[-1] == "... and 2 more"


@pytest.mark.parametrize(
    ("fixer", "known"),
    [
        ("ruff", "0."),
        ("ruff-unsafe", "0."),
        ("codemods/none-comparison", __version__),
        ("annotate", __version__),
        ("sarif", ""),
        ("my-command", ""),
    ],
)
def test_the_version_of_a_fixers_tool(fixer: str, known: str) -> None:
    version = versions_of(Settings(tools=(("ruff", real_tool("ruff") or ""),)), Path("/"))(fixer)
    assert version.startswith(known)
    assert bool(version) == bool(known)


def test_a_ruff_that_is_not_there_has_no_version() -> None:
    assert versions_of(Settings(tools=(("ruff", "/nowhere/ruff"),)), Path("/"))("ruff") == ""
