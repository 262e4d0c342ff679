"""Diagnostics to fix tasks: which are taken up, and in which order. Pure."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from stomper.models import Diagnostic, FixTask, Plan, Skipped
from stomper.selection import Selection
from stomper.settings import Settings

WAITING = "waits: --max-errors is reached"


def wanted(diagnostic: Diagnostic, settings: Settings) -> bool:
    """Whether the user asked for this one: by code prefix, where any were named, and not ignored."""
    if settings.error_types and not diagnostic.code.startswith(settings.error_types):
        return False
    return not diagnostic.code.startswith(settings.ignores.errors)


def wanted_of(plan: Plan, settings: Settings) -> tuple[Diagnostic, ...]:
    """Every wanted diagnostic of a plan, taken up or not."""
    tasks = (d for task in plan.tasks for d in (*task.diagnostics, *task.others) if wanted(d, settings))
    return (*tasks, *(d for skipped in plan.skipped for d in skipped.before))


def plan_tasks(diagnostics: Iterable[Diagnostic], selection: Selection, settings: Settings) -> Plan:
    """One task a file, sorted by path. A file without a wanted diagnostic is in no task and in no report."""
    tasks: list[FixTask] = []
    skipped = list(selection.skipped)
    before, room = 0, settings.max_errors
    for path, group in groupby(sorted(diagnostics, key=lambda d: d.path), key=lambda d: d.path):
        found = tuple(group)
        mine = tuple(d for d in found if wanted(d, settings))
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
    return Plan(tuple(tasks), tuple(skipped), selection.paths, before)


def _others(found: Sequence[Diagnostic], taken: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    mine = set(map(id, taken))
    return tuple(d for d in found if id(d) not in mine)
