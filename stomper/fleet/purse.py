"""Divide the budgets of a fleet among its repositories, so that all together never take more than there is."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stomper.fleet.model import Terms
from stomper.fleet.result import Result

MINUTE = 60.0
WORKING = 0.75  # of a repository's time, after which it starts no new work: the rest is for its tests, and to deliver


@dataclass(frozen=True, slots=True)
class Allowance:
    """The share of one repository: dollars, tokens, and the seconds after which it is ended."""

    seconds: float
    cost: float | None = None
    tokens: int | None = None

    def options(self) -> list[str]:
        """Give the share as options of `stomper fix`."""
        words = ["--max-minutes", f"{self.seconds * WORKING / MINUTE:.4f}"]
        words += [] if self.cost is None else ["--max-cost", f"{self.cost:.6f}"]
        return words + ([] if self.tokens is None else ["--max-tokens", str(self.tokens)])


class Purse:
    """The budgets that are left. What a repository was allowed is out of it until that is settled."""

    def __init__(self, terms: Terms, results: Iterable[Result], waiting: int) -> None:
        """`results` have taken their part in earlier sessions; `waiting` repositories are to share the rest."""
        spent = [result.usage for result in results]
        self.waiting = waiting
        self.cost = None if terms.max_cost is None else terms.max_cost - sum(map(cost_of, spent))
        self.tokens = None if terms.max_tokens is None else terms.max_tokens - sum(map(tokens_of, spent))
        self._each = terms.repository_minutes * MINUTE
        self._until = None if terms.max_minutes is None else time.monotonic() + terms.max_minutes * MINUTE

    def spent(self) -> str:
        """Say which budget is used up, so that nothing more can begin; '' if none is."""
        if self._until is not None and time.monotonic() >= self._until:
            return "the time of the fleet is over"
        if self.cost is not None and self.cost <= 0:
            return "the money of the fleet is spent"
        return "the tokens of the fleet are spent" if self.tokens is not None and self.tokens <= 0 else ""

    @property
    def seconds(self) -> float:
        """The time that one repository may take from now on."""
        left = self._each if self._until is None else self._until - time.monotonic()
        return max(1.0, min(self._each, left))

    def allow(self) -> Allowance:
        """Take the share of one repository out: what is left, divided by those that wait for theirs."""
        among = max(1, self.waiting)
        self.waiting -= 1
        cost = None if self.cost is None else self.cost / among
        tokens = None if self.tokens is None else max(1, self.tokens // among)
        self.cost = None if self.cost is None or cost is None else self.cost - cost
        self.tokens = None if self.tokens is None or tokens is None else self.tokens - tokens
        return Allowance(self.seconds, cost, tokens)

    def settle(self, allowed: Allowance, result: Result | None) -> None:
        """Put back what a repository did not take; of one that does not say what it took, nothing."""
        known = result is not None and (result.run or result.exit_code == 2)
        if not known or result is None:
            return
        if self.cost is not None and allowed.cost is not None:
            self.cost += allowed.cost - cost_of(result.usage)
        if self.tokens is not None and allowed.tokens is not None:
            self.tokens += allowed.tokens - tokens_of(result.usage)

    def forgo(self) -> None:
        """One that waited needs no share."""
        self.waiting -= 1


def cost_of(usage: Mapping[str, int | float]) -> float:
    """Give the estimated cost of asking models, in dollars."""
    return float(usage.get("cost_estimate", 0))


def tokens_of(usage: Mapping[str, int | float]) -> int:
    """Give the tokens of asking models, read and written."""
    return int(usage.get("input_tokens", 0) + usage.get("output_tokens", 0))
