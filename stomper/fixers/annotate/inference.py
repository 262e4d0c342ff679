"""One file annotated: proposals of all proposers, and as many of them as mypy lets stand."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper

from stomper.checkers.base import Checker
from stomper.checkers.caches import surveyed
from stomper.checkers.mypy import MypyChecker
from stomper.errors import CheckerError
from stomper.fixers.annotate.anything import AnythingProposer
from stomper.fixers.annotate.ask_mypy import Clock, LateError, Oracle, importers
from stomper.fixers.annotate.bare_generics import find_openings
from stomper.fixers.annotate.complaints import Complaint, old_lines
from stomper.fixers.annotate.draft import Draft
from stomper.fixers.annotate.own_evidence import ProbeProposer
from stomper.fixers.annotate.proposals import Proposal, Proposer, Question, ranked
from stomper.fixers.annotate.python_version import Target, read_target
from stomper.fixers.annotate.scope import module_name, read_scope
from stomper.fixers.annotate.slots import Function, Slot, SlotFinder, Variable
from stomper.fixers.annotate.verify import Settled, Settler
from stomper.fixers.annotations.readers import Readers
from stomper.fixers.annotations.safe_rewrite import Judge
from stomper.fixers.base import FixRequest
from stomper.python import parse_module, read_tree

MOST_IMPORTERS = 40


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines where mypy misses annotations: of functions, of variables, and arguments of generic types.

    `alone`: of variables only those are wanted that are in these functions.
    """

    functions: frozenset[int]
    variables: frozenset[int]
    generics: frozenset[int]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Annotated:
    """A file's text with annotations, the slots kept by proposer, and the other files that gain by them.

    `problems` say which proposers gave no result, and why.
    """

    text: str
    kept: Counter[str] = field(default_factory=Counter)
    elsewhere: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def annotate_file(
    mypy: MypyChecker,
    request: FixRequest,
    judge: Judge,
    lines: Lines,
    proposers: Sequence[Proposer] = (),
    clock: Clock = time.monotonic,
    judges: tuple[Checker, ...] = (),
) -> Annotated:
    """Annotate what is on these lines, and variables. The text that comes out is that of `judge` if nothing was found.

    `judge` says which annotations something may read, which stay. Of `proposers` the best is the first; our own, which
    asks mypy, is asked last. No annotation stays that brings an error of mypy or of another of the `judges`.

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
        judges,
    )
    done = Annotated(judge.before)
    if lines.functions or lines.variables:
        done = Inference(oracle, judge.before, proposers, judge.readers).annotated(lines.functions, lines.alone)
    return _with_arguments(oracle, judge.before, done, lines.generics, proposers) if lines.generics else done


def _with_arguments(
    oracle: Oracle, text: str, done: Annotated, lines: frozenset[int], proposers: Sequence[Proposer]
) -> Annotated:
    """Add arguments of the generic types on these lines of the text before.

    They have looks of their own: a wrong guess at one loses no annotation, and the annotations say more of them.
    """
    moved = frozenset(new for new, old in old_lines(text, done.text).items() if old in lines)
    try:
        more = Inference(oracle, done.text, proposers).with_arguments(moved)
    except CheckerError:
        if done.text == text:
            raise
        return done
    elsewhere = tuple(sorted({*done.elsewhere, *more.elsewhere}))
    return Annotated(more.text, done.kept + more.kept, elsewhere, (*done.problems, *more.problems))


def _place(scratch: Path) -> Path:
    """A folder of its own below the task's."""
    place = scratch / "annotate"
    place.mkdir(exist_ok=True)
    return place


@dataclass(slots=True)
class Inference:
    """One module, its slots, and who is asked about them."""

    oracle: Oracle
    text: str
    proposers: Sequence[Proposer] = ()
    readers: Readers | None = None
    wrapper: MetadataWrapper = field(init=False)
    module: cst.Module = field(init=False)
    functions: list[Function] = field(init=False)
    variables: list[Variable] = field(init=False)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        wrapper = MetadataWrapper(parse_module(self.text), unsafe_skip_copy=True)
        finder = SlotFinder()
        wrapper.visit(finder)
        self.module, self.wrapper = wrapper.module, wrapper
        self.functions, self.variables = finder.functions, finder.variables

    def annotated(self, lines: frozenset[int], alone: bool = False) -> Annotated:
        """Annotate what can be annotated of the functions on these lines, and of variables."""
        before = self._first_look()
        self.variables = [v for v in self.variables if self._matters(v, before) and not self._is_read(v)]
        wanted = {slot for function in self.functions if function.line in lines for slot in function.slots}
        inside = {function.index for function in self.functions if function.line in lines}
        wanted |= {slot for v in self.variables for slot in v.slots if not alone or v.function in inside}
        if not self._target.functions:
            wanted = set()
        if not self._target.variables:
            wanted = {(owner, name) for owner, name in wanted if owner >= 0}
        return self._settled(before, wanted, self.proposers, (AnythingProposer(),))

    def with_arguments(self, lines: frozenset[int]) -> Annotated:
        """Give arguments to the generic types on these lines."""
        before = self._first_look()
        openings = find_openings(self.wrapper, lines)
        self.variables = [*(v for v in self.variables if self._matters(v, before)), *openings]
        return self._settled(before, {slot for opening in openings for slot in opening.slots}, ())

    def _settled(
        self, before: list[Complaint], wanted: set[Slot], proposers: Sequence[Proposer], last: Sequence[Proposer] = ()
    ) -> Annotated:
        if not wanted:
            return Annotated(self.text)
        question = self._question(frozenset(wanted))
        own = ProbeProposer(self.oracle)
        hands = ranked(self._proposals(question, (*proposers, own, *last)), question.wanted)
        facts = (self.module, self.functions, self.variables, question.scope, before, self._target)
        settler = Settler(self.oracle, self.text, *facts)
        done = settler.settle(Draft(hands)) or Settled(Draft({}), self.text)
        refused = hands.keys() - done.draft.hands.keys()
        if any(hands[slot][0].proposer != own.name for slot in refused):
            done = self._again(question, own, settler, done) or done
        return Annotated(done.text, done.draft.proposers(), done.elsewhere, tuple(self.problems))

    def _again(self, question: Question, own: Proposer, settler: Settler, done: Settled) -> Settled | None:
        """Ask for what is open, after others' proposals were refused, beside what was kept."""
        lost = question.wanted - done.draft.hands.keys()
        try:
            more = ranked(own.propose(replace(question, wanted=lost, known=done.draft.types)), lost)
            return settler.settle(replace(done.draft, hands={**more, **done.draft.hands})) if more else None
        except CheckerError:
            return None

    def _proposals(self, question: Question, proposers: Sequence[Proposer]) -> list[Proposal]:
        """Ask one proposer after another; each knows what those before it have proposed."""
        found: list[Proposal] = []
        for proposer in proposers:
            first = {one.slot: one.type for one in reversed(found)}
            try:
                found += proposer.propose(replace(question, known=first))
            except LateError:
                break
            except CheckerError as error:
                self.problems.append(error.message)
        return found

    def _question(self, wanted: frozenset[Slot]) -> Question:
        oracle = self.oracle
        scope = read_scope(read_tree(self.text), module_name(oracle.root, oracle.path))
        facts = (self.module, self.functions, self.variables, scope, wanted, oracle.mypy.python, oracle.mypy.roots)
        warm = surveyed(oracle.place.parent)
        shared = warm.parent if warm is not None and warm.is_dir() else None
        return Question(oracle.root, oracle.path, self.text, *facts, oracle.place, oracle.left / 2, shared)

    @property
    def _target(self) -> Target:
        return read_target(self.oracle.root, self.oracle.path, self.text)

    def _is_read(self, variable: Variable) -> bool:
        """Say whether something may read the annotation of a variable. One within a function is kept nowhere."""
        at_top = variable.function is None and not variable.attribute
        return at_top and self.readers is not None and bool(self.readers.at(variable.line))

    def _first_look(self) -> list[Complaint]:
        """Give what all judges say of the text as it is. A file that stops mypy does not count as importer."""
        try:
            return self.oracle.complaints(self.text)
        except CheckerError:
            if not self.oracle.others:
                raise
            self.oracle = replace(self.oracle, others=())
            return self.oracle.complaints(self.text)

    def _matters(self, variable: Variable, before: list[Complaint]) -> bool:
        """Return whether a variable needs an annotation: mypy finds most types of plain ones by itself."""
        if variable.attribute or variable.kind == "None":
            return True
        own = (c for c in before if c.path == self.oracle.path and c.code == "var-annotated")
        return variable.line in {complaint.line for complaint in own}
