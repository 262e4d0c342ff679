"""Python's tokens as far as they tell code from strings and comments, the same under every Python.

The standard library's tokenizer knows the strings of its own version only: before 3.12 the quotes within the braces
of an f-string end it there.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from stomper.python.decode import CannotReadError

Kind: TypeAlias = Literal["word", "op", "string", "comment", "newline"]
"""A `newline` ends a statement or the head of one; other line ends are no tokens."""

Place: TypeAlias = tuple[int, int]
"""Line, counted from 1, and column, from 0."""

# The prefix is a part of a string only if a quote follows at once.
PIECE = re.compile(
    r"(?P<blank>[ \t\f]+|\\\n)|(?P<end>\n)|(?P<comment>#[^\n]*)"
    r"|(?P<prefix>(?i:[rbft]{0,2}|u))(?P<quote>\"{3}|'{3}|\"|')|(?P<word>\w+)|(?P<op>.)",
)
IN_STRING = {
    quote: re.compile(rf"\\.|{quote}" + ("" if len(quote) == 3 else r"|\n"), re.DOTALL)
    for quote in ("'", '"', "'''", '"""')
}
# A backslash before a brace does not take the brace away from the f-string, unless it names a character.
IN_TEXT = {
    quote: re.compile(
        rf"\\N\{{[^}}\n]*\}}|\\[^{{}}]|\{{\{{|\}}\}}|\{{|{quote}" + ("" if len(quote) == 3 else r"|\n"), re.DOTALL
    )
    for quote in IN_STRING
}
IN_RAW_TEXT = {
    quote: re.compile(rf"\\[^{{}}]|\{{\{{|\}}\}}|\{{|{quote}" + ("" if len(quote) == 3 else r"|\n"), re.DOTALL)
    for quote in IN_STRING
}
IN_FORMAT = {
    quote: re.compile(rf"\\[^{{}}]|\{{|\}}|{quote}" + ("" if len(quote) == 3 else r"|\n"), re.DOTALL)
    for quote in IN_STRING
}
PAIRS = {")": "(", "]": "[", "}": "{"}
PLAIN: dict[str, Kind] = {"word": "word", "op": "op", "comment": "comment"}
DEEPEST = 200  # brackets and strings within each other: Python itself reads no more


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of code. Those in the braces of an f-string come before the string that they are in."""

    kind: Kind
    text: str
    start: Place
    end: Place
    depth: int
    """How many brackets are open behind it."""


@functools.lru_cache(maxsize=4)
def read_tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text with `\\n` line ends. Raises CannotReadError if a string or a bracket does not end."""
    return tuple(_Lexer(text).tokens())


@dataclass(slots=True)
class _Lexer:
    text: str
    place: int = 0
    line: int = 1
    begins: int = 0
    """Where the line begins."""
    open: list[str] = field(default_factory=list)
    ended: bool = False
    """Whether the last piece was the end of a line."""

    def tokens(self) -> Iterator[Token]:
        statement = False
        while self.place < len(self.text):
            for token in self._piece():
                statement = statement or token.kind != "comment"
                yield token
            if self.ended and statement and not self.open:
                statement = False
                yield Token("newline", "\n", (self.line - 1, 0), (self.line, 0), 0)
        if self.open:
            raise CannotReadError(f"{self.open[-1]!r} is not closed", self.line)
        if statement:
            yield Token("newline", "", self._here(), self._here(), 0)

    def _here(self) -> Place:
        return self.line, self.place - self.begins

    def _piece(self) -> Iterator[Token]:
        """The next piece, with those within it if it is a string. Blanks are none."""
        found, start = PIECE.match(self.text, self.place), self._here()
        assert found is not None, "every character is some piece"
        self._go(found.end())
        name = found.lastgroup
        self.ended = name == "end"
        if name == "quote":
            begins = found.start()
            yield from self._string(found["prefix"].lower(), found["quote"])
            yield Token("string", self.text[begins : self.place], start, self._here(), len(self.open))
        elif kind := PLAIN.get(name or ""):
            if kind == "op":
                self._bracket(found[0])
            yield Token(kind, found[0], start, self._here(), len(self.open))

    def _go(self, place: int) -> None:
        """Go on to a place, and count the lines up to there."""
        ends = self.text.count("\n", self.place, place)
        if ends:
            self.line += ends
            self.begins = self.text.rindex("\n", self.place, place) + 1
        self.place = place

    def _bracket(self, sign: str) -> None:
        if sign in "([{":
            self._nest(sign)
        elif sign in PAIRS and (not self.open or self.open.pop() != PAIRS[sign]):
            raise CannotReadError(f"{sign!r} closes nothing", self.line)

    def _nest(self, sign: str) -> None:
        self.open.append(sign)
        if len(self.open) > DEEPEST:
            raise CannotReadError("it is nested too deeply", self.line)

    def _string(self, prefix: str, quote: str) -> Iterator[Token]:
        """Go to the end of a string behind its opening quote, over the code in it."""
        begun = self.line
        if "f" not in prefix and "t" not in prefix:
            while self._next(IN_STRING[quote], begun)[0] == "\\":
                pass
            return
        text = (IN_RAW_TEXT if "r" in prefix else IN_TEXT)[quote]
        while (sign := self._next(text, begun)) != quote:
            if sign == "{":
                yield from self._field(quote, begun)

    def _next(self, signs: re.Pattern[str], begun: int) -> str:
        """Go behind the next sign that means something in a string. Raises CannotReadError for a broken one."""
        found = signs.search(self.text, self.place)
        if found is None or found[0] == "\n":
            raise CannotReadError("a string does not end", begun)
        self._go(found.end())
        return found[0]

    def _field(self, quote: str, begun: int) -> Iterator[Token]:
        """Go to the end of a replacement field behind its opening brace."""
        self._nest("{")
        level = len(self.open)
        while self.place < len(self.text):
            sign = self.text[self.place]
            if len(self.open) == level and sign == ":":
                self._go(self.place + 1)
                yield from self._format(quote, begun)
                break
            yield from self._piece()
            if len(self.open) < level:
                return
        else:
            raise CannotReadError("a string does not end", begun)
        self.open.pop()

    def _format(self, quote: str, begun: int) -> Iterator[Token]:
        """Go to the end of a field behind its colon."""
        while (sign := self._next(IN_FORMAT[quote], begun)) != "}":
            if sign == quote:
                raise CannotReadError("a field of a string does not end", begun)
            if sign == "{":
                yield from self._field(quote, begun)
