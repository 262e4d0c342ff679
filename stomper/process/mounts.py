"""A mount namespace for this process, and overlay mounts in it (unshare(2), mount(2), overlayfs in the kernel's docs).

What is mounted in there is seen by this process and by what it starts, and is gone when the last of them has ended,
however that comes about. Nobody else sees any of it.
"""

import contextlib
import ctypes
import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
MS_NOSUID, MS_NODEV = 0x2, 0x4
MS_REC, MS_PRIVATE = 0x4000, 0x40000
MNT_DETACH = 0x2
CAPABILITY_VERSION = 0x20080522
OVERLAY = "overlay"
UNUSABLE = 70  # the exit code of a trial that raised

_raisable = False  # in a user namespace of its own a process has capabilities that it has not outside
_entered = 0  # the process that has entered: a forked child of it is in there too, another one is not


def enter_namespace() -> None:
    """Give this process a mount namespace of its own, by a user namespace if it may not have one otherwise.

    It must have no second thread yet. Whoever it was before, it is afterwards. Raises OSError if the system refuses.
    """
    global _entered, _raisable
    if _entered == os.getpid():
        return
    if sys.platform != "linux":
        raise OSError(errno.ENOSYS, "there are mount namespaces on Linux only")
    user, group = os.geteuid(), os.getegid()
    try:
        _unshare(CLONE_NEWNS)
    except PermissionError:
        _unshare(CLONE_NEWUSER | CLONE_NEWNS)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        _raisable = True
    _mount("none", "/", None, MS_REC | MS_PRIVATE, None)  # nothing that is mounted here is seen outside
    _entered = os.getpid()
    _set_capabilities(raised=False)


def has_entered() -> bool:
    """Say whether this process has a mount namespace of its own by `enter_namespace`."""
    return _entered == os.getpid()


def mount_overlay(lowers: Sequence[Path], upper: Path, work: Path, target: Path) -> None:
    """Mount the folders `lowers`, the uppermost first, with `upper` above them all, at `target`.

    What is written at `target` lies in `upper`; `work` is an empty folder beside it. Raises OSError.
    """
    # By descriptors: a path may have commas and colons, or be longer than the options of a mount.
    with contextlib.ExitStack() as stack:
        below = ":".join(_by_descriptor(stack, folder) for folder in lowers)
        places = (below, _by_descriptor(stack, upper), _by_descriptor(stack, work))
        options = "userxattr,lowerdir={},upperdir={},workdir={}".format(*places)
        try:  # what is in there is never needed after a power cut: without `volatile` each unmount waits for the disk
            _mount(OVERLAY, str(target), OVERLAY, MS_NOSUID | MS_NODEV, f"volatile,{options}")
        except OSError as error:
            if error.errno != errno.EINVAL:  # a kernel before 5.10
                raise
            _mount(OVERLAY, str(target), OVERLAY, MS_NOSUID | MS_NODEV, options)


def mount_memory(target: Path) -> None:
    """Mount an empty file system in memory at `target`. Raises OSError."""
    _mount("tmpfs", str(target), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700")


def unmount(target: Path) -> None:
    """Take a mount away, at once; who has something open in it keeps that. Raises OSError."""
    with _raised():
        if _libc().umount2(os.fsencode(target), MNT_DETACH):
            raise _error(str(target))


def try_in_child(action: Callable[[], None]) -> str:
    """Do something in a process of its own, which ends with it. Say why it failed, empty if it did not.

    The action must not need any other thread of this process.
    """
    hearing, telling = os.pipe()
    child = os.fork()
    if child == 0:
        _do_and_end(action, telling)
    os.close(telling)
    with os.fdopen(hearing, "rb") as told:
        words = told.read().decode("utf-8", "replace")
    _, status = os.waitpid(child, 0)
    return words or ("" if status == 0 else f"the trial ended with status {status}")


def _do_and_end(action: Callable[[], None], telling: int) -> None:
    code = UNUSABLE
    try:
        action()
        code = 0
    except Exception as error:  # it must come to its end here, whatever that is
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        os.write(telling, (words or type(error).__name__).encode()[:1000])
    finally:
        os._exit(code)


def _by_descriptor(stack: contextlib.ExitStack, folder: Path) -> str:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    stack.callback(os.close, descriptor)
    return f"/proc/self/fd/{descriptor}"


def _unshare(flags: int) -> None:
    if _libc().unshare(flags):
        error = _error("unshare")
        if error.errno in (errno.ENOSPC, errno.EUSERS):  # what it says of a disk is not meant
            raise OSError(error.errno, "no user namespace is allowed: see user.max_user_namespaces")
        raise error


def _mount(source: str, target: str, kind: str | None, flags: int, options: str | None) -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind, options)]
    with _raised():
        if _libc().mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3]):
            raise _error(target)


class _Header(ctypes.Structure):
    """cap_user_header_t of capset(2)."""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    """cap_user_data_t of capset(2)."""

    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextlib.contextmanager
def _raised() -> Iterator[None]:
    """Have the capabilities of the namespace for one call of the system."""
    _set_capabilities(raised=True)
    try:
        yield
    finally:
        _set_capabilities(raised=False)


def _set_capabilities(*, raised: bool) -> None:
    """Use what the namespace gives, or do without: else this process could read what its user cannot."""
    if not _raisable:
        return
    header, sets = _Header(CAPABILITY_VERSION, 0), (_Sets * 2)()
    if _libc().capget(ctypes.byref(header), sets):
        raise _error("capget")
    for part in sets:
        part.effective = part.permitted if raised else 0
    if _libc().capset(ctypes.byref(header), sets):
        raise _error("capset")


def _error(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), what)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


@contextlib.contextmanager
def mounted(lowers: Sequence[Path], upper: Path, work: Path, target: Path) -> Iterator[None]:
    """Have an overlay mounted for the length of a `with`."""
    mount_overlay(lowers, upper, work, target)
    try:
        yield
    finally:
        unmount(target)
