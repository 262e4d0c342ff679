"""A run in rounds: once what landed has passed the gate, the files that can still win are taken up again.

A worker sees the other files as they were before its round. So a fix elsewhere can leave it more to do, and what the
gate took out may be done another way. Each round stands on the one before and passes the gate by itself.
"""

import dataclasses
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from stomper import process
from stomper.fixers import fixers_for
from stomper.git.blobs import read_blobs
from stomper.git.trees import tree_entries
from stomper.journal.history import History
from stomper.landing.lander import Landed, Lander
from stomper.models import Changed, Plan
from stomper.process.crash import crash_point
from stomper.proof.tests_to_run import choose_tests
from stomper.run.base_tests import Tests
from stomper.run.check_whole import check_whole
from stomper.run.drop_culprits import Passed
from stomper.run.edited import hold_edited
from stomper.run.fix_and_land import fix_and_land
from stomper.run.known_layouts import with_clean_files
from stomper.run.session import Run
from stomper.run.set_up import make_job
from stomper.run.survey import Survey
from stomper.run.taken_up import Neighbours, hangs_on_others, tasks_again
from stomper.settings import Settings
from stomper.text.counts import plural
from stomper.text.line_edits import carried_lines

FEW = 10


@dataclass(frozen=True, slots=True)
class Round:
    """One pass of a run over the files that can still win. `number` counts from 1.

    The set-up of the `run` is that for the commit which the round begins at; `surveyed` is what is known of that
    commit, and the round's plan.
    """

    number: int
    run: Run
    surveyed: Survey


@dataclass(frozen=True, slots=True)
class Done:
    """A round that is over, and what of it passed the gate."""

    round: Round
    passed: Passed


def in_rounds(run: Run, surveyed: Survey, history: History, lander: Lander) -> tuple[Done, ...]:
    """Do the rounds of a run, at least one, until one wins nothing or there are as many as the user allows."""
    now: Round | None = Round(1, run, surveyed)
    done: list[Done] = []
    while now is not None:
        done.append(Done(now, _passed(now, history, lander)))
        now = _after(done, history, lander)
    return tuple(done)


def _passed(now: Round, history: History, lander: Lander) -> Passed:
    """Fix and land the files of a round, and let the whole pass the gate."""
    run, surveyed, trees = now.run, now.surveyed, now.run.set_up.trees
    with run.stopwatch.measure("fix"):
        crew = run.elsewhere is None and needs_workers(run.settings, surveyed.plan)
        frozen = trees.freeze(run.set_up.base) if crew else None
        tests = surveyed.tests
        formatters = with_clean_files(run.set_up, surveyed.plan)
        job = make_job(run.set_up, run.folder, tests.tester, run.sandbox, run.watch, frozen, tests.record, formatters)
        landed = fix_and_land(run, job, surveyed.plan, history, lander)
        trees.thaw()
    process.withdraw_stop()  # what is finished is still looked at; a second ^C stops that too
    with run.stopwatch.measure("gate"):
        return check_whole(run, surveyed, landed, lander)


def needs_workers(settings: Settings, plan: Plan) -> bool:
    """Say whether a plan is worth worker processes: of one file at a time, few are done sooner in this one."""
    return settings.workflow.max_parallel_files > 1 or len(plan.tasks) > FEW


def _after(done: Sequence[Done], history: History, lander: Lander) -> Round | None:
    """Make the round that comes next; None if there is none."""
    last = done[-1]
    run, number = last.round.run, last.round.number + 1
    over = number > run.settings.workflow.rounds or time.monotonic() >= run.set_up.deadline
    if over or run.interrupts.stopping or last.passed.problem:
        return None
    plan = _recorded(done[0].round.run, history, number, lander) or _planned(done, history, number, lander)
    if plan is None:
        return None
    hold_edited(run, plan, history)
    most, files = run.settings.workflow.rounds, plural(len(plan.tasks), "file")
    run.progress.stage(f"round {number} of {most} at most: {files} can still win")
    set_up = dataclasses.replace(run.set_up, base=lander.head)
    tests = _carried(done[0].round, plan, lander.head)
    surveyed = dataclasses.replace(last.round.surveyed, plan=plan, found=last.passed.after, tests=tests)
    return Round(number, dataclasses.replace(run, set_up=set_up, tip=lander.head), surveyed)


def _recorded(run: Run, history: History, number: int, lander: Lander) -> Plan | None:
    """Read the plan that an earlier session of the run made for this round, if it begins where that one did.

    What has been delivered has all rounds in it.
    """
    tree = history.rounds.get(number)
    if tree is None or not (run.delivered or tree == lander.stream.tree_of(lander.head)):
        return None
    return run.folder.read_plan(number)


def _planned(done: Sequence[Done], history: History, number: int, lander: Lander) -> Plan | None:
    """Plan a round, and write that down; None if the last one won nothing, or nobody can win more."""
    last, first = done[-1], done[0].round
    run = last.round.run
    if not any(item.commit for item in last.passed.landed):
        return None
    landed = [item for one in done for item in one.passed.landed]
    latest = {item.task.path: item for item in landed if item.task.path not in history.edited}
    index = 1 + max(history.last, *(item.task.index for item in landed))
    near = _neighbours(last, latest, lander.head)
    chain = partial(fixers_for, fixers=run.set_up.fixers, settings=run.set_up.settings)
    tasks = tasks_again(latest.values(), last.passed.after, chain, near, index)
    if not tasks:
        return None
    whole = first.surveyed.plan
    plan = Plan(tasks, (), whole.paths, sum(len(task.diagnostics) for task in tasks), whole.aside)
    history.last = tasks[-1].index
    run.folder.begin_round(number, lander.stream.tree_of(lander.head), plan)
    crash_point("round-begun")
    return plan


def _neighbours(last: Done, latest: Mapping[str, Landed], head: str) -> Neighbours:
    """Read who imports whom, among the changed files and those with diagnostics that hang on others."""
    wanted = {d.path for d in last.passed.after if d.path in latest and hangs_on_others(latest[d.path], d)}
    changed = set(_changed(last.passed.landed)) if wanted else set()
    return Neighbours.of(changed, dict(_contents(last.round.run, head, wanted | changed)))


def _changed(landed: Sequence[Landed]) -> Iterator[str]:
    for item in landed:
        if item.commit and isinstance(item.outcome, Changed):
            yield from (blob.path for blob in item.outcome.patch.blobs)


def _contents(run: Run, commit: str, paths: set[str]) -> Iterator[tuple[str, bytes]]:
    entries = tree_entries(run.repository.top, commit)
    wanted = [entries[path] for path in sorted(paths) if path in entries]
    yield from ((entry.path, content) for entry, content in read_blobs(run.repository.top, wanted))


def _carried(first: Round, plan: Plan, head: str) -> Tests:
    """Give the tests for a later round: their record of lines, made of the first base, tells of lines as they are now.

    A line that stands in the place of one counts by the tests of that one, as within a round. What else is new counts
    as not run, which withholds more than it must, and never less.
    """
    tests, run = first.surveyed.tests, first.run
    if tests.record is None:
        return tests
    paths = {task.path for task in plan.tasks}
    then, now = (dict(_contents(run, commit, paths)) for commit in (run.base, head))
    moves = {path: carried_lines(then[path], now[path]) for path in now if path in then and then[path] != now[path]}
    record = dataclasses.replace(tests.record, moves=moves)
    tester = tests.tester and dataclasses.replace(tests.tester, choose=partial(choose_tests, record))
    return dataclasses.replace(tests, record=record, tester=tester)
