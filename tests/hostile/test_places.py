"""Deletion goes by what was made and proved, never by what a file says: worktrees, what git notes of them, checks."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.journal.cleanup import clear_sites
from stomper.workspace.cache_folder import own_folders, worktrees_folder
from stomper.workspace.rescue import clear_checks
from stomper.workspace.run_place import NOTES, Site, clear_site, noted, open_site
from tests.kit.cli import ROOT, Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, seconds_until_none_is_marked
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import last_run
from tests.kit.samples import findings_repo

NOBODY = 65534
RUN = "20260102-030405-beef"
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's files")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A folder of the user's that nobody but him could delete."""
    folder = tmp_path / "precious"
    folder.mkdir(mode=0o700)
    (folder / "work.txt").write_text("years of it")
    return folder


@pytest.fixture
def site(repo: GitRepo) -> Site:
    """A place for worktrees, opened."""
    repo.commit_file("a.py", "x = 1\n")
    place = Site(repo.path.resolve(), repo.git_dir / "stomper", worktrees_folder(repo.path) / RUN, RUN)
    place.state.mkdir(mode=0o700)
    open_site(place)
    (place.folder / "tree").mkdir()
    return place


@pytest.fixture
def dead(repo: GitRepo, stomper: Stomper, hermetic: Hermetic) -> str:
    """The id of a run that was killed with a worktree half filled."""
    findings_repo(repo, 1)
    assert stomper.run(repo, "fix", "-q", "-j1", env=crash_at("worktree-populate:2")).code == KILLED
    seconds_until_none_is_marked(hermetic)
    return last_run(repo).run


def forge(repo: GitRepo, run: str, victim: Path) -> None:
    """Have every file that could name a place name the victim."""
    header = last_run(repo).path / "run.json"
    header.write_text(json.dumps({**json.loads(header.read_text()), "folder": str(victim)}))
    note = repo.git_dir / "stomper" / NOTES / run
    note.write_text(json.dumps({**json.loads(note.read_text()), "folder": str(victim)}))
    for admin in (repo.git_dir / "worktrees").iterdir():
        (admin / "gitdir").write_text(f"{victim}/.git\n")


@pytest.mark.parametrize("command", ["cleanup", "fix"])
def test_no_file_of_a_dead_run_has_a_foreign_folder_deleted(
    command: str, repo: GitRepo, stomper: Stomper, dead: str, victim: Path, leaks: Leaks
) -> None:
    forge(repo, dead, victim)
    result = stomper.run(repo, command)
    assert result.code in (0, 1)
    assert (victim / "work.txt").read_text() == "years of it"
    assert "left alone: " in result.err
    leaks.allow("cache", "*", reason="its note names another place, so that nothing proves it")


def test_a_note_of_the_right_name_proves_nothing_without_the_token(repo: GitRepo, site: Site, tmp_path: Path) -> None:
    named = tmp_path / "stomper" / RUN
    named.mkdir(mode=0o700, parents=True)
    (named / "work.txt").touch()
    clear_site(site)
    notes = site.state / NOTES
    notes.mkdir(exist_ok=True)
    (notes / RUN).write_text(json.dumps({"folder": str(named), "token": "a" * 32}))
    assert clear_sites(repo.opened(), [RUN]) == ((), [(str(named), clear_site(Site(site.top, site.state, named, RUN)))])
    assert (named / "work.txt").exists()
    (notes / RUN).unlink()


def swapped_for_a_link(site: Site, victim: Path) -> None:
    site.folder.rename(site.folder.with_name("away"))
    site.folder.symlink_to(victim)


def another_users(site: Site, _victim: Path) -> None:
    os.chown(site.folder, NOBODY, NOBODY)


def open_to_others(site: Site, _victim: Path) -> None:
    site.folder.chmod(0o770)


def with_another_token(site: Site, _victim: Path) -> None:
    (site.folder / "token").write_text("b" * 32)


def with_a_link_for_a_token(site: Site, _victim: Path) -> None:
    (site.folder / "token").rename(site.folder / "real")
    (site.folder / "token").symlink_to("real")


def without_a_token(site: Site, _victim: Path) -> None:
    (site.folder / "token").unlink()


def without_a_note(site: Site, _victim: Path) -> None:
    site.note.unlink()


def with_a_folder_above_of_another_user(site: Site, _victim: Path) -> None:
    os.chown(site.folder.parent, NOBODY, NOBODY)


@pytest.mark.parametrize(
    "tamper",
    [
        swapped_for_a_link,
        pytest.param(another_users, marks=AS_ROOT),
        open_to_others,
        with_another_token,
        with_a_link_for_a_token,
        without_a_token,
        without_a_note,
        pytest.param(with_a_folder_above_of_another_user, marks=AS_ROOT),
    ],
    ids=lambda tamper: tamper.__name__,
)
def test_a_folder_that_is_not_as_it_was_made_is_left_alone_and_named(
    tamper: Callable[[Site, Path], None], site: Site, victim: Path, leaks: Leaks
) -> None:
    tamper(site, victim)
    assert clear_site(site)
    assert os.path.lexists(site.folder)
    assert (victim / "work.txt").exists()
    assert not site.folder.is_symlink() or (site.folder.with_name("away") / "tree").exists()
    leaks.expect("cache", f"{RUN}*", reason="not proved to be ours")
    leaks.allow("cache", "away*", reason="not proved to be ours")


@pytest.mark.parametrize("point", ["site-noted", "site-made", "site-token-torn", "site-forgotten", "site-emptied"])
def test_a_kill_at_each_step_leaves_what_the_clean_up_can_prove(repo: GitRepo, site: Site, point: str) -> None:
    clear_site(site)
    words = [site.top, site.state, site.folder]
    code = (
        "import sys; from pathlib import Path; from stomper.workspace.run_place import *\n"
        f"site = Site(*map(Path, sys.argv[1:]), '{RUN}')\n"
        "open_site(site); (site.folder / 'tree').mkdir(); clear_site(site)"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), **crash_at(point)}
    assert subprocess.run([sys.executable, "-c", code, *words], env=env).returncode == KILLED
    assert clear_sites(repo.opened(), [RUN])[1] == []
    assert not site.folder.exists()
    assert noted(site.state) == {}


def test_a_living_worktree_of_the_users_stays_whatever_its_lock_says(repo: GitRepo, site: Site, tmp_path: Path) -> None:
    mine = repo.add_worktree(tmp_path / "mine", "--detach", "--lock", "--reason", f"stomper:1:{RUN}")
    assert clear_site(site) == ""
    assert mine.resolve() in repo.worktrees()
    repo.git("worktree", "remove", "--force", "--force", mine)


def test_notes_of_gits_that_lead_out_of_the_place_by_dots_are_no_proof(
    repo: GitRepo, site: Site, victim: Path, tmp_path: Path
) -> None:
    mine = repo.add_worktree(tmp_path / "mine", "--detach")
    (admin,) = (repo.git_dir / "worktrees").iterdir()
    there = os.path.relpath(mine, site.folder)
    (admin / "gitdir").write_text(f"{site.folder}/{there}/.git\n")
    assert clear_site(site) == ""
    assert admin.exists()
    assert (victim / "work.txt").exists()
    (admin / "gitdir").write_text(f"{mine}/.git\n")
    repo.git("worktree", "remove", "--force", mine)


def test_a_link_called_as_a_folder_of_checks_is_neither_followed_nor_fatal(
    repo: GitRepo, site: Site, victim: Path, leaks: Leaks
) -> None:
    clear_site(site)
    base = worktrees_folder(repo.path)
    base.mkdir(mode=0o700)
    link = base / "check-999999-x"
    link.symlink_to(victim)
    assert [place for place, _ in clear_checks(base, repo.opened())] == [str(link)]
    assert (victim / "work.txt").exists()
    assert victim.stat().st_mode & 0o777 == 0o700
    leaks.expect("cache", "check-999999-x*", reason="not ours")


@AS_ROOT
def test_a_folder_of_checks_that_another_user_made_is_left_alone(repo: GitRepo, site: Site, leaks: Leaks) -> None:
    clear_site(site)
    base = worktrees_folder(repo.path)
    place = base / "check-999999-x"
    (place / "kept").mkdir(parents=True)
    (place / "kept" / "of").write_bytes(os.fsencode(repo.path.resolve()))
    os.chown(place, NOBODY, NOBODY)
    assert [name for name, _ in clear_checks(base, repo.opened())] == [str(place)]
    assert place.exists()
    leaks.expect("cache", "check-999999-x*", reason="another user's")


@AS_ROOT
def test_another_place_is_named_where_the_usual_one_is_not_ours(
    repo: GitRepo, hermetic: Hermetic, monkeypatch: pytest.MonkeyPatch, leaks: Leaks
) -> None:
    """Also where it is the cache folder; one that was made in its stead is found again by its owner."""
    name = f"stomper-{os.getuid()}"
    for place in (hermetic.cache / "stomper", hermetic.tmp / name):
        place.mkdir()
        os.chown(place, NOBODY, NOBODY)
    first, second = worktrees_folder(repo.path), worktrees_folder(repo.path)
    assert first.parent == second.parent == hermetic.tmp
    assert first.name.startswith(f"{name}-")
    assert first != second
    first.mkdir(mode=0o700)
    assert worktrees_folder(repo.path) == first
    os.chown(first, NOBODY, NOBODY)
    assert worktrees_folder(repo.path) != first
    for place in (hermetic.cache / "stomper", hermetic.tmp / name, first):
        place.rmdir()


@AS_ROOT
@pytest.mark.parametrize("kind", ["another user's", "a link", "a file"])
def test_the_name_that_everybody_knows_is_not_taken_where_it_is_not_ours(
    kind: str,
    repo: GitRepo,
    stomper: Stomper,
    hermetic: Hermetic,
    monkeypatch: pytest.MonkeyPatch,
    victim: Path,
    leaks: Leaks,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(repo.path / "cache"))  # inside of the repository: not used
    place = hermetic.tmp / f"stomper-{os.getuid()}"
    if kind == "a link":
        place.symlink_to(victim)
    elif kind == "a file":
        place.touch()
    else:
        place.mkdir(mode=0o777)
        os.chown(place, NOBODY, NOBODY)
    findings_repo(repo, 1)
    assert stomper.run(repo, "fix", "-q", env=crash_at("worktree-populate:2")).code == KILLED
    seconds_until_none_is_marked(hermetic)
    (taken,) = (folder for folder in own_folders(repo.path) if folder.parent == hermetic.tmp)
    assert taken.name.startswith(f"stomper-{os.getuid()}-")
    assert taken.stat().st_mode & 0o777 == 0o700
    done = stomper.run(repo, "cleanup").check()
    assert f"removed folder {taken}/" in done.out
    assert not taken.exists()
    assert os.path.lexists(place)
    assert (victim / "work.txt").exists()
    leaks.expect("temp", place.name, reason="not ours")
