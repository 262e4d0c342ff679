"""The rules of the cache: whose outcomes are kept, and how much of a commit each depends on.

An outcome is kept if another run with the same input would come to the same. So nothing is kept that an agent, a
command, a test or a checker of the user's own had a hand in, and nothing that a limit of time may have cut off.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from stomper.fixers import Fixer
from stomper.fixers.base import is_ours
from stomper.fixers.codemods import PREFIX
from stomper.grades import Grade
from stomper.models import Attempt, AttemptResult, Fixed, Outcome, Partial, Rejected, Suppressed, Unchanged, Worked
from stomper.settings import Settings

SURE_CHECKERS = frozenset({"ruff", "mypy"})
SURE_FIXERS = frozenset({"ruff", "ruff-format", "ruff-unsafe", "annotate", "annotate-used", "suppress"})
# Reads its own file, and what is not Python source. The others read modules that a file imports, or that import it.
ALONE = "ruff"
SURE_RESULTS = frozenset(
    {
        AttemptResult.KEPT,
        AttemptResult.NO_CHANGE,
        AttemptResult.NOT_BETTER,
        AttemptResult.WORSE,
        AttemptResult.REFUSED,
        AttemptResult.WITHHELD,
    }
)
FRESH_SECONDS = 7 * 24 * 3600.0
"""Something that is left is tried anew after a week: a fixer may have stumbled over a full disk and said nothing."""


Kept: TypeAlias = Fixed | Suppressed | Partial | Unchanged | Rejected
"""The outcomes that can be kept."""


class Breadth(StrEnum):
    """The part of a commit that an outcome depends on.

    `FILE`: the file, and all but the content of other Python source. `TREE`: all of it.
    """

    FILE = "file"
    TREE = "tree"


def why_never(settings: Settings) -> str:
    """Say why no outcome of a run with these settings is kept; '' if some are."""
    if not settings.cache.enabled:
        return "it is switched off"
    if others := [name for name in settings.checkers if name not in SURE_CHECKERS]:
        return f"the checker {others[0]} may say something else the next time"
    if settings.workflow.test_validation in ("full", "quick"):
        return "tests judge each file"
    return "commands set up each worktree" if settings.environment.setup else ""


@dataclass(frozen=True, slots=True)
class Chain:
    """The fixers of a chain by name: all, those that do the same to the same file each time, and those that learn."""

    names: tuple[str, ...]
    sure: frozenset[str]
    learning: frozenset[str]


def chain_of(fixers: Sequence[Fixer]) -> Chain:
    """Sort the fixers of a chain."""
    sure = frozenset(fixer.name for fixer in fixers if is_ours(fixer) and _is_known(fixer.name))
    return Chain(names_of(fixers), sure, frozenset(fixer.name for fixer in fixers if fixer.learns))


def _is_known(name: str) -> bool:
    return name in SURE_FIXERS or name.startswith(PREFIX)


def breadth_of(outcome: Outcome, chain: Chain, settings: Settings) -> Breadth | None:
    """Give what an outcome of this chain depends on; None if it must not be kept."""
    if not isinstance(outcome, Worked) or outcome.cached or (isinstance(outcome, Rejected) and outcome.broken):
        return None
    tried = {attempt.fixer for attempt in outcome.attempts}
    if not tried <= (chain.sure | chain.learning if settings.cache.agents else chain.sure):
        return None
    # What an agent or a command was not asked about now, for want of money perhaps, it may be asked about next time.
    if not isinstance(outcome, Fixed) and not chain.sure.issuperset(chain.names):
        return None
    if not all(_is_settled(attempt, settings) for attempt in outcome.attempts):
        return None
    alone = set(settings.checkers) == {ALONE} and tried <= {ALONE} and all(map(_is_told_alone, outcome.attempts))
    return Breadth.FILE if alone else Breadth.TREE


def _is_told_alone(attempt: Attempt) -> bool:
    """Say whether the grade of an attempt hangs on nothing but its file: what is proved may hang on others."""
    return attempt.grade in (None, Grade.SAFE)


def _is_settled(attempt: Attempt, settings: Settings) -> bool:
    """Say whether an attempt ended by itself, without a complaint of its own."""
    own = attempt.own_words or (attempt.result is AttemptResult.KEPT and not attempt.warned)
    odd = own and attempt.detail
    long = attempt.usage is None and attempt.seconds > settings.checker_timeout / 2
    return attempt.result in SURE_RESULTS and not odd and not long


def is_final(outcome: Outcome) -> bool:
    """Say whether an outcome leaves nothing to be tried."""
    return isinstance(outcome, Fixed | Suppressed)


def names_of(fixers: Iterable[Fixer]) -> tuple[str, ...]:
    """The names of a chain, in order."""
    return tuple(fixer.name for fixer in fixers)
