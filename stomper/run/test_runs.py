"""Count the test runs of the gate, and guess how long it goes on."""

import contextlib
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields

from stomper.journal.phase_note import PhaseNote
from stomper.project_tests.results import SuiteResult
from stomper.project_tests.suite import Suite
from stomper.text.counts import plural
from stomper.text.times import duration
from stomper.workspace.worktree import Worktree

CHECKING = "checking the result as a whole"


@dataclass(slots=True)
class TestRuns:
    """The test runs of the gate so far. `base_seconds` is how long one took on the base commit, None if unknown.

    `suspects` are the files one of which breaks something, None before anything is red; of a single one, `parts` are
    those that may do it. `seconds` are those of the last run: of the whole suite, and of a part of it (True).
    """

    __test__ = False  # not one of pytest's

    base_seconds: float | None = None
    began: float = field(default_factory=time.time)
    begun: int = 0
    suspects: int | None = None
    parts: int | None = None
    seconds: dict[bool, float] = field(default_factory=dict)
    _last: tuple[float, bool] | None = None

    @contextlib.contextmanager
    def run(self, partial: bool) -> Iterator[None]:
        """Count a run, and its time. Several may go on at once."""
        began = time.time()
        self.begun += 1
        self._last = began, partial
        try:
            yield
        finally:
            self.seconds[partial] = time.time() - began

    def suspect(self, files: int, parts: int | None = None) -> None:
        """One of so many files is guilty; of a single one, one of so many parts."""
        self.suspects, self.parts = files, parts

    def clear(self) -> None:
        """Nobody is suspected any more."""
        self.suspects = self.parts = None

    def note(self) -> PhaseNote:
        """Say how far the gate is."""
        each = self._each()
        return PhaseNote(self._text(each), self.began, self.begun, self.suspects, each, self._end(each))

    def _each(self) -> float | None:
        """Guess how long a run takes that is like the last one."""
        partial = self._last is not None and self._last[1]
        return self.seconds.get(partial, self.seconds.get(False, self.base_seconds))

    def _text(self, each: float | None) -> str:
        runs = f"test run {self.begun}" if self.begun else ""
        about = f"about {duration(each)} a run" if self.begun and each else ""
        return f"{CHECKING}: {words}" if (words := ", ".join(filter(None, (runs, self._who(), about)))) else CHECKING

    def _who(self) -> str:
        if self.suspects is None:
            return ""
        parts = f" ({plural(self.parts, 'part')} of it)" if self.parts is not None else ""
        return f"{plural(self.suspects, 'file')}{parts} suspected"

    def _end(self, each: float | None) -> float | None:
        """Guess when the gate is over, if one is guilty: each run halves the suspects, the last is of the rest."""
        if self._last is None or each is None:
            return None
        last, _ = self._last
        halvings = math.ceil(math.log2(max(self.parts or self.suspects, 1))) if self.suspects is not None else 0
        return last + each * (halvings + 1)


@dataclass(frozen=True, slots=True)
class CountedSuite(Suite):
    """A suite whose runs are counted."""

    counted: TestRuns = field(default_factory=TestRuns)

    @classmethod
    def of(cls, suite: Suite, counted: TestRuns) -> "CountedSuite":
        """The same suite, counted."""
        return cls(**{field.name: getattr(suite, field.name) for field in fields(Suite)}, counted=counted)

    def run(self, tree: Worktree, only: Sequence[str] = ()) -> SuiteResult:
        """Run all tests, or the files or node ids `only`, and count that."""
        with self.counted.run(bool(only)):
            return Suite.run(self, tree, only)
