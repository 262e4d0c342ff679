"""What a checker is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from stomper.models import Diagnostic


class Checker(Protocol):
    """Finds diagnostics. Built in the parent, sent to the workers: picklable, and it holds no open thing."""

    @property
    def name(self) -> str: ...

    def check(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> tuple[Diagnostic, ...]:
        """All diagnostics of `paths` (relative to `root`), ordered by path, line, column, code.

        `root` is the top of a checkout; `scratch` a folder outside it for what the tool keeps between
        calls on the same checkout, None where there is no next one. Paths that the tool's own
        configuration excludes have none.
        Raises CheckerError for anything that is not a result: a crash is never "clean".
        """
        ...
