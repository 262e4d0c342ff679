"""Choose the kind of prompt and the first agent of the next attempt by the records. Pure."""

import math
from collections.abc import Collection, Iterable, Sequence

from stomper.learning.records import Record, add
from stomper.settings import STRATEGIES, PromptStrategy

# What is believed of a strategy that was never tried, and how many attempts that belief is worth.
PRIOR = 0.75
WEIGHT = 4.0
# A strategy is good enough that is believed to fix so much of what it is asked for.
ENOUGH = 0.7
# "minimal" is believed to fix so much of what "normal" does, until it was tried.
LESS = 0.8
# An agent is put before another only if each was asked so often.
EVIDENCE = 5
CERTAINTY = 1.0  # standard deviations


def choose_strategy(
    records: Iterable[Record], codes: Collection[tuple[str, str]], fixer: str, vain: int = 0
) -> PromptStrategy:
    """Give the strategy for an attempt of `fixer`: that of the hardest (tool, code), higher after each vain attempt."""
    mine = [record for record in records if record.fixer == fixer]
    levels = [_level([r for r in mine if (r.tool, r.code) == code]) for code in codes]
    return STRATEGIES[min(max(levels, default=1) + vain, len(STRATEGIES) - 1)]


def _level(records: Sequence[Record]) -> int:
    """The cheapest strategy that is believed to be good enough for one code; the dearest if none is."""
    for level, belief in enumerate(_beliefs(records)):
        if belief >= ENOUGH:
            return level
    return len(STRATEGIES) - 1


def _beliefs(records: Sequence[Record]) -> list[float]:
    normal = _belief(records, "normal", PRIOR)
    dearer = [_belief(records, name, PRIOR) for name in STRATEGIES[2:]]
    return [_belief(records, "minimal", LESS * normal), normal, *dearer]


def _belief(records: Sequence[Record], strategy: str, prior: float) -> float:
    """The rate that a prior and what was seen give together. An attempt counts once, however many it was asked for."""
    seen = [record for record in records if record.strategy == strategy]
    attempts = sum(record.attempts for record in seen)
    return (prior * WEIGHT + sum(r.rate * r.attempts for r in seen)) / (WEIGHT + attempts)


def in_order(agents: Sequence[str], records: Iterable[Record], codes: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """The agents for these (tool, code), the best first: most fixed for the money, where all say what they cost.

    Those that were not asked often enough keep their places; without records nothing moves.
    """
    mine = [record for record in records if (record.tool, record.code) in codes]
    seen = {name: total for name in agents if (total := _total(mine, name)) is not None}
    priced = all(total.cost_attempts and total.cost > 0 for total in seen.values())

    def score(name: str) -> float:
        total = seen[name]
        worth = lower_bound(total.rate, total.attempts)
        return worth / (total.cost / total.cost_attempts) if priced else worth

    best = iter(sorted(seen, key=score, reverse=True))  # sorted() is stable: equals stay as they were
    return tuple(next(best) if name in seen else name for name in agents)


def _total(records: Iterable[Record], fixer: str) -> Record | None:
    """All that is known of an agent; None if that is too little."""
    total = Record("", "", fixer, "")
    for record in records:
        if record.fixer == fixer:
            total = add(total, record)
    return total if total.attempts >= EVIDENCE else None


def lower_bound(rate: float, count: int) -> float:
    """Wilson's lower bound of a rate seen in `count` attempts: low if it was seen seldom."""
    if not count:
        return 0.0
    z2 = CERTAINTY**2
    spread = CERTAINTY * math.sqrt(rate * (1 - rate) / count + z2 / (4 * count * count))
    return max(0.0, (rate + z2 / (2 * count) - spread) / (1 + z2 / count))
