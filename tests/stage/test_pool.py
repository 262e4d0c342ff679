"""Tasks to one outcome each: never too many at once, whatever dies, in workers as in this process."""

import contextlib
import dataclasses
import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from stomper import process, report
from stomper.fixers.command import CommandFixer
from stomper.models import Attempt, Failed, Fixed, FixTask, Outcome, Skipped, Timing
from stomper.process import interrupts
from stomper.process.interrupts import Interrupts
from stomper.settings import BudgetSettings, Settings, WorkflowSettings
from stomper.worker.crew import Crew
from stomper.worker.fix_file import Job
from stomper.worker.pool import AFTER_ERROR, run_tasks
from stomper.workspace.ladder import FRESH
from stomper.workspace.shelf import Shelf
from tests.kit.fakes import fake_fixer, peak, read_log
from tests.kit.jobs import Obedient, commit_files, job_on
from tests.kit.repo import GitRepo
from tests.kit.wait import eventually

GOOD = "bad A\n"
STOP_AT_ONCE = Settings(workflow=WorkflowSettings(continue_on_error=False))


@dataclasses.dataclass
class Pool:
    """A job on files with these contents, and what was heard of its tasks."""

    job: Job
    tasks: list[FixTask]
    obedient: Obedient
    interrupts: Interrupts
    begun: list[str] = dataclasses.field(default_factory=list)

    def start(self, workers: int, in_process: bool = True) -> Iterator[tuple[FixTask, Outcome]]:
        heard: Callable[[FixTask], None] = lambda task: self.begun.append(task.path)  # noqa: E731
        if workers > 1 or not in_process:
            with Crew(self.job.settings.workflow.start_method) as crew:
                yield from run_tasks(self.job, self.tasks, workers, self.interrupts, heard, crew)
            return
        with contextlib.closing(Shelf(self.job.site, FRESH, "here-")) as here:
            yield from run_tasks(self.job, self.tasks, workers, self.interrupts, heard, here)

    def run(self, workers: int, in_process: bool = True) -> dict[str, Outcome]:
        """The outcomes by path. Fails unless there is exactly one for each task."""
        results = list(self.start(workers, in_process))
        assert sorted(task.index for task, _ in results) == [task.index for task in self.tasks]
        assert all(task.path == outcome.path for task, outcome in results)
        assert multiprocessing.active_children() == []
        return {outcome.path: outcome for _, outcome in results}


@pytest.fixture
def pool(repo: GitRepo, tmp_path: Path) -> Iterator[Callable[..., Pool]]:
    """Makes one on files with these contents; worktrees that dead workers left are cleared at the end."""
    opened = []

    def pool(*contents: str, settings: Settings | None = None) -> Pool:
        obedient = Obedient(tmp_path / "log")
        tasks = commit_files(repo, *contents)
        opened.append(job_on(repo, tmp_path / "job", obedient, settings=settings))
        return Pool(opened[-1].__enter__(), tasks, obedient, Interrupts(grace=60.0))

    yield pool
    for job in opened:
        job.__exit__(None, None, None)


Make = Callable[..., Pool]


def statuses(outcomes: dict[str, Outcome]) -> list[str]:
    return [outcomes[path].status for path in sorted(outcomes)]


def reason(outcome: Outcome) -> str:
    return f"{outcome.status}: {outcome.reason}"


@pytest.mark.parametrize("start_method", ["spawn", "forkserver"])
def test_as_many_as_allowed_are_at_work_and_never_more(pool: Make, start_method: str) -> None:
    """Each waits until three have begun, so three must be at work at once."""
    workflow = WorkflowSettings(start_method=start_method)  # type: ignore[arg-type]
    made = pool(*["bad A\ndo meet 3\n"] * 8, settings=Settings(workflow=workflow))
    outcomes = list(made.run(3).values())
    assert [outcome.status for outcome in outcomes] == ["fixed"] * 8
    assert made.begun == [task.path for task in made.tasks]
    assert peak(read_log(made.obedient.log)) == 3
    measured = report.measure([[outcome.timing for outcome in outcomes if isinstance(outcome, Fixed)]], 3)
    assert measured.peak == 3


def plain(outcome: Outcome) -> object:
    """An outcome without what differs from run to run: times and process ids."""

    def still(attempt: Attempt) -> Attempt:
        return dataclasses.replace(attempt, seconds=0.0)

    if isinstance(outcome, Skipped):
        return outcome
    attempts = tuple(map(still, outcome.attempts))
    changed = dataclasses.replace(outcome, attempts=attempts, timing=Timing(0, 0, 0))
    return dataclasses.replace(changed, trace="") if isinstance(changed, Failed) else changed


def test_workers_and_this_process_give_the_same_outcomes(pool: Make) -> None:
    made = pool(GOOD, "bad A\nbad B\n", "bad A\ndo fail\n", "bad A\ndo raise KeyboardInterrupt\n", "good\n")
    here = made.run(1)
    assert made.begun == [task.path for task in made.tasks]
    assert statuses(here) == ["fixed", "fixed", "failed", "failed", "unchanged"]
    pids = {outcome.timing.pid for outcome in here.values() if isinstance(outcome, Fixed)}
    for workers in (1, 3):
        there = made.run(workers, in_process=False)
        assert {path: plain(o) for path, o in there.items()} == {path: plain(o) for path, o in here.items()}
        assert pids.isdisjoint(o.timing.pid for o in there.values() if isinstance(o, Fixed))


def test_nothing_to_do_starts_nothing(pool: Make) -> None:
    made = pool(GOOD)
    made.tasks = []
    assert made.run(4) == {}


DEATHS = {"die": "its worker died: killed by SIGKILL", "exit 7": "its worker died: exit code 7"}


@pytest.mark.parametrize(("order", "workers"), [("die", 2), ("exit 7", 1)])
def test_who_kills_its_worker_is_named_and_the_others_are_done(pool: Make, order: str, workers: int) -> None:
    made = pool(GOOD, GOOD, f"bad A\ndo {order}\n", GOOD)
    outcomes = made.run(workers, in_process=False)
    assert statuses(outcomes) == ["fixed", "fixed", "failed", "fixed"]
    assert outcomes["2.txt"] == Failed(
        path="2.txt", before=made.tasks[2].diagnostics, attempts=(), timing=None, reason=DEATHS[order]
    )
    assert made.begun.count("2.txt") == 2


def test_one_that_was_in_flight_beside_the_culprit_goes_on(pool: Make) -> None:
    """It is certain to be in flight: it ends when the culprit has died, and another was begun in its place."""
    made = pool("bad A\ndo meet 3\n", "bad A\ndo meet 2\ndo die\n", GOOD)
    outcomes = made.run(2)
    assert statuses(outcomes) == ["fixed", "failed", "fixed"]
    assert made.begun == ["0.txt", "1.txt", "2.txt", "1.txt"]
    assert sorted(made.obedient.begun()) == sorted(made.begun)


def test_one_whose_worker_was_killed_once_is_tried_again_alone(pool: Make) -> None:
    """Whoever killed it, the want of memory or the user, need not do it again."""
    made = pool("bad A\ndo meet 2\ndo die-once marker\n", "bad A\ndo meet 3\n", "bad A\ndo meet 3\n")
    outcomes = made.run(2)
    assert statuses(outcomes) == ["fixed"] * 3
    assert made.begun == ["0.txt", "1.txt", "2.txt", "0.txt"]
    last = read_log(made.obedient.log)[-2:]
    assert [(row["event"], row["file"]) for row in last] == [("begin", "0.txt"), ("end", "0.txt")]


def test_several_culprits_are_each_named(pool: Make) -> None:
    outcomes = pool("bad A\ndo meet 2\ndo die\n", "bad A\ndo meet 2\ndo exit 3\n", GOOD).run(2)
    assert [reason(outcomes[path]) for path in sorted(outcomes)] == [
        "failed: its worker died: killed by SIGKILL",
        "failed: its worker died: exit code 3",
        "fixed: ",
    ]


@pytest.mark.parametrize("order", ["fail", "raise ValueError"])
@pytest.mark.parametrize("in_process", [True, False])
def test_an_error_stops_what_has_not_begun(pool: Make, order: str, in_process: bool) -> None:
    made = pool(GOOD, f"bad A\ndo {order}\n", GOOD, GOOD, settings=STOP_AT_ONCE)
    outcomes = made.run(1, in_process)
    assert statuses(outcomes) == ["fixed", "failed", "skipped", "skipped"]
    assert outcomes["2.txt"].reason == AFTER_ERROR.reason
    assert made.begun == ["0.txt", "1.txt"]


def test_an_error_lets_what_is_in_flight_finish(pool: Make) -> None:
    made = pool("bad A\ndo meet 2\ndo fail\n", "bad A\ndo meet 2\n", GOOD, GOOD, settings=STOP_AT_ONCE)
    outcomes = made.run(2)
    assert outcomes["0.txt"].status == "failed"
    assert outcomes["1.txt"].status == "fixed"
    assert outcomes["3.txt"] == Skipped(path="3.txt", before=made.tasks[3].diagnostics, reason=AFTER_ERROR.reason)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_starts_nothing_new(pool: Make, workers: int) -> None:
    made = pool(*[GOOD] * 6)
    results = made.start(workers)
    first = next(results)[1]
    made.interrupts.raise_level()
    begun = list(made.begun)
    assert len(begun) < len(made.tasks)
    outcomes = {outcome.path: outcome for outcome in (first, *(outcome for _, outcome in results))}
    assert made.begun == begun
    expected = {task.path: "fixed: " if task.path in begun else "skipped: interrupted" for task in made.tasks}
    assert {path: reason(outcome) for path, outcome in outcomes.items()} == expected


def test_an_interrupt_of_the_suspects_is_no_accusation(pool: Make) -> None:
    """Two have died; when they are to be tried again the user has had enough."""
    made = pool("bad A\ndo meet 2\ndo die\n", "bad A\ndo meet 2\ndo die\n", GOOD)
    results = made.start(2)
    assert next(results)[1].status == "fixed"
    made.interrupts.raise_level()
    assert [reason(outcome) for _, outcome in results] == ["skipped: interrupted"] * 2
    assert made.begun == ["0.txt", "1.txt", "2.txt"]


def test_what_goes_on_long_after_the_grace_is_ended(pool: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code of ours that waits, and hears nobody: after the first ^C its worker goes."""
    monkeypatch.setattr(interrupts, "OVERDUE", 0.0)
    made = pool("bad A\ndo hang-once marker\n", GOOD)
    made.interrupts = Interrupts(grace=0.0)
    results = made.start(2)
    assert next(results)[1].status == "fixed"
    try:
        made.interrupts.raise_level()
        assert [reason(outcome) for _, outcome in results] == ["skipped: interrupted"]
    finally:
        process.withdraw_stop()


def test_one_that_is_not_read_to_its_end_leaves_no_process(pool: Make, tmp_path: Path) -> None:
    made = pool(GOOD, *["bad A\n"] * 3)
    log = tmp_path / "hung"
    hang = CommandFixer("hang", tuple(fake_fixer("--only-if", "bad A", "--log", log, "--hang")), timeout=20)
    fixers = (OnlyFirst(made.obedient.log), hang)
    made.job = dataclasses.replace(made.job, fixers=fixers)
    results = made.start(3)
    assert next(results)[0].index == 0
    eventually(lambda: len(read_log(log)) >= 2, "two at work")
    results.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []
    assert not any(at_work(row["pid"]) for row in read_log(log))
    assert list(made.job.logs.iterdir()) == []  # the others were cut off, not waited for


def at_work(pid: int) -> bool:
    """Whether a process is there and is not one that ended and was not asked for its exit code yet."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


class OnlyFirst(Obedient):
    """Takes the first file only."""

    def takes(self, diagnostics: object) -> bool:
        return any(d.path == "0.txt" for d in diagnostics)  # type: ignore[attr-defined]


def test_under_pressure_one_works_at_a_time(pool: Make) -> None:
    workflow = WorkflowSettings(min_free_memory=10**9)  # no machine has that much
    made = pool(*[GOOD] * 4, settings=Settings(workflow=workflow))
    assert statuses(made.run(3)) == ["fixed"] * 4
    assert peak(read_log(made.obedient.log)) == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_out_of_time_nothing_more_is_begun(pool: Make, workers: int) -> None:
    made = pool(GOOD, GOOD, settings=Settings(budget=BudgetSettings(max_minutes=5)))
    made.job = dataclasses.replace(made.job, deadline=0.0)
    outcomes = made.run(workers)
    assert made.begun == []
    held = Skipped(
        path="0.txt", before=made.tasks[0].diagnostics, reason="budget: --max-minutes 5 is reached", held=True
    )
    assert outcomes["0.txt"] == held
