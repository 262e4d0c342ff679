"""Find the sandbox that works here by trial: a small program inside tries to reach what is outside."""

import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.held_folders import held_folder, remove_abandoned
from stomper.errors import ToolError
from stomper.process.command import run
from stomper.process.environment import search_path
from stomper.process.sandbox import namespaces
from stomper.process.sandbox.machine import MOUNTS, home_folder, is_in
from stomper.process.sandbox.model import Sandbox
from stomper.process.sandbox.needs import needs_of

MORE_PROGRAMS = ("/usr/sbin", "/sbin", "/usr/bin", "/bin")  # also if a user's PATH is short
TIMEOUT = 20
SHOWN = 20  # names in the home that are looked for
# Prints the names of the promises that hold. What it must not reach is named by variables.
PROBE = r"""
STATUS=/proc/self/status
say() { test "$1" != 0 || echo "$2"; }
other() { test "$(readlink /proc/self/ns/$1)" != "$2"; }
unseen() { for place in "$@"; do test ! -e "$place" || return 1; done; }
sealed() { for place in "$@"; do test ! -w "$place" || return 1; done; }
: > "$OPEN/probe" && sealed "$@" /usr /etc /; say $? files
unseen $HOME_NAMES; say $? home
unseen $TEMPORARY && : > /tmp/probe; say $? temporary
unseen $SOCKET_PLACES; say $? sockets
other pid "$PID_SPACE" && ! kill -0 "$OUTER" 2>/dev/null && ! test -e "/proc/$OUTER/root"; say $? processes
other ipc "$IPC_SPACE" && other uts "$UTS_SPACE"; say $? ipc
sealed /proc/sys/kernel/hostname /proc/sys/kernel/core_pattern /proc/sysrq-trigger /sys /sys/fs/cgroup /sys/kernel
say $? kernel
unseen /dev/kmsg /dev/mem /dev/fuse /dev/kvm /dev/sda /dev/vda /dev/nvme0n1; say $? devices
test "$(id -u)" != 0 && grep -q '^NoNewPrivs:.*1' $STATUS && grep -q '^CapEff:.*[^0-9a-f]0*$' $STATUS; say $? user
other net "$NET_SPACE"; say $? network
grep -q '127\.0\.0\.1' /proc/net/fib_trie; say $? loopback
! grep -q "$ABSTRACT" /proc/net/unix; say $? abstract
"""
PROMISES = {
    "files": "files are written in its own folders only",
    "home": "your home folder is out of sight",
    "temporary": "/tmp, /var/tmp, /dev/shm and /run are its own",
    "sockets": "sockets of other programs have no place it can reach",
    "processes": "other processes are not seen, and get no signal",
    "ipc": "shared memory, semaphores and the host's name are its own",
    "kernel": "settings of the kernel are read-only",
    "devices": "devices are the few that any program has",
    "user": "never root, no capabilities, no new privileges",
    "network": "no network where none is needed",
    "loopback": "programs in there reach each other by loopback",
    "abstract": "no abstract sockets where no network is needed",
}
NOT_NEEDED = "loopback"
TRIAL, BAIT = "stomper-sandbox-", "stomper-bait-"
PLACES = ("/tmp", "/var/tmp", "/dev/shm")


@dataclass(frozen=True, slots=True)
class Proof:
    """One promise of a sandbox, and whether the program that tried to break it could not."""

    name: str
    holds: bool

    @property
    def text(self) -> str:
        """The promise in words."""
        return PROMISES[self.name]


def find_sandbox(*closed: Path) -> Sandbox | None:
    """The kind of sandbox that keeps all its promises here, these folders not written to among them; None without one.

    Tried out, and then known for as long as this process lives.
    """
    return next((sandbox for sandbox in candidates() if keeps_all(prove(sandbox, *closed))), None)


def keeps_all(proofs: tuple[Proof, ...]) -> bool:
    """Return whether a sandbox keeps all promises, except those that not every program needs."""
    return bool(proofs) and all(proof.holds for proof in proofs if proof.name != NOT_NEEDED)


def remove_leftovers() -> None:
    """Remove what a process that was killed while it tried a sandbox has left among the temporary files."""
    remove_abandoned(TRIAL, Path(tempfile.gettempdir()))
    for place in PLACES:
        remove_abandoned(BAIT, Path(place))


def candidates() -> Iterator[Sandbox]:
    """Each kind of which the programs are installed."""
    if not MOUNTS.exists():
        return
    if program := shutil.which("bwrap", path=search_path()):
        yield Sandbox("bubblewrap", program)
    found = {name: path for name in namespaces.HELPERS if (path := _which(name))}
    more = {name: path for name in namespaces.LOOPBACK if (path := _which(name))}
    if (program := shutil.which("unshare", path=search_path())) and len(found) == len(namespaces.HELPERS):
        yield Sandbox("namespaces", program, tuple({**found, **more}.items()))


def _which(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join((search_path(), *MORE_PROGRAMS)))


def prove(sandbox: Sandbox, *closed: Path) -> tuple[Proof, ...]:
    """Try each promise by a program inside, and give the results; none if it does not start there."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(held_folder(TRIAL)).resolve()
        facts = {**_outside(sandbox, folder, closed), **stack.enter_context(_bait())}
        if (held := _probe(sandbox.opened(folder), folder, facts, closed)) is None:
            return ()
    return tuple(Proof(name, name in held) for name in PROMISES)


def _probe(inside: Sandbox, folder: Path, facts: dict[str, str], closed: tuple[Path, ...]) -> set[str] | None:
    """The names of the promises that hold; None if nothing could be started, or what it wrote is not there."""
    # A word of a command is shown to it, and the home must be as far out of sight as for any other program.
    words = ["/bin/sh", "-c", PROBE, "probe", *(str(place) for place in closed if not _has_home(place))]
    env = {**facts, "OPEN": str(folder)}
    try:
        done = run(words, cwd=folder, env=env, inherited=("PATH",), timeout=TIMEOUT, contained=True, sandbox=inside)
    except ToolError:
        return None
    there = (folder / "probe").is_file()
    return set(done.stdout.decode().split()) if done.ended and there else None


def _has_home(place: Path) -> bool:
    """Return whether a place is the user's home, or has it inside."""
    home = home_folder()
    return bool(home) and is_in(home, os.path.realpath(place))


def _outside(sandbox: Sandbox, folder: Path, closed: Sequence[Path]) -> dict[str, str]:
    """Name what a program inside must not find: the namespaces of this process, itself, and files of the user's home.

    Less the names of what is shown to it.
    """
    spaces = {f"{name.upper()}_SPACE": os.readlink(f"/proc/self/ns/{name}") for name in ("pid", "ipc", "uts", "net")}  # noqa: PTH115
    home = home_folder()
    names = sorted(entry.path for entry in os.scandir(home))[:SHOWN] if home and os.access(home, os.R_OK) else []
    seen = [os.path.realpath(place) for place in closed if not _has_home(place)]
    shown = [*sandbox.readable, *seen, str(folder), *needs_of(["/bin/sh"], folder, {"PATH": search_path()}, True)]
    hidden = [name for name in names if not any(is_in(place, name) for place in shown)]
    plain = [name for name in hidden if not set(name) & set(" \t\n*?[\\'\"")]
    return {**spaces, "OUTER": str(os.getpid()), "HOME_NAMES": " ".join(plain)}


@contextlib.contextmanager
def _bait() -> Iterator[dict[str, str]]:
    """A file and a socket in each folder for temporary files that can be written to, and an abstract socket."""
    with contextlib.ExitStack() as stack:
        files, sockets = [], []
        for place in PLACES:
            with contextlib.suppress(OSError):
                folder = stack.enter_context(held_folder(BAIT, Path(place)))
                (folder / "file").touch()
                files.append(str(folder / "file"))
                listener = stack.enter_context(socket.socket(socket.AF_UNIX))
                listener.bind(str(folder / "socket"))
                sockets.append(str(folder / "socket"))
        name = f"stomper-bait-{os.getpid()}"
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind(f"\0{name}")
        yield {"TEMPORARY": " ".join(files), "SOCKET_PLACES": " ".join(sockets), "ABSTRACT": name}
