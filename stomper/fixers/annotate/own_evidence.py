"""Our own proposer: rounds of probes until mypy says nothing new about the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from stomper.fixers.annotate.ask_mypy import LateError, Oracle
from stomper.fixers.annotate.class_members import Shape, shapes_in_reach
from stomper.fixers.annotate.evidence import read_findings
from stomper.fixers.annotate.infer_types import Solver, Zeal
from stomper.fixers.annotate.probes import add_probes
from stomper.fixers.annotate.proposals import Proposal, Question
from stomper.fixers.annotate.slots import Slot
from stomper.fixers.annotate.types import Type
from stomper.python import read_tree

NAME = "probes"
MOST_ROUNDS = 7


@dataclass(frozen=True, slots=True)
class ProbeProposer:
    """Asks `oracle`, mypy, about the file with probes in the place of what nobody knows."""

    oracle: Oracle
    name: str = NAME

    def propose(self, question: Question) -> list[Proposal]:
        """Ask until nothing more becomes known, or half of the time is gone."""
        known = dict(question.known)
        for found in _Rounds(self.oracle.half(), question).found(known):
            known |= found
        return [Proposal(slot, one, self.name) for slot, one in known.items() if slot not in question.known]


@dataclass(slots=True)
class _Rounds:
    oracle: Oracle
    question: Question
    shapes: dict[str, Shape] = field(init=False)

    def __post_init__(self) -> None:
        tree, roots = read_tree(self.question.text), self.oracle.mypy.roots
        self.shapes = shapes_in_reach(self.question.root, roots, tree, self.question.scope)

    def found(self, known: dict[Slot, Type]) -> Iterator[dict[Slot, Type]]:
        """Give what each round adds to what is `known`, which is to be brought up to date between them."""
        asked = self.question
        functions, variables = [*asked.functions], [*asked.variables]
        for _ in range(MOST_ROUNDS):
            probes = add_probes(asked.module, functions, variables, known)
            try:
                findings = read_findings(self.oracle.ask(probes.text), asked.path)
            except LateError:
                return
            solver = Solver(functions, variables, probes, findings, asked.scope, known, self.shapes)
            tries = (replace(solver, zeal=zeal).solve() for zeal in Zeal)
            found = next(filter(None, tries), {})
            if not found:
                return
            yield found
