"""Waiting for something to become true, instead of sleeping and hoping."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 20.0


def eventually(ask: Callable[[], T], what: str = "", patience: float = PATIENCE) -> T:
    """The first truthy answer of `ask`. Fails with `what` where none comes within `patience` seconds."""
    deadline = time.monotonic() + patience
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"waited {patience:.0f} s in vain for {what or ask}"
        time.sleep(0.01)
    return answer
