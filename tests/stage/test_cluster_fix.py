"""Files of one repository that are fixed by a worker of Dask, with the scheduler and the worker in this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.commands.fix import Finished, fix
from stomper.config import load_settings
from stomper.git.repository import open_repository
from stomper.progress import Silent
from tests.kit.clusters import in_this_process
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo

SETTINGS = """\
checkers = ["ruff"]
fixers = ["ruff"]
"""


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    with in_this_process(tmp_path / "dask", threads=1) as address:
        yield address


def fixed(repo: GitRepo, cluster: str) -> Finished:
    return fix(open_repository(repo.path), load_settings(repo.path, {}), [], Silent(), cluster)


def test_what_a_worker_makes_of_a_file_lands_here(repo: GitRepo, scheduler: str, hermetic: Hermetic) -> None:
    for name in ("a", "b"):
        repo.write(f"{name}.py", "import os\n\nONE = 1\n")
    repo.write("stomper.toml", SETTINGS)
    repo.commit("first")
    done = fixed(repo, scheduler)
    assert [(row.path, row.status) for row in done.report.files] == [("a.py", "fixed"), ("b.py", "fixed")]
    assert [subject for subject, _ in repo.log()][1:] == [f"fix(quality): resolve 1 issue in {n}.py" for n in "ab"]
    assert (repo.content("a.py"), repo.status()) == (b"ONE = 1\n", [])
    assert all(row.seconds > 0 for row in done.report.files)
