"""Diagnostics to fix tasks: which are taken up, and in which order. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stomper.models import Diagnostic, FixTask, Plan, Severity, Skipped, bare, codes_of, path_and_key
from stomper.multisets import Countdown, itself, surplus
from stomper.plan.select_files import Selection
from stomper.settings import Settings

WAITING = "waits: --max-errors is reached"
FILES_WAITING = "waits: --max-files is reached"
TOGETHER = "its checker tells this of all files together: no change of this file alone can be proved to end it"
SEVERITIES = tuple(Severity)


def wanted(diagnostic: Diagnostic, settings: Settings) -> bool:
    """Say whether the user asked for this one: severe enough, by code prefix where any were named, and not ignored.

    A file that a checker could not look at is no complaint that a fixer could do anything about.
    """
    if diagnostic.unchecked:
        return False
    settings = settings.for_path(diagnostic.path)
    if SEVERITIES.index(diagnostic.severity) > SEVERITIES.index(Severity(settings.severity)):
        return False
    if settings.scope.picked and diagnostic.code not in settings.scope.picked:
        return False
    if settings.error_types and not diagnostic.code.startswith(settings.error_types):
        return False
    return not diagnostic.code.startswith(settings.ignores.errors)


def told_of_all(diagnostic: Diagnostic, settings: Settings) -> bool:
    """Say whether a checker tells this one only of all files together, as pylint does of similar lines.

    Asked about one file, in a worktree, it is silent, which would pass for a fix.
    """
    owns = (one for one in settings.enabled_own_checkers if one.name == diagnostic.tool and one.of_all_together)
    return any(diagnostic.code.startswith(one.of_all_together) for one in owns)


def wanted_of(plan: Plan, settings: Settings) -> tuple[Diagnostic, ...]:
    """Every wanted diagnostic of a plan, taken up or not."""
    tasks = (d for task in plan.tasks for d in (*task.diagnostics, *task.others) if wanted(d, settings))
    return (*tasks, *(d for skipped in plan.skipped for d in skipped.before))


def plan_tasks(
    diagnostics: Iterable[Diagnostic], selection: Selection, settings: Settings, known: Iterable[Diagnostic] = ()
) -> Plan:
    """One task a file, sorted by path. A file without a wanted diagnostic is in no task and in no report.

    `known` are those of `diagnostics` that the baseline has.
    """
    diagnostics = list(diagnostics)
    aside = _aside(diagnostics, settings, known)
    mine = surplus((d for d in diagnostics if wanted(d, settings)), aside, itself)
    turn = _first_turn([d for d in mine if d.path not in selection.untouched], settings)
    room = _Room(settings.max_files, settings.max_errors)
    found, tasks, skipped = _by_path(diagnostics), list[FixTask](), list(selection.skipped)
    for path, asked in sorted(_by_path(mine).items()):
        now = [d for d in asked if (turn is None or turn.takes(d)) and not told_of_all(d, settings)]
        waits = (turn.waiting if turn else TOGETHER) if not now else room.why_none()
        if reason := selection.untouched.get(path) or waits:
            skipped.append(Skipped(path=path, before=tuple(asked), reason=reason))
        else:
            taken = room.take(now)
            task = FixTask(len(tasks), path, bare(taken), bare(surplus(found[path], taken, itself)))
            tasks.append(limited(task, settings))
    return Plan(tuple(tasks), tuple(skipped), selection.paths, len(mine), aside, turn.name if turn else "")


@dataclass(slots=True)
class _Room:
    """The room for more files and diagnostics in this run. None means no limit."""

    files: int | None
    errors: int | None

    def why_none(self) -> str:
        """Why the next file waits; empty if there is room for it."""
        if self.files is not None and self.files <= 0:
            return FILES_WAITING
        return WAITING if self.errors is not None and self.errors <= 0 else ""

    def take(self, found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Those of a file's diagnostics that there is room for."""
        taken = tuple(found[: self.errors])
        self.files = None if self.files is None else self.files - 1
        self.errors = None if self.errors is None else self.errors - len(taken)
        return taken


def _by_path(diagnostics: Iterable[Diagnostic]) -> dict[str, list[Diagnostic]]:
    found: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        found.setdefault(diagnostic.path, []).append(diagnostic)
    return found


def limited(task: FixTask, settings: Settings) -> FixTask:
    """The task with the codes that a fixer may touch: all, unless the user limited them, or some are not taken up."""
    s = settings.for_path(task.path)
    asked = s.error_types or s.ignores.errors or s.max_errors is not None or s.scope.picked
    narrow = asked or task.others or s.strategy != "all" or s.severity != "hint"
    return replace(task, codes=frozenset(codes_of(task.diagnostics)) if narrow else None)


def _aside(
    diagnostics: Sequence[Diagnostic], settings: Settings, known: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """Those that were asked for and do not count: known to the baseline, or not on the agenda."""
    old = Countdown(() if settings.scope.fix_baseline else known)
    planned = _planned(settings)
    return tuple(
        d
        for d in diagnostics
        if wanted(d, settings) and (old.take(d) or (planned is not None and not planned.take((d.path, d.code))))
    )


def beyond(found: Iterable[Diagnostic], aside: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Give the diagnostics beyond those in `aside`, counted by path and key: lines move while a file is fixed."""
    return surplus(found, map(path_and_key, aside), path_and_key)


def _planned(settings: Settings) -> Countdown[tuple[str, str]] | None:
    """Count the plan file's entries by file and code. None if there is no plan file."""
    if settings.scope.agenda is None:
        return None
    return Countdown(Counter({(f.path, code): count for f in settings.scope.agenda for code, count in f.codes}))


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is in a run that does not take up everything: a code, or a tool."""

    code: str | None = None
    tool: str | None = None

    def takes(self, diagnostic: Diagnostic) -> bool:
        return diagnostic.code == self.code or diagnostic.tool == self.tool

    @property
    def name(self) -> str:
        return self.code or self.tool or ""

    @property
    def waiting(self) -> str:
        return f"waits: --strategy {'one-type' if self.code else 'by-tool'} takes up {self.name} only"


def _first_turn(diagnostics: Iterable[Diagnostic], settings: Settings) -> Turn | None:
    """Give the diagnostics that the run's strategy takes up. None if it takes all, or there are none.

    one-type: the code with the most diagnostics, of equals the first by name. by-tool: the first of the
    checkers, in the order in which they are configured, that has found anything.
    """
    mine = [diagnostic for diagnostic in diagnostics if wanted(diagnostic, settings)]
    if settings.strategy == "all" or not mine:
        return None
    if settings.strategy == "one-type":
        counts = Counter(diagnostic.code for diagnostic in mine)
        return Turn(code=min(counts, key=lambda code: (-counts[code], code)))
    order = {name: place for place, name in enumerate(settings.checkers)}
    return Turn(tool=min({d.tool for d in mine}, key=lambda tool: (order.get(tool, len(order)), tool)))
