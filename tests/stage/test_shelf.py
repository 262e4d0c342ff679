"""Worktrees that are used again: each task begins with the base commit's files and nothing else, whatever went before.

`test_ladder` runs these once more for each way to have worktrees, as TEST_WORKTREES says.
"""

import contextlib
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stomper.models import Blob
from stomper.process import mounts
from stomper.project.environment import Project
from stomper.workspace.shelf import WORKSHOP, Shelf
from stomper.workspace.worktree import Site
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


def delete_all(root: Path) -> None:
    for place in root.iterdir():
        if place.name != ".git":
            shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()


def swap(root: Path) -> None:
    """A folder becomes a file, a file a folder, a link a file."""
    shutil.rmtree(root / "app")
    (root / "app").write_text("a file")
    (root / "a.py").unlink()
    (root / "a.py").mkdir()
    (root / "a.py" / "in it").write_text("x")
    (root / "link").unlink()
    (root / "link").write_text("a file")


def make_anew(root: Path) -> None:
    """A folder of the same name with other files, so that those of before are hidden."""
    shutil.rmtree(root / "app")
    (root / "app" / "core").mkdir(parents=True)
    (root / "app" / "new.py").write_text("new")


def rename(root: Path) -> None:
    shutil.move(root / "app", root / "moved")
    (root / "a.py").rename(root / "b.py")


def close_folders(root: Path) -> None:
    (root / "app").chmod(0o500)
    (root / "app" / "core").chmod(0o700)


def change_modes(root: Path) -> None:
    (root / "a.py").chmod(0o755)
    (root / "app" / "b.py").chmod(0o600)


def litter(root: Path) -> None:
    (root / "empty" / "er").mkdir(parents=True)
    (root / "app" / "trace.log").write_text("ignored")
    (root / "built").mkdir()
    (root / "built" / "x").write_text("ignored")
    os.mkfifo(root / "app" / "pipe")
    (root / "app" / "out").symlink_to("/")


def back_to_the_same_bytes(root: Path) -> None:
    for _ in range(2):
        (root / "a.py").write_text("two\n")
        (root / "a.py").write_text("one\n")


@pytest.mark.parametrize(
    "spoil",
    [delete_all, swap, make_anew, rename, close_folders, change_modes, litter, back_to_the_same_bytes],
    ids=lambda spoil: spoil.__name__,
)
def test_nothing_of_a_task_is_there_for_the_next_one(
    shelf: Shelf, repo: GitRepo, spoil: Callable[[Path], None]
) -> None:
    with shelf.open("0", repo.head) as tree:
        at_first, folder_modes = listing(tree.root), modes(tree.root)
        spoil(tree.root)
    with shelf.open("1", repo.head) as tree:
        assert listing(tree.root) == at_first
        assert modes(tree.root) == folder_modes
        assert tree.snapshot() == {}
        assert tree.contents.compare({}) == (set(), False)


def modes(root: Path) -> dict[str, int]:
    """The modes of the folders."""
    return {str(place.relative_to(root)): stat.S_IMODE(place.stat().st_mode) for place in root.rglob("*/")}


def commit_there(root: Path) -> None:
    (root / "a.py").write_text("an agent's\n")
    git(root, "commit", "-aqm", "an agent's own")


def bisect_there(root: Path) -> None:
    git(root, "bisect", "start")
    git(root, "update-ref", "refs/worktree/mine", "HEAD")


def stage_there(root: Path) -> None:
    (root / "new.py").write_text("x")
    git(root, "add", "-A")


def lock_there(root: Path) -> None:
    place = Path(git(root, "rev-parse", "--absolute-git-dir").strip())
    (place / "index.lock").touch()
    (place / "MERGE_HEAD").write_text(git(root, "rev-parse", "HEAD"))


def configure_there(root: Path) -> None:
    place = Path(git(root, "rev-parse", "--absolute-git-dir").strip())
    git(root, "config", "--file", str(place / "config.worktree"), "core.worktree", "/tmp")


def unlink_git(root: Path) -> None:
    (root / ".git").unlink()


def set_flags_there(root: Path) -> None:
    git(root, "update-index", "--assume-unchanged", "a.py")
    git(root, "update-index", "--skip-worktree", "app/b.py")


def split_index_there(root: Path) -> None:
    git(root, "update-index", "--split-index")
    git(root, "update-index", "--assume-unchanged", "a.py")


def close_index_there(root: Path) -> None:
    (Path(git(root, "rev-parse", "--absolute-git-dir").strip()) / "index.lock").mkdir()


def forget_there(root: Path) -> None:
    with contextlib.suppress(subprocess.CalledProcessError):  # of a mount only the folder itself stays
        git(root, "worktree", "remove", "--force", "--force", str(root))


def forget_here_only(root: Path) -> None:
    shutil.rmtree(git(root, "rev-parse", "--absolute-git-dir").strip())


@pytest.mark.parametrize(
    "spoil",
    [
        commit_there,
        bisect_there,
        stage_there,
        lock_there,
        configure_there,
        unlink_git,
        set_flags_there,
        split_index_there,
        close_index_there,
        forget_there,
        forget_here_only,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_nothing_that_git_was_told_is_there_for_the_next_task(
    shelf: Shelf, repo: GitRepo, spoil: Callable[[Path], None]
) -> None:
    def told(root: Path) -> list[str]:
        questions = (["status", "--porcelain"], ["log", "-g", "--format=%H %gs"], ["rev-parse", "HEAD"])
        more = (["for-each-ref"], ["diff", "--cached", "--name-only"], ["ls-files", "-v"], ["add", "-A"])
        return [git(root, *words) for words in (*questions, *more)]

    with shelf.open("0", repo.head) as tree:
        before = told(tree.root)
        spoil(tree.root)
    with shelf.open("1", repo.head) as tree:
        assert told(tree.root) == before
        assert git(tree.root, "status").count("bisect") == 0


def test_two_at_once_are_two(shelf: Shelf, repo: GitRepo) -> None:
    with shelf.open("0", repo.head) as one, shelf.open("0-workshop", repo.head, WORKSHOP) as other:
        (other.root / "a.py").write_text("changed\n")
        assert one.snapshot() == {}
        made = other.snapshot()
        assert set(made) == {"a.py"}
        one.restore(made)  # the judge reads what another worktree was found to have
        assert (one.root / "a.py").read_text() == "changed\n"
    assert one.root != other.root


def test_what_lies_beside_the_commit_is_there_for_each_task_and_never_a_change(
    shelf: Shelf, repo: GitRepo, tmp_path: Path
) -> None:
    repo.write("built/lib.so", "compiled")
    repo.write("app/keys.json", "{}")
    project = Project(repo.path, "python3", (), (), ("built/lib.so", "app/keys.json"), (), ())
    for number in range(3):
        with shelf.open(str(number), repo.head) as tree:
            project.prepare(tree)
            assert (tree.root / "built" / "lib.so").read_text() == "compiled"
            assert (tree.root / "app" / "keys.json").read_text() == "{}"
            assert tree.snapshot() == {}
            assert tree.contents.compare({}) == (set(), False)
            (tree.root / "app" / "keys.json").write_text("spoilt")
            shutil.rmtree(tree.root / "built")
            changed, more = tree.contents.compare({})
            assert (changed, more) == (set(), True)
            tree.restore({})
            assert (tree.root / "built" / "lib.so").read_text() == "compiled"
            assert (tree.root / "app" / "keys.json").read_text() == "{}"
            (tree.root / "app" / "keys.json").unlink()


def test_a_setup_command_that_rewrites_the_commits_files_is_no_change(shelf: Shelf, repo: GitRepo) -> None:
    words = "sh -c 'echo spoilt > a.py; rm -r app; mkdir app; echo made > app/made.py; echo > fresh.txt'"
    project = Project(repo.path, "python3", (), (), (), (words,), ())
    for number in range(2):
        with shelf.open(str(number), repo.head) as tree:
            project.prepare(tree)
            assert tree.snapshot() == {}
            assert (tree.root / "a.py").read_text() == "one\n"
            assert (tree.root / "app" / "b.py").exists()
            assert (tree.root / "app" / "made.py").read_text() == "made\n"
            (tree.root / "a.py").write_text("fixed\n")
            assert set(tree.snapshot()) == {"a.py"}


def test_a_file_of_many_megabytes_is_seen(shelf: Shelf, repo: GitRepo) -> None:
    with shelf.open("0", repo.head) as tree:
        (tree.root / "large").write_bytes(b"x" * 9_000_000)
        found = tree.snapshot()
        assert set(found) == {"large"}
        assert len(tree.contents.bytes_of(found["large"])) == 9_000_000
        tree.restore({})
        tree.restore(found)
        assert (tree.root / "large").stat().st_size == 9_000_000
    assert found["large"] == Blob("large", "100644", found["large"].id)


@pytest.mark.skipif(MODE != "recycled", reason="only what is written is turned")
def test_one_is_turned_to_another_commit_by_what_differs(shelf: Shelf, repo: GitRepo) -> None:
    first = repo.head
    with shelf.open("0", first) as tree:
        kept = (tree.root / "app" / "core" / "c.py").stat()
        at_first = listing(tree.root)
    repo.write("a.py", "new\n")
    repo.write("app/more/d.py", "more\n")
    (repo.path / "link").unlink()
    repo.commit("another")
    with shelf.open("1", repo.head) as tree:
        assert tree.base == repo.head
        assert (tree.root / "app" / "more" / "d.py").read_text() == "more\n"
        assert not (tree.root / "link").is_symlink()
        assert tree.snapshot() == {}
        assert git(tree.root, "status", "--porcelain") == ""
        assert git(tree.root, "rev-parse", "HEAD").strip() == repo.head
        now = (tree.root / "app" / "core" / "c.py").stat()
        assert (now.st_ino, now.st_ctime_ns) == (kept.st_ino, kept.st_ctime_ns)
        (tree.root / "a.py").write_text("spoilt\n")
    with shelf.open("2", first) as tree:
        assert listing(tree.root) == at_first
        assert tree.snapshot() == {}


@pytest.mark.skipif(MODE != "overlay", reason="there are mounts with overlays only")
def test_a_mount_is_there_for_its_task_only(shelf: Shelf, site: Site, repo: GitRepo) -> None:
    def mounted() -> list[str]:
        return [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(site.folder) in line]

    assert mounts.has_entered()
    before = mounted()
    with shelf.open("0", repo.head):
        assert len([line for line in mounted() if " - overlay " in line]) == 1
    assert [line for line in mounted() if " - overlay " in line] == []
    shelf.close()
    assert mounted() == before
