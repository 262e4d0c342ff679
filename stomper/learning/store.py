"""The records of a repository on disk: in its git directory, a line for each run.

Counts only grow, and each store has an id, so that what another has is known by how far it had come: importing
it twice, or by way of a third, adds nothing.
"""

import contextlib
import dataclasses
import json
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stomper.disk import jsonl
from stomper.disk.atomic_write import write_atomically
from stomper.disk.file_locks import locked
from stomper.disk.private_files import close_folder, make_folder, require_plain
from stomper.errors import StomperError
from stomper.learning.broken import Broken, summed
from stomper.learning.records import Record, merged

NAME = "learning.jsonl"
MOST_LINES = 200
REMEMBERED = 100  # ids of runs: one that was cut off between its record and the note of it may come again


@dataclass(frozen=True, slots=True)
class Share:
    """The records of one repository: the number of runs, and the sums; `broken` is what tests took out again."""

    runs: int
    records: tuple[Record, ...]
    broken: tuple[Broken, ...] = ()


@dataclass(slots=True)
class Learned:
    """Everything in a store: its own `origin`, the runs it has lately seen, and a share for each origin."""

    origin: str = ""
    seen: list[str] = field(default_factory=list)
    shares: dict[str, Share] = field(default_factory=dict)

    @property
    def records(self) -> tuple[Record, ...]:
        """All of it as one."""
        return merged(record for share in self.shares.values() for record in share.records)

    @property
    def broken(self) -> tuple[Broken, ...]:
        """All that tests took out again."""
        return summed(record for share in self.shares.values() for record in share.broken)

    @property
    def runs(self) -> int:
        return sum(share.runs for share in self.shares.values())

    def add_run(self, id: str, records: Iterable[Record], broken: Iterable[Broken] = ()) -> None:
        own = self.shares.get(self.origin, Share(0, ()))
        sums = merged([*own.records, *records]), summed([*own.broken, *broken])
        self.shares[self.origin] = Share(own.runs + 1, *sums)
        self.seen.append(id)

    def add_share(self, origin: str, share: Share) -> bool:
        """Take over what another store has; False if nothing of it is new."""
        if origin in self.shares and self.shares[origin].runs >= share.runs:
            return False
        self.shares[origin] = share
        return True


class Store:
    """The store below a repository's state folder."""

    def __init__(self, state: Path) -> None:
        self.path = state / NAME

    def load(self) -> Learned:
        """Read the store; empty if it does not exist. Lines that make no sense are passed over.

        Raises ForeignError if the state folder is another user's.
        """
        if os.path.lexists(self.path.parent):
            close_folder(self.path.parent)
            require_plain(self.path.parent)
        return _learned(jsonl.read(self.path)[0])

    def add_run(self, id: str, records: Sequence[Record], broken: Sequence[Broken] = ()) -> None:
        """Append a run, once. Raises StomperError if that cannot be done."""
        with self._locked() as entries:
            learned = _learned(entries)
            if id in learned.seen:
                return
            if not learned.origin:
                jsonl.append(self.path, {"origin": uuid.uuid4().hex})
            jsonl.append(self.path, {"run": id, **_rows(records, broken)})
            if len(entries) >= MOST_LINES:
                self._write(self.load())

    def add_shares(self, shares: dict[str, Share]) -> int:
        """Take over what other stores have. Returns how many of them had something new."""
        with self._locked() as entries:
            learned = _learned(entries)
            learned.origin = learned.origin or uuid.uuid4().hex
            new = sum([learned.add_share(origin, share) for origin, share in shares.items()])
            self._write(learned)
            return new

    def reset(self) -> None:
        """Forget everything. What comes then is another store's: what others had of this one stays theirs."""
        with self._locked():
            self.path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[list[dict[str, Any]]]:
        try:
            make_folder(self.path.parent)
            require_plain(self.path.parent)
            with locked(self.path.with_suffix(".lock")):
                yield jsonl.read(self.path)[0]
        except OSError as error:
            raise StomperError(f"cannot write to {self.path}: {error.strerror}") from error

    def _write(self, learned: Learned) -> None:
        lines: list[dict[str, Any]] = [{"origin": learned.origin, "seen": learned.seen[-REMEMBERED:]}]
        lines += [_facts(origin, share) for origin, share in learned.shares.items()]
        write_atomically(self.path, b"".join(json.dumps(line).encode() + b"\n" for line in lines), private=True)


def _facts(origin: str, share: Share) -> dict[str, Any]:
    return {"share": origin, "runs": share.runs, **_rows(share.records, share.broken)}


def _rows(records: Iterable[Record], broken: Iterable[Broken]) -> dict[str, list[dict[str, Any]]]:
    return {"records": list(map(dataclasses.asdict, records)), "broken": list(map(dataclasses.asdict, broken))}


def _learned(entries: Iterable[dict[str, Any]]) -> Learned:
    learned = Learned()
    for entry in entries:
        with contextlib.suppress(TypeError):  # of a later version
            match entry:
                case {"origin": str(origin)}:
                    learned.origin, learned.seen = origin, list(entry.get("seen", ()))
                case {"run": str(id), "records": list(rows)} if learned.origin:
                    learned.add_run(id, [Record(**row) for row in rows], _broken(entry))
                case {"share": str(origin), "runs": int(runs), "records": list(rows)}:
                    learned.add_share(origin, Share(runs, tuple(Record(**row) for row in rows), _broken(entry)))
                case _:
                    pass
    return learned


def _broken(entry: dict[str, Any]) -> tuple[Broken, ...]:
    """Give what tests took out again; earlier versions did not note it."""
    return tuple(Broken(**row) for row in entry.get("broken", ()))
