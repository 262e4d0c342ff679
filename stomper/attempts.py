"""The attempts of fixers: what each changed, and what it took."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from stomper.grades import Grade

MOST_TOKENS = 10**12


class AttemptResult(StrEnum):
    """The result of one fixer's attempt. `ESCAPED`: it changed something outside of its worktree.

    `WITHHELD`: nothing stands behind it (see `Grade`), and the run asks for more.
    """

    KEPT = "kept"
    NO_CHANGE = "no-change"
    NOT_BETTER = "not-better"
    WORSE = "worse"
    REFUSED = "refused"
    ESCAPED = "escaped"
    FAILED = "failed"
    TIMEOUT = "timeout"
    STOPPED = "stopped"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Usage:
    """The usage of a model, as its client or endpoint reports it. None means unknown, never 0.

    `input_tokens` are all that were read, those from a cache (`cached_tokens`) included; `cost` is in US
    dollars and an estimate, whoever made it; `requests` counts calls of the model that were answered.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cost: float | None = None
    requests: int | None = None


def believable(count: object) -> int | None:
    """Give a count of tokens that somebody else says; None for what nobody can have counted, which budgets add up."""
    return count if isinstance(count, int) and not isinstance(count, bool) and 0 <= count <= MOST_TOKENS else None


@dataclass(frozen=True, slots=True)
class CodeTally:
    """The effect of one attempt on one code: so many of its diagnostics were `tried`, and so many are gone for good."""

    tool: str
    code: str
    tried: int
    fixed: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One fixer's attempt at a task: the diagnostics before and after it, its time in seconds, its result.

    After a roll-back `after` still says what the attempt itself led to; None when it was not re-checked.
    `usage` is there where a model was asked, `strategy` says which kind of prompt it was sent, `codes` what
    became of each code. `warned`: a guard set to "warn" objects to the change, as `detail` says. `own_words`:
    the fixer itself says `detail`, which begins with its name. `grade` is there if the change was fit to be kept.
    `left_codes` are those that the fixer is for and that are still there after it.
    `elsewhere` counts the diagnostics that are gone in other files, where the change was kept for those alone.
    """

    fixer: str
    result: AttemptResult
    before: int
    after: int | None
    seconds: float
    detail: str = ""
    usage: Usage | None = None
    strategy: str = ""
    codes: tuple[CodeTally, ...] = ()
    warned: bool = False
    own_words: bool = False
    grade: Grade | None = None
    elsewhere: tuple[CodeTally, ...] = ()
    left_codes: tuple[str, ...] = ()


def has_escaped(attempts: Iterable[Attempt]) -> bool:
    """Say whether any of them changed something outside of its worktree, which the user must not overlook."""
    return any(attempt.result is AttemptResult.ESCAPED for attempt in attempts)
