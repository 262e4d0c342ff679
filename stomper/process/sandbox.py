"""Starting a program so that it can write in a few named places and nowhere else.

A worktree keeps agents apart by agreement only: an absolute path leads into the user's checkout, and refs,
stash and configuration are one for all worktrees. Here the kernel keeps them out. All else that is mounted
is read-only for the program and what it starts; it reads, and uses the network, as before. Done by
bubblewrap where that is installed, else by a user and a mount namespace (unshare(1), mount(8)). The
program stays in this process's pid namespace, so that containment finds it.
"""

import dataclasses
import os
import re
import shlex
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from stomper.errors import ToolError
from stomper.process.environment import search_path

Kind: TypeAlias = Literal["bubblewrap", "namespaces"]

MOUNTS = Path("/proc/self/mountinfo")
# Devices and the kernel's own files; read-only they are broken, and the user's work is not there.
KERNELS = ("/dev", "/proc", "/sys")
# Programs take it for granted that they can write here, some (codex) whatever TMPDIR says.
TEMPORARY = ("/tmp", "/var/tmp")
FLAGS = {"nosuid": os.ST_NOSUID, "nodev": os.ST_NODEV, "noexec": os.ST_NOEXEC} if hasattr(os, "ST_NODEV") else {}
ESCAPED = re.compile(r"\\([0-7]{3})")
SEALED = 'for place; do test ! -w "$place" || exit 1; done; : > "$WRITABLE/probe"'


@dataclass(frozen=True, slots=True)
class Sandbox:
    """How programs are kept in. Found out once, by `find_sandbox`; picklable.

    `program` is the path of bwrap or unshare, `closed` the places that must be read-only wherever they are,
    `mounts` the mounted file systems that become so, each with its options. `writable` are the exceptions.
    """

    kind: Kind
    program: str
    closed: tuple[str, ...]
    mounts: tuple[tuple[str, str], ...] = ()
    writable: tuple[str, ...] = ()

    def opened(self, *places: Path) -> "Sandbox":
        """The same, with these folders to write in. A worktree's link to its repository stays closed."""
        return dataclasses.replace(self, writable=tuple(map(str, places)))

    def around(self, argv: Sequence[str], cwd: Path) -> list[str]:
        """The command that starts `argv` in `cwd` inside."""
        if self.kind == "bubblewrap":
            return [self.program, *self._bubblewrap(), "--chdir", str(cwd), "--", *argv]
        script = "\n".join(
            ["set -e", _elsewhere(), *self._remounts(), f"cd {shlex.quote(str(cwd))}", f'exec {self._as_user()} "$@"']
        )
        # As root of the new namespace it may mount; the program itself must not be able to undo that.
        return [self.program, "--map-root-user", "--mount", "--", "/bin/sh", "-c", script, "sandbox", *argv]

    def _places(self) -> Iterator[tuple[str, str]]:
        """What is opened and closed again, the one inside of the other, in the order in which it must be done."""
        yield from ((place, "ro") for place in self.closed if _is_in(place, (*TEMPORARY, *KERNELS)))
        yield from ((place, "rw") for place in self.writable)
        links = (os.path.join(place, ".git") for place in self.writable)  # noqa: PTH118  # text, as all of these
        yield from ((link, "ro") for link in links if os.path.isfile(link))  # noqa: PTH113  # text

    def _bubblewrap(self) -> Iterator[str]:
        # Root must be able to make a user namespace of its own in there, as codex does for its sandbox (Linux 5.12).
        yield from ("--cap-drop", "ALL", *(() if os.geteuid() else ("--cap-add", "CAP_SETFCAP")))
        yield from ("--ro-bind", "/", "/", "--dev-bind", "/dev", "/dev", "--bind", "/proc", "/proc")
        for place in _temporary():
            yield from ("--bind", place, place)
        for place, how in self._places():
            yield from ("--bind" if how == "rw" else "--ro-bind", place, place)

    def _remounts(self) -> Iterator[str]:
        # A mount of their own, made while they can still be written to, stays so.
        yield from (f"mount --rbind {place} {place}" for place in _temporary())
        for place, options in self.mounts:
            # Another file system may refuse (a FUSE mount of somebody else's); what must be closed is looked at below.
            yield f"mount -o remount,bind,ro,{options} {shlex.quote(place)} 2>/dev/null || :"
        for place, how in self._places():
            yield from _bind(place, how)

    def _as_user(self) -> str:
        return f"{shlex.quote(self.program)} --user --map-user={os.geteuid()} --map-group={os.getegid()} --"


def _temporary() -> list[str]:
    return [place for place in TEMPORARY if Path(place).is_dir()]


def _elsewhere() -> str:
    """A line that ends the script where it is not in a mount namespace of its own: root would remount the machine."""
    here = os.readlink("/proc/self/ns/mnt")  # noqa: PTH115  # a name, not a path
    return f'test "$(readlink /proc/self/ns/mnt)" != {shlex.quote(here)}'


def _bind(place: str, how: str) -> Iterator[str]:
    """The commands that mount a place over itself, to write in or not.

    With what is mounted below it, without which the kernel refuses, as it does where flags are not kept.
    mount(8) makes it read-only in the same call.
    """
    had = os.statvfs(place).f_flag
    options = ",".join([how, *(name for name, bit in FLAGS.items() if had & bit)])
    quoted = shlex.quote(place)
    yield f"mount -o rbind,{options} {quoted} {quoted}"
    if how == "rw":
        yield f"mount -o remount,bind,{options} {quoted}"


def writable_mounts(closed: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The mounted file systems that can be written to and need not be, those in `closed` places too.

    Each with its other options.
    """
    found = {}
    for line in MOUNTS.read_text("utf-8", "surrogateescape").splitlines():
        words = line.split()
        place = ESCAPED.sub(lambda match: chr(int(match[1], 8)), words[4])
        found[place] = words[5].split(",")  # the last of several at one place hides the others
    return tuple(
        (place, ",".join(option for option in options if option != "rw"))
        for place, options in sorted(found.items())
        if "rw" in options and (_is_in(place, closed) or not _is_in(place, (*KERNELS, *TEMPORARY)))
    )


def _is_in(place: str, roots: Sequence[str]) -> bool:
    return any(place == root or place.startswith(f"{root}/") for root in roots)


def find_sandbox(*closed: Path) -> Sandbox | None:
    """The kind of sandbox that works here and keeps these folders from being written to; None where none does.

    Tried out: a program is started in it that looks whether it can write.
    """
    if not MOUNTS.exists():
        return None
    places = tuple(dict.fromkeys(str(place) for place in closed if place.is_dir()))
    return next((sandbox for sandbox in _candidates(places) if _works(sandbox)), None)


def _candidates(closed: tuple[str, ...]) -> Iterator[Sandbox]:
    if program := shutil.which("bwrap", path=search_path()):
        yield Sandbox("bubblewrap", program, closed)
    if program := shutil.which("unshare", path=search_path()):
        yield Sandbox("namespaces", program, closed, writable_mounts(closed))


def _works(sandbox: Sandbox) -> bool:
    from stomper.process.command import run  # which starts programs in a sandbox

    with tempfile.TemporaryDirectory(prefix="stomper-sandbox-") as folder:
        words = ["/bin/sh", "-c", SEALED, "sealed", *sandbox.closed]
        inside = sandbox.opened(Path(folder))
        try:
            done = run(words, cwd=Path(folder), env={"WRITABLE": folder}, timeout=20, contained=True, sandbox=inside)
        except ToolError:
            return False
        return done.returncode == 0 and stat.S_ISREG((Path(folder) / "probe").stat().st_mode)
