"""The types that travel between the stages, and across the process border to workers.

Everything here is frozen, module-level and picklable. Paths are text, relative to the top of the
repository, with `/` between the parts.
"""

import functools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, TypeAlias

from stomper.attempts import Attempt as Attempt
from stomper.attempts import AttemptResult as AttemptResult
from stomper.attempts import CodeTally as CodeTally
from stomper.attempts import Usage as Usage
from stomper.attempts import believable as believable
from stomper.attempts import has_escaped as has_escaped
from stomper.grades import Dropped, Part, Withheld
from stomper.multisets import Countdown
from stomper.text.printable import printable as printable

NUMBER = re.compile(r"\d+")
NOTE = "; note: "
UNTYPED = re.compile(r"^Function is missing a (?:return )?type annotation.*")
SNIPPET = re.compile(r"`[^`]*[^\w.`][^`]*`")
NOT_CHECKED = "not-checked"
"""The code of what stands in the place of a result: a checker could not look at a file. Nothing can accept it."""

DiagnosticKey: TypeAlias = tuple[str, str, str]


class Severity(StrEnum):
    """The severity by the checker's word, in the terms of the language server protocol."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Replacement:
    """New text for what is between two places of a file, given as line and column from 1; the end is not in it."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a checker told of a diagnostic beside what it decides by: for reports, and nothing hangs on it.

    `end` is the place after it, as line and column from 1; `rule` the name of its rule, `page` the address of what is
    written about that; `replacements` are the checker's own fix. `cell` is the place in a notebook as people see it:
    the number of the cell, and the line and column in that.
    """

    end: tuple[int, int] | None = None
    rule: str = ""
    page: str = ""
    replacements: tuple[Replacement, ...] = ()
    cell: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One complaint of one checker. `line` and `column` count from 1; `fixable` is the checker's own word.

    `told` is no part of what makes two diagnostics the same, and is not kept with a run's tasks.
    """

    tool: str
    code: str
    message: str
    path: str
    line: int
    column: int
    severity: Severity = Severity.ERROR
    fixable: bool = False
    told: Told | None = field(default=None, compare=False, repr=False)

    @property
    def unchecked(self) -> bool:
        """Say whether this is no complaint but says, in the tool's words, that the tool could not look at the file."""
        return self.code == NOT_CHECKED

    @property
    def key(self) -> DiagnosticKey:
        """The part that stays the same when lines move: tool, code, and the message without numbers and quoted code.

        `Line too long (95 > 88)` is the same complaint after the line shrank to 91; so is one whose
        message quotes a statement (backticks around more than a dotted name) that another fix reworded.
        Notes do not count: mypy gives some of them only once a run, to whichever file comes first. A function
        that is half annotated misses a type annotation still, whichever half mypy names. What a tool says of a file
        that it could not look at is not compared.
        """
        if self.unchecked:
            return self.tool, self.code, ""
        return self.tool, self.code, _plain(self.message)


@functools.lru_cache(maxsize=20_000)  # the diagnostics of a file are compared at each attempt
def _plain(message: str) -> str:
    """A message without what changes when lines move or other code does."""
    message = UNTYPED.sub("Function is missing a type annotation", message.partition(NOTE)[0])
    return NUMBER.sub("#", SNIPPET.sub("`...`", message))


def bare(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The same diagnostics without what is for reports alone."""
    return tuple(d if d.told is None else replace(d, told=None) for d in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By path and place; where that is the same by tool, code and message, so that the order is always one."""
    return tuple(sorted(diagnostics, key=lambda d: (d.path, d.line, d.column, d.tool, d.code, d.message)))


def count_keys(diagnostics: Iterable[Diagnostic]) -> Counter[DiagnosticKey]:
    """The multiset that before and after are compared by."""
    return Counter(diagnostic.key for diagnostic in diagnostics)


def path_and_key(diagnostic: Diagnostic) -> tuple[str, DiagnosticKey]:
    """Give the key of a diagnostic among several files: it stays the same when lines move."""
    return diagnostic.path, diagnostic.key


def blind_spots(found: Iterable[Diagnostic]) -> frozenset[tuple[str, str]]:
    """The tools and paths of which the tool says that it could not look at the file."""
    return frozenset((d.tool, d.path) for d in found if d.unchecked)


def codes_of(diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """Count the diagnostics by code."""
    return dict(sorted(Counter(diagnostic.code for diagnostic in diagnostics).items()))


@dataclass(frozen=True, slots=True)
class FixTask:
    """One file with its diagnostics. `index` is its place in the plan, counted from 0.

    `diagnostics` are those to fix; `others` are on the same file but were not asked for: they do
    not have to go, and must not grow. `codes` are the only ones that a fixer may touch; None for all that it can.
    `barred` are the (fixer, code) that are not tried, since tests took their fixes out of this file before; where the
    code is empty, that fixer is not asked at all.
    """

    index: int
    path: str
    diagnostics: tuple[Diagnostic, ...]
    others: tuple[Diagnostic, ...] = ()
    codes: frozenset[str] | None = None
    barred: frozenset[tuple[str, str]] = frozenset()


def left_of(
    wanted: Iterable[Diagnostic], found: Iterable[Diagnostic], others: Iterable[Diagnostic] = ()
) -> tuple[Diagnostic, ...]:
    """Give the diagnostics of `found` that are left of `wanted`, counted by key.

    `others` were there as well and may stay: so many of the same key stand for them.
    """
    spare, still = (Countdown(diagnostic.key for diagnostic in each) for each in (others, wanted))
    return tuple(d for d in found if not spare.take(d.key) and still.take(d.key))


@dataclass(frozen=True, slots=True)
class Blob:
    """The result of a patch at one path: git's mode and object id, both None if the file is deleted."""

    path: str
    mode: str | None
    id: str | None


@dataclass(frozen=True, slots=True)
class Patch:
    """Bytes of `git diff --binary --full-index` against the base commit, and the blobs it must lead to."""

    data: bytes
    blobs: tuple[Blob, ...]


@dataclass(frozen=True, slots=True)
class Timing:
    """When a worker began and ended a task: seconds of the machine's monotonic clock, and the worker's pid."""

    started: float
    finished: float
    pid: int

    @property
    def seconds(self) -> float:
        return self.finished - self.started


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a file's change with its own commit: the diagnostics it took away, and its patch on the step before.

    A step either fixes or suppresses: `suppressed` are the diagnostics that comments silence from here on.
    """

    before: tuple[Diagnostic, ...]
    after: tuple[Diagnostic, ...]
    patch: Patch
    attempts: tuple[Attempt, ...]
    suppressed: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """The common fields of the outcomes of a worker's attempts. `before` are the task's own diagnostics.

    `cached`: the attempts are those of an earlier run, which this one has not repeated. `withheld` are guesses that
    nothing stands behind, `dropped` parts that the gate took out.
    """

    path: str
    before: tuple[Diagnostic, ...]
    attempts: tuple[Attempt, ...]
    timing: Timing
    cached: bool = False
    withheld: tuple[Withheld, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    def rejected(self, reason: str, broken: tuple[str, ...] = ()) -> "Rejected":
        """The outcome of the same work where the change must not land; `broken` is what speaks against it."""
        return Rejected(
            path=self.path,
            before=self.before,
            attempts=self.attempts,
            timing=self.timing,
            cached=self.cached,
            withheld=self.withheld,
            dropped=self.dropped,
            reason=reason,
            broken=broken,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed(Worked):
    """All of the task's diagnostics are fixed and none came. `steps` lead there where there are several commits.

    `parts` lead to the file's content by the lines, if it alone is changed; empty if that cannot be said.
    """

    patch: Patch
    status: Literal["fixed"] = "fixed"
    after: tuple[Diagnostic, ...] = ()
    reason: str = ""
    steps: tuple[Step, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed(Worked):
    """None of the task's diagnostics is reported any more: `suppressed` are silenced by comments, the others fixed."""

    suppressed: tuple[Diagnostic, ...]
    patch: Patch
    status: Literal["suppressed"] = "suppressed"
    after: tuple[Diagnostic, ...] = ()
    reason: str = ""
    steps: tuple[Step, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial(Worked):
    """Some of the task's diagnostics are gone (fixed, or `suppressed`) and none came; `reason` says why not all."""

    after: tuple[Diagnostic, ...]
    patch: Patch
    reason: str
    status: Literal["partial"] = "partial"
    steps: tuple[Step, ...] = ()
    parts: tuple[Part, ...] = ()
    suppressed: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged(Worked):
    """The fixers worked and changed nothing that was kept."""

    reason: str
    status: Literal["unchanged"] = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Nothing was tried, on purpose, or not all that could be; `reason` says why.

    `held`: by a budget or by a provider's limits, so that the run can go on with it. `attempts` are those
    that were made before, and led to nothing.
    """

    path: str
    before: tuple[Diagnostic, ...]
    reason: str
    status: Literal["skipped"] = "skipped"
    held: bool = False
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Worked):
    """A change was offered and refused by a guard or by the gate; `reason` names which, and what it saw.

    `broken` are the tests and the new diagnostics elsewhere that speak against it.
    """

    reason: str
    broken: tuple[str, ...] = ()
    status: Literal["rejected"] = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Something broke: a fixer, a checker, git, or the worker itself. `trace` is a traceback as text, or empty.

    `timing` is None if no worker lived to tell it.
    """

    path: str
    before: tuple[Diagnostic, ...]
    reason: str
    attempts: tuple[Attempt, ...] = ()
    timing: Timing | None = None
    trace: str = ""
    status: Literal["failed"] = "failed"


Changed: TypeAlias = Fixed | Suppressed | Partial
"""The outcomes with a patch."""
Outcome: TypeAlias = Changed | Unchanged | Skipped | Rejected | Failed
Status: TypeAlias = Literal["fixed", "suppressed", "partial", "unchanged", "skipped", "rejected", "failed"]


def state_word(status: Status) -> str:
    """Give the word for a file's state beside counts of diagnostics: there, `fixed` is said of these."""
    return "cleared" if status == "fixed" else status


def is_cached(outcome: Outcome) -> bool:
    """Say whether an outcome is that of an earlier run, from the cache."""
    return isinstance(outcome, Worked) and outcome.cached


def suppressed_in(outcome: Outcome) -> tuple[Diagnostic, ...]:
    """The diagnostics that an outcome silences by comments; their lines are those of the changed file."""
    return outcome.suppressed if isinstance(outcome, Suppressed | Partial) else ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The work of a run: the tasks in order, the skipped files with the reasons, and the selected paths.

    `aside` are diagnostics that were asked for and do not count: the baseline knows them, or the plan
    file that is followed does not have them. `turn` is the code or tool that a run takes up which does not
    take up everything.
    """

    tasks: tuple[FixTask, ...]
    skipped: tuple[Skipped, ...]
    paths: tuple[str, ...]
    before: int
    aside: tuple[Diagnostic, ...] = ()
    turn: str = ""


INTERRUPTED = "interrupted"
