"""Files and folders of this user alone: made so whatever the umask says, and looked at before they are trusted.

In a place where others can write (a group's repository, a folder for temporary files) a name proves nothing: another
user may have been there first, or have put a link there.
"""

import contextlib
import errno
import os
import pwd
import stat
from pathlib import Path

from stomper.errors import StomperError

OTHERS = 0o077
FOLDER = 0o700
FILE = 0o600


class ForeignError(StomperError):
    """Something lies where Stomper's own is to be, and it is not this user's."""


def user_name(number: int) -> str:
    """Give a user's name with its number; the number alone where the machine knows no name."""
    try:
        return f"{pwd.getpwuid(number).pw_name} (uid {number})"
    except KeyError:
        return f"uid {number}"


def why_not_own(place: Path) -> str:
    """Say why a place is no folder of this user's own, whoever may enter it; empty if it is. Links are not followed.

    Raises FileNotFoundError.
    """
    info = place.lstat()
    if stat.S_ISLNK(info.st_mode):
        return "it is a symbolic link"
    if not stat.S_ISDIR(info.st_mode):
        return "it is no folder"
    return "" if info.st_uid == os.geteuid() else f"it belongs to {user_name(info.st_uid)}"


def why_not_private(place: Path) -> str:
    """Say why a place is no folder that this user alone may enter; empty if it is. Raises FileNotFoundError."""
    why = why_not_own(place)
    mode = stat.S_IMODE(place.lstat().st_mode)
    return why or (f"others may enter it (mode {mode:04o})" if mode & OTHERS else "")


def why_foreign(place: Path) -> str:
    """Say why a folder in one of Stomper's is not this user's alone; empty if it is. The one above is closed first.

    On a file system that keeps no permissions only kind and owner count. Raises FileNotFoundError.
    """
    try:
        keeps_permissions = close_folder(place.parent)
    except ForeignError as error:
        return error.message
    return why_not_private(place) if keeps_permissions else why_not_own(place)


def close_folder(place: Path) -> bool:
    """Keep others out of a folder of this user's own. False if that cannot be: it keeps no permissions.

    Raises ForeignError if it is not ours, OSError where it is not there.
    """
    descriptor = _open_folder(place)
    try:
        if os.fstat(descriptor).st_mode & OTHERS:
            os.fchmod(descriptor, FOLDER)
        return not os.fstat(descriptor).st_mode & OTHERS
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _open_folder(place: Path) -> int:
    if why := why_not_own(place):
        if not place.is_symlink() and not place.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place))
        raise _foreign(place, why)
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    owner = os.fstat(descriptor).st_uid
    if owner != os.geteuid():  # put there in this moment
        os.close(descriptor)
        raise _foreign(place, f"it belongs to {user_name(owner)}")
    return descriptor


def odd_in(folder: Path) -> str:
    """Say what below a folder of Stomper's own is neither a file nor a folder; empty if all is plain.

    By a link the work would be done elsewhere, a pipe is waited for. Whoever packs a repository can put both there.
    """
    pending = [folder]
    while pending:
        with contextlib.suppress(FileNotFoundError), os.scandir(pending.pop()) as entries:  # removed meanwhile
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(Path(entry.path))
                elif not entry.is_file(follow_symlinks=False):
                    return f"{Path(entry.path).relative_to(folder)} in it is no plain file"
    return ""


def require_plain(folder: Path) -> None:
    """Raises ForeignError if something directly in a folder of ours is neither a file nor a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False) and not entry.is_file(follow_symlinks=False):
                raise _foreign(Path(entry.path), "it is no plain file")


def make_folder(place: Path) -> None:
    """Have a folder that this user alone may enter, and all that is missing above it; one of ours is closed to others.

    Raises ForeignError if something else lies there, OSError where it cannot be made.
    """
    try:
        place.mkdir(mode=FOLDER)
    except FileNotFoundError:
        if not os.path.lexists(place.parent):
            make_folder(place.parent)
        # Else another process has made it just now, or it is a link that leads nowhere, which fails again.
        place.mkdir(mode=FOLDER, exist_ok=True)
    except FileExistsError:
        pass
    close_folder(place)


def open_private(place: Path, flags: int) -> int:
    """Open a file of this user alone, which is made where `flags` say so; never through a link.

    Raises ForeignError if it is another's or no plain file, OSError where the system refuses.
    """
    descriptor = os.open(place, flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, FILE)
    info = os.fstat(descriptor)
    if not stat.S_ISREG(info.st_mode) or info.st_uid != os.geteuid():
        os.close(descriptor)
        plain = stat.S_ISREG(info.st_mode)
        raise _foreign(place, f"it belongs to {user_name(info.st_uid)}" if plain else "it is no plain file")
    if info.st_mode & OTHERS:
        _close_file(descriptor)
    return descriptor


def _close_file(descriptor: int) -> None:
    with contextlib.suppress(OSError):  # a file system without permissions, or one that is only read
        os.fchmod(descriptor, FILE)


def append_text(place: Path, text: str) -> None:
    """Add text to a file of this user alone."""
    descriptor = open_private(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


def _foreign(place: Path, why: str) -> ForeignError:
    return ForeignError(
        f"{place} is not yours: {why}",
        "Nothing in it is read or changed. Have it removed or moved away by its owner, or work in a clone of your own.",
    )
