"""A notebook's code is found, read and written at its place in the JSON, of which no other byte changes."""

import json

import pytest

from stomper.python import CannotReadError, CellPlaces, cells, magic_words, no_python, read_notebook, with_sources
from stomper.python.notebook_splice import with_cells_of
from tests.kit.notebooks import STYLES, code, notebook

SIGNS = 's = "\\n \\" é 😀"\n'
CELLS = (
    code("import os\n", SIGNS, "\tx"),
    code("a\n\nb = ''\n", flat=True),
    code(),
    code("%%bash\n", "ls"),
    code("one"),
)


@pytest.mark.parametrize("style", STYLES)
def test_each_character_of_the_code_has_its_place_in_the_file(style: str) -> None:
    data = notebook(CELLS, style)
    found, lines = read_notebook(data), data.decode().split("\n")
    places = CellPlaces(found)
    assert [cell.number for cell in found.cells] == [2, 3, 4, 5, 6]
    for cell in found.cells:
        for line, text in enumerate(cell.source.split("\n"), 1):
            for column, sign in enumerate(text, 1):
                row, at = places.in_file(cell.number, line, column)
                assert lines[row - 1][at - 1 :].startswith((sign, "\\"))
                assert places.in_cell(row, at) == (cell, line, column)


def test_a_place_outside_of_the_code_is_in_no_cell() -> None:
    places = CellPlaces(read_notebook(notebook(CELLS)))
    assert places.in_cell(1, 1) is None
    assert places.in_cell(10_000, 1) is None
    assert places.in_file(99, 1, 1) == (1, 1)


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("style", STYLES)
def test_new_code_is_written_as_the_old_and_all_else_stays(style: str, bom: bytes) -> None:
    data = bom + notebook(CELLS, style)
    sources = {cell.number: cell.source for cell in read_notebook(data).cells}
    assert with_sources(data, sources) is data
    changed = with_sources(data, {2: sources[2].replace("import os\n", ""), 3: "a\nb", 6: "two\n'é'"})
    assert read_notebook(changed).cells[0].source == f"{SIGNS}\tx"
    assert no_python(read_notebook(changed)) == no_python(read_notebook(data))
    by_hand = notebook((code(SIGNS, "\tx"), code("a\nb", flat=True), *CELLS[2:4], code("two\n", "'é'")), style)
    assert changed == bom + by_hand
    assert with_cells_of(changed, data) == data


def test_lines_that_stay_keep_their_escapes() -> None:
    data = notebook([code("a\n", "'<é>'\n", "b")]).replace(b"<\xc3\xa9>", b"\\u003c\\u00e9>")
    changed = with_sources(data, {2: "'<é>'\nb\n'é'"})
    assert b"\"'\\u003c\\u00e9>'\\n\"" in changed
    assert "\"'é'\"".encode() in changed
    flat = notebook([code("a\n'<é>'\nb", flat=True)]).replace(b"<\xc3\xa9>", b"\\u003c\\u00e9>")
    assert b"\"'\\u003c\\u00e9>'\\nb\"" in with_sources(flat, {2: "'<é>'\nb"})


NONE = {
    "no JSON": b"{",
    "no cells": b"{}",
    "more behind it": notebook(CELLS) + b"{}",
    "format 3": b'{"worksheets": [{"cells": []}], "nbformat": 3}',
    "two sources": b'{"cells": [{"cell_type": "code", "source": "a", "source": "b"}]}',
    "cells twice": b'{"cells": [], "cells": []}',
    "no kind": b'{"cells": [{"source": "a"}]}',
    "a source of numbers": b'{"cells": [{"cell_type": "code", "source": [1]}]}',
    "half a character": b'{"cells": [{"cell_type": "code", "source": ["\\ud800"]}]}',
    "other bytes": b"\xff\xfe",
    "a list": b"[]",
    "too deep": b'{"cells": ' + b"[" * 100_000,
}


@pytest.mark.parametrize("what", NONE)
def test_what_is_no_notebook_is_named_so(what: str) -> None:
    with pytest.raises(CannotReadError, match="it is no notebook"):
        read_notebook(NONE[what])


def test_other_cells_cannot_be_taken_over() -> None:
    with pytest.raises(CannotReadError, match="not those that it had"):
        with_cells_of(notebook(CELLS), notebook(CELLS[:2]))


def test_a_magic_may_go_on_and_python_may_begin_with_its_sign() -> None:
    data = notebook([code("!pip install \\\n", "    one\n", "x = 1"), code("x = (1\n", "% 2)\n"), code("?x\n", "y")])
    assert cells(data) == "pass\n\nx = 1\nx = (1\n% 2)\n\npass\ny"
    assert {"pip", "install", "one"} <= magic_words(read_notebook(data))
    assert "2" not in magic_words(read_notebook(data))


def test_what_is_no_python_is_compared_whole() -> None:
    def rest(*lines: str) -> tuple[str, ...]:
        return no_python(read_notebook(json.dumps({"cells": [code(*lines)]}).encode()))

    assert rest("%time f()\n", "x") == rest("%time f()\n", "y")
    assert rest("%time f()\n", "x") != rest("%time g()\n", "x")
    assert rest("%%bash\n", "ls") != rest("%%bash\n", "rm")
