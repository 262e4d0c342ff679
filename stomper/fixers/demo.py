"""The fixer of `stomper demo`: ruff's fixes, as slowly as an agent would make them."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from stomper import process
from stomper.fixers.base import FixReply, FixRequest
from stomper.fixers.ruff import RuffFixer
from stomper.models import Diagnostic

SHORTEST, LONGEST = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class DemoFixer:
    """Waits 0.5 to 2 seconds, by the file's name so that runs can be compared, then lets ruff fix."""

    ruff: RuffFixer
    name: str = "demo"
    divisible: bool = False
    learns: bool = False
    ours: bool = True

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return self.ruff.takes(diagnostics)

    def fix(self, request: FixRequest) -> FixReply:
        until = time.monotonic() + random.Random(request.path).uniform(SHORTEST, LONGEST)
        while time.monotonic() < until:
            if process.stop_due():
                return FixReply("stopped", stopped=True)
            time.sleep(0.02)
        return self.ruff.fix(request)
