"""`stomper plan`: what `stomper fix` would do, found out without changing anything."""

import contextlib
import dataclasses
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from stomper.commands.check import inspect
from stomper.disk.private_files import ForeignError
from stomper.errors import StomperError
from stomper.fixers import Fixer, make_fixers
from stomper.fixers.base import would_try
from stomper.git.repository import Head, Repository, read_head
from stomper.journal.find_run import own_runs
from stomper.journal.run_folder import RunFolder
from stomper.models import Diagnostic, Plan
from stomper.plan.tasks import plan_tasks
from stomper.proof.foresight import Foresight, foresee
from stomper.settings import ProofSettings, Settings
from stomper.unchanged_checkout import Tell

RECENT_RUNS = 10


@dataclass(frozen=True, slots=True)
class CodeOverview:
    """The diagnostics of one code, the number that each fixer would try, and what is known of its fixes before.

    `tried` is the number that any of them would.
    """

    code: str
    count: int
    files: int
    fixers: tuple[tuple[str, int], ...]
    known: tuple[tuple[str, Foresight], ...] = ()
    tried: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate of the time, from the recorded `runs` with the same fixers. All in seconds.

    `overhead` is what a run took beside its work on files: checks, tests, landing.
    """

    runs: int
    a_file: float
    overhead: float
    total: float


@dataclass(frozen=True, slots=True)
class PlanOverview:
    """The plan of a run on `head`: what its tasks hold by code, who works at once, how long that may take.

    `estimate` is None if no run was recorded; `known` and `gone` are counts of the baseline's,
    `unchecked` the files that a checker could not look at. `environment` says what the run would make before.
    """

    head: Head
    settings: Settings
    plan: Plan
    codes: tuple[CodeOverview, ...]
    waves: tuple[tuple[str, ...], ...]
    estimate: Estimate | None
    baseline: dict[str, int]
    unchecked: tuple[Diagnostic, ...] = ()
    environment: str = ""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return tuple(diagnostic for task in self.plan.tasks for diagnostic in task.diagnostics)


def plan_ahead(
    repository: Repository, settings: Settings, named: Sequence[Path], tell: Tell = lambda _: None
) -> PlanOverview:
    """Check the selected files as they are in the working tree, and plan. Files with uncommitted changes are skipped.

    Raises what a check raises, and ConfigError for a fixer that does not exist.
    """
    fixers = make_fixers(settings, repository.top)
    seen = inspect(repository, settings, named, tell=tell)
    known = () if settings.scope.fix_baseline else seen.known
    plan = plan_tasks(seen.found, seen.selection, settings, known)
    paths = [task.path for task in plan.tasks]
    width = settings.workflow.max_parallel_files
    return PlanOverview(
        head=read_head(repository),
        settings=settings,
        plan=plan,
        codes=by_code([d for task in plan.tasks for d in task.diagnostics], fixers, settings.proof),
        waves=tuple(tuple(paths[at : at + width]) for at in range(0, len(paths), width)),
        estimate=estimate(repository.state, settings, len(paths)),
        baseline={"known": len(known), "gone": len(seen.gone)} if seen.has_baseline else {},
        unchecked=seen.unchecked,
        environment=_environment(repository, settings),
    )


def _environment(repository: Repository, settings: Settings) -> str:
    """What would be made for the project, in words; few ask for that."""
    if not settings.environment.automatic:
        return ""
    from stomper.environments.tell import foresee_environment

    found = foresee_environment(repository, settings)
    return found.text if found is not None else ""


def by_code(
    diagnostics: Sequence[Diagnostic], fixers: Sequence[Fixer], proof: ProofSettings
) -> tuple[CodeOverview, ...]:
    """The codes, the most frequent first. A fixer that tries is not yet one that succeeds."""
    rows = []
    for code, count in sorted(Counter(d.code for d in diagnostics).items(), key=lambda pair: (-pair[1], pair[0])):
        mine = [diagnostic for diagnostic in diagnostics if diagnostic.code == code]
        taken = [
            (fixer, [d for d in mine if would_try(fixer, d) and not _is_done(d, fixer, fixers)]) for fixer in fixers
        ]
        tries = [(fixer, some) for fixer, some in taken if some]
        takes = tuple((fixer.name, len(some)) for fixer, some in tries)
        known = tuple((fixer.name, foresee(fixer, some, proof)) for fixer, some in tries)
        tried = len({id(d) for _, some in tries for d in some})
        rows.append(CodeOverview(code, count, len({diagnostic.path for diagnostic in mine}), takes, known, tried))
    return tuple(rows)


def _is_done(found: Diagnostic, fixer: Fixer, fixers: Sequence[Fixer]) -> bool:
    """Say whether a fixer only looks at the places of what ruff itself fixes before."""
    return found.fixable and fixer.name == "ruff-unsafe" and any(other.name == "ruff" for other in fixers)


def usable_fixers(settings: Settings, top: Path) -> tuple[Fixer, ...]:
    """The chain of fixers without those that cannot be made here, as one whose program is missing."""
    made: list[Fixer] = []
    for name in settings.fixers:
        with contextlib.suppress(StomperError):
            made += make_fixers(dataclasses.replace(settings, fixers=(name,)), top)
    return tuple(made)


def estimate(state: Path, settings: Settings, files: int) -> Estimate | None:
    """The time for so many files, from the last recorded runs with the same fixers; None if there are none."""
    reports = list(_recorded(state, settings))
    seconds = [file["seconds"] for report in reports for file in _worked_on(report)]
    if not seconds:
        return None
    a_file, overhead = statistics.fmean(seconds), statistics.fmean(map(_beside, reports))
    workers = max(1, min(settings.workflow.max_parallel_files, files))
    return Estimate(len(reports), a_file, overhead, overhead + a_file * files / workers)


def _recorded(state: Path, settings: Settings) -> Iterator[dict[str, Any]]:
    """The reports of the last runs in which files were worked on by the same fixers."""
    found, runs = 0, list[RunFolder]()
    with contextlib.suppress(ForeignError):  # another user's state folder tells nothing
        runs = own_runs(state)
    for folder in reversed(runs):
        with contextlib.suppress(StomperError):  # of another version
            if not folder.exists or found == RECENT_RUNS or folder.read_header().settings.fixers != settings.fixers:
                continue
            report = folder.read_report()
            if report is not None and _worked_on(report):
                found += 1
                yield report


def _worked_on(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Give those files of a run that its fixers have tried; the cache takes no time."""
    return [file for file in report["files"] if file["attempts"] and not file.get("cached")]


def _beside(report: dict[str, Any]) -> float:
    """Seconds of a run that were not work on its files."""
    whole = datetime.fromisoformat(report["finished"]) - datetime.fromisoformat(report["started"])
    return max(0.0, whole.total_seconds() - float(report["concurrency"]["wall_seconds"]))
