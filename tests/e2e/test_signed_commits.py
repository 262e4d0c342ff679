"""Signed commits: real signatures, by one pass at the end; what cannot be signed is refused, or waits for `resume`."""

from collections.abc import Iterator

import pytest

from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, seconds_until_none_is_marked
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import assert_refused, report_of, runs
from tests.kit.samples import findings_repo
from tests.kit.signers import openpgp, pretender

FILES = 3
MADE = FILES + 1  # and the list of them


@pytest.fixture
def signing(hermetic: Hermetic, leaks: Leaks) -> Iterator[None]:
    with openpgp(hermetic):
        hermetic.set_git_config("commit.gpgSign", "true")
        yield


def signatures(repo: GitRepo, base: str) -> list[str]:
    """What git says of each commit since: G is a good signature, N none."""
    return repo.git("log", "--format=%G?", f"{base}..HEAD").splitlines()


@pytest.mark.usefixtures("signing")
@pytest.mark.parametrize("moment", ["delivered", pytest.param("written", marks=pytest.mark.thorough)])
def test_commits_are_signed_also_after_a_kill_and_undone(
    moment: str, repo: GitRepo, stomper: Stomper, hermetic: Hermetic
) -> None:
    before = findings_repo(repo, FILES).checkout_state()
    assert stomper.run(repo, "fix", "-q", "-j1", "--blame-ignore-revs", env=crash_at(moment)).code == KILLED
    seconds_until_none_is_marked(hermetic)
    assert (repo.checkout_state() == before) is (moment == "written")
    stomper.run(repo, "resume", "-q").check()
    after = repo.checkout_state()
    assert signatures(repo, before.head) == ["G"] * MADE
    report = report_of(repo)
    assert {file["commit"] for file in report["files"]} == set(repo.git("rev-list", f"{before.head}..HEAD~1").split())
    assert report["head_commit"] == repo.head
    stomper.run(repo, "undo").check()
    assert repo.checkout_state() == before
    stomper.run(repo, "redo").check()
    assert repo.checkout_state() == after
    stomper.run(repo, "undo", "--revert").check()
    assert signatures(repo, before.head) == ["G"] * 2 * MADE
    assert repo.tree() == repo.tree(before.head)


def test_no_sign_beats_the_users_git(repo: GitRepo, stomper: Stomper, hermetic: Hermetic) -> None:
    hermetic.set_git_config("commit.gpgSign", "true")
    pretender(hermetic, 0)
    base = findings_repo(repo, 1).head
    assert_refused(repo, stomper, "commits cannot be signed: error: gpg failed to sign the data", "fix")
    assert runs(repo) == []
    assert "commits cannot be signed: " in stomper.run(repo, "doctor").out
    stomper.run(repo, "fix", "-q", "--no-sign").check()
    assert signatures(repo, base) == ["N"]


def test_what_cannot_be_signed_any_more_waits(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, leaks: Leaks
) -> None:
    """The trial before the start is signed, and one of three commits."""
    pretender(hermetic, 2)
    before = findings_repo(repo, FILES).checkout_state()
    done = stomper.run(repo, "fix", "--sign")
    assert done.code != 0
    assert "the commits could not be signed: " in done.out
    assert f"stomper resume {runs(repo)[-1].run}" in done.out
    assert repo.checkout_state() == before
    assert repo.refs("refs/stomper").keys() == {f"refs/stomper/{runs(repo)[-1].run}/head"}
    leaks.expect("ref", "refs/stomper/*/head", reason="the result waits")
