"""The ending of a run: what is still to be done, apart by kind, and the exit code that follows from it."""

from dataclasses import dataclass

from stomper.errors import EXIT_CLEAN, EXIT_LEFT
from stomper.settings import EndingSettings


@dataclass(frozen=True, slots=True)
class Ending:
    """Diagnostics: those `left` by the run's result, and those that it has no more, but the user has still.

    The latter are `not_delivered`, or in a dry run `would_fix`; together these are all diagnostics that the user has.
    Files: those of which a fix was `rejected`, those that `failed`, and those that no checker saw (`not_read`).
    """

    left: int = 0
    rejected: int = 0
    failed: int = 0
    not_read: int = 0
    not_delivered: int = 0
    would_fix: int = 0

    @property
    def unfinished(self) -> bool:
        """Return whether something is left that the result of the run does not settle."""
        return bool(self.left or self.rejected or self.failed or self.not_read)


def exit_code_of(ending: Ending, changed: bool, settings: EndingSettings) -> int:
    """Give the exit code of a run that can be trusted; `changed` says that it changes files, or would."""
    if settings.exit_zero:
        return EXIT_CLEAN
    return EXIT_LEFT if ending.unfinished or (settings.exit_non_zero_on_fix and changed) else EXIT_CLEAN
