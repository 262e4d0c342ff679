"""Choose the parts of this machine that a program in a sandbox sees."""

import functools
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from stomper.process.environment import variable

# Folders at the top that hold programs and what belongs to them; every other one could be somebody's.
SYSTEM = ("bin", "sbin", "usr", "lib", "lib32", "lib64", "libx32", "etc", "opt", "nix", "gnu", "snap", "boot")
# These are made anew inside.
KERNELS = ("/proc", "/sys", "/dev")
OWN = ("/tmp", "/var/tmp", "/dev/shm", "/run")
# In folders that are not shown, and yet the system's.
KEPT = ("/var/lib/ca-certificates", "/home/linuxbrew/.linuxbrew")
# What root may write below /proc whatever its capabilities are, for it is root's.
KNOBS = ("sys", "sysrq-trigger", "irq", "bus", "fs", "acpi")
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
MOUNTS = Path("/proc/self/mountinfo")
SOCKETS = Path("/proc/net/unix")
ESCAPED = re.compile(r"\\([0-7]{3})")
NOBODY = 65534
DEPTH = 16  # folders below /etc


def hidden_folders() -> Iterator[str]:
    """The folders that are somebody's: all at the top that are not the system's, and the user's home."""
    for entry in os.scandir("/"):
        if entry.name not in SYSTEM and entry.path not in (*KERNELS, *OWN) and entry.is_dir(follow_symlinks=False):
            yield entry.path
    if home := home_folder():
        yield home


def home_folder() -> str:
    """The user's home as the system calls it, '' if there is none or it is a folder of the system itself."""
    home = os.path.realpath(variable("HOME") or os.path.expanduser("~"))  # noqa: PTH111  # raises nothing
    system = {f"/{name}" for name in SYSTEM} | {"/", "/usr/local", *OWN, *KERNELS}
    return "" if home in system or not os.path.isdir(home) else home  # noqa: PTH112  # text, as all of these


def own_folders() -> list[str]:
    """The folders for temporary files and sockets: empty ones of its own are in their place."""
    return [place for place in OWN if os.path.isdir(place) and not os.path.islink(place)]  # noqa: PTH112, PTH114


def sockets() -> list[str]:
    """The sockets of this machine that have a place: whoever may write to one talks to what is behind it."""
    try:
        text = SOCKETS.read_text("utf-8", "surrogateescape")
    except OSError:
        return []
    words = (line.split(maxsplit=7) for line in text.splitlines()[1:])
    return sorted({row[7] for row in words if len(row) == 8 and row[7].startswith("/")})


def roots_own() -> list[str]:
    """List the files below /etc that only root may read: programs inside a sandbox never see them."""
    return [*_unreadable_once()] if os.geteuid() == 0 else []


@functools.cache
def _unreadable_once() -> tuple[str, ...]:
    return tuple(sorted(_unreadable("/etc", DEPTH)))


def _unreadable(folder: str, depth: int) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_symlink():
            continue
        mode = entry.stat(follow_symlinks=False).st_mode
        needed = stat.S_IROTH | stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH
        if mode & needed != needed:
            yield entry.path
        elif stat.S_ISDIR(mode) and depth:
            yield from _unreadable(entry.path, depth - 1)


def writable_mounts() -> list[tuple[str, str]]:
    """The mounted file systems that can be written to, each with its other options; the last at a place counts."""
    found = {}
    for line in MOUNTS.read_text("utf-8", "surrogateescape").splitlines():
        words = line.split()
        found[ESCAPED.sub(lambda match: chr(int(match[1], 8)), words[4])] = words[5].split(",")
    return [
        (place, ",".join(option for option in options if option != "rw"))
        for place, options in sorted(found.items())
        if "rw" in options
    ]


def is_in(place: str, root: str) -> bool:
    """Return whether a place is a folder or below it."""
    return root == "/" or place == root or place.startswith(f"{root}/")


def identity() -> tuple[int, int]:
    """The user and the group inside: the user's own, and never root's."""
    return os.geteuid() or NOBODY, os.getegid() or NOBODY
