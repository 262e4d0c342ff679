"""Find a folder of this user's own, outside of every checkout, for worktrees and for copies that checks need.

Its name can be known to everybody. A folder of that name that is another user's, or a link, is never taken: another
place is, and each place is noted in the repository's state folder, where the clean-up finds it.
"""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stomper import process
from stomper.disk.private_files import why_not_own
from stomper.errors import ConfigError
from stomper.text.counts import shorten
from stomper.workspace.configuration_above import foreign

TEMPORARY = ("/var/tmp", "/dev/shm")
SHOWN = 3


def worktrees_folder(top: Path) -> Path:
    """Say where worktrees go: the user's cache folder; a temporary one if that is inside `top`, another's, or unknown.

    Inside the repository, linters and test runners would walk into them. Below configuration that does not lie above
    the checkout too, they would go by that. It is made when it is used. Raises ConfigError if every place is so.
    """
    found = []
    for place in _places():
        if not place.is_relative_to(top):
            if not (strange := foreign(place, top)):
                return place
            found += strange
    raise ConfigError(
        f"worktrees would be below {shorten([str(file) for file in found], SHOWN)}, which the checkout is not",
        "Tools would go by that. Name another place: XDG_CACHE_HOME or TMPDIR in the environment.",
    )


def own_folders(top: Path) -> list[Path]:
    """The places that worktrees may have been put in by this user: those that are there, and his own."""
    found = [*_caches(), *(place for folder in _temporary() for place in _own_names(folder))]
    return [place for place in dict.fromkeys(found) if not place.is_relative_to(top) and _is_own(place)]


def _places() -> Iterator[Path]:
    yield from (place for place in _caches() if _is_usable(place))
    for folder in _temporary():
        named = [place for place in _own_names(folder) if _is_usable(place)]
        yield named[0] if named else folder / f"stomper-{os.getuid()}-{secrets.token_hex(8)}"


def _caches() -> Iterator[Path]:
    import platformdirs

    with contextlib.suppress(RuntimeError):  # a container's user may have neither HOME nor a name
        cache = platformdirs.user_cache_path("stomper")
        if cache.is_absolute() and _is_wanted(cache):
            yield cache.resolve()


def _temporary() -> Iterator[Path]:
    for folder in dict.fromkeys((tempfile.gettempdir(), *TEMPORARY)):
        if os.access(folder, os.W_OK):
            yield Path(folder).resolve()


def _own_names(folder: Path) -> list[Path]:
    """The usual name in a folder for everybody, and those that were taken in its stead."""
    name = f"stomper-{os.getuid()}"
    return [folder / name, *(place for place in sorted(folder.glob(f"{name}-*")) if _is_own(place))]


def _is_wanted(cache: Path) -> bool:
    """Say whether a cache folder was named, or can be made; the default below a home that is none can not."""
    if process.variable("XDG_CACHE_HOME"):
        return True
    there = next(place for place in cache.parents if os.path.lexists(place))
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _is_usable(place: Path) -> bool:
    """Say whether a place is free or ours; one that cannot be looked at is for whoever makes it to tell of."""
    try:
        return not why_not_own(place)
    except OSError:
        return True


def _is_own(place: Path) -> bool:
    try:
        return not why_not_own(place)
    except OSError:
        return False
