"""Diagnostics to fix tasks: which are taken up, and in which order. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from stomper.models import Diagnostic, FixTask, Plan, Skipped
from stomper.selection import Selection
from stomper.settings import Settings

WAITING = "waits: --max-errors is reached"


def wanted(diagnostic: Diagnostic, settings: Settings) -> bool:
    """Whether the user asked for this one: by code prefix, where any were named, and not ignored."""
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
    before, room = 0, settings.max_errors
    for path, group in groupby(sorted(diagnostics, key=lambda d: d.path), key=lambda d: d.path):
        found = tuple(group)
        mine = tuple(d for d in found if wanted(d, settings) and id(d) not in passed_over)
        before += len(mine)
        if not mine:
            continue
        if path in selection.held:
            skipped.append(Skipped(path, mine, selection.held[path]))
            continue
        taken = mine if room is None else mine[:room]
        room = None if room is None else room - len(taken)
        if taken:
            tasks.append(FixTask(len(tasks), path, taken, _others(found, taken)))
        else:
            skipped.append(Skipped(path, mine, WAITING))
    return Plan(tuple(tasks), tuple(skipped), selection.paths, before, aside)


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
    """What was found beyond `aside`, counted by path and key: lines move while a file is fixed."""
    spare = Counter((diagnostic.path, diagnostic.key) for diagnostic in aside)
    more = []
    for diagnostic in found:
        if spare[diagnostic.path, diagnostic.key] > 0:
            spare[diagnostic.path, diagnostic.key] -= 1
        else:
            more.append(diagnostic)
    return tuple(more)


def _room(settings: Settings) -> Counter[tuple[str, str]] | None:
    """How many of each code the agenda has in each file; None where there is no agenda."""
    if settings.scope.agenda is None:
        return None
    return Counter({(file.path, code): count for file in settings.scope.agenda for code, count in file.codes})


def _others(found: Sequence[Diagnostic], taken: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    mine = set(map(id, taken))
    return tuple(d for d in found if id(d) not in mine)
