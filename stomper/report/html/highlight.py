"""Colour lines of source: marks say what the pieces of each are, by a letter and a length."""

import fnmatch
import functools
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers._mapping import LEXERS
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

Piece: TypeAlias = tuple[str, int]
"""What a piece of a line is, and its length."""

PLAIN = "."
# The first that matches counts.
LETTERS: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "c"),
    (String, "s"),
    (Number, "n"),
    (Operator.Word, "k"),
    (Keyword, "k"),
    (Name.Decorator, "d"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Tag, "k"),
    (Name.Attribute, "d"),
    (Name.Builtin, "b"),
    (Name.Exception, "b"),
)
QUOTES = ('"""', "'''")


def marks_of(path: str, lines: Sequence[str]) -> list[str]:
    """Give the marks of lines that follow one another in a file of this name.

    `k3.1f5` for `def price(x)`: three characters of a keyword, a plain one, five of a name. The rest is plain.
    """
    name = path.rpartition("/")[2]
    lexer = _lexer(f"x{name[name.rindex('.') :]}" if "." in name else name)
    if lexer is None or not lines:
        return ["" for _ in lines]
    opened = [quote] if path.endswith((".py", ".pyi")) and (quote := _open_quote(lines)) else []
    tokens = lexer.get_tokens("\n".join([*opened, *lines]))
    rows = _rows((_letter(kind), piece) for kind, piece in tokens)[len(opened) :]
    return [_marks(rows[number]) if number < len(rows) else "" for number in range(len(lines))]


def _rows(tokens: Iterable[tuple[str, str]]) -> list[list[Piece]]:
    """Cut what a lexer says into lines; neighbours of one kind are one piece."""
    rows: list[list[Piece]] = [[]]
    for letter, piece in tokens:
        for number, part in enumerate(piece.split("\n")):
            if number:
                rows.append([])
            if part and rows[-1] and rows[-1][-1][0] == letter:
                rows[-1][-1] = letter, rows[-1][-1][1] + len(part)
            elif part:
                rows[-1].append((letter, len(part)))
    return rows


def _marks(row: Sequence[Piece]) -> str:
    last = max((number for number, (letter, _) in enumerate(row, 1) if letter != PLAIN), default=0)
    return "".join(f"{letter}{length}" for letter, length in row[:last])


@functools.lru_cache(maxsize=500)
def _letter(kind: _TokenType) -> str:
    return next((letter for family, letter in LETTERS if kind[: len(family)] == family), PLAIN)


@functools.lru_cache(maxsize=100)
def _lexer(name: str) -> Lexer | None:
    """The lexer for a file's name, of those that come with Pygments: no other package gets to run for this."""
    for _, _, aliases, patterns, _ in LEXERS.values():
        if aliases and any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            try:
                return get_lexer_by_name(aliases[0], stripnl=False, ensurenl=False)
            except (ClassNotFound, ImportError):
                return None
    return None


def _open_quote(lines: Sequence[str]) -> str:
    """The quote of a text of several lines that was begun above these lines; empty if there is none.

    A guess: the first quote ends something if it is at the end of a line that it does not begin.
    """
    for line in lines:
        for quote in QUOTES:
            if quote in line and line.count(quote) % 2:
                words = line.strip()
                ends = words.endswith(quote) and not (words.startswith(quote) and words != quote)
                return quote if ends and not words.endswith(f"({quote}") and not words.endswith(f"= {quote}") else ""
    return ""
