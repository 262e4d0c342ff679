"""The interface of a checker."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from stomper.checkers.completeness import Look
from stomper.models import Diagnostic


class Checker(Protocol):
    """Finds diagnostics. Built in the parent, sent to the workers: picklable, and it holds no open thing."""

    @property
    def name(self) -> str: ...

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        """All diagnostics of `paths` (relative to `root`), and how much of them was looked at.

        `root` is the top of a checkout; `scratch` a folder outside it for what the tool keeps between
        calls on the same checkout, None if there is no next one. It never looks at more than the tool does by hand:
        each of `paths` is looked at, or left out as the tool's own configuration has it, or named as one that
        the tool could not look at.
        Raises CheckerError for anything that is not a result: a crash is never "clean".
        """
        ...

    def check(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> tuple[Diagnostic, ...]:
        """The diagnostics of `look`, ordered by path, line, column, code."""
        ...


class ReadingChecker(Checker, Protocol):
    """A checker that says of itself whether its program writes nothing at all below the checkout."""

    @property
    def only_reads(self) -> bool: ...


def only_reads(checker: Checker) -> bool:
    """Say whether a checker leaves everything as it is, so that nothing has to be looked at after it."""
    return hasattr(checker, "only_reads") and cast("ReadingChecker", checker).only_reads
