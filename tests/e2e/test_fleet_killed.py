"""A fleet that is killed, or interrupted, and goes on: the same trees, nothing twice, nothing left behind."""

import random
import signal
import time
from pathlib import Path

import pytest

from stomper.process.environment import CRASH_POINT
from tests.kit.cli import Result, Stomper
from tests.kit.fleets import FIXABLE, FleetRun, MakeRepo, run_fleet, sample
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, seconds_until_none_is_marked
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.wait import eventually

OPTIONS = ("--fix-options", "--no-mypy --fixer ruff")
POINTS = ("fleet-unfinished", "fleet-begun", "fleet-cloned", "fleet-header", "fleet-finished")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "fleet").mkdir()
    return tmp_path / "fleet"


def go_on(stomper: Stomper, place: Path, listed: str) -> FleetRun:
    """Go on with a fleet that was killed, or begin it where it had not begun."""
    if (place / "stomper-fleet" / "journal.jsonl").exists():
        return run_fleet(stomper, place, "resume")
    return run_fleet(stomper, place, "run", "-", "--anew", *OPTIONS, stdin=listed)


def require_once(run: FleetRun, leaks: Leaks, name: str) -> None:
    """Fail unless a repository has the fixes, by one commit, and nothing of a run is left in it."""
    assert run.of(name)["status"] in ("fixed", "clean")
    repo = leaks.watch(GitRepo(Path(run.of(name)["folder"])))
    assert [subject for subject, _ in repo.log()] == ["first", "fix(quality): resolve 1 issue in m0.py"]
    assert repo.content("m0.py") == b"ONE = 1\n"
    assert repo.status() == []


@pytest.mark.matrix(every=5)
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_step_of_its_own(
    point: str, make_repo: MakeRepo, stomper: Stomper, place: Path, hermetic: Hermetic, leaks: Leaks
) -> None:
    listed = f"file://{sample(make_repo, 'one').path}\n"
    killed = stomper.run(place, "fleet", "run", "-", "-q", *OPTIONS, env={CRASH_POINT: point}, stdin=listed)
    assert killed.code == KILLED
    seconds_until_none_is_marked(hermetic)
    run = go_on(stomper, place, listed)
    require_once(run, leaks, "one")
    assert run.states == {"one": "fixed"}
    assert not list((place / "stomper-fleet" / "clones").glob(".new-*"))


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(4))
def test_killed_at_random(
    seed: int, make_repo: MakeRepo, stomper: Stomper, place: Path, hermetic: Hermetic, leaks: Leaks
) -> None:
    here = sample(make_repo, "here")
    listed = f"../here\nfile://{sample(make_repo, 'there', FIXABLE).path}\n"
    rolled, there = random.Random(seed), place / "stomper-fleet" / "journal.jsonl"
    words: tuple[str, ...] = ("run", "-", "-q", "-j", "2", *OPTIONS)
    for _ in range(3):
        running = stomper.start(place, "fleet", *words, stdin=listed)
        eventually(there.exists, "the beginning of the work")
        time.sleep(rolled.uniform(0.2, 4.0))
        running.kill()
        seconds_until_none_is_marked(hermetic)
        words = ("resume", "-q")
    ended = stomper.run(place, "fleet", "resume", "-q")
    assert ended.code in (0, 2), ended  # 2: it was at its end already
    run = run_fleet(stomper, place, "report")
    for name in ("here", "there"):
        require_once(run, leaks, name)
    assert here.path == Path(run.of("here")["folder"])


@pytest.mark.thorough
def test_an_interrupt_reaches_the_runs_and_a_killed_run_is_told(
    make_repo: MakeRepo, stomper: Stomper, place: Path, leaks: Leaks
) -> None:
    listed = f"file://{sample(make_repo, 'one').path}\n"
    crashed = run_fleet_crashed(stomper, place, listed)
    assert "killed by SIGKILL" in crashed.err
    leaks.watch(GitRepo(place / "stomper-fleet" / "clones" / "one"))
    running = stomper.start(place, "fleet", "resume", "--only", "failed", "-v")
    running.wait_until("begin one")
    time.sleep(1.0)
    running.send(signal.SIGINT)
    assert running.result().code in (0, 130)
    stomper.run(place, "fleet", "resume", "-q")
    require_once(run_fleet(stomper, place, "report"), leaks, "one")


def run_fleet_crashed(stomper: Stomper, place: Path, listed: str) -> Result:
    """Run a fleet whose one run dies in the middle of its work."""
    env = {CRASH_POINT: "patch-stored"}
    return stomper.run(place, "fleet", "run", "-", *OPTIONS, env=env, stdin=listed).check(1)
