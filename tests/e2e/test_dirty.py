"""Files that the user is at work on: not a byte of them changes, nor of the index, and everything else lands."""

import json
import os
from collections.abc import Callable

import pytest

from tests.kit.cli import Result, Stomper
from tests.kit.repo import CheckoutState, GitRepo
from tests.kit.samples import finding_path, findings_repo, fixed_content

RUN = ("fix", "-j", "2")
MINE, OTHERS = finding_path(0), (finding_path(1), finding_path(2))
EDIT = "import os\nimport re\n\nMINE = 1\n"


def edited(repo: GitRepo) -> None:
    repo.write(MINE, EDIT)


def staged(repo: GitRepo) -> None:
    repo.write(MINE, EDIT)
    repo.git("add", MINE)


def staged_and_edited(repo: GitRepo) -> None:
    staged(repo)
    repo.write(MINE, EDIT + "\n")


def staged_and_put_back(repo: GitRepo) -> None:
    staged(repo)
    repo.write(MINE, repo.content(MINE))


def deleted(repo: GitRepo) -> None:
    repo.path.joinpath(MINE).unlink()


def staged_deletion(repo: GitRepo) -> None:
    repo.git("rm", "--quiet", MINE)


def deleted_from_the_index_only(repo: GitRepo) -> None:
    repo.git("rm", "--quiet", "--cached", MINE)


def another_mode(repo: GitRepo) -> None:
    repo.path.joinpath(MINE).chmod(0o755)


def a_link_now(repo: GitRepo) -> None:
    repo.path.joinpath(MINE).unlink()
    repo.path.joinpath(MINE).symlink_to("elsewhere")


def assumed_unchanged(repo: GitRepo) -> None:
    repo.git("update-index", "--assume-unchanged", MINE)
    edited(repo)


def skipped_worktree(repo: GitRepo) -> None:
    repo.git("update-index", "--skip-worktree", MINE)
    edited(repo)


def same_size_and_time(repo: GitRepo) -> None:
    """An edit that the index cannot see by the file's data, only by its content (a "racy" entry)."""
    content = repo.read(MINE)
    repo.git("update-index", "--refresh")
    repo.write(MINE, content.replace(b"number_0", b"number_9"))


WAYS = [
    edited, staged, staged_and_edited, staged_and_put_back, deleted, staged_deletion, deleted_from_the_index_only,
    another_mode, a_link_now, assumed_unchanged, skipped_worktree, same_size_and_time,
]  # fmt: skip


def report_of(repo: GitRepo) -> dict[str, dict[str, object]]:
    """The files of the last run's report, by path."""
    newest = max((repo.git_dir / "stomper" / "runs").iterdir())
    return {file["path"]: file for file in json.loads((newest / "report.json").read_text())["files"]}


def without_fixes(state: CheckoutState) -> tuple[object, ...]:
    """What of a checkout a run must leave alone: all but HEAD and the files that it fixed."""
    index = [entry for entry in state.index if not entry.endswith(OTHERS)]
    return state.branch, index, {path: file for path, file in state.files.items() if path not in OTHERS}


def check_landed(repo: GitRepo, before: CheckoutState, result: Result, code: int = 1) -> None:
    """Fail unless the others landed, in HEAD, index and files, and nothing else changed."""
    result.check(code)
    assert without_fixes(repo.checkout_state()) == without_fixes(before)
    assert repo.git("diff", "--name-only", before.head, "HEAD").splitlines() == sorted(OTHERS)
    for number, path in enumerate(OTHERS, start=1):
        assert repo.content(path) == repo.read(path) == fixed_content(number)
        assert repo.git("diff", "HEAD", "--", path) == repo.git("diff", "--cached", "--", path) == ""


@pytest.mark.matrix
@pytest.mark.parametrize("change", WAYS, ids=lambda change: change.__name__)
def test_a_file_with_uncommitted_changes_is_left_alone(
    stomper: Stomper, repo: GitRepo, change: Callable[[GitRepo], None]
) -> None:
    findings_repo(repo, 3)
    change(repo)
    before = repo.checkout_state()
    result = stomper.run(repo, *RUN)
    check_landed(repo, before, result)
    mine = report_of(repo)[MINE]
    assert (mine["status"], mine["reason"]) == ("skipped", "uncommitted changes")
    assert f"skipped {MINE}: uncommitted changes" in result.out


def test_all_kinds_at_once_elsewhere_do_not_stop_a_run(stomper: Stomper, repo: GitRepo) -> None:
    """Changes to files without a diagnostic, new files staged or not, a rename, an ignored file."""
    findings_repo(repo, 3)
    repo.write(MINE, fixed_content(0))
    for name in ("clean.py", "old.py", "both.txt"):
        repo.write(name, "X = 1\n")
    repo.write(".gitignore", "ignored.py\n")
    repo.commit("more")
    repo.write("clean.py", "X = 2\n")
    repo.git("mv", "old.py", "renamed.py")
    repo.write("both.txt", "staged\n")
    repo.write("new.py", "import os\n")
    repo.git("add", "both.txt", "new.py")
    repo.write("both.txt", "edited\n")
    repo.write("intended.py", "import os\n")
    repo.git("add", "--intent-to-add", "intended.py")
    repo.write("untracked.py", "import os\n")
    repo.write("ignored.py", "import os\n")
    before, status = repo.checkout_state(), repo.status()
    check_landed(repo, before, stomper.run(repo, *RUN), code=0)
    assert repo.status() == status
    assert not {"new.py", "intended.py", "untracked.py", "ignored.py"} & set(report_of(repo))


def test_the_index_is_not_even_refreshed(stomper: Stomper, repo: GitRepo) -> None:
    """git likes to write down what it found out about files; an editor's own git may hold the lock for that."""
    findings_repo(repo, 3)
    os.utime(repo.path / MINE, (1_000_000_000, 1_000_000_000))
    index = repo.git_dir.joinpath("index").read_bytes()
    stomper.run(repo, *RUN, "--dry-run").check()
    assert repo.git_dir.joinpath("index").read_bytes() == index


def test_no_commit_leaves_fixes_in_the_working_tree_and_the_index_as_it_is(stomper: Stomper, repo: GitRepo) -> None:
    findings_repo(repo, 3)
    staged_and_edited(repo)
    before = repo.checkout_state()
    result = stomper.run(repo, *RUN, "--no-commit").check(1)
    after = repo.checkout_state()
    assert (after.head, after.branch, after.index) == (before.head, before.branch, before.index)
    assert without_fixes(after) == without_fixes(before)
    assert [repo.read(path) for path in OTHERS] == [fixed_content(1), fixed_content(2)]
    assert "not committed: git diff" in result.out
    stomper.run(repo, "undo").check(0)
    assert repo.checkout_state() == before


def test_undo_of_no_commit_keeps_what_came_later(stomper: Stomper, repo: GitRepo) -> None:
    findings_repo(repo, 3)
    before = repo.checkout_state()
    stomper.run(repo, *RUN, "--no-commit").check(0)
    assert repo.read(MINE) == fixed_content(0)
    repo.write("later.txt", "mine")
    repo.git("add", OTHERS[0])
    index = repo.git("ls-files", "--stage")
    stomper.run(repo, "undo").check(0)
    assert repo.read("later.txt") == b"mine"
    assert repo.git("ls-files", "--stage") == index
    repo.path.joinpath("later.txt").unlink()
    repo.git("reset", "--quiet")
    assert repo.checkout_state() == before


def test_undo_of_no_commit_refuses_where_a_fixed_file_was_edited(stomper: Stomper, repo: GitRepo) -> None:
    findings_repo(repo, 3)
    stomper.run(repo, *RUN, "--no-commit").check(0)
    repo.write(MINE, EDIT)
    before = repo.checkout_state()
    result = stomper.run(repo, "undo").check(2)
    assert "not as the run left them" in result.err
    assert repo.checkout_state() == before
