"""Give work to a cluster, one task at a time for each caller, and see that the death of a worker loses none.

Dask gives a task of a dead worker to another one by itself. That it begins a second time is heard of: from then on it
is a suspect, which is taken back, and tried alone.
"""

import contextlib
import itertools
import json
import secrets
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from stomper.cluster.connection import ClusterError, Connection, different
from stomper.cluster.turns import Turns
from stomper.errors import ToolError
from stomper.text.printable import one_line

MOST_DEATHS = 3
MOST_LOST = 5  # times that the connection may be lost with the same task
TICK = 0.5
FETCHING = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a `kind` with a reason or facts, and a pack of git's. `worker` is where it comes from."""

    facts: dict[str, Any]
    pack: bytes = b""

    @property
    def kind(self) -> str:
        return str(self.facts.get("kind", ""))


@dataclass(frozen=True, slots=True)
class _Death:
    worker: str


@dataclass(frozen=True, slots=True)
class _Lost:
    """The connection was lost, and the task with it."""


@dataclass
class Errands:
    """Work for a cluster. `stop` says whether nobody wants it any more."""

    connection: Connection
    stop: Callable[[], int]
    turns: Turns = field(default_factory=Turns)
    topic: str = field(default_factory=lambda: f"stomper-{secrets.token_hex(8)}")
    _begun: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _number: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.connection.client.subscribe_topic(self.topic, self._hear)

    def _hear(self, event: tuple[float, Any]) -> None:
        _, said = event
        with contextlib.suppress(KeyError, TypeError):
            self._begun[said["key"]].append(said["worker"])

    def run(self, function: Callable[..., Any], *words: object) -> Answer | None:
        """Have some worker call a function that notes its beginning under our topic. None if it was stopped.

        Raises ToolError if it killed every worker that it was tried on, ClusterError if there is no cluster any more.
        """
        deaths: list[str] = []
        for _ in range(MOST_LOST + MOST_DEATHS):
            with self.turns.alone() if deaths else self.turns.beside():
                outcome = self._once(function, words)
            if isinstance(outcome, Answer) or outcome is None:
                return self._checked(outcome)
            deaths += [outcome.worker] if isinstance(outcome, _Death) else []
            if len(deaths) >= MOST_DEATHS:
                raise ToolError(f"its worker died, {len(deaths)} times: {', '.join(deaths)}")
        raise ClusterError(f"the connection to {self.connection.address} is lost again and again")

    def _checked(self, answer: Answer | None) -> Answer | None:
        if answer is not None and answer.kind == "refused":
            raise ClusterError(different(answer.facts["worker"], answer.facts["reason"]))
        return answer

    def _once(self, function: Callable[..., Any], words: tuple[object, ...]) -> Answer | _Death | _Lost | None:
        """Submit a task once, and wait for it."""
        if self.stop():
            return None
        key = f"{self.topic}-{next(self._number)}"
        future = self.connection.submit(key, function, *words)
        done = threading.Event()
        future.add_done_callback(lambda _: done.set())
        try:
            return self._waited(key, future, done)
        finally:
            self._begun.pop(key, None)
            with contextlib.suppress(Exception):  # there may be no scheduler any more to hear it
                future.cancel(force=True)

    def _waited(self, key: str, future: Any, done: threading.Event) -> Answer | _Death | _Lost | None:
        while not done.wait(TICK):
            if self.stop():
                return None
            if len(self._begun[key]) > 1:
                return _Death(self._begun[key][0])
            self.connection.require()
        return self._result(key, future)

    def _result(self, key: str, future: Any) -> Answer | _Death | _Lost | None:
        from distributed import CancelledError, KilledWorker

        try:
            facts, pack = future.result(timeout=FETCHING)
        except KilledWorker as error:
            return _Death(str(getattr(error.last_worker, "address", "a worker")))
        except (CancelledError, TimeoutError, OSError):
            self.connection.require()
            return _Lost()
        except Exception as error:
            raise ClusterError(f"a worker cannot do its task: {one_line(repr(error))[:400]}") from None
        return Answer(json.loads(facts), pack)
