"""A worktree for one task: made, locked, filled with the blobs' own bytes, and gone on every way out."""

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stomper.disk.remove_trees import delete_folder
from stomper.errors import ConfigError, GitError
from stomper.workspace.worktree import Site, clear_site, remove_worktree, tree_name, worktree, worktrees_folder
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import commit_exactly

NOBODY = 65534
ATTRIBUTES = b"*.txt text eol=crlf\n*.id ident\n*.utf16 working-tree-encoding=UTF-16\n"
BYTES = {
    b"unix.txt": b"one\ntwo\n",
    b"dos.txt": b"one\r\ntwo\r\n",
    b"mixed.txt": b"one\r\ntwo\nthree\r",
    b"a.id": b"$Id$\n",
    b"b.utf16": b"plain\n",
    b"sub/c.txt": b"\xff\xfe\n",
}


@pytest.fixture
def site(repo: GitRepo, tmp_path: Path) -> Site:
    repo.commit_file("a.py", "one\n")
    made = Site(repo.path, repo.git_dir / "stomper", tmp_path / "stomper" / "run-1", "run-1")
    made.state.mkdir()
    return made


def admin(repo: GitRepo) -> list[Path]:
    """What git knows of worktrees beside the main one."""
    return sorted((repo.git_dir / "worktrees").glob("*"))


def test_it_is_detached_locked_and_outside_of_the_checkout(repo: GitRepo, site: Site) -> None:
    repo.write("a.py", "the user's edit\n")
    state = repo.checkout_state()
    with worktree(site, "7", repo.head) as tree:
        assert tree.root == site.folder / "7" / "stomper-above" / "stomper-tree"
        assert (tree.root / "a.py").read_bytes() == b"one\n"
        assert tree.scratch.is_dir()
        assert not tree.scratch.is_relative_to(tree.root)
        (place,) = admin(repo)
        assert (place / "locked").read_text().strip() == f"stomper:{os.getpid()}:run-1"
        assert (place / "HEAD").read_text() == f"{repo.head}\n"
        assert repo.checkout_state() == state
    assert admin(repo) == []
    assert not (site.folder / "7").exists()
    assert repo.checkout_state() == state


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_it_is_gone_after_an_error(repo: GitRepo, site: Site, error: type[BaseException]) -> None:
    with pytest.raises(error), worktree(site, "0", repo.head):
        raise error("in the middle")
    assert admin(repo) == []
    assert [place.name for place in site.folder.iterdir()] == ["token"]


def test_it_is_gone_where_it_cannot_be_filled(repo: GitRepo, site: Site) -> None:
    blob = repo.rev("HEAD:a.py")
    (repo.git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(GitError), worktree(site, "0", repo.head):
        raise AssertionError("there is nothing to fill it with")
    assert admin(repo) == []
    assert [place.name for place in site.folder.iterdir()] == ["token"]
    repo.git("hash-object", "-w", "--stdin", stdin=b"one\n")


def take_head(place: Path) -> None:
    (place / "HEAD").unlink()


def take_lock(place: Path) -> None:
    (place / "locked").unlink()


def leave(_place: Path) -> None:
    pass


@pytest.mark.parametrize("half", [leave, take_lock, take_head])
def test_leftover_of_a_killed_worker_is_in_nobodys_way(repo: GitRepo, site: Site, half: Callable[[Path], None]) -> None:
    """The worker was killed at work, while its worktree was registered or while it was removed."""
    killed = worktree(site, "0", repo.head)
    old = killed.__enter__()
    (old.root / "a.py").write_text("half done")
    (old.root / "left.py").touch()
    half(admin(repo)[0])
    with worktree(site, "0", repo.head) as tree:
        assert sorted(place.name for place in tree.root.iterdir()) == [".git", "a.py"]
        assert (tree.root / "a.py").read_bytes() == b"one\n"
    clear_site(site)
    assert admin(repo) == []


def test_two_at_once_and_one_by_one_are_taken_away(repo: GitRepo, site: Site) -> None:
    with worktree(site, "0", repo.head) as one:
        with worktree(site, "1", repo.head) as other:
            (other.root / "a.py").write_text("two\n")
            assert other.snapshot().keys() == {"a.py"}
            assert one.snapshot() == {}
        assert (one.root / "a.py").read_bytes() == b"one\n"
        assert len(admin(repo)) == 1


def test_clearing_takes_all_of_this_run_and_nothing_else(repo: GitRepo, site: Site, tmp_path: Path) -> None:
    theirs = repo.add_worktree(tmp_path / "theirs", "--detach")
    other = Site(site.top, site.state, site.folder.with_name("run-2"), "run-2")
    with worktree(other, "0", repo.head) as kept:
        for name in ("0", "1"):
            worktree(site, name, repo.head).__enter__()
        clear_site(site)
        assert not site.folder.exists()
        assert set(repo.worktrees()) == {repo.path, theirs, kept.root}
    clear_site(other)
    assert not other.folder.parent.exists()
    assert theirs.exists()


def test_removing_what_is_not_there_is_no_error(site: Site) -> None:
    remove_worktree(site, "0")
    clear_site(site)


@pytest.mark.parametrize("where", [".gitattributes", "sub/.gitattributes", ".git/info/attributes", "global"])
def test_bytes_are_the_blobs_whatever_attributes_say(repo: GitRepo, site: Site, hermetic: Hermetic, where: str) -> None:
    files = dict(BYTES)
    if where == "global":
        (hermetic.root / "attributes").write_bytes(ATTRIBUTES)
        hermetic.set_git_config("core.attributesFile", str(hermetic.root / "attributes"))
    elif where.startswith(".git/"):
        repo.write(where, ATTRIBUTES)
        repo.agreed_settings = repo.settings()
    else:
        files[where.encode()] = ATTRIBUTES
    commit_exactly(repo, files)
    with worktree(site, "0", repo.head) as tree:
        found = {name: (tree.root / os.fsdecode(name)).read_bytes() for name in files}
        assert found == files
        assert tree.snapshot() == {}
        (tree.root / "unix.txt").write_bytes(b"one\nthree\n")
        patch = tree.patch(tree.snapshot())
        assert [blob.path for blob in patch.blobs] == ["unix.txt"]
        assert b"-two\n+three\n" in patch.data


def test_patch_of_nothing_is_nothing(repo: GitRepo, site: Site) -> None:
    with worktree(site, "0", repo.head) as tree:
        assert tree.patch({}).data == b""
        assert tree.patch({}).blobs == ()


def test_place_is_the_users_cache_unless_that_is_inside_the_repository(
    repo: GitRepo, hermetic: Hermetic, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert worktrees_folder(repo.path) == hermetic.cache / "stomper"
    monkeypatch.setenv("XDG_CACHE_HOME", str(repo.path / ".cache"))
    assert worktrees_folder(repo.path) == hermetic.tmp / f"stomper-{os.getuid()}"
    link = hermetic.root / "link"
    link.symlink_to(repo.path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(link))
    assert worktrees_folder(repo.path) == hermetic.tmp / f"stomper-{os.getuid()}"


def test_place_is_not_below_configuration_that_the_checkout_is_not_below(
    repo: GitRepo, hermetic: Hermetic, monkeypatch: pytest.MonkeyPatch
) -> None:
    (hermetic.cache / "ruff.toml").touch()
    assert worktrees_folder(repo.path) == hermetic.tmp / f"stomper-{os.getuid()}"
    (hermetic.tmp / "conftest.py").touch()
    assert worktrees_folder(repo.path).name == f"stomper-{os.getuid()}"
    monkeypatch.setattr("stomper.workspace.cache_folder.TEMPORARY", (str(hermetic.tmp),))
    with pytest.raises(ConfigError, match=f"below {hermetic.cache}/ruff.toml, {hermetic.tmp}/conftest.py, which"):
        worktrees_folder(repo.path)
    (hermetic.tmp / "conftest.py").unlink()
    monkeypatch.setenv("XDG_CACHE_HOME", str(hermetic.cache / "worktrees"))
    assert worktrees_folder(hermetic.cache / "checkout") == hermetic.cache / "worktrees" / "stomper"


def test_the_folder_has_a_name_that_no_pattern_has() -> None:
    assert tree_name(Path("/x/dist"), ["a.py", "dist/__init__.py"], named=False) == "stomper-tree"
    assert tree_name(Path("/x/dist"), ["__init__.py"], named=False) == "dist"
    assert tree_name(Path("/x/dist"), ["a.py"], named=True) == "dist"


def test_folders_above_it_are_called_as_those_of_the_checkout(site: Site) -> None:
    deep = dataclasses.replace(site, top=Path("/home/u/code/shop"), levels=3)
    assert deep.root("7") == site.folder / "7" / "stomper-above" / "u" / "code" / "stomper-tree"


@contextlib.contextmanager
def without_privileges(folder: Path) -> Iterator[None]:
    """In this folder as a user whom permissions hold back: root is another user for a while."""
    os.chdir(folder)
    if os.geteuid() != 0:
        yield
        return
    for place in [folder, *folder.rglob("*")]:
        os.chown(place, NOBODY, -1, follow_symlinks=False)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("mode", [0o000, 0o400, 0o500, 0o600])
def test_folder_is_deleted_whatever_permissions_are_inside(tmp_path: Path, mode: int) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o500)
    deep = Path("folder", "a", "b")  # from there: above it are folders that only their owner may enter
    (tmp_path / deep).mkdir(parents=True)
    (tmp_path / deep / "file").touch()
    (tmp_path / deep.parent / "link").symlink_to(outside)
    with without_privileges(tmp_path):
        for place in (deep, deep.parent):
            place.chmod(mode)
        delete_folder(Path("folder"))
    assert not (tmp_path / "folder").exists()
    assert outside.stat().st_mode & 0o777 == 0o500
