"""Diagnostics to fix tasks: which are taken up, and in which order. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from stomper.models import Diagnostic, FixTask, Plan, Severity, Skipped, codes_of
from stomper.plan.select_files import Selection
from stomper.settings import Settings

WAITING = "waits: --max-errors is reached"
FILES_WAITING = "waits: --max-files is reached"
SEVERITIES = tuple(Severity)


def wanted(diagnostic: Diagnostic, settings: Settings) -> bool:
    """Say whether the user asked for this one: severe enough, by code prefix where any were named, and not ignored.

    A file that a checker could not look at is no complaint that a fixer could do anything about.
    """
    if diagnostic.unchecked:
        return False
    if SEVERITIES.index(diagnostic.severity) > SEVERITIES.index(Severity(settings.severity)):
        return False
    if settings.scope.picked and diagnostic.code not in settings.scope.picked:
        return False
    if settings.error_types and not diagnostic.code.startswith(settings.error_types):
        return False
    return not diagnostic.code.startswith(settings.ignores.errors)


def wanted_of(plan: Plan, settings: Settings) -> tuple[Diagnostic, ...]:
    """Every wanted diagnostic of a plan, taken up or not."""
    tasks = (d for task in plan.tasks for d in (*task.diagnostics, *task.others) if wanted(d, settings))
    return (*tasks, *(d for skipped in plan.skipped for d in skipped.before))


def plan_tasks(
    diagnostics: Iterable[Diagnostic], selection: Selection, settings: Settings, known: Iterable[Diagnostic] = ()
) -> Plan:
    """One task a file, sorted by path. A file without a wanted diagnostic is in no task and in no report.

    `known` are those of `diagnostics`, the very same objects, that the baseline has.
    """
    diagnostics = list(diagnostics)
    tasks: list[FixTask] = []
    aside = _aside(diagnostics, settings, known)
    passed_over = set(map(id, aside))
    skipped = list(selection.skipped)
    everything = sorted(diagnostics, key=lambda d: d.path)
    open_ones = [d for d in everything if d.path not in selection.held and id(d) not in passed_over]
    turn = _first_turn(open_ones, settings)
    before, room = 0, settings.max_errors
    for path, group in groupby(everything, key=lambda d: d.path):
        found = tuple(group)
        mine = tuple(d for d in found if wanted(d, settings) and id(d) not in passed_over)
        before += len(mine)
        now = mine if turn is None else tuple(d for d in mine if turn.takes(d))
        taken = now if room is None else now[:room]
        if not mine:
            continue
        if path in selection.held:
            skipped.append(Skipped(path=path, before=mine, reason=selection.held[path]))
        elif turn is not None and not now:
            skipped.append(Skipped(path=path, before=mine, reason=turn.waiting))
        elif settings.max_files is not None and len(tasks) >= settings.max_files:
            skipped.append(Skipped(path=path, before=mine, reason=FILES_WAITING))
        elif not taken:
            skipped.append(Skipped(path=path, before=mine, reason=WAITING))
        else:
            room = None if room is None else room - len(taken)
            tasks.append(limited(FixTask(len(tasks), path, taken, _others(found, taken)), settings))
    return Plan(tuple(tasks), tuple(skipped), selection.paths, before, aside, turn.name if turn else "")


def limited(task: FixTask, settings: Settings) -> FixTask:
    """The task with the codes that a fixer may touch: all, unless the user limited them, or some are not taken up."""
    s = settings
    asked = s.error_types or s.ignores.errors or s.max_errors is not None or s.scope.picked
    narrow = asked or task.others or s.strategy != "all" or s.severity != "hint"
    return replace(task, codes=frozenset(codes_of(task.diagnostics)) if narrow else None)


def _aside(
    diagnostics: Sequence[Diagnostic], settings: Settings, known: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """Those that were asked for and do not count: known to the baseline, or not on the agenda."""
    old = set(map(id, known)) if not settings.scope.fix_baseline else set()
    room = _room(settings)
    aside = []
    for diagnostic in diagnostics:
        if not wanted(diagnostic, settings):
            continue
        if id(diagnostic) in old or (room is not None and room[diagnostic.path, diagnostic.code] <= 0):
            aside.append(diagnostic)
        elif room is not None:
            room[diagnostic.path, diagnostic.code] -= 1
    return tuple(aside)


def beyond(found: Iterable[Diagnostic], aside: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Give the diagnostics beyond those in `aside`, counted by path and key: lines move while a file is fixed."""
    spare = Counter((diagnostic.path, diagnostic.key) for diagnostic in aside)
    more = []
    for diagnostic in found:
        if spare[diagnostic.path, diagnostic.key] > 0:
            spare[diagnostic.path, diagnostic.key] -= 1
        else:
            more.append(diagnostic)
    return tuple(more)


def _room(settings: Settings) -> Counter[tuple[str, str]] | None:
    """Count the plan file's entries by file and code. None if there is no plan file."""
    if settings.scope.agenda is None:
        return None
    return Counter({(file.path, code): count for file in settings.scope.agenda for code, count in file.codes})


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


def _others(found: Sequence[Diagnostic], taken: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    mine = set(map(id, taken))
    return tuple(d for d in found if id(d) not in mine)
