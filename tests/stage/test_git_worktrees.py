"""git's side of a worktree: registered, filled, rolled back, forgotten; and beside other programs."""

import shutil
import subprocess
from pathlib import Path

import pytest

from stomper.errors import GitError
from stomper.git.commits import fill_index
from stomper.git.worktrees import (
    changed_blobs,
    forget_worktrees,
    register_worktree,
    registered_worktrees,
    reset_index,
    unregister_worktree,
)
from tests.kit.repo import GitRepo


@pytest.fixture
def tree(repo: GitRepo, tmp_path: Path) -> Path:
    """A registered worktree without files; the tests have it removed, or the leak check says so."""
    repo.write(".gitignore", "*.log\n")
    repo.write("a.py", "one\n")
    repo.write("app/b.py", "two\n", executable=True)
    repo.path.joinpath("link").symlink_to("a.py")
    repo.commit()
    path = tmp_path / "place with space" / "tree"
    register_worktree(repo.path, path, repo.head, "because of a test")
    reset_index(path)
    return path


def test_a_split_index_of_the_user_is_not_passed_on(repo: GitRepo, tmp_path: Path) -> None:
    """Its other half is in one git directory, and git deletes it there when it is old."""
    repo.commit_file("a.py", "x = 1\n")
    repo.config("core.splitIndex", "true")
    repo.git("update-index", "--split-index")
    before = sorted(repo.git_dir.glob("sharedindex.*"))
    tree = tmp_path / "tree"
    made = register_worktree(repo.path, tree, repo.head, "stomper:1:test")
    reset_index(tree)
    fill_index(tree, tmp_path / "index", repo.head)
    assert list(made.admin.glob("sharedindex.*")) == []
    assert sorted(repo.git_dir.glob("sharedindex.*")) == before
    tree.joinpath(".git").unlink()
    tree.rmdir()
    unregister_worktree(repo.path, tree)


def test_a_worktree_is_detached_locked_and_what_the_commit_has(repo: GitRepo, tree: Path) -> None:
    listing = repo.git("worktree", "list", "--porcelain")
    assert "detached" in listing.splitlines()
    assert "locked because of a test" in listing.splitlines()
    assert [place.name for place in tree.iterdir()] == [".git"]
    assert repo.refs().keys() == {"refs/heads/main"}
    assert registered_worktrees(repo.path) == [repo.path.resolve(), tree.resolve()]
    unregister_worktree(repo.path, tree)
    assert registered_worktrees(repo.path) == [repo.path.resolve()]
    assert not tree.exists()


def test_its_index_is_that_of_its_commit(repo: GitRepo, tree: Path) -> None:
    listing = ["git", "ls-files", "--stage"]
    mine = subprocess.run(listing, cwd=tree, capture_output=True, check=True).stdout
    assert mine == subprocess.run(listing, cwd=repo.path, capture_output=True, check=True).stdout
    unregister_worktree(repo.path, tree)


def test_it_lives_on_beside_prune_and_gc(repo: GitRepo, tree: Path, tmp_path: Path) -> None:
    moved = tree.rename(tmp_path / "away")
    repo.git("worktree", "prune", "--expire=now")
    repo.git("gc", "--quiet", "--prune=now")
    moved.rename(tree)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=tree, capture_output=True, check=True, text=True)
    assert head.stdout.strip() == repo.head
    unregister_worktree(repo.path, tree)


def test_unregistering_is_no_error_for_what_is_gone_or_never_was(repo: GitRepo, tree: Path, tmp_path: Path) -> None:
    shutil.rmtree(tree)
    unregister_worktree(repo.path, tree)
    unregister_worktree(repo.path, tree)
    unregister_worktree(repo.path, tmp_path / "never")
    assert registered_worktrees(repo.path) == [repo.path.resolve()]


def test_unregistering_takes_a_worktree_that_was_only_registered(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", "")
    register_worktree(repo.path, tmp_path / "tree", repo.head, "test")
    unregister_worktree(repo.path, tmp_path / "tree")
    assert not (tmp_path / "tree").exists()


@pytest.mark.parametrize("damage", ["", "gitdir", "commondir", "HEAD", "gitdir HEAD commondir index"])
def test_half_made_worktrees_are_forgotten_by_their_mark(
    repo: GitRepo, tree: Path, tmp_path: Path, damage: str
) -> None:
    """`git worktree add` was killed: it writes the lock first, then the other files one by one."""
    own = repo.add_worktree(tmp_path / "own", "--detach", "--lock", "--reason", "the user's")
    for name in damage.split():
        (repo.git_dir / "worktrees" / "tree" / name).unlink()
    assert forget_worktrees(repo.git_dir, "somebody else") == []
    assert forget_worktrees(repo.git_dir, "because of a test") == ([] if "gitdir" in damage else [tree])
    assert registered_worktrees(repo.path) == [repo.path.resolve(), own.resolve()]


def test_forgetting_when_there_are_no_worktrees(repo: GitRepo) -> None:
    assert forget_worktrees(repo.git_dir, "any") == []


def test_a_folder_in_the_way_is_refused(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", "")
    repo.write("../tree/precious", "")
    with pytest.raises(GitError, match="already exists"):
        register_worktree(repo.path, tmp_path / "tree", repo.head, "test")
    assert (tmp_path / "tree" / "precious").exists()


@pytest.mark.parametrize("held", ["config.lock", "index.lock", "packed-refs.lock"])
def test_anothers_lock_is_no_hindrance(repo: GitRepo, tmp_path: Path, held: str) -> None:
    repo.commit_file("a.py", "")
    lock = repo.git_dir / held
    lock.touch()
    register_worktree(repo.path, tmp_path / "tree", repo.head, "test")
    reset_index(tmp_path / "tree")
    unregister_worktree(repo.path, tmp_path / "tree")
    assert lock.exists()
    lock.unlink()


def test_changed_blobs_are_told_as_the_second_tree_has_them(repo: GitRepo) -> None:
    repo.write("gone.py", "same\n" * 20)
    repo.write("mode.sh", "x")
    base = repo.commit()
    repo.path.joinpath("gone.py").rename(repo.path / "came to.py")
    repo.path.joinpath("mode.sh").chmod(0o755)
    after = repo.commit()
    came, gone, mode = changed_blobs(repo.path, base, after)
    assert (came.path, came.id) == ("came to.py", repo.rev("HEAD:came to.py"))
    assert (gone.path, gone.mode, gone.id) == ("gone.py", None, None)
    assert (mode.path, mode.mode) == ("mode.sh", "100755")
    assert changed_blobs(repo.path, after, after) == ()
