"""The ledger: an attempt counts from before it starts, and what it took is never 0 where it is not known."""

import multiprocessing
from pathlib import Path

import pytest

from stomper.metering.ledger import Ledger, Spending
from stomper.models import Usage
from stomper.settings import BudgetSettings

NONE = BudgetSettings()
PATH = "a.py"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "spending.jsonl")


def ask(ledger: Ledger, usage: Usage | None, path: str = PATH, seconds: float = 1.0, counts: bool = True) -> None:
    id, reason = ledger.reserve(path, "codex", NONE)
    assert reason == ""
    ledger.settle(id, usage, seconds, counts)


def test_an_attempt_counts_before_it_starts(ledger: Ledger) -> None:
    ledger.reserve(PATH, "codex", NONE)
    again = Ledger(ledger.path)  # as after a kill
    assert again.asked(PATH, "codex") == 1
    assert again.asked(PATH, "claude-code") == again.asked("b.py", "codex") == 0
    assert again.books().run == Spending(attempts=1, unknown=1)


def test_what_attempts_took_adds_up(ledger: Ledger) -> None:
    ask(ledger, Usage(1000, 50, 900, 0.25, 3))
    ask(ledger, Usage(100, 5, cost=0.5, requests=1), path="b.py", seconds=2.0)
    assert ledger.books().run == Spending(2, 0, 3.0, 2, 0.75, 1100, 55, 4)
    assert ledger.books().files[PATH] == Spending(1, 0, 1.0, 1, 0.25, 1000, 50, 3)
    assert ledger.books().run.tokens == 1155


@pytest.mark.parametrize("usage", [None, Usage(), Usage(cost=0.5)])
def test_an_attempt_that_does_not_say_is_unknown(ledger: Ledger, usage: Usage | None) -> None:
    ask(ledger, usage)
    spent = ledger.books().run
    assert (spent.unknown, spent.input_tokens, spent.output_tokens) == (1, None, None)


def test_one_that_was_turned_away_is_no_attempt_and_costs_what_it_costs(ledger: Ledger) -> None:
    ask(ledger, Usage(10, 0), counts=False)
    assert ledger.asked(PATH, "codex") == 0
    assert (ledger.books().run.attempts, ledger.books().run.unknown, ledger.books().run.tokens) == (0, 0, 10)


LIMITS = {
    "cost": (BudgetSettings(max_cost=1.0), "budget: --max-cost 1.00 is reached"),
    "tokens": (BudgetSettings(max_tokens=2000), "budget: --max-tokens 2000 is reached"),
    "cost of a file": (BudgetSettings(file_max_cost=1.0), "budget: budget.file_max_cost = 1.00 is reached"),
    "tokens of a file": (BudgetSettings(file_max_tokens=2000), "budget: budget.file_max_tokens = 2000 is reached"),
    "minutes of a file": (BudgetSettings(file_max_minutes=2), "budget: budget.file_max_minutes = 2 is reached"),
}


@pytest.mark.parametrize("what", LIMITS)
def test_a_limit_that_is_reached_holds_the_next_attempt(ledger: Ledger, what: str) -> None:
    budget, words = LIMITS[what]
    half = Usage(900, 100, cost=0.5)
    ask(ledger, half, seconds=60)
    assert ledger.hold(PATH, budget) == ""
    ask(ledger, half, seconds=60)
    assert ledger.hold(PATH, budget) == words
    assert ledger.reserve(PATH, "codex", budget) == ("", words)
    assert ledger.books().run.attempts == 2
    assert (ledger.hold("b.py", budget) == "") is ("file" in what)


def test_a_torn_line_costs_nothing_else(ledger: Ledger) -> None:
    ask(ledger, Usage(1, 1))
    with ledger.path.open("a") as file:
        file.write('{"begin": "x", "pa')
    ask(ledger, Usage(2, 2))
    assert Ledger(ledger.path).books().run.tokens == ledger.books().run.tokens == 6


def spend(path: Path) -> None:
    ledger = Ledger(path)
    while True:
        id, reason = ledger.reserve(PATH, "codex", BudgetSettings(max_tokens=100))
        if reason:
            return
        ledger.settle(id, Usage(1, 0), 0.0)


def test_many_processes_keep_to_one_limit(ledger: Ledger) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=spend, args=(ledger.path,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert 100 <= ledger.books().run.tokens <= 100 + 3
