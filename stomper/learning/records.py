"""Records: what became of the diagnostics of one code that one fixer was asked about in one way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias

from stomper.models import Attempt, AttemptResult, CodeTally, Outcome, Rejected

Key: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """Sums over attempts. One attempt at diagnostics of several codes is shared out by their number.

    `tried` and `fixed` count diagnostics; what the gate took out again is not fixed. `seconds`, `tokens` and
    `cost` (US dollars, an estimate) are what the attempts took, the last two of those attempts only that
    said so: `token_attempts` and `cost_attempts`.
    """

    tool: str
    code: str
    fixer: str
    strategy: str
    attempts: int = 0
    tried: int = 0
    fixed: int = 0
    seconds: float = 0.0
    tokens: float = 0.0
    token_attempts: int = 0
    cost: float = 0.0
    cost_attempts: int = 0

    @property
    def key(self) -> Key:
        return self.tool, self.code, self.fixer, self.strategy

    @property
    def rate(self) -> float:
        """The share of tried diagnostics that were fixed, 0 to 1."""
        return self.fixed / self.tried if self.tried else 0.0

    @property
    def cost_each(self) -> float | None:
        """The cost of one fix, as far as it is known."""
        return (
            self.cost / self.cost_attempts * self.attempts / self.fixed if self.cost_attempts and self.fixed else None
        )

    @property
    def tokens_each(self) -> float | None:
        """The tokens of one fix, as far as they are known."""
        if not self.token_attempts or not self.fixed:
            return None
        return self.tokens / self.token_attempts * self.attempts / self.fixed


SUMS = tuple(field.name for field in fields(Record) if field.name not in ("tool", "code", "fixer", "strategy"))


def merged(records: Iterable[Record]) -> tuple[Record, ...]:
    """One record for each tool, code, fixer and strategy, sorted by these."""
    sums: dict[Key, Record] = {}
    for record in records:
        sums[record.key] = add(sums[record.key], record) if record.key in sums else record
    return tuple(sums[key] for key in sorted(sums))


def add(one: Record, other: Record) -> Record:
    """The sum of two, by the names of the first."""
    return Record(*one.key, *(getattr(one, name) + getattr(other, name) for name in SUMS))


def records_of(outcomes: Iterable[Outcome], fixers: Iterable[str]) -> tuple[Record, ...]:
    """Make records of the attempts of these fixers in a run. An outcome that the gate rejected has fixed nothing."""
    names = frozenset(fixers)
    return merged(
        record
        for outcome in outcomes
        for attempt in outcome.attempts
        if attempt.fixer in names and attempt.result is not AttemptResult.STOPPED
        for record in _records_of(attempt, stays=not isinstance(outcome, Rejected))
    )


def _records_of(attempt: Attempt, stays: bool) -> Iterator[Record]:
    whole = sum(tally.tried for tally in attempt.codes)
    for tally in attempt.codes:
        yield _share(attempt, tally, tally.tried / whole, tally.fixed if stays else 0)


def _share(attempt: Attempt, tally: CodeTally, part: float, fixed: int) -> Record:
    usage = attempt.usage
    known = usage is not None and usage.input_tokens is not None and usage.output_tokens is not None
    tokens = ((usage.input_tokens or 0) + (usage.output_tokens or 0)) if usage is not None and known else 0
    cost = usage.cost if usage is not None else None
    return Record(
        tally.tool,
        tally.code,
        attempt.fixer,
        attempt.strategy,
        attempts=1,
        tried=tally.tried,
        fixed=fixed,
        seconds=attempt.seconds * part,
        tokens=tokens * part,
        token_attempts=int(known),
        cost=(cost or 0.0) * part,
        cost_attempts=int(cost is not None),
    )
