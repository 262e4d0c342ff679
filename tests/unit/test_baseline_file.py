"""The baseline of known diagnostics: how entries are found again, and the file they are in. Pure but for the file."""

import json
from pathlib import Path

import pytest

from stomper.errors import ConfigError
from stomper.models import Diagnostic
from stomper.plan.baseline_file import DEFAULT_NAME, Entry, entries_for, gone, read_entries, sort_out, write_entries

SOURCE = """\
import os

def one():
    first = unknown
    return first

def two():
    second = unknown
    return second
"""


def at(line: int, code: str = "F821", message: str = "Undefined name `unknown`", tool: str = "ruff") -> Diagnostic:
    return Diagnostic(tool, code, message, "a.py", line, 1)


def entries(*found: Diagnostic, source: str = SOURCE) -> list[Entry]:
    return entries_for(found, lambda _: source.encode())


def new_lines(source: str, *found: Diagnostic, known: tuple[Diagnostic, ...] = (at(4), at(8))) -> list[int]:
    """The lines of what counts as new, with a baseline written for SOURCE."""
    return [d.line for d in sort_out(found, entries(*known), lambda _: source.encode()).new]


CHANGES: dict[str, tuple[str, tuple[int, ...], list[int]]] = {
    "nothing": (SOURCE, (4, 8), []),
    "lines above": ("# one\n# two\n" + SOURCE, (6, 10), []),
    "a function moved": (SOURCE[SOURCE.index("def two") :] + SOURCE[: SOURCE.index("def two")], (2, 7), []),
    "indented deeper, with blank lines": (SOURCE.replace("    first =", "\n\n        first  ="), (6, 10), []),
    "a neighbour renamed": (SOURCE.replace("def one", "def uno"), (4, 8), []),
    "both neighbours renamed": (SOURCE.replace("def one", "def uno").replace("return first", "pass"), (4, 8), []),
    "its own line edited": (SOURCE.replace("first = unknown", "first = 1 + unknown"), (4, 8), []),
    "all of it edited": (SOURCE.replace("def one", "def uno").replace("first", "f"), (4, 8), [4]),
    "a third of the kind": (SOURCE + "third = unknown\n", (4, 8, 10), [10]),
    "a copy of one": (SOURCE + SOURCE[SOURCE.index("def two") :], (4, 8, 11), [11]),
    "a copy before one": (SOURCE.replace("def one", "def one():\n    first = unknown\n\ndef one"), (4, 7, 11), [4]),
}


@pytest.mark.parametrize("what", CHANGES)
def test_found_again(what: str) -> None:
    source, lines, expected = CHANGES[what]
    assert new_lines(source, *map(at, lines)) == expected


@pytest.mark.parametrize(
    "other",
    [at(4, code="F822"), at(4, message="Undefined name `other`"), at(4, tool="mypy")],
    ids=["code", "message", "tool"],
)
def test_another_code_message_or_tool_at_the_same_place_is_new(other: Diagnostic) -> None:
    assert new_lines(SOURCE, other) == [4]


def test_two_of_a_kind_on_one_line_are_two_entries_and_the_third_is_new() -> None:
    assert new_lines(SOURCE, at(4), at(4), at(4), known=(at(4), at(4))) == [4]


def test_numbers_in_a_message_do_not_matter() -> None:
    before, after = (at(4, "E501", f"Line too long ({length} > 88)") for length in (99, 95))
    assert new_lines(SOURCE, after, known=(before,)) == []


def test_what_is_gone_was_looked_at_or_is_deleted() -> None:
    rows = [
        Entry(path, tool, "X", "m", "1", "2", "3") for path in ("a.py", "b.py", "c.py") for tool in ("ruff", "mypy")
    ]
    found = sort_out((), rows, lambda _: None)
    dropped = gone(found, ["a.py"], ["ruff"], ["a.py", "b.py"].__contains__)
    assert [(entry.path, entry.tool) for entry in dropped] == [("a.py", "ruff"), ("c.py", "ruff"), ("c.py", "mypy")]


def test_file_is_sorted_one_entry_a_line_and_read_back(tmp_path: Path) -> None:
    rows = entries(at(8), at(4), at(4), at(4, message='odd "\\ \n 日本'))
    write_entries(tmp_path / DEFAULT_NAME, rows)
    first = (tmp_path / DEFAULT_NAME).read_bytes()
    assert first.count(b"\n") == 3 + 3 + 2
    assert sorted(read_entries(tmp_path, None) or ()) == sorted(rows)
    write_entries(tmp_path / DEFAULT_NAME, reversed(rows))
    assert (tmp_path / DEFAULT_NAME).read_bytes() == first
    write_entries(tmp_path / "empty.json", [])
    assert read_entries(tmp_path, "empty.json") == ()


def test_none_where_none_was_configured(tmp_path: Path) -> None:
    assert read_entries(tmp_path, None) is None


ROW = {"path": "a", "tool": "t", "code": "c", "message": "m", "line": "1", "above": "2", "below": "3"}
BROKEN = {
    "missing": None,
    "empty": b"",
    "half": b'{"format": 1, "entries": [',
    "not text": b"\xff\xfe",
    "a list": b"[]",
    "another format": b'{"format": 2, "entries": []}',
    "a stranger beside": b'{"format": 1, "entries": [], "more": 1}',
    "entry without a path": json.dumps({"format": 1, "entries": [{**ROW, "path": 3}]}).encode(),
    "entry with a key too many": json.dumps({"format": 1, "entries": [{**ROW, "x": "y"}]}).encode(),
    "count of none": json.dumps({"format": 1, "entries": [{**ROW, "count": 0}]}).encode(),
    "merge conflict": b'{\n<<<<<<< HEAD\n "format": 1,\n=======\n "format": 1,\n>>>>>>> x\n "entries": []\n}',
}


@pytest.mark.parametrize("what", BROKEN)
def test_missing_and_broken_files_are_errors(tmp_path: Path, what: str) -> None:
    content = BROKEN[what]
    if content is not None:
        (tmp_path / "known.json").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_entries(tmp_path, "known.json")
    assert str(tmp_path / "known.json") in caught.value.message
    assert "stomper baseline write" in (caught.value.hint or "")
