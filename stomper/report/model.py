"""The report of a run: built from outcomes and nothing else. Text, JSON and TOML are renderings of it."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stomper.errors import EXIT_CLEAN, EXIT_INTERRUPTED, EXIT_LEFT, EXIT_UNTRUSTED
from stomper.grades import Dropped, Grade, Withheld
from stomper.models import Attempt, Diagnostic, Status, Timing, Usage, codes_of, has_escaped
from stomper.report.codes import CodeReport
from stomper.report.places import Places, relative, without_places
from stomper.settings import ProofLevel
from stomper.text.printable import one_line

SCHEMA_VERSION = 1
STATUSES: tuple[Status, ...] = ("fixed", "suppressed", "partial", "unchanged", "skipped", "rejected", "failed")


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file: its state, and the diagnostics before and, on the landed tree, after.

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

    `remaining` are the diagnostics that the user's branch has now, `usage` what asking models took (empty
    if none was asked), `held_files` how many wait for a larger budget or for their provider. `stub_packages`
    are those that would have to be installed for mypy's import-untyped among them to go. `reason` is what stands
    behind comments that suppress. `unchecked` are the files that a checker could not look at.
    `stages` are the wall seconds of the stages of this session. `proof` is the level that a fix needed to land.
    `rounds` are the passes over the files, with what each won. `fixers` says what each fixer came to at each code,
    `codes` are the counts by code. `tested` says whether tests judged the result, `looked_at` how many of the chosen
    files each checker has looked at. `seconds` are those of this session, `tools` the versions of programs, `options`
    what is not as by default, `remote` the address of the repository elsewhere; `places` are folders of this machine
    that the report is not to speak of.
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
    def exit_code(self) -> int:
        """The contract for scripts: 130 interrupted, 3 not to be trusted, 1 something is left, 0 nothing is."""
        if self.interrupted:
            return EXIT_INTERRUPTED
        if self.untrusted or self.unchecked:
            return EXIT_UNTRUSTED
        left = self.diagnostics_before if self.dry_run or self.undelivered else self.diagnostics_after
        return EXIT_LEFT if left or self._unsettled else EXIT_CLEAN

    @property
    def delivered(self) -> bool:
        """Return whether the user has the result."""
        return not (self.dry_run or self.undelivered or self.untrusted)

    @property
    def _unsettled(self) -> bool:
        unread = any(file.status == "skipped" and not file.before for file in self.files)
        return bool(self.undelivered or unread or self.count("failed") or self.count("rejected"))


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


def to_dict(report: RunReport) -> dict[str, Any]:
    """The report as plain data with the contract's keys, without places of this machine.

    What is unknown is absent, never null.
    """
    facts: dict[str, Any] = without_places(_facts(report), report.places)
    return facts


def _facts(report: RunReport) -> dict[str, Any]:
    c = report.concurrency
    return {
        "schema_version": SCHEMA_VERSION,
        "run": report.run,
        "stomper_version": report.stomper_version,
        "repository": Path(report.repository).name,
        **({"remote": report.remote} if report.remote else {}),
        "base_commit": report.base_commit,
        "head_commit": report.head_commit,
        "branch": report.branch,
        "started": report.started,
        "finished": report.finished,
        "seconds": round(report.seconds, 3),
        "exit_code": report.exit_code,
        **report.tested.facts(),
        "summary": {
            "files_total": len(report.files),
            **{f"files_{status}": report.count(status) for status in STATUSES},
            "diagnostics_before": report.diagnostics_before,
            "diagnostics_after": report.diagnostics_after,
            "diagnostics_fixed": report.fixed,
            "diagnostics_suppressed": report.suppressed,
            "withheld": report.withheld.total(),
            "dropped": report.dropped,
            "grades": report.grades,
        },
        "concurrency": {
            "max_parallel_files": c.max_parallel_files,
            "peak": c.peak,
            "wall_seconds": round(c.wall_seconds, 3),
            "worker_seconds": round(c.worker_seconds, 3),
            "speedup": round(c.speedup, 3),
            "efficiency": round(c.efficiency, 3),
        },
        "looked_at": dict(report.looked_at),
        **({"stages": report.stages} if report.stages else {}),
        "tests": report.tests,
        **({"rounds": list(map(dataclasses.asdict, report.rounds))} if len(report.rounds) > 1 else {}),
        **({"fixers": list(report.fixers)} if report.fixers else {}),
        **({"usage": report.usage} if report.usage else {}),
        **({"baseline": report.baseline} if report.baseline else {}),
        **({"not_checked": gaps_of(report.unchecked)} if report.unchecked else {}),
        **({"stub_packages": list(report.stub_packages)} if report.stub_packages else {}),
        **({"codes": list(map(dataclasses.asdict, report.codes))} if report.codes else {}),
        **({"tools": report.tools} if report.tools else {}),
        **({"options": report.options} if report.options else {}),
        "files": [_file(file, report.repository) for file in report.files],
    }


def gaps_of(unchecked: Iterable[Diagnostic]) -> list[dict[str, str]]:
    """Give `not_checked` of the report and of `check`: the files that a checker could not look at, and why."""
    return [{"tool": d.tool, "path": d.path, "reason": one_line(d.message)} for d in unchecked]


def _file(file: FileReport, top: str) -> dict[str, Any]:
    facts = {
        "path": file.path,
        "status": file.status,
        "reason": one_line(file.reason) or None,
        "before": file.before,
        "after": file.after,
        "fixed_codes": file.fixed_codes,
        "suppressed_codes": codes_of(file.suppressed) or None,
        "seconds": round(file.seconds, 3),
        "commit": file.commit,
        "commits": list(file.commits) if len(file.commits) > 1 else None,
        "attempts": [_attempt(attempt) for attempt in file.attempts],
        "patch": relative(file.patch, top),
        "log": relative(file.log, top),
        "cached": file.cached or None,
        "grades": {code: {str(g): n for g, n in by_grade.items()} for code, by_grade in file.grades.items()} or None,
        "withheld": [dataclasses.asdict(guess) for guess in file.withheld] or None,
        "dropped": [_dropped(part) for part in file.dropped] or None,
    }
    return {key: value for key, value in facts.items() if value is not None}


def _dropped(part: Dropped) -> dict[str, Any]:
    counts = Counter[str]()
    for _, code, count in part.codes:
        counts[code] += count
    facts = {
        "fixer": part.fixer,
        "grade": part.grade and str(part.grade),
        "codes": dict(sorted(counts.items())),
        "lines": list(part.lines) or None,
        "broken": list(part.broken) or None,
    }
    return {key: value for key, value in facts.items() if value is not None}


def _attempt(attempt: Attempt) -> dict[str, Any]:
    facts = {
        "fixer": attempt.fixer,
        "result": str(attempt.result),
        "before": attempt.before,
        "after": attempt.after,
        "seconds": round(attempt.seconds, 3),
        "detail": one_line(attempt.detail) or None,
        "strategy": attempt.strategy or None,
        "grade": attempt.grade and str(attempt.grade),
        "elsewhere": {tally.code: tally.fixed for tally in attempt.elsewhere} or None,
        **_usage(attempt.usage),
    }
    return {key: value for key, value in facts.items() if value is not None}


def _usage(usage: Usage | None) -> dict[str, Any]:
    """Give the usage of an attempt, flat; unknown numbers are None."""
    if usage is None:
        return {}
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens,
        "cost_estimate": usage.cost,
        "requests": usage.requests,
    }
