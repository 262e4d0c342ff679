"""What asking models took, by agent and by code."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from stomper.models import Attempt, AttemptResult
from stomper.report.html.story import Story


@dataclass(slots=True)
class Cost:
    """A sum of attempts; of one code it is the part that its diagnostics had in each attempt."""

    name: str
    attempts: int = 0
    kept: int = 0
    fixed: int = 0
    input_tokens: float = 0
    output_tokens: float = 0
    cost: float = 0
    seconds: float = 0

    @property
    def tokens(self) -> int:
        return round(self.input_tokens + self.output_tokens)

    def add(self, attempt: Attempt, share: float, fixed: int) -> None:
        usage = attempt.usage
        self.attempts += 1
        self.kept += attempt.result is AttemptResult.KEPT
        self.fixed += fixed
        self.seconds += attempt.seconds * share
        if usage is not None:
            self.input_tokens += (usage.input_tokens or 0) * share
            self.output_tokens += (usage.output_tokens or 0) * share
            self.cost += (usage.cost or 0.0) * share


def costs_of(story: Story) -> dict[str, Any]:
    """Give the sums by agent and by code, the dearest first; empty if no model was asked."""
    agents: dict[str, Cost] = {}
    codes: dict[str, Cost] = {}
    for attempt in _asked(story):
        fixed = sum(tally.fixed for tally in attempt.codes)
        agents.setdefault(attempt.fixer, Cost(attempt.fixer)).add(attempt, 1.0, fixed)
        for code, (tried, gone) in _tried(attempt).items():
            share = tried / max(1, sum(tally.tried for tally in attempt.codes))
            codes.setdefault(code, Cost(code)).add(attempt, share, gone)
    return {"agents": _dearest(agents.values()), "codes": _dearest(codes.values())} if agents else {}


def _asked(story: Story) -> Iterable[Attempt]:
    """The attempts that asked a model, in this run."""
    for chapters in story.chapters.values():
        for chapter in chapters:
            if not getattr(chapter.outcome, "cached", False):
                yield from (attempt for attempt in chapter.outcome.attempts if attempt.usage is not None)


def _tried(attempt: Attempt) -> dict[str, tuple[int, int]]:
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for tally in attempt.codes:
        tried, fixed = counts[tally.code]
        counts[tally.code] = tried + tally.tried, fixed + tally.fixed
    return counts


def _dearest(costs: Iterable[Cost]) -> list[Cost]:
    return sorted(costs, key=lambda cost: (-cost.cost, -cost.tokens, cost.name))
