"""Errors of the machine in words: a full disk, a missing permission, too many open files are nobody's mistake here."""

import errno

from stomper.errors import StomperError

SPACE = "Make room, or name another place: worktrees are below XDG_CACHE_HOME, temporary files in TMPDIR."
RIGHTS = "See who may read and write it; worktrees are below XDG_CACHE_HOME, temporary files in TMPDIR: name others."
PLACE = "See what is there; worktrees are below XDG_CACHE_HOME, temporary files in TMPDIR: name folders that exist."
HINTS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), SPACE),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), RIGHTS),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ELOOP), PLACE),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), "Allow more open files (ulimit -n), or work on fewer at once: -j 1"),
    **dict.fromkeys(
        (errno.ENOMEM, errno.EAGAIN), "Free some memory or processes, or work on fewer files at once: -j 1"
    ),
    errno.ENAMETOOLONG: "The file system takes no longer name: use a shorter one, or another folder.",
}


def in_words(error: OSError) -> StomperError:
    """The error as one to be told: what the system refused, at which place, and what to do."""
    names = [str(name) for name in (error.filename, error.filename2) if name is not None]
    words = error.strerror or str(error) or type(error).__name__
    message = ": ".join([*names, words]) if names else f"the system refused to read or write: {words}"
    return StomperError(message, HINTS.get(error.errno or 0, PLACE if names else None))
