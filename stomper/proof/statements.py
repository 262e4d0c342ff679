"""Judge a change by the record of lines: whether a test runs each statement that is changed."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from stomper.proof.evidence import Evidence
from stomper.proof.piece_names import NESTED
from stomper.proof.pieces import Piece, Place, cut, is_code
from stomper.python import CannotReadError, parses, read_tree
from stomper.text.line_diff import Change, changes

CLAUSE = re.compile(r"\s*(?:(?:elif|else|except|finally)\b|case\b.*:\s*(?:#.*)?$)")
"""A line that begins a further block of a statement."""


@dataclass(frozen=True, slots=True)
class Run:
    """The tests that run any statement of a change, and the first lines of changed statements that none runs.

    `outside`: one of these statements runs outside of tests, as when its module is imported.
    """

    unrun: tuple[int, ...] = ()
    tests: frozenset[str] = frozenset()
    outside: bool = False

    @property
    def is_tested(self) -> bool:
        """Say whether a test runs each of the statements. A change of nothing but comments has none."""
        return bool(self.tests) and not self.unrun


def judge_lines(before: str, after: str, runs: Mapping[int, Collection[str]], imported: Collection[int]) -> Run:
    """Find the statements of `before` that a change touches, and the tests that run them.

    `runs` says which tests run a line of `before`, counted from 1; `imported` are the lines that run outside of tests.
    Never raises: in a text that is no Python nothing is run.
    """
    old, new = before.split("\n"), after.split("\n")
    found = changes(old, new)
    try:
        pieces = cut(read_tree(before), old)
    except CannotReadError:
        pieces = []
    if not pieces or not parses(after):
        return Run(tuple(sorted({change.first + 1 for change in found})))
    evidence = Evidence(pieces, runs, frozenset(imported))
    touched = {change: _touched(pieces, old, new, change) for change in found}
    tests = {piece: evidence.tests_of(piece) for those in touched.values() for piece in those or ()}
    unseen = {change.first + 1 for change, those in touched.items() if those is None}
    unrun = sorted(unseen | {piece.line for piece, names in tests.items() if not names})
    outside = any(map(evidence.runs_outside, tests))
    return Run(tuple(unrun), frozenset[str]().union(*tests.values()), outside)


def _touched(pieces: Sequence[Piece], old: Sequence[str], new: Sequence[str], change: Change) -> list[Piece] | None:
    """The pieces that one difference changes; where it only adds code, the one that this is put before or behind.

    None if it adds what no test of the old text can have run: a branch, or what is behind all branches.
    """
    start, end = _narrow(old, new, change)
    found = [piece for piece in pieces if _overlap(piece, start, end)]
    gone, come = old[change.first : change.last], new[change.new_first : change.new_last]
    if found or not any(map(is_code, (*gone, *come))):
        return found
    code = next(line for line in (*come, *gone) if is_code(line))
    if CLAUSE.match(code):
        block = [piece for piece in pieces if piece.line > change.first + 1]
        return block[:1] if any(map(is_code, gone)) else None
    host = _host(pieces, change.first + 1, len(code) - len(code.lstrip()))
    ends = host.line <= change.first and bool(host.inner) and not isinstance(host.node, NESTED)
    return None if ends else [host]


def _overlap(piece: Piece, start: Place, end: Place) -> bool:
    if start == end:
        return piece.start < start < piece.end or (start[1] > 0 and start in (piece.start, piece.end))
    return start < piece.end and piece.start < end


def _narrow(old: Sequence[str], new: Sequence[str], change: Change) -> tuple[Place, Place]:
    """The places between which the old text differs; lines count as a whole where there is nothing in their place."""
    first, last = change.first, change.last
    if first == last or change.new_first == change.new_last:
        return (first + 1, 0), (last + 1, 0)
    head = _shared(old[first], new[change.new_first])
    tail = _shared(old[last - 1][::-1], new[change.new_last - 1][::-1])
    if last - first == 1 or change.new_last - change.new_first == 1:
        tail = min(tail, *(len(line) - head for line in _ends(old, new, change)))
    width = len(old[last - 1].encode()) - len(old[last - 1][len(old[last - 1]) - tail :].encode())
    return (first + 1, len(old[first][:head].encode())), (last, width)


def _ends(old: Sequence[str], new: Sequence[str], change: Change) -> Iterator[str]:
    """The lines of which both the beginning and the end are compared."""
    if change.last - change.first == 1:
        yield old[change.first]
    if change.new_last - change.new_first == 1:
        yield new[change.new_first]


def _shared(one: str, other: str) -> int:
    """The number of characters that two lines have in common at their beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _host(pieces: Sequence[Piece], line: int, indent: int) -> Piece:
    """The piece by which code counts that is put before a line: the next of the same block, else the last before it."""
    behind = next((piece for piece in pieces if piece.line >= line and piece.start[1] <= indent), None)
    if behind is not None and behind.start[1] == indent:
        return behind
    before = [piece for piece in pieces if piece.line < line]
    same = [piece for piece in before if piece.start[1] <= indent]
    return same[-1] if same else before[-1] if before else pieces[0]


def run_lines(
    text: str, lines: Collection[int], runs: Mapping[int, Collection[str]], imported: Collection[int]
) -> frozenset[int]:
    """Give those of some lines of a text of which a test runs each statement."""
    try:
        pieces = cut(read_tree(text), text.split("\n"))
    except CannotReadError:
        return frozenset()
    evidence = Evidence(pieces, runs, frozenset(imported))
    mine = {line: [piece for piece in pieces if piece.line <= line <= piece.end[0]] for line in lines}
    return frozenset(line for line, found in mine.items() if found and all(map(evidence.tests_of, found)))
