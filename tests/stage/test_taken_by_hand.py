"""A result that was kept for the user, and that he has taken by hand, waits no more."""

from stomper.journal.history import Delivered, History
from stomper.landing.taken_by_hand import was_taken
from tests.kit.repo import GitRepo
from tests.kit.samples import later_commit


def test_by_what_is_checked_out(repo: GitRepo) -> None:
    kept = later_commit(repo)
    repo.commit_file("mine.txt", "mine\n")
    history = History(delivered=Delivered("refs/stomper/x/head", "0" * 40, kept, kept=True, commit=True))
    assert not was_taken(repo.opened(), history)
    repo.git("merge", "--quiet", "--no-edit", kept)
    assert was_taken(repo.opened(), history)


def test_what_is_not_there_was_not_taken(repo: GitRepo) -> None:
    later_commit(repo)
    gone = History(delivered=Delivered("refs/stomper/x/head", "0" * 40, "1" * 40, kept=True, commit=True))
    assert not was_taken(repo.opened(), gone)
    assert not was_taken(repo.opened(), History())
    home = Delivered("refs/heads/main", "0" * 40, repo.head, kept=False, commit=True)
    assert not was_taken(repo.opened(), History(delivered=home))
