"""Record the usage of models on disk as it happens: a run's budgets rely on it.

An attempt is in the ledger before it starts, so that one whose worker was killed counts all the same:
what it took is not known then.
"""

import itertools
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stomper.disk import jsonl
from stomper.disk.file_locks import locked
from stomper.models import Usage
from stomper.settings import BudgetSettings

SPENT = "budget: {what} is reached"


@dataclass(slots=True)
class Spending:
    """The usage of a run or a file. Sums are of known numbers; `unknown` counts attempts without.

    `seconds` are those of the attempts; `costs` counts attempts whose cost is known, and so `tokens`.
    """

    attempts: int = 0
    unknown: int = 0
    seconds: float = 0.0
    costs: int = 0
    cost: float = 0.0
    input_tokens: int | None = None
    output_tokens: int | None = None
    requests: int | None = None

    @property
    def tokens(self) -> int:
        """All tokens that are known of."""
        return (self.input_tokens or 0) + (self.output_tokens or 0)

    def begin(self) -> None:
        self.attempts += 1
        self.unknown += 1

    def end(self, usage: Usage, seconds: float, counts: bool) -> None:
        """Add what one has taken; one that does not count (it was turned away) is no attempt."""
        known = None not in (usage.input_tokens, usage.output_tokens)
        self.attempts -= not counts
        self.unknown -= known or not counts
        self.seconds += seconds
        if usage.cost is not None:
            self.cost += usage.cost
            self.costs += 1
        self.input_tokens = _plus(self.input_tokens, usage.input_tokens)
        self.output_tokens = _plus(self.output_tokens, usage.output_tokens)
        self.requests = _plus(self.requests, usage.requests)


def _plus(sum_so_far: int | None, more: int | None) -> int | None:
    return sum_so_far if more is None else (sum_so_far or 0) + more


@dataclass(slots=True)
class Books:
    """The ledger as far as it was read: spending of the run and of its files, and how often each agent was asked."""

    run: Spending = field(default_factory=Spending)
    files: dict[str, Spending] = field(default_factory=dict)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    open: dict[str, tuple[str, str]] = field(default_factory=dict)
    offset: int = 0

    def add(self, entry: dict[str, Any]) -> None:
        match entry:
            case {"begin": str(id), "path": str(path), "fixer": str(fixer)}:
                self.open[id] = path, fixer
                self.asked[path, fixer] += 1
                self.run.begin()
                self.files.setdefault(path, Spending()).begin()
            case {"end": str(id), "usage": dict(usage), "seconds": float(seconds), "counts": bool(counts)}:
                if id in self.open:
                    self._close(id, Usage(**usage), seconds, counts)
            case _:
                pass  # of a later version

    def _close(self, id: str, usage: Usage, seconds: float, counts: bool) -> None:
        path, fixer = self.open.pop(id)
        self.asked[path, fixer] -= not counts
        self.run.end(usage, seconds, counts)
        self.files[path].end(usage, seconds, counts)


_numbers = itertools.count(1)


class Ledger:
    """The ledger of one run, `path` in its folder. Any number of processes write it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._books = Books()

    def books(self) -> Books:
        """Read what all processes have written up to now."""
        entries, self._books.offset = jsonl.read(self.path, self._books.offset)
        for entry in entries:
            self._books.add(entry)
        return self._books

    def asked(self, path: str, fixer: str) -> int:
        """Count the attempts of this fixer at this file, in all sessions of the run."""
        return self.books().asked[path, fixer]

    def hold(self, path: str, budget: BudgetSettings) -> str:
        """Why this file may not be asked about now, '' if it may."""
        books = self.books()
        return _spent(books.run, budget, "") or _spent(books.files.get(path, Spending()), budget, "file_")

    def reserve(self, path: str, fixer: str, budget: BudgetSettings) -> tuple[str, str]:
        """Count an attempt that is about to start: its id and '', or '' and why it must not."""
        with locked(self.path.with_suffix(".lock")):
            if reason := self.hold(path, budget):
                return "", reason
            id = f"{os.getpid()}.{time.time_ns():x}.{next(_numbers)}"
            jsonl.append(self.path, {"begin": id, "path": path, "fixer": fixer, "at": time.time()})
            return id, ""

    def settle(self, id: str, usage: Usage | None, seconds: float, counts: bool = True) -> None:
        """Say what an attempt took; one that does not count was turned away by its provider."""
        known = usage or Usage()
        facts = {name: value for name in Usage.__slots__ if (value := getattr(known, name)) is not None}
        with locked(self.path.with_suffix(".lock")):
            jsonl.append(self.path, {"end": id, "usage": facts, "seconds": float(seconds), "counts": counts})


def _spent(spending: Spending, budget: BudgetSettings, prefix: str) -> str:
    """Name the limit of a run, or ("file_") of a file, that is reached; '' if none is."""
    cost: float | None = getattr(budget, f"{prefix}max_cost")
    tokens: int | None = getattr(budget, f"{prefix}max_tokens")
    if cost is not None and spending.cost >= cost:
        return SPENT.format(what=limit_name(f"{prefix}max_cost", f"{cost:.2f}"))
    if tokens is not None and spending.tokens >= tokens:
        return SPENT.format(what=limit_name(f"{prefix}max_tokens", str(tokens)))
    minutes = budget.file_max_minutes if prefix else None
    if minutes is not None and spending.seconds >= minutes * 60:
        return SPENT.format(what=limit_name("file_max_minutes", f"{minutes:g}"))
    return ""


def limit_name(key: str, value: str) -> str:
    """A limit as the user set it: --max-cost 1.00, or the key if there is no option."""
    return f"budget.{key} = {value}" if key.startswith("file_") else f"--{key.replace('_', '-')} {value}"
