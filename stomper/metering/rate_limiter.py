"""One limiter for each provider over all workers of a run: a rate limit is nobody's fault, and everybody's.

It lets so many attempts at once through. A rate limit halves the number and makes everybody wait, for as long as
the provider says or twice as long each time; attempts that go through raise it again, slowly. The state is a file
in the run's folder, and a place is a lock that the kernel frees with its owner, however that one dies.
"""

import contextlib
import dataclasses
import json
import os
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.disk.atomic_write import write_atomically
from stomper.disk.file_locks import locked, try_to_take
from stomper.disk.private_files import make_folder, open_private

TICK = 0.05
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
# How much of one more place an attempt that goes through is worth, for all that are at work together.
GROWTH = 0.5


@dataclass(frozen=True, slots=True)
class Level:
    """A provider's capacity: `places` at once, none before the moment `until`.

    `cut` is when it was halved last, `refused` how often in a row. Moments are of the monotonic clock,
    which all processes of a machine share.
    """

    places: float
    until: float = 0.0
    cut: float = 0.0
    refused: int = 0

    def after_success(self, most: int) -> "Level":
        places = min(float(most), self.places + GROWTH / max(1.0, self.places))
        return dataclasses.replace(self, places=places, refused=0)

    def after_refusal(self, began: float, now: float, retry_after: float | None) -> "Level":
        """`began` is when the attempt that was refused started: those of before the last cut are of the same burst."""
        again = began < self.cut
        refused = self.refused if again else self.refused + 1
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (refused - 1)) if retry_after is None else retry_after
        until = max(self.until, now + wait)
        if again:
            return dataclasses.replace(self, until=until)
        return Level(max(1.0, self.places / 2), until, now, refused)


class Limiter:
    """The limiter of one provider. `folder` is the same for all workers, `most` is how many of them there are."""

    def __init__(self, folder: Path, provider: str, most: int) -> None:
        self.folder = folder / urllib.parse.quote(provider, safe="")
        self.most = most

    @contextlib.contextmanager
    def place(self, until: float, now: Callable[[], float] = time.monotonic) -> Iterator[bool]:
        """Wait for a place and hold it: True. False if there was none before the moment `until`, or a stop is due.

        Also if it is known already that there will be none: the provider said so.
        """
        make_folder(self.folder)
        descriptor = self._free_place()
        while descriptor is None and not process.stop_due() and max(now(), self.level().until) < until:
            time.sleep(TICK)
            descriptor = self._free_place()
        try:
            yield descriptor is not None
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _free_place(self) -> int | None:
        """The descriptor of the lock of a place, None if none is free now."""
        level = self.level()
        if time.monotonic() < level.until:
            return None
        for number in range(max(1, int(level.places))):
            descriptor = open_private(self.folder / f"place-{number}", os.O_RDWR | os.O_CREAT)
            if try_to_take(descriptor):
                return descriptor
            os.close(descriptor)
        return None

    def went_through(self) -> None:
        """An attempt was answered."""
        self._change(lambda level: level.after_success(self.most))

    def refused(self, began: float, retry_after: float | None) -> None:
        """An attempt that began at the moment `began` met the provider's limit, which asks to wait so many seconds."""
        self._change(lambda level: level.after_refusal(began, time.monotonic(), retry_after))

    def level(self) -> Level:
        """Read the provider's capacity. A state that was torn by a kill counts as none."""
        try:
            facts = json.loads((self.folder / "level").read_bytes())
            return Level(**facts)
        except (OSError, ValueError, TypeError):
            return Level(float(self.most))

    def _change(self, change: Callable[[Level], Level]) -> None:
        make_folder(self.folder)
        with locked(self.folder / "lock"):
            facts = json.dumps(dataclasses.asdict(change(self.level())))
            write_atomically(self.folder / "level", facts.encode(), durable=False, private=True)
