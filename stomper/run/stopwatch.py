"""Measure how long each stage of a run takes."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Stage: TypeAlias = Literal["survey", "fix", "gate", "commit", "deliver"]


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """The wall seconds that the stages of this session have taken so far. `began` is of the monotonic clock."""

    seconds: dict[Stage, float] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    @property
    def total(self) -> float:
        """The wall seconds of this session until now, with what is in no stage."""
        return time.monotonic() - self.began

    @contextlib.contextmanager
    def measure(self, stage: Stage) -> Iterator[None]:
        """Add the time of the block to the stage."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.monotonic() - began

    def report(self) -> dict[str, float]:
        """Give the report's [stages]: `<stage>_seconds` of each stage that was entered, in the order of the run."""
        return {f"{stage}_seconds": round(seconds, 3) for stage, seconds in self.seconds.items()}
