"""Worktrees that are used again, after a program has spoilt what is beside, around or below their files.

`test_ladder` runs these once more for each way to have worktrees, as TEST_WORKTREES says.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stomper.errors import GitError
from stomper.process import mounts
from stomper.project.environment import Project
from stomper.workspace.shelf import Shelf
from stomper.workspace.worktree import Site, Worktree
from tests.kit.changes import listing
from tests.kit.repo import GitRepo
from tests.kit.shelves import MODE, git, shelf_at, site_of


@pytest.fixture
def site(repo: GitRepo, tmp_path: Path) -> Iterator[Site]:
    with site_of(repo, tmp_path) as made:
        yield made


@pytest.fixture
def shelf(site: Site, repo: GitRepo) -> Iterator[Shelf]:
    with shelf_at(site, repo.head) as made:
        yield made


def close_files(root: Path) -> None:
    (root / "a.py").chmod(0o444)
    (root / "app" / "b.py").chmod(0o4755)


def link_twice(root: Path) -> None:
    with contextlib.suppress(OSError):  # a mount is left by no link
        os.link(root / "a.py", root.parent / "the same file")


def write_above(root: Path) -> None:
    (root.parent / "ruff.toml").write_text("[lint]\nselect = []\n")
    (root.parent.parent / "conftest.py").write_text("raise SystemExit\n")


@pytest.mark.parametrize(
    "spoil",
    [close_files, link_twice, write_above],
    ids=lambda spoil: spoil.__name__,
)
def test_nothing_about_the_files_is_there_for_the_next_task(
    shelf: Shelf, site: Site, repo: GitRepo, spoil: Callable[[Path], None]
) -> None:
    def told(tree: Worktree) -> list[object]:
        files = [tree.root / path for path in tree.contents.entries]
        folders = (tree.root.parent, tree.root.parent.parent)
        around = {place.name for folder in folders for place in folder.iterdir()} - {"layers"}
        return [[(file.lstat().st_mode, file.lstat().st_nlink) for file in files], around]

    with shelf.open("0", repo.head) as tree:
        before = told(tree)
        spoil(tree.root)
    with shelf.open("1", repo.head) as tree:
        assert told(tree) == before


def remove(scratch: Path) -> None:
    shutil.rmtree(scratch)


def replace_by_file(scratch: Path) -> None:
    scratch.rmdir()
    scratch.write_text("x")


def replace_by_link(scratch: Path) -> None:
    scratch.rmdir()
    scratch.symlink_to(scratch.parents[3] / "somebody's")


@pytest.mark.parametrize("spoil", [remove, replace_by_file, replace_by_link], ids=lambda spoil: spoil.__name__)
def test_a_folder_for_temporary_files_that_is_gone_is_there_again_and_a_link_is_not_followed(
    shelf: Shelf, repo: GitRepo, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    (tmp_path / "somebody's").mkdir()
    (tmp_path / "somebody's" / "work").write_text("of years")
    for number in range(3):
        with shelf.open(str(number), repo.head) as tree:
            assert tree.scratch.is_dir()
            assert not tree.scratch.is_symlink()
            assert not list(tree.scratch.iterdir())
            spoil(tree.scratch)
    assert (tmp_path / "somebody's" / "work").read_text() == "of years"


@pytest.mark.parametrize(
    "words",
    [
        "mv app real; ln -s real app",
        "rm -r app; echo > app",
        "rm a.py; mkdir a.py; echo > a.py/x",
        "rm link; ln -s / link",
        "rm -rf .git; mkdir .git; echo > .git/x",
        "rm a.py; mkfifo a.py",
    ],
)
def test_a_setup_command_that_puts_something_else_in_a_files_place_is_no_change(
    shelf: Shelf, repo: GitRepo, words: str
) -> None:
    with shelf.open("0", repo.head) as tree:
        before = listing(tree.root)
    project = Project(repo.path, "python3", (), (), (), (f'sh -c "{words}"',), ())
    for number in range(2):
        with shelf.open(str(number), repo.head) as tree:
            project.prepare(tree)
            assert tree.snapshot() == {}
            assert listing(tree.root).items() >= before.items()
            assert tree.contents.compare({}) == (set(), False)
            assert git(tree.root, "rev-parse", "HEAD").strip() == repo.head


def test_what_is_taken_away_beside_the_commits_files_is_seen(shelf: Shelf, repo: GitRepo) -> None:
    repo.write("built/lib.so", "compiled")
    project = Project(repo.path, "python3", (), (), ("built/lib.so",), (), ())
    with shelf.open("0", repo.head) as tree:
        project.prepare(tree)
        shutil.rmtree(tree.root / "built")
        assert tree.contents.compare({}) == (set(), True)


@pytest.mark.skipif(MODE != "overlay", reason="there is something below with overlays only")
def test_a_file_that_was_changed_below_gets_into_no_fix(shelf: Shelf, site: Site, repo: GitRepo) -> None:
    below = next((site.folder / "ours-0").rglob("a.py"))
    below.write_text("somebody's\n")
    with shelf.open("0", repo.head) as tree:
        with (tree.root / "a.py").open("a") as file:
            file.write("a fix\n")
        with pytest.raises(GitError, match=r"a\.py was changed in"):
            tree.snapshot()
    below.write_text("one\n")
    with shelf.open("1", repo.head) as tree:
        (tree.root / "a.py").write_text("one\na fix\n")
        assert set(tree.snapshot()) == {"a.py"}


@pytest.mark.skipif(MODE != "overlay" or os.geteuid() != 0, reason="there are mounts with overlays, and root unmounts")
def test_a_worktree_that_was_unmounted_is_not_looked_at(shelf: Shelf, repo: GitRepo) -> None:
    with shelf.open("0", repo.head) as tree:
        (tree.root / "a.py").write_text("fixed\n")
        mounts.unmount(tree.root)
        with pytest.raises(OSError, match="not what was mounted"):
            tree.snapshot()
    with shelf.open("1", repo.head) as tree:
        assert (tree.root / "a.py").read_text() == "one\n"
        mounts.mount_memory(tree.root)
        with pytest.raises(OSError, match="not what was mounted"):
            tree.contents.compare({})
    with shelf.open("2", repo.head) as tree:
        assert (tree.root / "a.py").read_text() == "one\n"
