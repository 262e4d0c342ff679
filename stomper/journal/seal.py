"""This user's own mark on what he told a run: a seal by a key that only he has.

A run's folder lies in the repository, which may have come from anywhere. Its seal says that this user wrote on this
machine what stands there. If there is no place for a key, nothing is sealed.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from stomper.disk.private_files import ForeignError, make_folder, open_private

NAME = "seal.key"
LENGTH = 32


def seal_of(data: bytes) -> str:
    """The seal for these bytes; empty if this user has no place for a key."""
    key = _key() or _new_key()
    return hmac.new(key, data, hashlib.sha256).hexdigest() if key else ""


def is_sealed(data: bytes, seal: str) -> bool:
    """Say whether this user has sealed these bytes."""
    key = _key()
    return key is not None and hmac.compare_digest(hmac.new(key, data, hashlib.sha256).hexdigest(), seal)


def _place() -> Path | None:
    import platformdirs

    with contextlib.suppress(RuntimeError):  # a container's user may have neither HOME nor a name
        folder = platformdirs.user_state_path("stomper")
        return folder / NAME if folder.is_absolute() else None
    return None


def _key() -> bytes | None:
    place = _place()
    with contextlib.suppress(OSError, ForeignError):
        if place is not None:
            with os.fdopen(open_private(place, os.O_RDONLY), "rb") as file:
                key = file.read(LENGTH + 1)
            return key if len(key) == LENGTH else None
    return None


def _new_key() -> bytes | None:
    """Make a key. It appears whole: of two processes that make one at the same time, one is the first."""
    place = _place()
    if place is None:
        return None
    temporary = place.with_name(f".{NAME}.{secrets.token_hex(8)}")
    with contextlib.suppress(OSError, ForeignError):
        make_folder(place.parent)
        try:
            with os.fdopen(open_private(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
                file.write(secrets.token_bytes(LENGTH))
            with contextlib.suppress(FileExistsError):
                os.link(temporary, place)
        finally:
            temporary.unlink(missing_ok=True)
    return _key()
