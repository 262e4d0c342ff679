"""The user's own record of what he has agreed to, outside of every repository: one file for each of them.

Only a record that nobody else can have written counts: below the user's data folder, in a folder of his own (0700), in
a file of his own (0600), and not inside of the repository that it is about.
"""

import contextlib
import json
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper.disk.atomic_write import is_inside
from stomper.errors import StomperError
from stomper.git.repository import Repository
from stomper.trust.request import Ask, digest

FORMAT = 1
MOST_BYTES = 16 * 2**20
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class RecordError(StomperError):
    """A record cannot be kept."""


@dataclass(frozen=True, slots=True)
class Record:
    """The agreements for the repository at `place`: digests, each with its words. `file` None: there is no home."""

    place: str
    file: Path | None
    agreed: Mapping[str, str]

    def has(self, ask: Ask) -> bool:
        """Say whether an ask was agreed to as it is now."""
        return ask.digests <= self.agreed.keys()

    def add(self, asks: Iterable[Ask]) -> None:
        """Agree to these, too. Raises RecordError if that cannot be kept."""
        new = {one: f"{ask.where}: {ask.what}" for ask in asks for one in ask.digests}
        facts = {"format": FORMAT, "repository": self.place, "agreed": {**self.agreed, **new}}
        _write(self._place(), json.dumps(facts, indent=1).encode())

    def forget(self) -> bool:
        """Agree to nothing any more; whether there was anything. Raises RecordError."""
        file = self._place()
        try:
            file.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _cannot(file, error) from error
        return True

    def _place(self) -> Path:
        if self.file is None:
            raise RecordError("there is no place outside of the repository to keep it", "Set XDG_DATA_HOME.")
        return self.file


def read_record(repository: Repository) -> Record:
    """The record for a repository; an empty one if there is none that counts."""
    place = home_of(repository)
    file = _file(repository.top, place)
    return Record(place, file, _read(file, place) if file else {})


def home_of(repository: Repository) -> str:
    """The real path that a repository is known by: of the git directory of all its worktrees, if that is proven.

    A `.git` that only names the directory of another repository proves nothing: that must name the checkout too.
    """
    own = repository.top / ".git"
    with contextlib.suppress(OSError, ValueError):
        if stat.S_ISDIR(own.lstat().st_mode) and own.samefile(repository.common):
            return os.path.realpath(own)
        named = Path(os.fsdecode((repository.git_dir / "gitdir").read_bytes().strip()))
        listed = repository.git_dir.parent == repository.common / "worktrees"
        if listed and stat.S_ISREG(own.lstat().st_mode) and _same_path(repository.git_dir / named, own):
            return os.path.realpath(repository.common)
    return os.path.realpath(repository.top)


def _same_path(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _file(top: Path, place: str) -> Path | None:
    import platformdirs

    with contextlib.suppress(RuntimeError):
        folder = platformdirs.user_data_path("stomper") / "trust"
        return None if is_inside(folder, top) else folder / f"{digest(place)[:32]}.json"
    return None


def _read(file: Path, place: str) -> dict[str, str]:
    try:
        if not _is_own(file.parent.lstat(), stat.S_ISDIR(file.parent.lstat().st_mode)):
            return {}
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as opened:  # noqa: PTH123  # a descriptor
            facts = os.fstat(descriptor)
            content = opened.read(MOST_BYTES) if _is_own(facts, stat.S_ISREG(facts.st_mode)) else b""
        return _agreed(json.loads(content), place)
    except (OSError, ValueError, RecursionError):
        return {}


def _is_own(facts: os.stat_result, right_kind: bool) -> bool:
    return right_kind and facts.st_uid == os.geteuid() and not facts.st_mode & OTHERS


def _agreed(record: Any, place: str) -> dict[str, str]:
    fits = isinstance(record, dict) and record.get("format") == FORMAT and record.get("repository") == place
    agreed = record.get("agreed") if fits else None
    return {str(key): str(words) for key, words in agreed.items()} if isinstance(agreed, dict) else {}


def _write(file: Path, content: bytes) -> None:
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        file.parent.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            file.parent.mkdir(mode=0o700)
        if not _is_own(file.parent.lstat(), stat.S_ISDIR(file.parent.lstat().st_mode)):
            raise RecordError(f"{file.parent} is not yours alone", f"chmod 700 {file.parent}, or remove it.")
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with open(descriptor, "wb") as opened:  # noqa: PTH123  # a descriptor
            opened.write(content)
        temporary.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _cannot(file, error) from error


def _cannot(file: Path, error: OSError) -> RecordError:
    return RecordError(
        f"{file} cannot be written: {error.strerror}",
        "Go on without a record by --trust, or keep it elsewhere: XDG_DATA_HOME=/path.",
    )
