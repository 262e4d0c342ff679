"""A fleet on a scheduler of Dask with workers, all of them processes of their own that are killed and restarted."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.process.environment import CRASH_POINT
from tests.kit.cli import Stomper
from tests.kit.clusters import Cluster, cluster
from tests.kit.fleets import FleetRun, MakeRepo, run_fleet, sample
from tests.kit.git_servers import http_server
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, seconds_until_none_is_marked
from tests.kit.repo import GitRepo
from tests.kit.wait import eventually

pytestmark = [pytest.mark.thorough, pytest.mark.slow]

PATIENCE = 400.0  # seconds
OPTIONS = ("--fix-options", "--no-mypy --fixer ruff")
# Kills the worker that has started the station that has started this.
KILLS_ITS_WORKER = (
    "import os, psutil, signal\nos.kill(psutil.Process(os.getppid()).ppid(), signal.SIGKILL)\nsignal.pause()\n"
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "fleet").mkdir()
    return tmp_path / "fleet"


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without a worker."""
    with cluster(tmp_path / "dask") as made:
        yield made


def trees(run: FleetRun) -> dict[str, str]:
    """Give the tree that each repository has come to."""
    return {row["name"]: GitRepo(Path(row["folder"])).tree() for row in run.report["repositories"]}


def slow_fleet(place: Path, make_repo: MakeRepo, names: str, seconds: int) -> None:
    """Write a fleet whose repositories each take so long before they are worked on."""
    rows = []
    for name in names:
        repo = sample(make_repo, name, files=2)
        rows.append(f'[[repository]]\nurl = "file://{repo.path}"\nset_up = ["sleep {seconds}"]\n')
    (place / "fleet.toml").write_text("\n".join(rows))


def work_folder(hermetic: Hermetic) -> list[Path]:
    """Give what stations have on this machine now."""
    folder = hermetic.cache / "stomper-cluster" / "work"
    return [*folder.iterdir()] if folder.is_dir() else []


def test_a_worker_that_dies_loses_nothing_and_the_trees_are_those_of_this_machine(
    make_repo: MakeRepo, stomper: Stomper, place: Path, dask: Cluster, hermetic: Hermetic, tmp_path: Path
) -> None:
    slow_fleet(place, make_repo, "abcd", 2)
    first, _ = dask.start_worker(), dask.start_worker()
    running = stomper.start(
        place, "fleet", "run", "-v", "-j", "2", *OPTIONS, "--cluster", dask.file, "--report", "fleet.json"
    )
    eventually(lambda: len(work_folder(hermetic)) == 2, "two repositories at work", PATIENCE)
    first.kill()
    running.result(PATIENCE).check()
    done = run_fleet(stomper, place, "report")
    assert set(done.states.values()) == {"fixed"}
    (tmp_path / "local").mkdir()
    listed = "".join(f"file://{tmp_path / name}\n" for name in "abcd")
    local = run_fleet(stomper, tmp_path / "local", "run", "-", *OPTIONS, stdin=listed)
    assert trees(done) == trees(local)
    for row in done.report["repositories"]:
        assert len(GitRepo(Path(row["folder"])).log()) == 3
    eventually(lambda: not work_folder(hermetic), "no folder of a station", PATIENCE)


def test_one_that_kills_its_worker_is_tried_alone_and_named(
    make_repo: MakeRepo, stomper: Stomper, place: Path, dask: Cluster
) -> None:
    good, bad = sample(make_repo, "good"), sample(make_repo, "bad")
    (place / "kill.py").write_text(KILLS_ITS_WORKER)
    (place / "fleet.toml").write_text(
        f'[[repository]]\nurl = "file://{bad.path}"\nset_up = ["{sys.executable} {place}/kill.py"]\n'
        f'[[repository]]\nurl = "file://{good.path}"\nset_up = ["sleep 8"]\n'
    )
    dask.start_worker("--nanny", threads=2)
    done = run_fleet(stomper, place, "run", "-j", "2", *OPTIONS, "--cluster", dask.address, code=1)
    assert done.states == {"good": "fixed", "bad": "failed"}
    assert "its worker died, 3 times" in done.of("bad")["reason"]


@pytest.mark.parametrize("point", ["fleet-begun", "fleet-arrived", "fleet-brought", "fleet-unfinished"])
def test_home_is_killed_and_goes_on(
    point: str, make_repo: MakeRepo, stomper: Stomper, place: Path, dask: Cluster, hermetic: Hermetic
) -> None:
    listed = f"file://{sample(make_repo, 'one').path}\n"
    dask.start_worker()
    words = ("fleet", "run", "-", "-q", *OPTIONS, "--cluster", dask.address)
    assert stomper.run(place, *words, env={CRASH_POINT: point}, stdin=listed).code == KILLED
    seconds_until_none_is_marked(hermetic)
    run = run_fleet(stomper, place, "resume")
    assert run.states == {"one": "fixed"}
    clone = GitRepo(Path(run.of("one")["folder"]))
    assert [subject for subject, _ in clone.log()] == ["first", "fix(quality): resolve 1 issue in m0.py"]


@pytest.mark.parametrize("how", ["kill", "interrupt"])
def test_what_is_at_work_ends_with_home(
    how: str, make_repo: MakeRepo, stomper: Stomper, place: Path, dask: Cluster, hermetic: Hermetic
) -> None:
    slow_fleet(place, make_repo, "a", 600)
    dask.start_worker()
    running = stomper.start(place, "fleet", "run", "-q", *OPTIONS, "--cluster", dask.address)
    eventually(lambda: len(work_folder(hermetic)) == 1, "a repository at work", PATIENCE)
    if how == "kill":
        running.kill()
    else:
        running.send(signal.SIGINT)
        assert running.result(PATIENCE).code == 130
    eventually(lambda: not work_folder(hermetic), "the end of the work", PATIENCE)
    assert "worked on now" not in stomper.run(place, "fleet", "status").out


def test_a_scheduler_that_ends_is_said(
    make_repo: MakeRepo, stomper: Stomper, place: Path, dask: Cluster, hermetic: Hermetic
) -> None:
    slow_fleet(place, make_repo, "a", 3)
    dask.start_worker()
    running = stomper.start(place, "fleet", "run", "-q", *OPTIONS, "--cluster", dask.address)
    eventually(lambda: len(work_folder(hermetic)) == 1, "a repository at work", PATIENCE)
    dask.programs[0].kill()
    ended = running.result(PATIENCE).check(3)
    assert f"the scheduler at {dask.address} is gone" in ended.err
    assert "stomper fleet resume" in ended.err
    done = run_fleet(stomper, place, "resume", "--cluster", "")
    assert done.states == {"a": "fixed"}


def test_another_version_is_refused(
    make_repo: MakeRepo, stomper: Stomper, place: Path, dask: Cluster, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    sample(make_repo, "one")
    (other / "stomper").mkdir(parents=True)
    source = Path(__file__).parents[2] / "stomper"
    for item in source.iterdir():
        if item.name != "__init__.py":
            (other / "stomper" / item.name).symlink_to(item)
    (other / "stomper" / "__init__.py").write_text('__version__ = "0.0.1"\n')
    dask.start_worker(path=other)
    refused = stomper.run(place, "fleet", "run", "-", "--cluster", dask.address, stdin="../one\n").check(2)
    assert "has Stomper 0.0.1, and this is" in refused.err


def test_workers_fetch_what_they_can_and_get_the_rest_sent(
    make_repo: MakeRepo, stomper: Stomper, place: Path, dask: Cluster, hermetic: Hermetic, tmp_path: Path
) -> None:
    sample(make_repo, "one")
    dask.start_worker()
    with http_server(tmp_path) as address:
        listed = f"{address}/one/.git\n"
        done = run_fleet(stomper, place, "run", "-", *OPTIONS, "--cluster", dask.address, stdin=listed)
    assert done.states == {"one": "fixed"}
    clone = GitRepo(Path(done.of("one")["folder"]))
    assert clone.git("config", "remote.origin.url") == listed.strip()


def test_a_checkout_gets_its_fixes_and_one_with_changes_is_left(
    make_repo: MakeRepo, stomper: Stomper, place: Path, dask: Cluster
) -> None:
    clean, changed = sample(make_repo, "clean"), sample(make_repo, "changed")
    changed.write("m0.py", "import sys\n")
    dask.start_worker()
    words = ("run", "-", *OPTIONS, "--cluster", dask.address)
    done = run_fleet(stomper, place, *words, stdin="../clean\n../changed\n", code=1)
    assert done.states == {"clean": "fixed", "changed": "failed"}
    assert (clean.content("m0.py"), clean.status()) == (b"ONE = 1\n", [])
    assert "uncommitted changes" in done.of("changed")["reason"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--cluster", "nowhere.json"), "there is no such file"),
        (("--cluster", "tcp://127.0.0.1:9"), "no scheduler of Dask answers at tcp://127.0.0.1:9"),
        (("--cluster", "tcp://me:pass@host:1"), "the address of a scheduler has no password"),
        (("--cluster", "tcp://127.0.0.1:9", "--fix-options", "--no-commit"), "--no-commit"),
    ],
)
def test_what_cannot_be_is_refused(
    words: tuple[str, ...], said: str, make_repo: MakeRepo, stomper: Stomper, place: Path
) -> None:
    sample(make_repo, "one")
    assert said in stomper.run(place, "fleet", "run", "-", *words, stdin="../one\n").check(2).err
