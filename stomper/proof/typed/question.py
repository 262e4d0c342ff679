"""Write a question to mypy into a copy of a text, and read the answers: one question for all places of a file."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stomper.proof.typed.needs import Operand
from stomper.proof.typed.spots import Sight
from stomper.proof.typed.words import Said, read_type, split_at_top

FIRST = 73_100_000
"""The number of the first operand: no `reveal_type` of the project's own looks like one of these."""
REVEALED = re.compile(r' note: Revealed type is "(?:builtins\.)?[tT]uple\[Literal\[(7310\d{4})\]\?, (.*)\]"$')
MISSING = "stomper_has_no_"
# Nothing that the project switches off is to be missed. The last comment of this kind counts.
OPTIONS = b"\n# mypy: check-untyped-defs, ignore-errors=False, strict-optional\n"
NO_SUCH = re.compile(rf'"(\w+)(?:\[[^"]*\])?"(?: of "[^"]*")? has no attribute "{MISSING}(\d+)"')
OWNER = re.compile(r"def (?:\[[^\]]*\] )?\((?:self: )?(?:builtins\.)?([\w.@]+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """The classes that an operand may be of; `owners` are those that have the method that was asked for.

    `closed` are classes, by their short names, of which mypy knows all bases.
    """

    said: Said
    owners: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()


def write_question(sight: Sight, operands: Sequence[Operand]) -> str:
    """The text with a `reveal_type` for each operand, before what the operand is a part of is evaluated.

    `(reveal_type((73100000, operand)) and (site))` narrows as the site alone does: a tuple with something in it is
    true. The number finds the answer again, wherever lines and columns went.
    """
    opening: dict[ast.expr, list[bytes]] = defaultdict(list)
    for number, operand in enumerate(operands, FIRST):
        opening[operand.site].append(_reveal(sight.source(operand.node), operand, number))
    inserted: list[tuple[int, int, bytes]] = []
    for site, reveals in opening.items():
        start, end = sight.span(site)
        # At one place the longer site begins first and ends last.
        inserted.append((start, end - start, b"(" + b" and ".join(reveals) + b" and ("))
        inserted.append((end, start - end, b"))"))
    inserted.sort(key=_order)
    parts, last = [], 0
    for place, _, words in inserted:
        parts += [sight.data[last:place], words]
        last = place
    return (b"".join(parts) + sight.data[last:] + OPTIONS).decode("utf-8", "surrogatepass")


def _order(inserted: tuple[int, int, bytes]) -> tuple[int, bool, int]:
    """Endings (a negative length) come before beginnings; longer beginnings first, shorter endings first."""
    place, length, _ = inserted
    return place, length > 0, -length


def _reveal(source: bytes, operand: Operand, number: int) -> bytes:
    words = [b"%d" % number, b"(" + source + b")"]
    if operand.method:
        words += [b"(" + source + b").__class__." + operand.method.encode()]
    if operand.own:
        words += [b"(" + source + b")." + MISSING.encode() + b"%d" % number]
    return b"reveal_type((" + b", ".join(words) + b"))"


def read_answers(lines: Iterable[str]) -> Mapping[int, Answer]:
    """The answers by the numbers of the operands, from 0. What mypy says twice of one counts both times."""
    revealed: dict[int, list[str]] = defaultdict(list)
    closed: dict[int, set[str]] = defaultdict(set)
    for line in lines:
        if match := REVEALED.search(line):
            revealed[int(match[1]) - FIRST].append(match[2])
        for name, number in NO_SUCH.findall(line):
            closed[int(number) - FIRST].add(name)
    return {number: _answer(words, frozenset(closed[number])) for number, words in revealed.items()}


def _answer(words: Sequence[str], closed: frozenset[str]) -> Answer:
    parts = [list(split_at_top(one, ",")) for one in words]
    said = frozenset(one for part in parts for one in read_type(part[0]))
    owners = frozenset(owner for part in parts for owner in OWNER.findall(part[1] if len(part) > 1 else ""))
    return Answer(said, owners, closed)
