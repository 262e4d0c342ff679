"""Agents under control: they wait for their provider, count before they ask, and stop where a budget ends."""

import contextlib
import dataclasses
import json
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stomper import process
from stomper.fixers import FixReply, FixRequest
from stomper.fixers.base import Fixer, Lesson
from stomper.learning.records import Record
from stomper.metering.ledger import Ledger
from stomper.metering.metered_fixer import LEDGER_NAME, THROTTLE_NAME, cost_by, meter, provider_of, unknown_costs
from stomper.metering.rate_limiter import GROWTH, Limiter
from stomper.models import AttemptResult, FixTask, Outcome, Partial, Skipped, Usage
from stomper.process.environment import CRASH_POINT
from stomper.process.interrupts import Interrupts
from stomper.settings import AgentSettings, BudgetSettings, Settings, WorkflowSettings
from stomper.worker.chain import Chain
from stomper.worker.conclude import judge
from stomper.worker.crew import Crew
from stomper.worker.fix_file import Job
from stomper.worker.pool import run_tasks
from stomper.workspace.worktree import Worktree
from tests.kit.jobs import ANYTHING, Editing, LineChecker, commit_files, found_in, job_on
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree
from tests.kit.scripted import AGENT, FakeProvider, with_agent

PATH = "0.txt"
TWO = "bad A\nbad B\n"
HALF = ("--replace", "bad A", "good A")
USED = {"input_tokens": 900, "output_tokens": 100, "cost": 0.5, "requests": 1}
SAYS = ("--usage", json.dumps(USED))


@pytest.fixture
def provider(tmp_path: Path) -> FakeProvider:
    folder = tmp_path / "provider"
    folder.mkdir()
    return FakeProvider(folder)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    return folder


@pytest.fixture
def tree(repo: GitRepo, tmp_path: Path) -> Iterator[Worktree]:
    commit_files(repo, TWO)
    with opened_worktree(repo, tmp_path) as opened:
        yield opened


def ask(fixer: Fixer, tree: Worktree, *lessons: Lesson) -> FixReply:
    return fixer.fix(FixRequest(tree.root, PATH, found_in(PATH, TWO), None, tree.scratch, lessons))


def outcome_of(tree: Worktree, *fixers: Fixer, settings: Settings) -> Outcome:
    task = FixTask(0, PATH, found_in(PATH, TWO))
    chain = Chain(tree, task, (LineChecker(),), settings, lambda _: None, lambda _fixer, _number: None)
    return judge(task, chain.run(fixers), None)  # type: ignore[arg-type]  # it is only put into the outcome


def spent(run: Path) -> tuple[int, int, int]:
    books = Ledger(run / LEDGER_NAME).books().run
    return books.attempts, books.unknown, books.tokens


# --- what it adds to one try


def test_a_try_is_in_the_ledger(provider: FakeProvider, run: Path, tree: Worktree) -> None:
    reply = ask(provider.agent(*SAYS, settings=Settings(), run=run), tree)
    assert (reply.problem, reply.usage) == ("", Usage(**USED))  # type: ignore[arg-type]
    assert spent(run) == (1, 0, 1000)


def test_usage_that_is_not_said_is_unknown(provider: FakeProvider, run: Path, tree: Worktree) -> None:
    assert ask(provider.agent(settings=Settings(), run=run), tree).usage is None
    assert spent(run) == (1, 1, 0)


def test_configured_prices_know_better(provider: FakeProvider, run: Path, tree: Worktree) -> None:
    agent = dataclasses.replace(AGENT, input_price=1000.0, output_price=10000.0)
    reply = ask(provider.agent(*SAYS, settings=Settings(), run=run, agent=agent), tree)
    assert reply.usage is not None
    assert reply.usage.cost == pytest.approx(0.9 + 1.0)
    assert cost_by(Usage(input_tokens=5), agent) is None


def test_a_limited_try_is_made_again_and_is_no_attempt(provider: FakeProvider, run: Path, tree: Worktree) -> None:
    flags = ("--limit-first", 3, "--retry-after", 0.01, *SAYS)
    outcome = outcome_of(tree, provider.agent(*flags, settings=Settings(), run=run), settings=Settings())
    assert (outcome.status, len(outcome.attempts)) == ("fixed", 1)
    assert len(provider.requests) == 4
    assert spent(run) == (1, 0, 1000)
    level = Limiter(run / THROTTLE_NAME, "provider.example", 4).level()
    assert (level.places, level.refused) == (1.0 + GROWTH, 0), "halved to one, and raised by the success"


def test_patience_ends_and_the_file_can_be_gone_on_with(provider: FakeProvider, run: Path, tree: Worktree) -> None:
    agent = dataclasses.replace(AGENT, patience=5.0)
    fixer = provider.agent("--limit-first", 99, "--retry-after", 60, settings=Settings(), run=run, agent=agent)
    outcome = outcome_of(tree, fixer, settings=Settings())
    assert isinstance(outcome, Skipped)
    assert (outcome.reason, outcome.held, outcome.attempts) == (
        "rate limit: provider.example limits requests, also after 5 s",
        True,
        (),
    )
    assert len(provider.requests) == 1, "the provider says how long, and that is too long"


def test_a_limited_try_that_edited_all_the_same_is_judged(provider: FakeProvider, run: Path, tree: Worktree) -> None:
    fixer = provider.agent("--limit-first", 99, "--edit-anyway", settings=Settings(), run=run)
    assert outcome_of(tree, fixer, settings=Settings()).status == "fixed"
    assert len(provider.requests) == 1


def test_the_next_agent_takes_over_from_one_that_is_held(provider: FakeProvider, run: Path, tree: Worktree) -> None:
    agent = dataclasses.replace(AGENT, patience=0.0)
    held = provider.agent("--limit-first", 99, "--retry-after", 60, settings=Settings(), run=run, agent=agent)
    assert outcome_of(tree, held, Editing((("A", "bad", "good"),)), settings=Settings()).status == "fixed"


def test_a_stop_ends_the_wait(provider: FakeProvider, run: Path, tree: Worktree) -> None:
    process.request_stop(0.3)
    reply = ask(provider.agent("--limit-first", 99, "--retry-after", 59, settings=Settings(), run=run), tree)
    assert reply.stopped


# --- budgets


def budgeted(**limits: float) -> Settings:
    return Settings(budget=BudgetSettings(**limits))  # type: ignore[arg-type]


@pytest.mark.parametrize("limits", [{"max_tokens": 1000}, {"max_cost": 0.5}, {"file_max_tokens": 1}])
def test_what_was_kept_before_the_budget_ended_stays(
    limits: dict[str, float], provider: FakeProvider, run: Path, tree: Worktree
) -> None:
    settings = budgeted(**limits)
    outcome = outcome_of(tree, provider.agent(*HALF, *SAYS, settings=settings, run=run), settings=settings)
    assert isinstance(outcome, Partial)
    assert "is reached" in outcome.reason
    assert len(provider.requests) == 1


def test_nothing_kept_is_skipped_and_its_attempts_are_told(provider: FakeProvider, run: Path, tree: Worktree) -> None:
    settings = budgeted(max_tokens=500)
    fixer = provider.agent("--replace", "x", "y", *SAYS, settings=settings, run=run)
    outcome = outcome_of(tree, fixer, settings=settings)
    assert isinstance(outcome, Skipped)
    assert (outcome.reason, outcome.held) == ("budget: --max-tokens 500 is reached", True)
    assert [attempt.result for attempt in outcome.attempts] == ["no-change"]


def test_fixers_that_cost_nothing_go_on(provider: FakeProvider, run: Path, tree: Worktree) -> None:
    settings = budgeted(max_tokens=1)
    Ledger(run / LEDGER_NAME).settle(Ledger(run / LEDGER_NAME).reserve("b", "x", settings.budget)[0], Usage(1, 0), 0)
    fixers = provider.agent(settings=settings, run=run), Editing((("A", "bad", "good"),))
    assert outcome_of(tree, *fixers, settings=settings).status == "fixed"
    assert provider.requests == []


@pytest.mark.parametrize("retries", [0, 3])
def test_the_time_that_is_left_cuts_a_try_off(provider: FakeProvider, run: Path, tree: Worktree, retries: int) -> None:
    settings = dataclasses.replace(budgeted(file_max_minutes=1 / 300), max_retries=retries)
    outcome = outcome_of(tree, provider.agent("--seconds", 60, settings=settings, run=run), settings=settings)
    assert isinstance(outcome, Skipped)
    assert outcome.held
    assert [attempt.result for attempt in outcome.attempts] == ["timeout"]


def test_after_the_deadline_nothing_is_asked(provider: FakeProvider, run: Path, tree: Worktree) -> None:
    settings = budgeted(max_minutes=3)
    fixer = provider.agent(settings=settings, run=run, deadline=time.monotonic())
    outcome = outcome_of(tree, fixer, settings=settings)
    assert (outcome.status, outcome.reason) == ("skipped", "budget: --max-minutes 3 is reached")
    assert provider.requests == []


# --- what is known of agents


def test_records_choose_the_prompt_and_vain_tries_raise_it(provider: FakeProvider, run: Path, tree: Worktree) -> None:
    low = Record("lines", "A", "faked", "normal", 9, 9, 0)
    lesson = Lesson("faked", AttemptResult.WORSE, "", "", None)
    strategies = [
        ask(provider.agent("--replace", "x", "y", settings=Settings(), run=run, records=records), tree, *lessons)
        for records, lessons in (((), ()), ((low,), ()), ((low,), (lesson,)))
    ]
    assert [reply.strategy for reply in strategies] == ["normal", "detailed", "verbose"]


def test_only_agents_are_metered(run: Path) -> None:
    editing = Editing(())
    assert meter([editing], Settings(), run, math.inf, ()) == (editing,)


@pytest.mark.parametrize(
    ("url", "provider"),
    [("https://user:key@api.example.org:8443/v1", "api.example.org:8443"), ("http://[::1]:80", "[::1]:80")],
)
def test_agents_share_the_limits_of_a_host(url: str, provider: str) -> None:
    assert provider_of(dataclasses.replace(AGENT, base_url=url)) == provider


def test_a_limit_in_money_needs_to_know_what_agents_cost() -> None:
    priced = AgentSettings("priced", "openai", input_price=1.0, output_price=2.0)
    settings = Settings(
        fixers=("ruff", "claude-code", "priced", "gemini-cli"), agents=(priced,), budget=BudgetSettings(max_cost=1.0)
    )
    assert [words.split()[2] for words in unknown_costs(settings)] == ["gemini-cli"]
    assert unknown_costs(dataclasses.replace(settings, budget=BudgetSettings(max_tokens=1))) == []


# --- with workers

PoolRun = Callable[..., list[Outcome]]


@pytest.fixture
def work(repo: GitRepo, tmp_path: Path, run: Path, provider: FakeProvider) -> Iterator[PoolRun]:
    """Works on so many files with so many workers and a metered agent; the same files again at each call."""
    tasks: list[FixTask] = []
    jobs: list[Job] = []

    def work(count: int, workers: int, *flags: str | float, settings: Settings | None = None) -> list[Outcome]:
        tasks[:] = tasks or commit_files(repo, *["bad A\n"] * count)
        workflow = WorkflowSettings(max_parallel_files=workers)
        made = dataclasses.replace(with_agent(settings or Settings()), workflow=workflow, proof=ANYTHING)
        agent = provider.agent(*flags, settings=made, run=run)
        jobs[:] = jobs or [stack.enter_context(job_on(repo, tmp_path / "job"))]
        job = dataclasses.replace(jobs[0], fixers=(agent,), settings=made)
        with Crew(workflow.start_method) as crew:
            found = run_tasks(job, tasks, workers, Interrupts(grace=60.0), lambda _: None, crew)
            return [outcome for _, outcome in found]

    with contextlib.ExitStack() as stack:
        yield work


@pytest.mark.thorough
def test_a_storm_of_limits_ends_with_every_file_fixed(work: PoolRun, provider: FakeProvider) -> None:
    outcomes = work(24, 8, "--at-once", 2, "--retry-after", 0.05, "--seconds", 0.05)
    assert {outcome.status for outcome in outcomes} == {"fixed"}
    print("REQ", len(provider.requests))
    assert len(provider.requests) <= 2 * 24


def test_a_limit_in_money_is_passed_by_one_attempt_a_worker_at_most(work: PoolRun, provider: FakeProvider) -> None:
    outcomes = work(24, 4, *SAYS, settings=budgeted(max_cost=3.0))
    assert 6 <= len(provider.requests) <= 6 + 4 - 1
    fixed = sum(outcome.status == "fixed" for outcome in outcomes)
    assert fixed == len(provider.requests)
    assert {o.reason for o in outcomes if isinstance(o, Skipped)} == {"budget: --max-cost 3.00 is reached"}


def test_whatever_kills_workers_a_file_is_not_asked_about_for_ever(
    work: PoolRun, provider: FakeProvider, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They die between the answer and the note of it; each time it is begun anew, as by an eager user."""
    monkeypatch.setenv(CRASH_POINT, "agent-answered")
    settings = Settings(max_retries=2)
    outcomes = [outcome for _ in range(3) for outcome in work(1, 2, settings=settings)]
    assert [outcome.status for outcome in outcomes] == ["failed", "unchanged", "unchanged"]
    assert "as often as max_retries allows" in outcomes[-1].reason
    assert len(provider.requests) == 3
    assert spent(run)[:2] == (3, 3), "what they took is not known"
