"""What a worktree does not get of a checkout, less what nobody needs there."""

from pathlib import Path

import pytest

from stomper.git.trees import tree_entries
from stomper.project.environment import Project
from stomper.project.left_behind import LeftBehind, find_left_behind, is_to_be_linked
from tests.kit.repo import GitRepo


@pytest.fixture
def project(repo: GitRepo) -> Project:
    repo.write(".gitignore", "*.txt\n*.bin\n/data\n")
    repo.commit_file("pkg/code.py", "ONE = 1\n")
    return Project(repo.path, "python3", (), (), ("brought.txt", "brought"), (), (), links=("linked/deep",))


def left(repo: GitRepo, project: Project, most: int = 1000) -> LeftBehind:
    return find_left_behind(project, tree_entries(repo.path, "HEAD"), most)


def test_files_and_folders_are_listed(repo: GitRepo, project: Project) -> None:
    for name in ("local.txt", "data/a/b.bin", "pkg/table.bin", "new.py"):
        repo.write(name, "1")
    assert left(repo, project).paths == ("data", "local.txt", "new.py", "pkg/table.bin")


def test_what_is_brought_or_kept_by_tools_is_not(repo: GitRepo, project: Project) -> None:
    for name in ("brought.txt", "brought/a", "linked/deep/a", "pkg/__pycache__/a.pyc", ".venv/a", ".mypy_cache/a"):
        repo.write(name, "1")
    for name in ("mine/pyvenv.cfg", "kept/CACHEDIR.TAG", "other/.git/HEAD"):
        repo.write(name, "1")
    assert left(repo, project) == LeftBehind()


def test_no_more_than_some_bytes_are_tried(repo: GitRepo, project: Project) -> None:
    for name, size in (("a", 600), ("b", 600), ("c/d", 300)):
        repo.write(name, "x" * size)
    assert left(repo, project) == LeftBehind(("a", "c"), ("b",))


def test_what_leads_out_is_linked(repo: GitRepo, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (repo.path / "out").symlink_to(tmp_path / "outside")
    repo.write("small", "1")
    assert is_to_be_linked(repo.path, "out")
    assert not is_to_be_linked(repo.path, "small")
