"""Find, by bisecting in object space, the parts that make the landed whole red; drop them and keep the rest."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from stomper.journal.run_folder import RunFolder
from stomper.landing.lander import Landed, Lander
from stomper.models import Changed, Diagnostic, Rejected, printable
from stomper.process.crash import crash_point
from stomper.project_tests.verdict import Verdict
from stomper.run.divided_outcome import Shortened, without_units
from stomper.run.gate import EVERYTHING
from stomper.run.row import GateStopped, Question, Row, red_of
from stomper.run.search import Guilty, find_guilty, question_about
from stomper.run.search_trace import Search
from stomper.text.counts import shorten
from stomper.worker.dropped_words import lines_of, reason_of
from stomper.worker.whole_drop import by_whom, dropped_whole

SHOWN = 3
NOTHING = Question(frozenset(), EVERYTHING)


@dataclass(frozen=True, slots=True)
class Passed:
    """The result of the gate: landed files, some of them rejected or with parts dropped, the head, its diagnostics.

    `problem` says why there is no verdict; then nothing may be delivered. `searches` are those for what was dropped.
    """

    landed: tuple[Landed, ...]
    head: str
    after: tuple[Diagnostic, ...]
    problem: str = ""
    searches: tuple[Search, ...] = ()


def pass_gate(row: Row, landed: Sequence[Landed], lander: Lander, folder: RunFolder) -> Passed:
    """Test the landed whole; drop, one after the other, what makes it red; test the rest once more.

    Only the commits in the `row` are looked at: not those that an earlier session of the run has delivered.
    """
    gate, items = row.gate, {item.task.index: item for item in landed}
    try:
        verdict = gate.judge_surely(lander.head)
        green, question = 0, NOTHING
        while verdict.red and not verdict.problem and row.items:
            gate.runs.suspect(len(row.items) - green)
            question = _question(row, verdict, green, question)
            row.trace.begin(verdict.witnesses, len(row.items))
            guilty = find_guilty(row, question, green, verdict)
            _note_found(row, guilty)
            gate.runs.clear()
            anew = _drop(row, guilty, verdict, lander, folder)
            items |= {item.task.index: item for item in anew}
            green = guilty.piece.place - 1
            row = dataclasses.replace(row, items=(*row.items[:green], *(item for item in anew if item.commit)))
            verdict = _look_again(row, question, verdict, lander.head)
    except GateStopped:
        verdict = Verdict(problem="interrupted")
    after = gate.found.get(lander.head, gate.known)
    problem = verdict.problem or _unexplained(verdict)
    return Passed(tuple(items.values()), lander.head, after, problem, tuple(row.trace.searches))


def _note_found(row: Row, guilty: Guilty) -> None:
    """Note for the report what a search has found, before the row is another one."""
    piece, partner = guilty.piece, guilty.partner
    division = row.division(piece.place) if piece.unit is not None else None
    lines = division.lines([piece.unit]) if division is not None and piece.unit is not None else ()
    row.trace.end(row.outcome(piece.place).path, lines, row.outcome(partner.place).path if partner else "")


def _question(row: Row, verdict: Verdict, green: int, last: Question) -> Question:
    """Give the question about the faults of a verdict: the same as before, if they are some of those."""
    witnesses = frozenset(verdict.witnesses)
    if witnesses <= last.witnesses and last.asked != EVERYTHING:
        return Question(witnesses, last.asked)
    return question_about(row, verdict, green)


def _unexplained(verdict: Verdict) -> str:
    return f"the base commit fails by itself: {', '.join(verdict.witnesses[:SHOWN])}" if verdict.red else ""


def _look_again(row: Row, question: Question, verdict: Verdict, head: str) -> Verdict:
    """Judge the whole once more: all of it, unless what was red before is so still, by a smaller question."""
    if question.asked != EVERYTHING and head != row.gate.made.base:
        (again,) = row.judge([head], question.asked)
        red = red_of(again, question)
        if red and not again.problem:
            return dataclasses.replace(again, tests=verdict.tests & red, diagnostics=verdict.diagnostics & red)
    return row.gate.judge_surely(head)


def _drop(row: Row, guilty: Guilty, verdict: Verdict, lander: Lander, folder: RunFolder) -> list[Landed]:
    """Drop a piece. What is behind it lands again, on what is before it. Returns the files from its place on."""
    item, place = row.item(guilty.piece.place), guilty.piece.place
    shorter = _shortened(row, guilty, lander.head)
    outcome = _outcome(row, guilty, verdict, shorter)
    folder.write_log(item.task, f"{outcome.reason}\n\n{guilty.log}")
    kept = folder.store(item.task, outcome)
    crash_point("gate-drop")
    lander.go_back(row.commit_at(place - 1))
    anew = [lander.land(item.task, kept), *(lander.land(other.task, other.outcome) for other in row.items[place:])]
    lander.settle()
    if shorter is not None and _tree(row, shorter.commit) == _tree(row, lander.head):
        row.gate.know_again(shorter.commit, lander.head)
    return anew


def _tree(row: Row, commit: str) -> str:
    return row.stream.tree_of(commit)


def _shortened(row: Row, guilty: Guilty, head: str) -> Shortened | None:
    """The file of a guilty unit without it, and without those that cannot be without it; None: the file must go."""
    piece = guilty.piece
    division = row.division(piece.place)
    if piece.unit is None or division is None:
        return None
    return without_units(row, piece.place, division.fallen(piece.unit), head, guilty.broken)


def _outcome(row: Row, guilty: Guilty, verdict: Verdict, shorter: Shortened | None) -> Changed | Rejected:
    """Make the outcome of a guilty file: it is rejected, or has lost a part; with what that breaks, and with whom."""
    before = row.outcome(guilty.piece.place)
    witness = "tests" if set(guilty.broken) & verdict.tests else "checkers"
    broken = f"breaks {shorten(guilty.broken, SHOWN)}{_with(row, guilty)}"
    if shorter is None:
        gone = dropped_whole(before, row.base_content(guilty.piece.place), guilty.broken)
        rejected = before.rejected(f"{witness}: {broken}{by_whom(gone)}", guilty.broken)
        return dataclasses.replace(rejected, dropped=(*before.dropped, *gone))
    lost = shorter.outcome.dropped[len(before.dropped) :]
    reason = f"{witness}: {reason_of(lost, broken)}"
    return dataclasses.replace(shorter.outcome, reason="; ".join(filter(None, (before.reason, reason))))


def _with(row: Row, guilty: Guilty) -> str:
    """Say which other piece the guilty one needs to be one; nothing if it is red on its own."""
    if guilty.partner is None:
        return ""
    path = printable(row.item(guilty.partner.place).task.path)
    division = row.division(guilty.partner.place)
    if guilty.partner.unit is None or division is None:
        return f" (only together with {path})"
    return f" (only together with {path}, {lines_of(division.lines([guilty.partner.unit]))})"
