"""`stomper resume` where the user went on working meanwhile."""

from pathlib import Path

import pytest

from tests.kit.cli import Result, Stomper
from tests.kit.figures import outcomes
from tests.kit.repo import GitRepo
from tests.kit.runs import Held, held_repo, report_of, states, stop_now
from tests.kit.samples import FIXABLE, finding_path, finding_paths, fixed_content

FILES = 4
PATHS = finding_paths(FILES)
DONE, HELD = PATHS[:2], PATHS[2]
NUMBER = {finding_path(n): n for n in range(FILES)}


@pytest.fixture
def cut(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> Held:
    """A run that stopped while the third of four files was held; its result did not get home.

    The first two have their patches on disk. The branch is where it was: the second ^C stopped all.
    """
    held = held_repo(repo, FILES, tmp_path, held=Path(HELD).stem)
    running = stomper.start(repo, "fix", "-j1", "-q")
    held.wait_for(1)
    base = repo.head
    stop_now(running)
    running.result().check(130)
    assert repo.head == base
    assert [path for path, state in outcomes(repo).items() if state == "fixed"] == DONE
    held.release()
    return held


@pytest.mark.thorough
def test_a_file_that_comes_first_now_takes_no_patch_of_another(
    repo: GitRepo, stomper: Stomper, request: pytest.FixtureRequest
) -> None:
    """Each later file has another number then, and the patch of one is written where that of the next one was."""
    repo.write("aaa.py", "X = 1\n")
    request.getfixturevalue("cut")
    repo.commit_file("aaa.py", FIXABLE.format(n=9))
    resumed(repo, stomper)
    assert repo.content("aaa.py") == fixed_content(9)
    assert_all_fixed(repo)


def resumed(repo: GitRepo, stomper: Stomper, code: int = 0) -> Result:
    return stomper.run(repo, "resume").check(code)


def assert_all_fixed(repo: GitRepo, *others: str) -> None:
    for path in PATHS:
        if path not in others:
            assert repo.content(path) == fixed_content(NUMBER[path])


@pytest.mark.thorough
def test_commit_that_touches_nothing_of_the_run(cut: Held, stomper: Stomper) -> None:
    repo = cut.repo
    top = repo.commit_file("notes.txt", "mine\n")
    cut.log.unlink()
    result = resumed(repo, stomper)
    assert f"HEAD is at {top[:12]} now" in result.err
    assert repo.rev(f"HEAD~{FILES}") == top
    assert report_of(repo)["base_commit"] == top
    assert cut.begun() == [Path(HELD).name]
    assert_all_fixed(repo)


def test_change_in_a_mergeable_place(cut: Held, stomper: Stomper) -> None:
    repo = cut.repo
    repo.write(DONE[0], repo.read(DONE[0]) + b"\n\ndef mine() -> int:\n    return 1\n")
    top = repo.commit("mine")
    resumed(repo, stomper)
    assert repo.content(DONE[0]) == fixed_content(NUMBER[DONE[0]]) + b"\n\ndef mine() -> int:\n    return 1\n"
    assert repo.rev(f"HEAD~{FILES}") == top
    assert_all_fixed(repo, DONE[0])


@pytest.mark.thorough
def test_mergeable_change_that_the_fix_breaks_is_checked_again(cut: Held, stomper: Stomper) -> None:
    """The fix removes `import os`; the new code uses it. Merged as text, it would be broken code."""
    repo = cut.repo
    mine = FIXABLE.format(n=NUMBER[DONE[0]]).encode() + b"\n\ndef mine() -> str:\n    return os.sep\n"
    repo.commit_file(DONE[0], mine)
    result = resumed(repo, stomper, 1)
    assert repo.content(DONE[0]) == mine
    assert states(repo)[DONE[0]] == "rejected"
    assert f"rejected {DONE[0]}: with what was changed since, its fix does not hold" in result.out
    assert_all_fixed(repo, DONE[0])


def test_change_in_a_conflicting_place(cut: Held, stomper: Stomper) -> None:
    repo = cut.repo
    mine = b"import os\nimport json\nimport abc\n"
    repo.commit_file(DONE[0], mine)
    result = resumed(repo, stomper, 1)
    assert repo.content(DONE[0]) == mine
    assert states(repo)[DONE[0]] == "rejected"
    assert f"rejected {DONE[0]}: the file was changed since in the same places" in result.out
    assert_all_fixed(repo, DONE[0])


@pytest.mark.thorough
def test_task_file_that_was_deleted(cut: Held, stomper: Stomper) -> None:
    repo = cut.repo
    for path in (DONE[0], HELD):
        (repo.path / path).unlink()
    repo.commit("deleted")
    resumed(repo, stomper)
    assert states(repo).keys() == {DONE[1], PATHS[3]}
    assert_all_fixed(repo, DONE[0], HELD)


@pytest.mark.thorough
def test_new_finding_in_a_file_that_waits(cut: Held, stomper: Stomper) -> None:
    repo = cut.repo
    repo.write(HELD, b"import re\n" + repo.read(HELD))
    repo.commit("new finding")
    resumed(repo, stomper)
    assert_all_fixed(repo)
    assert {file["path"]: file["before"] for file in report_of(repo)["files"]}[HELD] == 3


@pytest.mark.thorough
def test_new_finding_in_a_file_that_is_done(cut: Held, stomper: Stomper) -> None:
    repo = cut.repo
    repo.write(DONE[0], repo.read(DONE[0]) + b"\n\ndef mine() -> int:\n    return unknown\n")
    repo.commit("new finding")
    resumed(repo, stomper, 1)
    assert states(repo)[DONE[0]] == "partial"
    assert repo.content(DONE[0]).startswith(fixed_content(NUMBER[DONE[0]]))
    assert_all_fixed(repo, DONE[0])


@pytest.mark.parametrize("path", [DONE[0], HELD])
def test_file_edited_and_not_committed(cut: Held, stomper: Stomper, path: str) -> None:
    repo = cut.repo
    mine = repo.read(path) + b"# mine\n"
    repo.write(path, mine)
    result = resumed(repo, stomper, 1)
    assert repo.read(path) == mine
    assert repo.status() == [f" M {path}"]
    assert f"skipped {path}: uncommitted changes" in result.out
    assert_all_fixed(repo, path)


def test_another_branch_is_checked_out(cut: Held, stomper: Stomper) -> None:
    repo = cut.repo
    base = repo.head
    repo.git("checkout", "--quiet", "-b", "other")
    top = repo.commit_file("other.txt", "other\n")
    assert "HEAD is at" in resumed(repo, stomper).err
    assert repo.branch == "refs/heads/other"
    assert (repo.rev("main"), repo.rev(f"other~{FILES}")) == (base, top)
    assert report_of(repo)["branch"] == "refs/heads/other"
    assert_all_fixed(repo)
