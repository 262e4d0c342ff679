"""`stomper fix`: where the result goes."""

from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import copy_of, report_of
from tests.kit.samples import findings_repo

pytestmark = pytest.mark.crew

FILES = 2


@pytest.fixture
def sample(repo: GitRepo) -> GitRepo:
    """Two files to fix, and a user with something of their own in the index, the working tree and an untracked file."""
    findings_repo(repo, FILES)
    repo.write("notes.txt", "one\n")
    repo.write("staged.txt", "one\n")
    repo.commit("notes")
    repo.write("notes.txt", "changed\n")
    repo.write("staged.txt", "changed\n")
    repo.git("add", "staged.txt")
    repo.write("untracked.py", "import os\n")
    return repo


@pytest.fixture
def fixed_tree(sample: GitRepo, stomper: Stomper, tmp_path: Path) -> str:
    """What an ordinary run makes of the sample."""
    copy = copy_of(sample, tmp_path / "ordinary")
    stomper.run(copy, "fix", "-q").check()
    return copy.tree()


def test_ordinary_run_keeps_what_the_user_has_in_work(sample: GitRepo, stomper: Stomper) -> None:
    before = sample.status()
    stomper.run(sample, "fix").check()
    assert sample.status() == before == [" M notes.txt", "M  staged.txt", "?? untracked.py"]
    assert (sample.read("notes.txt"), sample.read("untracked.py")) == (b"changed\n", b"import os\n")


def test_branch_leaves_the_current_one_alone(sample: GitRepo, stomper: Stomper, fixed_tree: str) -> None:
    state = sample.checkout_state()
    result = stomper.run(sample, "fix", "--branch", "quality/fixes").check()
    assert sample.checkout_state() == state
    assert sample.refs("refs/heads").keys() == {"refs/heads/main", "refs/heads/quality/fixes"}
    assert sample.tree("quality/fixes") == fixed_tree
    assert sample.rev(f"quality/fixes~{FILES}") == sample.head
    assert f"{FILES} commits on quality/fixes: git log" in result.out
    assert report_of(sample)["branch"] == "refs/heads/quality/fixes"


@pytest.mark.thorough
def test_branch_auto_is_named_after_the_run(sample: GitRepo, stomper: Stomper, fixed_tree: str) -> None:
    state = sample.checkout_state()
    result = stomper.run(sample, "fix", "--branch", "auto").check()
    name = f"stomper/{report_of(sample)['run']}"
    assert sample.checkout_state() == state
    assert sample.tree(name) == fixed_tree
    assert f"{FILES} commits on {name}: git log" in result.out


def test_branch_that_cannot_be_used(sample: GitRepo, stomper: Stomper) -> None:
    sample.git("branch", "other", sample.git("commit-tree", "-m", "elsewhere", "HEAD^{tree}"))
    state, refs = sample.checkout_state(), sample.refs()
    for name, words in {
        "a..b": "'a..b' is not a branch name",
        "main": "branch main is checked out",
        "other": "branch other exists and has commits that are not in HEAD",
    }.items():
        result = stomper.run(sample, "fix", "--branch", name).check(2)
        assert f"error: {words}\nhint: " in result.err
    assert (sample.checkout_state(), sample.refs()) == (state, refs)


def test_no_commit_changes_only_files(sample: GitRepo, stomper: Stomper, fixed_tree: str) -> None:
    head, refs, index = sample.head, sample.refs(), sample.checkout_state().index
    result = stomper.run(sample, "fix", "--no-commit").check()
    assert (sample.head, sample.refs(), sample.checkout_state().index) == (head, refs, index)
    assert "the fixes are in the working tree, not committed: git diff" in result.out
    changed = sample.git("diff", "--name-only", "--", "*.py").splitlines()
    assert len(changed) == FILES
    sample.git("restore", "--staged", "--worktree", "notes.txt", "staged.txt")
    sample.git("add", *changed)
    assert sample.git("write-tree") == fixed_tree


def test_dry_run_changes_nothing_at_all(sample: GitRepo, stomper: Stomper) -> None:
    state, refs = sample.checkout_state(), sample.refs()
    reflog = sample.git("reflog", "--all")
    result = stomper.run(sample, "fix", "--dry-run").check()
    assert (sample.checkout_state(), sample.refs(), sample.git("reflog", "--all")) == (state, refs, reflog)
    assert "4 of 4 diagnostics would be fixed in 2 files: 2 cleared" in result.out
    assert result.out.splitlines()[-2] == "dry run: nothing was changed"
    report = report_of(sample)
    assert report["head_commit"] == report["base_commit"] == sample.head
    assert not any("commit" in file for file in report["files"])


def test_dry_run_with_nothing_to_do(repo: GitRepo, stomper: Stomper) -> None:
    repo.commit_file("good.py", "X = 1\n")
    assert "nothing to fix" in stomper.run(repo, "fix", "--dry-run").check().out


@pytest.mark.parametrize("words", [(), ("--dry-run",)])
def test_diff_leads_from_base_to_head(
    sample: GitRepo, stomper: Stomper, fixed_tree: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    copy = copy_of(sample, tmp_path / "copy")
    result = stomper.run(sample, "fix", "-q", "--diff", *words).check()
    copy.git("reset", "--quiet", "--hard")
    copy.git("apply", "--index", "-", stdin=result.out.encode())
    assert copy.git("write-tree") == fixed_tree
