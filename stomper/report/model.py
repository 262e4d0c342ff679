"""The report of a run: built from outcomes and nothing else. Text, JSON and TOML are renderings of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stomper.errors import EXIT_INTERRUPTED, EXIT_UNTRUSTED
from stomper.grades import Dropped, Grade, Withheld
from stomper.models import Attempt, Diagnostic, Status, Timing, has_escaped
from stomper.report.codes import CodeReport
from stomper.report.ending import Ending, exit_code_of
from stomper.report.places import Places
from stomper.settings import EndingSettings, ProofLevel

SCHEMA_VERSION = 1
CHANGED = frozenset[Status]({"fixed", "suppressed", "partial"})
STATUSES: tuple[Status, ...] = ("fixed", "suppressed", "partial", "unchanged", "skipped", "rejected", "failed")


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file as the user has it: its state, and the diagnostics before and after.

    If the run came to more than the user has, that is the `outcome`, and the file itself is `skipped`.

    `commits` are all of them if there are several, the last of which is `commit`. `suppressed` are the
    diagnostics that comments silence, with their lines in the changed file. `cached`: the attempts are those of an
    earlier run. `grades` say, by code, on which grades the fixes landed; `withheld` are guesses that were not sure
    enough, `dropped` is what the gate, or tests, took out again.
    """

    path: str
    status: Status
    reason: str
    before: int
    after: int
    fixed_codes: dict[str, int]
    seconds: float
    commit: str | None
    attempts: tuple[Attempt, ...]
    patch: str | None
    log: str | None
    commits: tuple[str, ...] = ()
    suppressed: tuple[Diagnostic, ...] = ()
    cached: bool = False
    grades: Mapping[str, Mapping[Grade, int]] = field(default_factory=dict)
    withheld: tuple[Withheld, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    outcome: "FileReport | None" = None

    @property
    def came_to(self) -> "FileReport":
        """Give the file as the run has left it, whether the user has that or not."""
        return self.outcome or self

    @property
    def escaped(self) -> bool:
        return has_escaped(self.attempts)


@dataclass(frozen=True, slots=True)
class RoundReport:
    """One pass over the files that could still win: how many there were and were changed, the diagnostics it fixed."""

    files: int
    changed: int
    fixed: int


@dataclass(frozen=True, slots=True)
class Concurrency:
    """The measured parallelism, from the times of the workers. Seconds are wall time."""

    max_parallel_files: int
    peak: int
    wall_seconds: float
    worker_seconds: float

    @property
    def speedup(self) -> float:
        return self.worker_seconds / self.wall_seconds if self.wall_seconds else 0.0

    @property
    def efficiency(self) -> float:
        """Speed-up for each worker that was ever busy at once; 1.0 is ideal."""
        return self.speedup / self.peak if self.peak else 0.0


@dataclass(frozen=True, slots=True)
class Tested:
    """Whether tests have judged the result: the number that passed, or why none was asked.

    `count` is None for a command that does not tell tests apart.
    """

    __test__ = False  # not one of pytest's

    count: int | None = None
    why_not: str = ""

    def facts(self) -> dict[str, Any]:
        """Give the keys of the report."""
        if self.why_not:
            return {"tested": False, "tests_run": 0, "not_tested": self.why_not}
        return {"tested": True, **({} if self.count is None else {"tests_run": self.count})}


UNTESTED = Tested(why_not="no tests were found")


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything a script may want to know. `started` and `finished` are ISO 8601, UTC.

    All counts are of what the user has now. `remaining` are the diagnostics of that; `waiting` says how many of them
    the run's result, which the user does not have, has no more. `arrived`: the result was delivered, or there is none.
    `undelivered` says why git would not take it, `untrusted` why nobody vouches for it; `ref` may keep it then.

    `usage` is what asking models took (empty if none was asked), `held_files` how many wait for a larger budget or for
    their provider. `stub_packages` would have to be installed for mypy's import-untyped among them to go.
    `reason` is what stands behind comments that suppress. `unchecked` are the files that a checker could not look at.
    `stages` are the wall seconds of the stages of this session. `proof` is the level that a fix needed to land.
    `rounds` are the passes over the files, with what each won. `fixers` says what each fixer came to at each code,
    `codes` are the counts by code. `tested` says whether tests judged the result, `looked_at` how many of the chosen
    files each checker has looked at. `seconds` are those of this session, `tools` the versions of programs, `options`
    what is not as by default, `remote` the address of the repository elsewhere; `places` are folders of this machine
    that the report is not to speak of. `folder` is the run's own, with more than the report has.
    """

    run: str
    stomper_version: str
    repository: str
    base_commit: str
    head_commit: str
    branch: str
    started: str
    finished: str
    diagnostics_before: int
    diagnostics_after: int
    concurrency: Concurrency
    files: tuple[FileReport, ...]
    dry_run: bool = False
    undelivered: str = ""
    untrusted: str = ""
    interrupted: bool = False
    files_only: bool = False
    hint: str = ""
    tests: dict[str, Any] = field(default_factory=lambda: {"mode": "none", "runs": 0, "partial_runs": 0, "dropped": []})
    remaining: tuple[Diagnostic, ...] = ()
    baseline: dict[str, int] = field(default_factory=dict)
    usage: dict[str, int | float] = field(default_factory=dict)
    held_files: int = 0
    stub_packages: tuple[str, ...] = ()
    reason: str = ""
    unchecked: tuple[Diagnostic, ...] = ()
    stages: dict[str, float] = field(default_factory=dict)
    proof: ProofLevel = "tested"
    rounds: tuple[RoundReport, ...] = ()
    fixers: tuple[dict[str, Any], ...] = ()
    codes: tuple[CodeReport, ...] = ()
    tested: Tested = UNTESTED
    looked_at: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    tools: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    remote: str = ""
    places: Places = ()
    folder: str = ""
    arrived: bool = True
    waiting: int = 0
    ref: str = ""
    ending_settings: EndingSettings = field(default_factory=EndingSettings)

    def count(self, status: Status) -> int:
        return sum(file.status == status for file in self.files)

    @property
    def suppressed(self) -> int:
        """The number of diagnostics that comments silence on the landed tree. They are neither left nor fixed."""
        gone = max(0, self.diagnostics_before - self.diagnostics_after)
        return min(gone, sum(len(file.suppressed) for file in self.files))

    @property
    def fixed(self) -> int:
        return max(0, self.diagnostics_before - self.diagnostics_after - self.suppressed)

    @property
    def grades(self) -> dict[str, int]:
        """The number of diagnostics that were fixed on each grade, the surest first."""
        counts = Counter[Grade]()
        for file in self.files:
            for by_grade in file.grades.values():
                counts.update(by_grade)
        return {str(grade): counts[grade] for grade in Grade if counts[grade]}

    @property
    def withheld(self) -> Counter[str]:
        """The number of fixes that were withheld, by code."""
        return Counter(guess.code for file in self.files for guess in file.withheld)

    @property
    def dropped(self) -> int:
        """The number of diagnostics whose fixes the gate, or tests, took out again."""
        return sum(count for file in self.files for credit in file.dropped for _, _, count in credit.codes)

    @property
    def ending(self) -> Ending:
        """What is still to be done, apart by kind. See `Ending` for the units."""
        return Ending(
            left=self.diagnostics_after - self.waiting,
            rejected=self.count("rejected"),
            failed=self.count("failed"),
            not_read=sum(file.status == "skipped" and not file.before for file in self.files),
            not_delivered=0 if self.dry_run else self.waiting,
            would_fix=self.waiting if self.dry_run else 0,
        )

    @property
    def exit_code(self) -> int:
        """The contract for scripts: 130 interrupted, 3 not to be trusted or not delivered, 1 or 0 by the ending."""
        return self._exit_code(self.ending_settings)

    @property
    def exit_code_without_options(self) -> int:
        """The exit code if the user had not asked for another one."""
        return self._exit_code(EndingSettings())

    def _exit_code(self, settings: EndingSettings) -> int:
        if self.interrupted:
            return EXIT_INTERRUPTED
        if self.untrusted or self.undelivered or self.unchecked:
            return EXIT_UNTRUSTED
        changed = any(file.came_to.status in CHANGED for file in self.files)
        return exit_code_of(self.ending, changed, settings)

    @property
    def delivered(self) -> bool:
        """Return whether the user has all that the run came to."""
        return self.arrived and not self.not_delivered

    @property
    def not_delivered(self) -> str:
        """Say why the user does not have what the run came to; empty if he does."""
        if self.untrusted and not self.interrupted:
            return f"not to be trusted: {self.untrusted}"
        if problem := self.untrusted or self.undelivered:
            return problem
        if self.dry_run:
            return "dry run"
        return "" if self.arrived else "interrupted"

    @property
    def files_waiting(self) -> tuple[FileReport, ...]:
        """Give what the run came to for the files that wait to be delivered; none in a dry run."""
        return () if self.dry_run else tuple(file.outcome for file in self.files if file.outcome)


def peak(timings: Iterable[Timing]) -> int:
    """The most tasks that were being worked on at one moment."""
    edges = [(t.started, 1) for t in timings] + [(t.finished, -1) for t in timings]
    most = now = 0
    for _, step in sorted(edges):
        now += step
        most = max(most, now)
    return most


def measure(rounds: Sequence[Sequence[Timing]], max_parallel_files: int) -> Concurrency:
    """The concurrency of the tasks of each round; the wall time of one is from its first start to its last end."""
    wall = sum(max(t.finished for t in timings) - min(t.started for t in timings) for timings in rounds if timings)
    everything = [timing for timings in rounds for timing in timings]
    return Concurrency(max_parallel_files, peak(everything), wall, sum(t.seconds for t in everything))
