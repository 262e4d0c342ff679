"""What a worker of a cluster has made is brought into a checkout only if nothing of the user's is in its way."""

import pytest

from stomper.fleet.remote import BringError, require_free
from stomper.git.repository import open_repository, read_head
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo


@pytest.fixture
def tip(repo: GitRepo) -> str:
    """A commit that changes a.py, beside the one that is checked out."""
    base = repo.commit_file("a.py", "a = 1\n")
    made = repo.commit_file("a.py", "a = 2\n")
    repo.git("reset", "--hard", "--quiet", base)
    return made


def require(repo: GitRepo, tip: str) -> None:
    repository = open_repository(repo.path)
    require_free(repository, read_head(repository), tip)


def test_a_checkout_as_it_was_takes_it(repo: GitRepo, tip: str) -> None:
    require(repo, tip)


def test_a_file_that_was_deleted_meanwhile_stays_deleted(repo: GitRepo, tip: str) -> None:
    (repo.path / "a.py").unlink()
    with pytest.raises(BringError, match=r"a\.py changed in the meantime"):
        require(repo, tip)


def test_a_filter_that_fails_loses_no_file(repo: GitRepo, tip: str, leaks: Leaks) -> None:
    leaks.allow("settings", "*", reason="the test configures a filter")
    (repo.git_dir / "info").mkdir(exist_ok=True)
    (repo.git_dir / "info" / "attributes").write_text("*.py filter=broken\n")
    repo.git("config", "filter.broken.smudge", "false")
    repo.git("config", "filter.broken.clean", "cat")
    repo.git("config", "filter.broken.required", "true")
    with pytest.raises(BringError, match=r"a filter of the working tree fails for a\.py"):
        require(repo, tip)
