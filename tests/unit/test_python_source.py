"""Reading Python source: by tokens and tree, of newer Pythons too, or with the reason why not."""

import ast
import io
import tokenize
from pathlib import Path

import pytest

import stomper
from stomper.python import CannotReadError, cells, decode, parse_module, parses, read_tokens, read_tree, same_code
from stomper.python.newer import convert
from tests.kit.newer import NEWER, UNREADABLE

OWN = sorted(Path(stomper.__file__).parent.rglob("*.py"))
LIBRARY = sorted(Path(ast.__file__).parent.glob("*.py"))
ODD = """\
@a.b(1)
@c
async def f(a, /, b: int = 1, *args: *Ts, c=2, d, **kw) -> None:
    'doc' "string"
    async with a as b, c as (d, e): pass
    async for x in y: await x
    else: yield
    global g
    del a, (b), (c, d)
    del (a, b)
    x: int
    a.b += 1; c @= 2
    return *a, b
try: pass
except* A: pass
else: pass
finally: raise A from None
match x:
    case [1, *_, 'a' | 'b' as c] if d: pass
    case {'k': 1, **rest}: pass
    case A(1, b=2) | None | -1 | 1 + 2j: pass
    case (_, *r): pass
    case _: pass
u'a' 'b'; b'a' b'\\x00'; f'a{b!r:>{c}}' 'd{' f'}}{{\\N{EN DASH}{ e = }'; rf'\\{x}'; ''; f''; 'a' ''
x[1:2, ::3]; x[*a]; x[1,]; x[:]; x[(1, 2)]
not a and b and (c and d) or e
a < b <= c is not d not in e
lambda *a, b=1, **c: (yield)
[a for a in b if c if d for e in f]; {a: b for a in c}; {*a, b}; {**a, 'b': 1}; (x := 1)
f(*a, b, c=d, **e); f(x for x in y); f()
from . import a as b, c; from ..d.e import *; import a.b as c, d.e
while a: break
else: continue
print(1_000, 0xFF, 1e5, 2j, ..., True, -1, ~a, +b, a if b else c, await_ ** -1)
ª = 1
"""


@pytest.mark.parametrize("name", NEWER)
def test_newer_syntax_is_read(name: str) -> None:
    text = NEWER[name]
    assert read_tokens(text)
    assert read_tree(text).body
    assert same_code(text, text + "# more\n")
    assert not same_code(text, text + "1\n")


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_says_why(name: str) -> None:
    data, why = UNREADABLE[name]
    with pytest.raises(CannotReadError) as caught:
        read_tree(decode(data))
    assert why in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\rdef f():\r    pass\r",
        b"x = 1\r\ny = 2\n",
        b"\xef\xbb\xbfx = 1\n",
        b"x = 1\n\x0c\ndef f():\n    pass\n",
        "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"),
        b"# coding: latin-1\rx = '\xe9'\r",
        "x = 1  # a\u2028b\n".encode(),
        b"",
    ],
)
def test_odd_bytes_that_are_python(data: bytes) -> None:
    assert "\r" not in decode(data)
    assert ast.dump(read_tree(decode(data))) == ast.dump(ast.parse(data))


def the_same(text: str) -> bool:
    return ast.dump(convert(parse_module(text))) == ast.dump(ast.parse(text))


def test_the_tree_of_libcst_is_that_of_python_for_everything_there_is() -> None:
    assert ast.dump(convert(parse_module(ODD)), indent=1) == ast.dump(ast.parse(ODD), indent=1)


@pytest.mark.parametrize("file", OWN[::60], ids=lambda file: file.stem)
def test_the_tree_of_libcst_is_that_of_python(file: Path) -> None:
    assert the_same(file.read_text())


def lines_of(tree: ast.Module) -> list[tuple[str, int, int | None]]:
    kinds = (ast.stmt, ast.ExceptHandler)
    return [(type(node).__name__, node.lineno, node.end_lineno) for node in ast.walk(tree) if isinstance(node, kinds)]


@pytest.mark.parametrize("file", OWN[::60], ids=lambda file: file.stem)
def test_statements_of_both_trees_are_on_the_same_lines(file: Path) -> None:
    text = file.read_text()
    assert lines_of(convert(parse_module(text))) == lines_of(ast.parse(text))


def test_columns_of_both_trees_are_counted_in_bytes() -> None:
    text = 'ä = "ö", ü(f"{é} ß"); raise É from ñ\nwide = "→" + a\n'

    def columns(tree: ast.Module) -> list[tuple[int, int]]:
        kinds = (ast.Raise, ast.Name, ast.Assign)
        return [(node.col_offset, node.end_col_offset or 0) for node in ast.walk(tree) if isinstance(node, kinds)]

    assert columns(convert(parse_module(text))) == columns(ast.parse(text))


def test_everything_in_a_converted_text_has_a_line() -> None:
    tree = convert(parse_module('a = (\n    f"b {c} d"\n)\n'))
    text = next(node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
    placed = [node for node in ast.walk(text) if "lineno" in node._attributes]
    assert {getattr(node, "lineno", None) for node in placed} == {2}


@pytest.mark.matrix
@pytest.mark.parametrize("file", LIBRARY, ids=lambda file: file.stem)
def test_the_tree_of_libcst_is_that_of_python_in_the_standard_library(file: Path) -> None:
    assert the_same(decode(file.read_bytes()))


@pytest.mark.parametrize("file", [*OWN[::30], *LIBRARY[::40]], ids=lambda file: file.stem)
def test_tokens_are_those_of_python(file: Path) -> None:
    text = decode(file.read_bytes())
    if "t-string" in text or hasattr(tokenize, "FSTRING_START"):
        pytest.skip("this Python takes strings apart")
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    mine = read_tokens(text)
    comments = [(token.start, token.string) for token in tokens if token.type == tokenize.COMMENT]
    assert [(token.start, token.text) for token in mine if token.kind == "comment"] == comments
    ends = [token.start[0] for token in tokens if token.type == tokenize.NEWLINE]
    assert [token.start[0] for token in mine if token.kind == "newline"] == ends
    strings = {(token.start, token.end) for token in tokens if token.type == tokenize.STRING}
    assert strings <= {(token.start, token.end) for token in mine if token.kind == "string"}


def test_a_comment_in_the_field_of_a_string_is_one_and_a_sign_in_a_string_is_none() -> None:
    text = 'x = f"""{\n  1  # noqa\n}""" f"{d["# no"]:#>3}"  # yes\n'
    assert [token.text for token in read_tokens(text) if token.kind == "comment"] == ["# noqa", "# yes"]


def test_a_notebook_is_its_code_cells_without_magics() -> None:
    sources = '["%matplotlib inline\\n", "x = !ls\\n", "if x:\\n", "    !ls\\n"]', '"%%bash\\nls"', '"y = 1  # noqa"'
    code = ",".join(f'{{"cell_type": "code", "source": {source}}}' for source in sources)
    data = f'{{"cells": [{code}, {{"cell_type": "markdown", "source": "# noqa"}}]}}'.encode()
    assert cells(data) == "pass\npass\nif x:\n    pass\n\ny = 1  # noqa"
    assert parses(cells(data))
    with pytest.raises(CannotReadError, match="no notebook"):
        cells(b"{}")
