"""Nothing is written through a link of a name that can be foreseen, and nobody's lock blocks for ever."""

import contextlib
import fcntl
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from stomper.cli import main
from stomper.disk import file_locks, jsonl, private_files
from stomper.disk.atomic_write import write_atomically
from stomper.disk.file_locks import HeldError, take
from stomper.disk.private_files import ForeignError, append_text, close_folder, make_folder, open_private
from stomper.disk.regular_files import folder_below
from stomper.errors import EXIT_UNTRUSTED, StomperError, UsageError
from stomper.journal.run_lock import LOCK_NAME, run_lock
from stomper.metering.rate_limiter import Limiter
from stomper.process.turns import one_at_a_time
from stomper.process.unpacked import OWNERS, claim_unpacked
from stomper.workspace.run_place import LOCK_NAME as WORKTREES
from stomper.workspace.run_place import worktree_lock
from tests.kit.leaks import Leaks

NOBODY = 65534
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user too")
HOLD = """\
import fcntl, os, sys, time
descriptor = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
if len(sys.argv) > 2: os.setuid(int(sys.argv[2]))
fcntl.flock(descriptor, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(100)
"""


@contextlib.contextmanager
def holder(lock: Path, *user: str) -> Iterator[int]:
    """Another process, of another user perhaps, that has a lock and never lets go of it."""
    words = [sys.executable, "-IS", "-c", HOLD, str(lock), *user]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        yield child.pid
        child.send_signal(signal.SIGKILL)


def test_a_replaced_file_is_never_written_through_a_link_that_lies_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where the temporary name was guessed."""
    victim = tmp_path / "victim"
    victim.write_text("mine")
    monkeypatch.setattr("stomper.disk.atomic_write.os.urandom", lambda count: b"\0" * count)
    (tmp_path / f".report.json.{os.getpid()}-00000000.tmp").symlink_to(victim)
    with pytest.raises(FileExistsError):
        write_atomically(tmp_path / "report.json", b"x")
    assert victim.read_text() == "mine"


def test_two_replacements_have_names_that_cannot_be_foreseen(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    write_atomically(tmp_path / "link", b"x")
    assert not (tmp_path / "victim").exists()
    assert not (tmp_path / "link").is_symlink()


def test_the_details_of_an_error_are_this_users_alone_at_a_place_of_no_foreseeable_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leaks: Leaks
) -> None:
    leaks.expect("temp", "stomper-error-*.log", reason="what it is about")
    monkeypatch.setattr("stomper.cli.main.time.strftime", lambda _: "20260102-030405")
    os.umask(os.umask(0))
    words = [main._keep_traceback() for _ in range(2)]
    places = [Path(text.removeprefix("; details are in ")) for text in words]
    assert len({*places}) == 2
    for place in places:
        assert place.name.startswith(f"stomper-error-20260102-030405-{os.getpid()}-")
        assert stat.S_IMODE(place.lstat().st_mode) == 0o600
        assert stat.S_ISREG(place.lstat().st_mode)


@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_a_file_of_ours_that_is_none_is_not_opened(kind: str, tmp_path: Path) -> None:
    place, victim = tmp_path / "log", tmp_path / "victim"
    victim.write_text("mine")
    if kind == "link":
        place.symlink_to(victim)
    elif kind == "fifo":
        os.mkfifo(place)
    else:
        place.mkdir()
    writes: tuple[Callable[[], None], ...] = (
        lambda: append_text(place, "x"),
        lambda: jsonl.append(place, {}),
        lambda: _locked(place),
    )
    for write in writes:
        with pytest.raises((OSError, ForeignError)):
            write()
    assert victim.read_text() == "mine"


def _locked(place: Path) -> None:
    with file_locks.locked(place):
        raise AssertionError("a lock that is none")


@AS_ROOT
def test_a_file_of_ours_that_another_user_put_there_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "journal.jsonl"
    place.write_text("{}\n")
    os.chown(place, NOBODY, NOBODY)
    with pytest.raises(ForeignError, match="belongs to "):
        append_text(place, "x")
    with pytest.raises(ForeignError):
        open_private(place, os.O_RDONLY)


def test_what_was_open_to_others_is_closed_when_it_is_used(tmp_path: Path) -> None:
    place = tmp_path / "state"
    place.mkdir(mode=0o777)
    place.chmod(0o2777)
    make_folder(place / "runs" / "one")
    make_folder(place)
    append_text(place / "log", "x")
    (place / "log").chmod(0o666)
    append_text(place / "log", "x")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o777 for path in (place, *place.rglob("*"))}
    assert modes == {"state": 0o700, "runs": 0o700, "one": 0o700, "log": 0o600}


def swap_after_a_look(monkeypatch: pytest.MonkeyPatch, place: Path, other: Path) -> None:
    """Have something else at a place as soon as it has been looked at."""
    look = private_files.why_not_own

    def seen(folder: Path) -> str:
        why = look(folder)
        place.rename(place.with_name("away"))
        other.rename(place)
        return why

    monkeypatch.setattr(private_files, "why_not_own", seen)


def test_a_link_that_comes_between_look_and_opening_is_not_gone_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("state", "victim"):
        (tmp_path / name).mkdir()
    (tmp_path / "victim").chmod(0o755)
    (tmp_path / "link").symlink_to("victim")
    swap_after_a_look(monkeypatch, tmp_path / "state", tmp_path / "link")
    with pytest.raises(OSError, match="state"):
        close_folder(tmp_path / "state")
    assert stat.S_IMODE((tmp_path / "victim").stat().st_mode) == 0o755


@AS_ROOT
def test_another_users_folder_that_comes_between_look_and_opening_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("state", "theirs"):
        (tmp_path / name).mkdir()
    (tmp_path / "theirs").chmod(0o755)
    os.chown(tmp_path / "theirs", NOBODY, NOBODY)
    swap_after_a_look(monkeypatch, tmp_path / "state", tmp_path / "theirs")
    before = psutil.Process().num_fds()
    with pytest.raises(ForeignError, match="belongs to "):
        close_folder(tmp_path / "state")
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o755
    assert psutil.Process().num_fds() == before


def test_no_folder_or_file_stays_open(tmp_path: Path) -> None:
    """A run closes thousands of them: what each leaves open would end it."""
    make_folder(tmp_path / "a" / "b")
    os.mkfifo(tmp_path / "pipe")
    before = psutil.Process().num_fds()
    close_folder(tmp_path / "a")
    with pytest.raises(ForeignError, match="no plain file"):
        open_private(tmp_path / "pipe", os.O_RDONLY)
    with folder_below(tmp_path, ["a", "b"]):
        assert psutil.Process().num_fds() == before + 1
    assert psutil.Process().num_fds() == before


def test_a_folder_that_is_a_link_is_not_gone_into(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "state").symlink_to("elsewhere")
    with pytest.raises(ForeignError, match="symbolic link"):
        make_folder(tmp_path / "state")
    with pytest.raises(ForeignError), run_lock(tmp_path / "state", "r"):
        raise AssertionError("a link was gone into")
    with pytest.raises(ForeignError):
        Limiter(tmp_path, "state", 1).went_through()
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("which", ["worktrees", "jsonl"])
def test_a_lock_that_nobody_lets_go_of_is_named_after_a_while(
    which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_locks.take, "__defaults__", (0.2,))
    lock = tmp_path / (WORKTREES if which == "worktrees" else "learning.lock")
    with holder(lock) as pid:
        with (
            pytest.raises(HeldError) as caught,
            worktree_lock(tmp_path) if which == "worktrees" else file_locks.locked(lock),
        ):
            raise AssertionError("two at once")
        assert f"{lock} is held by process {pid} of " in caught.value.message
        assert caught.value.exit_code == EXIT_UNTRUSTED
        assert caught.value.hint


@AS_ROOT
def test_the_suites_turn_is_not_waited_for_where_another_user_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stomper.process.turns.PATIENCE", 0.1)
    lock = tmp_path / "tests.lock"
    with holder(lock, str(NOBODY)) as pid, pytest.raises(HeldError, match=rf"process {pid} of "), one_at_a_time(lock):
        raise AssertionError("two at once")


@AS_ROOT
def test_the_lock_of_a_run_says_by_whom_it_is_held(tmp_path: Path) -> None:
    """Whatever stands in the file: this user's run is told as a run, another user's process as that."""
    with holder(tmp_path / LOCK_NAME, str(NOBODY)) as pid:
        (tmp_path / LOCK_NAME).write_text(json.dumps({"pid": 1, "run": "yours", "since": 1.0}))
        with pytest.raises(HeldError, match=f"process {pid} of ") as caught, run_lock(tmp_path, "r"):
            raise AssertionError("two at once")
        assert caught.value.exit_code == EXIT_UNTRUSTED
    with holder(tmp_path / LOCK_NAME):
        (tmp_path / LOCK_NAME).write_text(json.dumps({"pid": 1, "run": "mine", "since": 1.0}))
        with pytest.raises(UsageError, match="run mine is at work"), run_lock(tmp_path, "r"):
            raise AssertionError("two at once")


def test_a_lock_is_had_as_soon_as_it_is_free(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as other, (tmp_path / "lock").open("w") as mine:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(StomperError):
            take(mine.fileno(), tmp_path / "lock", 0.05)
        other.close()
        take(mine.fileno(), tmp_path / "lock", 0.0)


def test_what_the_binary_unpacked_is_not_sought_behind_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = tmp_path / "precious"
    victim.mkdir()
    (victim / OWNERS).write_text(json.dumps({"999999": 1.0}))
    note = tmp_path / "_MEInote"
    note.mkdir()
    (note / OWNERS).symlink_to(victim / OWNERS)
    (tmp_path / "_MEIlink").symlink_to(victim)
    mine = tmp_path / "_MEImine"
    mine.mkdir()
    (mine / OWNERS).symlink_to(tmp_path / "target")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(mine), raising=False)
    claim_unpacked()
    assert victim.exists()
    assert note.exists()
    assert not (tmp_path / "target").exists()
