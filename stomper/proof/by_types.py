"""Prove by types that a fix of ruff means the same at a place: one question to the project's mypy for each file."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stomper.checkers.base import Checker
from stomper.checkers.mypy_call import Mypy
from stomper.checkers.sandboxed import Kept
from stomper.checkers.scope import Scoped
from stomper.errors import CheckerError
from stomper.models import Diagnostic
from stomper.proof.typed.needs import Found, Needs, Operand, unknown
from stomper.proof.typed.needs import Proof as Proof
from stomper.python import CannotReadError, parses

if TYPE_CHECKING:
    from stomper.proof.typed.question import Answer
    from stomper.proof.typed.spots import Sight

PLACE = "proof"
IN_TEXT = unknown("it stands in a formatted string, where mypy cannot be asked")


@dataclass(frozen=True, slots=True)
class TypeProver:
    """The project's mypy, asked about operands. What it says of them decides, and where their values come from.

    `kept` is the checker with the room that it is to be started in, if there is one.
    """

    mypy: Mypy
    kept: Kept | None = None

    def prove(
        self, root: Path, path: str, text: str, diagnostics: Sequence[Diagnostic], scratch: Path
    ) -> Mapping[Diagnostic, Proof]:
        """Give a proof for each diagnostic whose code has a row; `text` is what the file has below `root`.

        It is not written there; `scratch` takes what mypy needs. Raises nothing: without an answer of mypy's,
        or for a text that is none, all is unknown.
        """
        from stomper.proof.typed.table import ROWS

        mine = [found for found in diagnostics if found.tool == "ruff" and found.code in ROWS]
        if not mine:
            return {}
        try:
            return self._proofs(root, path, text, mine, scratch)
        except (CannotReadError, CheckerError) as error:
            return dict.fromkeys(mine, unknown(getattr(error, "message", "") or str(error)))

    def _proofs(
        self, root: Path, path: str, text: str, mine: Sequence[Diagnostic], scratch: Path
    ) -> Mapping[Diagnostic, Proof]:
        from stomper.proof.typed.judge import Judge, bases_of
        from stomper.proof.typed.origins import Origins
        from stomper.proof.typed.own_classes import OwnClasses
        from stomper.proof.typed.spots import Sight, Spot
        from stomper.proof.typed.table import ROWS

        sight = Sight(text)
        judge = Judge(sight, Origins(sight), OwnClasses(root, path, text))
        if reader := judge.origins.reader:
            return dict.fromkeys(mine, unknown(f"`{reader}` may read the code in place of running it"))
        found = {one: _findable(sight, ROWS[one.code].find(Spot(sight, one))) for one in mine}
        needs = {one: Needs(bases_of(judge.origins, n.operands), n.builtins, n.families) for one, n in _needs(found)}
        operands = list(dict.fromkeys(operand for need in needs.values() for operand in need.operands))
        answers = self._ask(root, path, sight, operands, scratch) if operands else {}
        decided = {one: proof for one, proof in found.items() if isinstance(proof, Proof)}
        return decided | {one: judge.proof(need, one.line, answers) for one, need in needs.items()}

    def _ask(
        self, root: Path, path: str, sight: "Sight", operands: Sequence[Operand], scratch: Path
    ) -> Mapping[Operand, "Answer"]:
        """Ask about all operands at once. Raises CheckerError if mypy gives no result."""
        from stomper.fixers.annotate.ask_mypy import Oracle
        from stomper.proof.typed.question import read_answers, write_question

        question = write_question(sight, operands)
        if not parses(question):
            raise CheckerError("the code has a form that mypy cannot be asked about")
        place = scratch / PLACE
        place.mkdir(exist_ok=True)
        with self.kept.entered(root, scratch) if self.kept else contextlib.nullcontext():
            answers = read_answers(Oracle(self.mypy, root, path, (), place).ask(question))
        return {operands[number]: answer for number, answer in answers.items() if number < len(operands)}


def prover_of(checkers: Sequence[Checker]) -> TypeProver | None:
    """Give a prover with the mypy that is among these checkers, None if there is none."""
    return next((prover for checker in checkers if (prover := _prover(checker, None))), None)


def _prover(checker: Checker, kept: Kept | None) -> TypeProver | None:
    """The prover with a mypy that is within what only narrows it."""
    if isinstance(checker, Kept):
        return _prover(checker.checker, checker)
    if isinstance(checker, Scoped):
        return _prover(checker.checker, kept)
    return TypeProver(checker, kept) if isinstance(checker, Mypy) else None


def _findable(sight: "Sight", found: Found) -> Found:
    """Give the operands that were found, if mypy can be asked there."""
    if isinstance(found, Needs) and any(sight.in_text(operand.site) for operand in found.operands):
        return IN_TEXT
    return found


def _needs(found: Mapping[Diagnostic, Found]) -> list[tuple[Diagnostic, Needs]]:
    return [(one, needs) for one, needs in found.items() if isinstance(needs, Needs)]
