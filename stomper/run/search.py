"""Find what makes the landed whole red: the first file, in it the first unit, and what that needs to be red."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from stomper.landing.credits import fixed_codes
from stomper.process.crash import crash_point
from stomper.project_tests.verdict import Verdict
from stomper.run.gate import EVERYTHING
from stomper.run.reach import Reach, reach_of
from stomper.run.row import Kept, Question, Row, red_of
from stomper.run.search_trace import Probe
from stomper.units.bisect import first_red
from stomper.units.division import prefix


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that can be dropped: a unit, by number, of the file at a `place` of the row, or all of that file."""

    place: int
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Guilty:
    """The `piece` to be dropped, for what is `broken` by it; together with a `partner` if it is harmless alone.

    `log` is that of the tests that say so.
    """

    piece: Piece
    partner: Piece | None
    broken: tuple[str, ...]
    log: str


def question_about(row: Row, verdict: Verdict, green: int) -> Question:
    """The cheapest question that tells the red whole of the row from what is before it.

    Tests are first asked alone, and count if they are red with the whole row, and are not with the first `green` files:
    some depend on the tests that run before them. If none counts, everything is asked each time.
    """
    whole = Question(frozenset(verdict.witnesses), EVERYTHING)
    asked = row.gate.asked_about(verdict)
    if asked == EVERYTHING or not asked.tests:
        return Question(whole.witnesses, asked)
    ends = row.commit_at(len(row.items)), row.commit_at(green)
    (last,), (first,) = (row.judge([commit], asked) for commit in ends)
    told = red_of(last, whole) - red_of(first, whole)
    if last.problem or first.problem or not told:
        return whole
    return Question(told, asked)


def find_guilty(row: Row, question: Question, green: int, verdict: Verdict) -> Guilty:
    """Find what to drop. The row is red as a whole; its first `green` files are not. Raises GateStopped after a ^C.

    Of two pieces that are red only together it is the one that has fixed less, or else the later one.
    """
    search = _Search(row, question, reach_of(row.gate.record, question))
    mine = search.first(green)
    partner = search.partner(mine)
    (red,) = row.judge([search.red_commit(mine)], question.asked)
    broken = tuple(name for name in verdict.witnesses if name in red_of(red, question)) or verdict.witnesses
    if partner is not None and size_of(row, partner) < size_of(row, mine):
        mine, partner = partner, mine
    return Guilty(mine, partner, broken, red.log or verdict.log)


def size_of(row: Row, piece: Piece) -> int:
    """The number of diagnostics that come back if a piece is dropped."""
    if piece.unit is None:
        outcome = row.outcome(piece.place)
        return sum(fixed_codes(outcome.before, outcome.after).values())
    division = row.division(piece.place)
    assert division is not None, "it has units"
    return division.size(division.fallen(piece.unit))


@dataclass(frozen=True, slots=True)
class _Search:
    """One search in a row, by one question."""

    row: Row
    question: Question
    reach: Reach

    def first(self, green: int) -> Piece:
        """The first piece with which the row is red."""
        if green and self._red(self.row.commit_at(green)):
            green = 0  # it was green for other reasons; what is known of a commit is not asked again
        place = self._first(self.row.commit_at, green, len(self.row.items), self._may_matter)
        return Piece(place, self._first_unit(place - 1, place, {}))

    def red_commit(self, piece: Piece) -> str:
        """The commit that ends with a piece, which is the first one in the row to be red."""
        if piece.unit is None:
            return self.row.commit_at(piece.place)
        return self.row.commit_of(piece.place - 1, {piece.place: prefix(piece.unit + 1)})

    def partner(self, mine: Piece) -> Piece | None:
        """The earlier piece without which another one is not red; None if that is red on its own."""
        own = self._own(mine)
        if self._is_first(mine, own) or self._is_red_alone(mine, own):
            return None
        more = {mine.place: own}
        before = mine.place - 1
        if mine.unit is None or (before and self._red(self.row.commit_of(before, more))):
            with_files = partial(self.row.commit_of, more=more)
            place = self._first(with_files, 0, before, self._may_matter)
            return Piece(place, self._first_unit(place - 1, place, more))
        alone = self._own(mine) or ()

        def with_units(length: int) -> str:
            return self.row.commit_of(before, {mine.place: prefix(length) | set(alone)})

        return Piece(mine.place, self._first(with_units, 0, mine.unit, of=mine.place) - 1)

    def _own(self, piece: Piece) -> Kept:
        """The units without which a piece cannot be; None for a whole file."""
        division = self.row.division(piece.place)
        return None if piece.unit is None or division is None else division.needed(piece.unit)

    def _is_first(self, piece: Piece, own: Kept) -> bool:
        """Say whether nothing is before a piece but what it needs."""
        return piece.place == 1 and (piece.unit is None or own == prefix(piece.unit + 1))

    def _first_unit(self, length: int, place: int, more: Mapping[int, Kept]) -> int | None:
        """The first unit of a file that makes red what so many files, and `more`, do not; None for all of it."""
        division = self.row.division(place)
        if division is None:
            return None

        def with_units(units: int) -> str:
            crash_point("gate-divide")
            return self.row.commit_of(length, {place: prefix(units), **more})

        def may_matter(unit: int) -> bool:
            return self.reach.includes(self.row.outcome(place).path, division.lines([unit - 1]))

        return self._first(with_units, 0, len(division.units), may_matter, place) - 1

    def _tell(self, count: int, of: int) -> None:
        """Say how many files are suspected, or how many parts of one."""
        self.row.gate.runs.suspect(*((1, count) if of else (count,)))

    def _may_matter(self, place: int) -> bool:
        return self.reach.includes(self.row.outcome(place).path, None)

    def _first(
        self,
        commit: Callable[[int], str],
        green: int,
        red: int,
        may_matter: Callable[[int], bool] = lambda _: True,
        of: int = 0,
    ) -> int:
        """The smallest number whose commit is red.

        A commit is not asked about if all that it has beyond another one does not matter to the witnesses, by what is
        known of them. The result is made sure of; if it is not so, all commits are asked about. It is about parts of
        the file at the place `of`, or, if that is 0, about files.
        """

        def last(length: int) -> int:
            return next((number for number in range(length, green, -1) if may_matter(number)), green)

        def probe(lengths: Sequence[int]) -> list[bool]:
            return self._are_red({length: last(length) for length in lengths}, commit, green, of)

        found = first_red(probe, green, red, self.row.width, lambda count: self._tell(count, of))
        if last(found - 1) == found - 1 or not self._red(commit(found - 1)):
            return found
        return self._first(commit, green, red, of=of)

    def _are_red(self, asked: Mapping[int, int], commit: Callable[[int], str], green: int, of: int) -> list[bool]:
        """Say whether commits are red; of each it is known which other one is as red."""
        others = [other for other in dict.fromkeys(asked.values()) if other != green]
        found = dict(zip(others, self.row.are_red([commit(other) for other in others], self.question), strict=True))
        path = self.row.outcome(of).path if of else ""
        self.row.trace.add(*(Probe(count, red, path) for count, red in found.items()))
        return [found.get(other, False) for other in asked.values()]

    def _is_red_alone(self, piece: Piece, own: Kept) -> bool:
        """Say whether a piece is red with nothing before it but what it needs."""
        red = self._red(self.row.commit_of(0, {piece.place: own}))
        path = self.row.outcome(piece.place).path
        self.row.trace.add(Probe(1 if own is None else len(own), red, path, alone=True))
        return red

    def _red(self, commit: str) -> bool:
        return self.row.are_red([commit], self.question)[0]
