"""Guesses at the types of a file's slots. Whoever makes some is a `Proposer`; none of them judges."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import libcst as cst

from stomper.fixers.annotate.scope import Scope
from stomper.fixers.annotate.slots import Function, Slot, Variable
from stomper.fixers.annotate.types import Type


@dataclass(frozen=True, slots=True)
class Proposal:
    """A type for a slot. Names in it are full ones, or those of the module (`scope.LOCAL` before them)."""

    slot: Slot
    type: Type
    proposer: str


@dataclass(frozen=True, slots=True)
class Question:
    """One file, `path` below `root`, whose text may not be the one on the disk, and its slots.

    `wanted` are the slots that a type is asked for, `known` what others have proposed for some of them. `python` is
    the project's interpreter, `roots` are where imports start, from the top. `scratch` is a folder for temporary files;
    what lies in `shared`, if there is one, other files' questions of this run find again. A program may take `seconds`.
    """

    root: Path
    path: str
    text: str
    module: cst.Module
    functions: Sequence[Function]
    variables: Sequence[Variable]
    scope: Scope
    wanted: frozenset[Slot]
    python: str
    roots: Sequence[str]
    scratch: Path
    seconds: float
    shared: Path | None = None
    known: Mapping[Slot, Type] = field(default_factory=dict)


class Proposer(Protocol):
    """Proposes types. It may be wrong: mypy, the other checkers and the gate judge each slot."""

    @property
    def name(self) -> str:
        """The word by which reports count what was kept of it."""
        ...

    def propose(self, question: Question) -> Iterable[Proposal]:
        """Give proposals for the slots that are wanted, at most one each. Others' slots are passed over.

        Raises CheckerError if its program gives no result: the others go on without it.
        """
        ...


def ranked(proposals: Iterable[Proposal], wanted: frozenset[Slot]) -> dict[Slot, tuple[Proposal, ...]]:
    """The different proposals for each slot that is wanted, the best first: in the order of the proposers."""
    found: dict[Slot, tuple[Proposal, ...]] = {}
    for one in proposals:
        others = found.get(one.slot, ())
        if one.slot in wanted and all(one.type != other.type for other in others):
            found[one.slot] = (*others, one)
    return found
