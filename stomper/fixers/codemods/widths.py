"""Find the places at which text may be broken to make lines short enough."""

import re
from collections.abc import Iterable, Sequence

from stomper.models import Diagnostic

LIMIT = re.compile(r"\(\d+ > (\d+)\)")
LINE = re.compile(r"(?P<lead>\s*(?:#\s*)?)(?P<text>.*)")
WORDS = re.compile(r"[a-z][\w'-]*[,;)]?(?: [\w(][\w'.-]*[,;:)]*)+[.?!]?")  # of a sentence that was begun above
SHORTEST = 20


def limit_of(diagnostic: Diagnostic) -> int | None:
    """The longest that a line may be, by `Line too long (95 > 88)`."""
    found = LIMIT.search(diagnostic.message)
    return int(found[1]) if found else None


def limits(diagnostics: Iterable[Diagnostic]) -> dict[int, int]:
    """The limit for each line that is too long."""
    return {d.line: limit for d in diagnostics if (limit := limit_of(d)) is not None}


def wrap(words: Sequence[str], first: int, rest: int) -> list[str] | None:
    """Words as lines of at most so many characters, the first one and the others; None if a word is too long."""
    lines: list[str] = []
    line, room = "", first
    for word in words:
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line, room = "", rest
        line = f"{line} {word}" if line else word
        if len(line) > room:
            return None
    return [*lines, line]


def flowing(new: Sequence[str], following: Sequence[str], limit: int) -> list[str]:
    """New lines and the one that follows: with the end of the new ones taken into that where it just goes on."""
    if len(new) < 2 or not following:
        return [*new, *following]
    last, (after,) = LINE.fullmatch(new[-1]), following
    goes_on = LINE.fullmatch(after)
    if last is None or goes_on is None or last["lead"] != goes_on["lead"] or not WORDS.fullmatch(goes_on["text"]):
        return [*new, *following]
    merged = f"{new[-1]} {goes_on['text']}"
    return [*new[:-1], merged] if len(merged) <= limit else [*new, *following]
