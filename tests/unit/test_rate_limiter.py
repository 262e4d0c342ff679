"""The limiter of a provider: how much it lets through, who waits how long, and that the dead hold no place."""

import contextlib
import math
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stomper import process
from stomper.metering.rate_limiter import FIRST_WAIT, LONGEST_WAIT, Level, Limiter
from tests.kit.cli import ROOT

NOW = 1000.0

# --- how the level goes up and down (pure)


def test_a_refusal_halves_and_makes_everybody_wait() -> None:
    level = Level(8.0).after_refusal(began=NOW - 1, now=NOW, retry_after=7.0)
    assert (level.places, level.until) == (4.0, NOW + 7)
    assert Level(1.0).after_refusal(NOW - 1, NOW, 7.0).places == 1.0


def test_refusals_of_one_burst_halve_once() -> None:
    level = Level(8.0)
    for _ in range(8):
        level = level.after_refusal(began=NOW - 1, now=NOW, retry_after=None)
    assert (level.places, level.until) == (4.0, NOW + FIRST_WAIT)
    assert level.after_refusal(began=NOW + 1, now=NOW + 2, retry_after=None).places == 2.0


def test_without_a_word_the_wait_doubles_up_to_a_limit() -> None:
    level, now, waits = Level(8.0), NOW, []
    for _ in range(9):
        level = level.after_refusal(began=now, now=now, retry_after=None)
        waits.append(level.until - now)
        now = level.until
    assert waits == [min(LONGEST_WAIT, FIRST_WAIT * 2**n) for n in range(9)]
    assert level.after_success(8).refused == 0


def test_a_longer_wait_is_not_cut_by_a_shorter_one() -> None:
    level = Level(8.0).after_refusal(NOW, NOW, 60.0).after_refusal(NOW - 1, NOW + 1, 1.0)
    assert level.until == NOW + 60


def test_what_goes_through_raises_it_slowly_and_not_beyond_the_workers() -> None:
    level = Level(4.0).after_success(8)
    assert 4.0 < level.places < 4.5
    for _ in range(100):
        level = level.after_success(8)
    assert level.places == 8.0


# --- places


@pytest.fixture
def limiter(tmp_path: Path) -> Limiter:
    return Limiter(tmp_path, "api.example.org:443/x", 2)


def soon() -> float:
    return time.monotonic() + 0.2


def test_there_are_so_many_places(limiter: Limiter) -> None:
    with limiter.place(math.inf) as one, limiter.place(math.inf) as two, limiter.place(soon()) as three:
        assert (one, two, three) == (True, True, False)
    with limiter.place(soon()) as free:
        assert free


def test_after_a_refusal_there_are_fewer(limiter: Limiter) -> None:
    limiter.refused(time.monotonic(), 0.0)
    with limiter.place(math.inf) as one, limiter.place(soon()) as two:
        assert (one, two) == (True, False)


def test_nobody_starts_before_the_provider_wants_it(limiter: Limiter) -> None:
    limiter.refused(time.monotonic(), 0.3)
    until = limiter.level().until
    with limiter.place(math.inf) as free:
        assert free
        assert time.monotonic() >= until


def test_one_who_cannot_wait_so_long_does_not_wait_at_all(limiter: Limiter) -> None:
    limiter.refused(time.monotonic(), 3600.0)
    with limiter.place(time.monotonic() + 1800.0) as free:
        assert not free


def test_a_stop_ends_the_wait(limiter: Limiter) -> None:
    limiter.refused(time.monotonic(), 3600.0)
    process.request_stop(0.1)
    with limiter.place(math.inf) as free:
        assert not free


def test_providers_do_not_share_their_limits(tmp_path: Path, limiter: Limiter) -> None:
    limiter.refused(time.monotonic(), 3600.0)
    with Limiter(tmp_path, "other", 2).place(soon()) as free:
        assert free


HOLD = """\
import math, sys, time
from pathlib import Path
from stomper.metering.rate_limiter import Limiter
limiter = Limiter(Path(sys.argv[1]), "api.example.org:443/x", 2)
with limiter.place(math.inf), limiter.place(math.inf):
    print("held", flush=True)
    time.sleep(120)
"""


def test_a_killed_worker_holds_no_place(tmp_path: Path, limiter: Limiter) -> None:
    with contextlib.ExitStack() as stack:
        other = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", HOLD, str(tmp_path)], env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE
            )
        )
        stack.callback(other.kill)
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with limiter.place(soon()) as free:
            assert not free
        other.kill()
        other.wait()
    with limiter.place(math.inf) as one, limiter.place(math.inf) as two:
        assert (one, two) == (True, True)


def test_a_torn_state_is_as_none(limiter: Limiter) -> None:
    limiter.refused(time.monotonic(), 3600.0)
    (limiter.folder / "level").write_text('{"places": 1.')
    assert limiter.level() == Level(2.0)
