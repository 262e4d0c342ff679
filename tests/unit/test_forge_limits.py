"""The limits of a forge, as its answers tell them."""

import time

import pytest

from stomper.forges.limits import Limits, StoppedWaitingError
from stomper.forges.model import ForgeError, Quota


def limits(pause: float = 0.0, stop: bool = False) -> Limits:
    return Limits(pause, lambda: stop, lambda _: None, "forge")


def test_an_answer_says_what_is_left() -> None:
    found = limits()
    found.after({"x-ratelimit-remaining": "7", "x-ratelimit-limit": "60", "x-ratelimit-reset": "12"})
    assert found.quota == Quota(7, 60, 12.0)
    found.after({"ratelimit-remaining": "6", "ratelimit-limit": "60", "ratelimit-reset": "13"})
    assert found.quota == Quota(6, 60, 13.0)
    found.after({})
    assert found.quota == Quota(6, 60, 13.0)


def test_without_one_left_it_waits_and_can_be_stopped() -> None:
    found = limits(stop=True)
    found.quota = Quota(0, 60, time.time() + 1000)
    with pytest.raises(StoppedWaitingError):
        found.before(writing=False)
    found.quota = Quota(0, 60, time.time() - 1000)
    found.before(writing=False)
    assert found.made == 1


@pytest.mark.parametrize(
    ("status", "headers", "words", "waits"),
    [
        (403, {"retry-after": "0"}, "", True),
        (429, {"retry-after": "Wed, 01 Jan 2020 00:00:00 GMT"}, "", True),
        (403, {}, "Resource not accessible by integration", False),
        (422, {"retry-after": "0"}, "", False),
        (503, {}, "", False),
    ],
)
def test_an_answer_may_ask_to_wait(status: int, headers: dict[str, str], words: str, waits: bool) -> None:
    assert limits().refused(status, headers, words, 0) == waits


def test_the_words_of_a_secondary_limit_are_enough() -> None:
    with pytest.raises(StoppedWaitingError):
        limits(stop=True).refused(403, {}, "You have exceeded a secondary rate limit.", 0)


def test_too_long_is_no_wait() -> None:
    with pytest.raises(ForgeError, match="wants us to wait"):
        limits().refused(403, {"retry-after": "999999"}, "", 0)


def test_changes_are_a_pause_apart() -> None:
    found = limits(pause=1000.0, stop=True)
    found.before(writing=False)
    found.before(writing=False)
    found._wrote = time.monotonic()
    with pytest.raises(StoppedWaitingError):
        found.before(writing=True)
