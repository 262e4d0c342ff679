"""One file annotated: rounds of probes until nothing more comes out, then as much as mypy lets stand."""

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper

from stomper.checkers.mypy import MypyChecker
from stomper.errors import CheckerError
from stomper.fixers.annotate.ask_mypy import Clock, LateError, Oracle, importers
from stomper.fixers.annotate.bare_generics import find_openings
from stomper.fixers.annotate.class_members import Shape, shapes_in_reach
from stomper.fixers.annotate.complaints import Complaint, old_lines, read_complaints
from stomper.fixers.annotate.evidence import read_findings
from stomper.fixers.annotate.infer_types import Solver, Zeal
from stomper.fixers.annotate.probes import add_probes
from stomper.fixers.annotate.python_version import Target, read_target
from stomper.fixers.annotate.scope import Scope, read_scope
from stomper.fixers.annotate.slots import Function, Slot, SlotFinder, Variable
from stomper.fixers.annotate.types import Type
from stomper.fixers.annotate.verify import Settler
from stomper.fixers.annotate.writing import Draft
from stomper.fixers.annotations.readers import Readers
from stomper.fixers.annotations.safe_rewrite import Judge
from stomper.fixers.base import FixRequest
from stomper.python import parse_module, read_tree

MOST_ROUNDS = 7
MOST_IMPORTERS = 40


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines where mypy misses annotations: of functions, of variables, and arguments of generic types."""

    functions: frozenset[int]
    variables: frozenset[int]
    generics: frozenset[int]


def annotate_file(
    mypy: MypyChecker, request: FixRequest, judge: Judge, lines: Lines, clock: Clock = time.monotonic
) -> str | None:
    """The text with annotations of what is on these lines, and of variables; None if there is nothing to write.

    The text is the one that `judge` has; it says which annotations something may read, which stay.

    It takes no longer than the request allows, or one call of the checker may: what is verified by then is written.
    Raises CheckerError if mypy gives no result, LateError where it gives the first too late.
    """
    oracle = Oracle(
        mypy,
        request.root,
        request.path,
        importers(request.root, request.path, MOST_IMPORTERS),
        _place(request.scratch),
        clock() + (request.timeout or mypy.timeout),
        clock,
    )
    text, readers = judge.before, judge.readers
    wanted = lines.functions or lines.variables
    done = Inference(oracle, text, readers).annotated(lines.functions) if wanted else None
    return _with_arguments(oracle, text, done, lines.generics) if lines.generics else done


def _with_arguments(oracle: Oracle, text: str, done: str | None, lines: frozenset[int]) -> str | None:
    """Give the text `done` with arguments of the generic types on these lines of the text before.

    They have looks of their own: a wrong guess at one loses no annotation, and the annotations say more of them.
    """
    base = text if done is None else done
    moved = frozenset(new for new, old in old_lines(text, base).items() if old in lines)
    try:
        return Inference(oracle, base).with_arguments(moved) or done
    except CheckerError:
        if done is None:
            raise
        return done


def _place(scratch: Path) -> Path:
    """A folder of its own below the task's."""
    place = scratch / "annotate"
    place.mkdir(exist_ok=True)
    return place


@dataclass(slots=True)
class Inference:
    """The state of knowledge about the types of one module."""

    oracle: Oracle
    text: str
    readers: Readers | None = None
    wrapper: MetadataWrapper = field(init=False)
    module: cst.Module = field(init=False)
    functions: list[Function] = field(init=False)
    variables: list[Variable] = field(init=False)
    known: dict[Slot, Type] = field(default_factory=dict)
    scope: Scope | None = None
    shapes: dict[str, Shape] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wrapper = MetadataWrapper(parse_module(self.text), unsafe_skip_copy=True)
        finder = SlotFinder()
        wrapper.visit(finder)
        self.module, self.wrapper = wrapper.module, wrapper
        self.functions, self.variables = finder.functions, finder.variables

    def annotated(self, lines: frozenset[int]) -> str | None:
        """The text with what can be annotated of the functions on these lines, and of variables."""
        before = read_complaints(self._first_look())
        self.variables = [v for v in self.variables if self._matters(v, before) and not self._is_read(v)]
        wanted = {slot for function in self.functions if function.line in lines for slot in function.slots}
        wanted |= {slot for variable in self.variables for slot in variable.slots}
        if not self._target.functions:
            wanted = set()
        if not self._target.variables:
            wanted = {(owner, name) for owner, name in wanted if owner >= 0}
        return self._settled(before, wanted)

    def with_arguments(self, lines: frozenset[int]) -> str | None:
        """The text with arguments of the generic types on these lines."""
        before = read_complaints(self._first_look())
        openings = find_openings(self.wrapper, lines)
        self.variables = [*(v for v in self.variables if self._matters(v, before)), *openings]
        return self._settled(before, {slot for opening in openings for slot in opening.slots})

    def _settled(self, before: list[Complaint], wanted: set[Slot]) -> str | None:
        self.infer()
        if self.scope is None:
            return None
        facts = (self.module, self.functions, self.variables, self.scope, before, self._target)
        return Settler(self.oracle, self.text, *facts).settle(Draft(self.known).only(wanted))

    @property
    def _target(self) -> Target:
        return read_target(self.oracle.root, self.oracle.path, self.text)

    def _is_read(self, variable: Variable) -> bool:
        """Say whether something may read the annotation of a variable. One within a function is kept nowhere."""
        at_top = variable.function is None and not variable.attribute
        return at_top and self.readers is not None and bool(self.readers.at(variable.line))

    def _first_look(self) -> list[str]:
        """Give mypy's output for the text as it is. A file that stops mypy does not count as importer."""
        try:
            return self.oracle.ask(self.text)
        except CheckerError:
            if not self.oracle.others:
                raise
            self.oracle = replace(self.oracle, others=())
            return self.oracle.ask(self.text)

    def _matters(self, variable: Variable, before: list[Complaint]) -> bool:
        """Return whether a variable needs an annotation: mypy finds most types of plain ones by itself."""
        if variable.attribute or variable.kind == "None":
            return True
        own = (c for c in before if c.path == self.oracle.path and c.code == "var-annotated")
        return variable.line in {complaint.line for complaint in own}

    def infer(self) -> None:
        """Ask until nothing more becomes known, or half of the time is gone."""
        oracle = self.oracle.half()
        for _ in range(MOST_ROUNDS):
            probes = add_probes(self.module, self.functions, self.variables, self.known)
            try:
                findings = read_findings(oracle.ask(probes.text), oracle.path)
            except LateError:
                break
            if self.scope is None:
                tree = read_tree(self.text)
                self.scope = read_scope(tree, findings.module)
                self.shapes = shapes_in_reach(self.oracle.root, self.oracle.mypy.roots, tree, self.scope)
            solver = Solver(self.functions, self.variables, probes, findings, self.scope, self.known, self.shapes)
            tries = (replace(solver, zeal=zeal).solve() for zeal in Zeal)
            found = next(filter(None, tries), {})
            if not found:
                break
            self.known |= found
