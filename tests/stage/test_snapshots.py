"""The files of a worktree: byte for byte what the commit has, and every change seen."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper import process
from stomper.disk.marks import Mark, mark_of
from stomper.workspace import walked
from stomper.workspace.worktree import Worktree
from tests.kit.changes import commit_all_kinds, listing
from tests.kit.contents import ODD_NAMES
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree


@pytest.fixture
def tree(repo: GitRepo, tmp_path: Path) -> Iterator[Worktree]:
    """A worktree with a file of each kind."""
    commit_all_kinds(repo)
    repo.write("a.py", "the user's edit\n")
    repo.write("untracked.py", "")
    with opened_worktree(repo, tmp_path) as opened:
        yield opened


def test_it_starts_as_the_commit_has_it(tree: Worktree) -> None:
    assert listing(tree.root) == {
        ".gitignore": ("-", b"*.log\n/built/\n"),
        "a.py": ("-", b"one\n"),
        "app": ("d", b""),
        "app/b.py": ("-x", b"two\n"),
        "app/core": ("d", b""),
        "app/core/c.py": ("-", b"\xffthree"),
        "link": ("l", b"app/b.py"),
        "folder link": ("l", b"app"),
    }
    assert tree.snapshot() == {}
    assert tree.patch({}).data == b""


def test_git_sees_a_clean_worktree_too(tree: Worktree) -> None:
    done = subprocess.run(["git", "status", "--porcelain"], cwd=tree.root, capture_output=True, check=True)
    assert done.stdout == b""


def test_ignored_files_do_not_count(tree: Worktree) -> None:
    tree.root.joinpath("trace.log").touch()
    tree.root.joinpath("built").mkdir()
    tree.root.joinpath("built", "x.py").touch()
    assert tree.snapshot() == {}
    tree.root.joinpath("trace.txt").touch()
    assert set(tree.snapshot()) == {"trace.txt"}


@pytest.mark.parametrize("name", ODD_NAMES, ids=repr)
def test_new_files_of_any_name_are_seen(tree: Worktree, name: bytes) -> None:
    path = os.fsdecode(b"new/" + name)
    for place in (path, os.fsdecode(name)):
        tree.root.joinpath(place).parent.mkdir(parents=True, exist_ok=True)
        tree.root.joinpath(place).write_text("x")
    assert set(tree.snapshot()) == {path, os.fsdecode(name)}


@pytest.mark.parametrize(
    "tick", [1, 10_000_000, 50_000_000], ids=["this machine's clock", "ticks of 10 ms", "ticks that come late"]
)
def test_edits_of_the_same_size_are_seen_however_fast(
    tree: Worktree, monkeypatch: pytest.MonkeyPatch, tick: int
) -> None:
    """Before Linux 6.13 the times of files move in ticks of 1 to 10 ms: two edits within one leave the same times.

    Where the CPU is shared with others a tick may come much later than that.
    """
    exact = mark_of

    def coarse(info: os.stat_result) -> Mark:
        inode, size, modified, changed, mode = exact(info)
        return inode, size, modified // tick * tick, changed // tick * tick, mode

    monkeypatch.setattr(walked, "mark_of", coarse)
    for content in ("one\n", "two\n", "six\n", "ten\n") * 4:
        (tree.root / "a.py").write_text(content)
        tree.snapshot()
        tree.contents.settle()
        (tree.root / "a.py").write_text(content.upper())
        seen = [blob.id for blob in tree.snapshot().values()]
        assert seen == [git_id(tree, content.upper())], f"{content.upper()!r} was not seen"


def git_id(tree: Worktree, content: str) -> str:
    words = ["git", "hash-object", "--stdin"]
    return subprocess.run(
        words, cwd=tree.root, input=content, capture_output=True, check=True, text=True
    ).stdout.strip()


@pytest.mark.parametrize("turn", range(5))
def test_an_edit_right_after_the_files_were_written_is_seen(repo: GitRepo, tmp_path: Path, turn: int) -> None:
    repo.commit_file("a.py", "one\n")
    with opened_worktree(repo, tmp_path) as tree:
        (tree.root / "a.py").write_text("two\n")
        assert set(tree.snapshot()) == {"a.py"}


@pytest.mark.parametrize("turn", range(5))
def test_an_edit_by_a_fast_program_is_seen(repo: GitRepo, tmp_path: Path, turn: int) -> None:
    repo.commit_file("a.py", "one\n")
    with opened_worktree(repo, tmp_path) as tree:
        process.run(["sh", "-c", "echo two > a.py"], cwd=tree.root, contained=True)
        assert set(tree.snapshot()) == {"a.py"}


def test_a_time_that_was_set_back_hides_nothing(tree: Worktree) -> None:
    before = (tree.root / "a.py").stat()
    (tree.root / "a.py").write_text("1ne\n")
    os.utime(tree.root / "a.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert set(tree.snapshot()) == {"a.py"}


def test_more_new_files_than_a_command_line_can_name_are_seen(tree: Worktree) -> None:
    folder = tree.root / ("long" * 40)
    folder.mkdir()
    for number in range(16_000):
        (folder / f"{number:05}.py").touch()
    assert len(tree.snapshot()) == 16_000
    tree.restore({})
    assert not folder.exists()
