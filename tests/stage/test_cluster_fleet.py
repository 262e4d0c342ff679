"""A fleet whose repositories are fixed by a worker of Dask, with the scheduler and the worker in this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.clusters import in_this_process
from tests.kit.fleets import FakeFleet, MakeRepo, sample
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo

WORDS = ("--no-mypy", "--fixer", "ruff")


@pytest.fixture
def fleet(tmp_path: Path) -> FakeFleet:
    (tmp_path / "fleet").mkdir()
    return FakeFleet(tmp_path / "fleet")


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a scheduler that has one worker."""
    with in_this_process(tmp_path / "dask", threads=2) as address:
        yield address


def test_the_result_of_a_worker_is_in_the_clone_here(
    make_repo: MakeRepo, fleet: FakeFleet, scheduler: str, hermetic: Hermetic
) -> None:
    origin, secret = sample(make_repo, "origin"), sample(make_repo, "secret")
    entries = [
        fleet.entry(f"file://{origin.path}", options=WORDS, set_up=("touch made-there",)),
        fleet.entry(f"file://{secret.path}", options=(*WORDS, "--trailer", "Api-Token=abcdef123456")),
    ]
    done = fleet.run_entries(entries, cluster=scheduler, max_parallel_files=1)
    assert (done.code, done.states) == (1, {"origin": "fixed", "secret": "failed"})
    assert "have a secret in them, which is not sent" in done.of("secret")["reason"]
    clone = GitRepo(Path(done.of("origin")["folder"]))
    assert clone.path == fleet.folder.clones / "origin"
    assert (clone.content("m0.py"), clone.status()) == (b"ONE = 1\n", [])
    assert (clone.rev("HEAD~"), clone.branch) == (origin.head, "refs/heads/main")
    assert done.of("origin")["head_commit"] == clone.head
    assert [*(hermetic.cache / "stomper-cluster" / "work").iterdir()] == []
