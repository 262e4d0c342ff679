"""Keep within the limits of one forge: what it says is left, how long it says to wait, and a pause between changes."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from stomper.forges.model import ForgeError, Quota
from stomper.text.times import duration

STEP = 0.2  # seconds after which a request to stop is seen
SECONDARY = 60.0  # seconds to wait where a forge only says that it was too much
LONGEST = 3900.0  # seconds; a limit by the hour is over before
MARGIN = 1.0  # clocks differ
REFUSED = (403, 429, 503)
TOO_MUCH = ("secondary rate limit", "abuse detection", "rate limit exceeded", "too many requests")


class StoppedWaitingError(ForgeError):
    """Somebody said stop."""


@dataclass(slots=True)
class Limits:
    """The limits of one forge, as its answers tell them."""

    pause: float
    stop: Callable[[], object]
    tell: Callable[[str], None]
    host: str = ""
    quota: Quota | None = None
    made: int = 0
    """Requests so far."""
    _wrote: float = field(default=0.0)

    def before(self, writing: bool) -> None:
        """Wait until a request may be made."""
        if self.quota is not None and self.quota.remaining <= 0:
            self._until(self.quota.reset + MARGIN, "its limit of requests is reached")
            self.quota = None
        if writing:
            self._sleep(self._wrote + self.pause - time.monotonic())
            self._wrote = time.monotonic()
        self.made += 1

    def sleep(self, seconds: float) -> None:
        """Wait a while, for something that the forge is still busy with."""
        self._sleep(seconds)

    def after(self, headers: Mapping[str, str]) -> None:
        """Note what an answer says of the limit."""
        found = [headers.get(f"{prefix}-{name}") for prefix in PREFIXES for name in ("remaining", "limit", "reset")]
        for remaining, limit, reset in (found[:3], found[3:]):
            if remaining is not None and reset is not None and remaining.isdigit():
                self.quota = Quota(int(remaining), _whole(limit), _number(reset))

    def refused(self, status: int, headers: Mapping[str, str], words: str, tried: int) -> bool:
        """Wait if an answer says that it was too much for now. False if it says something else."""
        self.after(headers)
        seconds = self._asked_for(status, headers, words, tried)
        if seconds is None:
            return False
        if seconds > LONGEST:
            raise ForgeError(f"{self.host} wants us to wait for {duration(seconds)}")
        self._until(time.time() + seconds, "it asks us to wait")
        return True

    def _asked_for(self, status: int, headers: Mapping[str, str], words: str, tried: int) -> float | None:
        if status not in REFUSED:
            return None
        if after := headers.get("retry-after"):
            return _seconds(after)
        if self.quota is not None and self.quota.remaining <= 0 and status != 503:
            return max(0.0, self.quota.reset - time.time()) + MARGIN
        if status == 429 or any(word in words.lower() for word in TOO_MUCH):
            return float(SECONDARY * 2**tried)
        return None

    def _until(self, moment: float, why: str) -> None:
        seconds = moment - time.time()
        if seconds > 0:
            self.tell(f"{self.host}: {why}; going on in {duration(seconds)}")
        self._sleep(seconds)

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self.stop():
                raise StoppedWaitingError("stopped before it was its turn")
            time.sleep(min(STEP, left))


PREFIXES = ("x-ratelimit", "ratelimit")


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return time.time() + SECONDARY


def _seconds(text: str) -> float:
    """Read a Retry-After: seconds, or a date."""
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return SECONDARY
