"""Trees that others have written are removed in one place, whatever their depth and their permissions."""

import ast
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import stomper
from stomper import process
from stomper.checkers.caches import cache_folder, keep_caches, own_place, warm_caches
from stomper.disk.remove_trees import (
    clear_in,
    delete_folder,
    delete_large_folder,
    delete_what_goes,
    temporary_folder,
)
from stomper.git.worktrees import Registration, admin_folder
from stomper.journal.run_folder import RunFolder
from stomper.models import Blob
from stomper.workspace.clone import carry_over
from tests.kit.repo import GitRepo

PACKAGE = Path(stomper.__file__).parent
REMOVERS = {"rmtree", "TemporaryDirectory", "removedirs"}


def deepen(folder: Path, depth: int = 3000, name: str = "d" * 20) -> None:
    """Make folders in each other, further than any path and the library's recursion go; each has a file."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        for _ in range(depth):
            os.close(os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=opened))
            os.mkdir(name, dir_fd=opened)
            inner = os.open(name, os.O_RDONLY, dir_fd=opened)
            os.close(opened)
            opened = inner
    finally:
        os.close(opened)


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder that is 3000 deep; gone at the end also where it was not removed."""
    folder = tmp_path / "above" / "deep"
    folder.mkdir(parents=True)
    deepen(folder)
    yield folder
    process.run(["rm", "-rf", str(folder.parent)], cwd=tmp_path, timeout=60)


def by_descriptor(folder: Path) -> None:
    opened = os.open(folder.parent, os.O_RDONLY)
    try:
        clear_in(opened, folder.name)
    finally:
        os.close(opened)


def in_temporary_folder(folder: Path) -> None:
    with temporary_folder("x-", folder.parent) as made:
        folder.replace(made / "deep")


def by_a_change_of_a_clone(folder: Path) -> None:
    carry_over({folder.name: Blob(folder.name, None, None)}, folder.parent, folder.parent)


def of_a_run(folder: Path) -> None:
    RunFolder(folder).delete()


def caches_that_are_replaced(folder: Path) -> None:
    cache_folder(folder.parent).mkdir()
    keep_caches(folder.parent, folder)
    cache_folder(folder.parent).mkdir(exist_ok=True)
    folder.rmdir()


def caches_that_cannot_be_copied(folder: Path) -> None:
    warm_caches(folder, folder.parent)
    assert not cache_folder(folder.parent).exists()
    delete_folder(folder)


def place_of_a_checker(folder: Path) -> None:
    with own_place(None, folder.parent) as made:
        folder.replace(made / "deep")


WAYS = [
    delete_folder, delete_what_goes, by_descriptor, in_temporary_folder, by_a_change_of_a_clone, of_a_run,
    caches_that_are_replaced, caches_that_cannot_be_copied, place_of_a_checker,
]  # fmt: skip


@pytest.mark.parametrize("remove", WAYS)
def test_a_tree_of_any_depth_is_removed(deep: Path, remove: Callable[[Path], object]) -> None:
    remove(deep)
    assert not deep.exists()
    assert [item.name for item in deep.parent.iterdir() if item.name != "caches"] == []


def test_a_deep_tree_in_the_place_of_a_file_of_git_is_removed(repo: GitRepo, tmp_path: Path) -> None:
    """A program put it where git keeps what a worktree is."""
    repo.commit_file("a.py", "x = 1\n")
    tree = repo.add_worktree(tmp_path / "tree", "--detach")
    admin = admin_folder(tree)
    made = Registration(tree, admin, repo.git_dir.resolve(), (tree / ".git").read_bytes(), b"")
    (tree / ".git").unlink()
    (tree / ".git").mkdir()
    deepen(tree / ".git")
    made.renew()
    assert (tree / ".git").is_file()


def test_of_a_link_only_the_link_is_removed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    delete_folder(tmp_path / "link")
    delete_folder(tmp_path / "never-there")
    assert [item.name for item in tmp_path.iterdir()] == ["kept"]


def test_trees_are_removed_in_one_place_only() -> None:
    """The library's own ways end at a depth that any program can make."""
    found = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}"
        for file in PACKAGE.rglob("*.py")
        if file.name != "remove_trees.py"
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Attribute) and node.attr in REMOVERS
    ]
    assert found == []


@pytest.mark.thorough
def test_a_large_tree_goes_and_what_its_links_lead_to_stays(tmp_path: Path) -> None:
    outside, tree = tmp_path / "outside", tmp_path / "tree"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    for number in range(40):
        folder = tree / f"{number}" / "inner"
        folder.mkdir(parents=True)
        for name in "abc":
            (folder / name).write_text(name)
        (folder / "out").symlink_to(outside)
    (tree / "0").chmod(0o500)
    (tree / "1" / "inner").chmod(0)
    delete_large_folder(tree)
    assert not tree.exists()
    assert (outside / "kept").read_text() == "kept"
    delete_large_folder(tree)  # it is gone already
    (tmp_path / "deep").mkdir()
    deepen(tmp_path / "deep")
    delete_large_folder(tmp_path / "deep")
    assert not (tmp_path / "deep").exists()
