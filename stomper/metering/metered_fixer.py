"""Meter agents: each attempt waits for its provider, is in the ledger before it starts, and keeps to the budgets.

A wrapper around the fixers that ask models, so that the chain need not know of any of it.
"""

import dataclasses
import functools
import math
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.errors import ToolError
from stomper.fixers import Fixer, FixReply, FixRequest
from stomper.fixers.base import Failure, is_ours, roams
from stomper.fixers.prompts import Asking, Prompt
from stomper.learning.ranking import choose_strategy
from stomper.learning.records import Record
from stomper.metering.ledger import SPENT, Ledger, limit_name
from stomper.metering.rate_limiter import Limiter
from stomper.models import AttemptResult, Diagnostic, Usage
from stomper.process.crash import crash_point
from stomper.settings import AgentSettings, PromptStrategy, Settings

LEDGER_NAME = "spending.jsonl"
THROTTLE_NAME = "throttle"


@dataclass(frozen=True, slots=True)
class MeteredFixer:
    """`inner` with a meter. `folder` is the run's; nothing is asked after `deadline` (monotonic clock)."""

    inner: Fixer
    agent: AgentSettings
    settings: Settings
    folder: Path
    provider: str
    deadline: float = math.inf
    records: tuple[Record, ...] = ()

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def divisible(self) -> bool:
        return self.inner.divisible

    @property
    def learns(self) -> bool:
        return self.inner.learns

    @property
    def ours(self) -> bool:
        return is_ours(self.inner)

    @property
    def roams(self) -> bool:
        return roams(self.inner)

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return self.inner.takes(diagnostics)

    def prompt(self, request: FixRequest) -> Prompt:
        """Write the prompt that `fix` sends."""
        assert isinstance(self.inner, Asking), f"{self.name} writes no prompts"
        return self.inner.prompt(self._with_strategy(request))

    def fix(self, request: FixRequest) -> FixReply:
        """Ask, as soon as the provider takes it. One that it turns away is asked again, and is no attempt."""
        request = self._with_strategy(request)
        ledger = _ledger(self.folder / LEDGER_NAME)
        limiter = Limiter(self.folder / THROTTLE_NAME, self.provider, self.settings.workflow.max_parallel_files)
        patience = time.monotonic() + self.agent.patience
        before = _content(request)
        while True:
            reply = self._once(request, ledger, limiter, patience)
            # What has changed the file all the same is for the re-check to judge.
            if reply.failure is not Failure.RATE_LIMITED or reply.stopped or _content(request) != before:
                return reply

    def _with_strategy(self, request: FixRequest) -> FixRequest:
        return dataclasses.replace(request, strategy=request.strategy or self._strategy(request))

    def _strategy(self, request: FixRequest) -> PromptStrategy:
        vain = sum(lesson.fixer == self.name and lesson.result is not AttemptResult.KEPT for lesson in request.lessons)
        codes = {(d.tool, d.code) for d in request.diagnostics}
        return choose_strategy(self.records, codes, self.name, vain)

    def _once(self, request: FixRequest, ledger: Ledger, limiter: Limiter, patience: float) -> FixReply:
        most, budget = 1 + self.settings.for_path(request.path).max_retries, self.settings.budget
        if ledger.asked(request.path, self.name) >= most:
            words = f"{self.name} was asked {most} times about this file, as often as max_retries allows"
            return FixReply(words, held=words, failure=Failure.UNUSABLE)
        if reason := ledger.hold(request.path, budget):
            return self._held(reason)
        with limiter.place(min(self.deadline, patience)) as free:
            if process.stop_due():
                return FixReply(f"{self.name}: stopped", stopped=True)
            if time.monotonic() >= self.deadline:
                return self._held(self._out_of_time())
            if not free:
                words = f"{self.provider} limits requests, also after {self.agent.patience:.0f} s"
                return self._held(f"rate limit: {words}")
            id, reason = ledger.reserve(request.path, self.name, budget)
            return self._held(reason) if reason else self._ask(request, ledger, limiter, id)

    def _held(self, reason: str) -> FixReply:
        return FixReply(f"{self.name}: {reason}", held=reason)

    def _ask(self, request: FixRequest, ledger: Ledger, limiter: Limiter, id: str) -> FixReply:
        began = time.monotonic()
        limit, why = self._time_left(request, ledger)
        try:
            reply = self.inner.fix(dataclasses.replace(request, timeout=limit))
        except ToolError as error:
            reply = FixReply(f"{self.name}: {error.message}", failure=Failure.UNUSABLE)
        crash_point("agent-answered")
        seconds = time.monotonic() - began
        reply = dataclasses.replace(reply, usage=self._priced(reply.usage))
        limited = reply.failure is Failure.RATE_LIMITED
        ledger.settle(id, reply.usage, seconds, counts=not limited)
        if limited:
            limiter.refused(began, reply.retry_after)
        elif reply.failure is Failure.NONE:
            limiter.went_through()
        if reply.timed_out and limit is not None and seconds >= limit:
            return dataclasses.replace(reply, held=why)
        return reply

    def _time_left(self, request: FixRequest, ledger: Ledger) -> tuple[float | None, str]:
        """Give the seconds that the budgets leave for this attempt, and the words if that cuts it off."""
        left = self.deadline - time.monotonic()
        why = self._out_of_time()
        if (minutes := self.settings.budget.file_max_minutes) is not None:
            spent = ledger.books().files[request.path].seconds
            if minutes * 60 - spent < left:
                left = minutes * 60 - spent
                why = SPENT.format(what=limit_name("file_max_minutes", f"{minutes:g}"))
        return (None if math.isinf(left) else max(0.1, left)), why

    def _out_of_time(self) -> str:
        return out_of_time(self.settings)

    def _priced(self, usage: Usage | None) -> Usage | None:
        """The usage with its cost by the configured prices, which know better than the client."""
        prices = self.agent.input_price, self.agent.output_price
        if usage is None or None in prices:
            return usage
        return dataclasses.replace(usage, cost=cost_by(usage, self.agent))


@functools.cache
def _ledger(path: Path) -> Ledger:
    """The ledger of a run, read once by each worker, and from then on only what is new in it."""
    return Ledger(path)


def cost_by(usage: Usage, agent: AgentSettings) -> float | None:
    """Give the cost of the usage by the agent's prices, in US dollars; None if either is not known."""
    if usage.input_tokens is None or usage.output_tokens is None:
        return None
    return (usage.input_tokens * (agent.input_price or 0.0) + usage.output_tokens * (agent.output_price or 0.0)) / 1e6


def out_of_time(settings: Settings) -> str:
    """Why nothing more is begun after the run's time is up."""
    return SPENT.format(what=limit_name("max_minutes", f"{settings.budget.max_minutes or 0:g}"))


def deadline_of(settings: Settings) -> float:
    """When a session that begins now is out of time, by the monotonic clock; never if there is no such limit."""
    minutes = settings.budget.max_minutes
    return math.inf if minutes is None else time.monotonic() + minutes * 60


def meter(
    fixers: Sequence[Fixer], settings: Settings, folder: Path, deadline: float, records: Sequence[Record]
) -> tuple[Fixer, ...]:
    """The chain with every agent in it metered; other fixers are as they were."""

    def metered(fixer: Fixer) -> Fixer:
        agent = settings.agent(fixer.name) if fixer.learns else None
        if agent is None:
            return fixer
        mine = tuple(record for record in records if record.fixer == fixer.name)
        return MeteredFixer(fixer, agent, settings, folder, provider_of(agent), deadline, mine)

    return tuple(map(metered, fixers))


def provider_of(agent: AgentSettings) -> str:
    """Whose limits an agent meets: the host of its `base_url`, else its client's own provider."""
    if agent.base_url is not None:
        return urllib.parse.urlsplit(agent.base_url).netloc.rpartition("@")[2] or agent.base_url
    from stomper.fixers.agents import CLIENTS

    client = CLIENTS.get(agent.client)
    return client.provider if client is not None else agent.client


def unknown_costs(settings: Settings) -> list[str]:
    """Warn before a run if its limit in money does not hold for all of its agents."""
    budget = settings.budget
    if budget.max_cost is None and budget.file_max_cost is None:
        return []
    agents = [agent for name in settings.all_fixers if (agent := settings.agent(name)) is not None]
    names = [a.name for a in agents if None in (a.input_price, a.output_price) and not _says_cost(a)]
    return [
        f"warning: what {name} costs is not known, so the limit in money does not hold for it; name its prices"
        f" (`agent.{name}.input_price` and `output_price`), or limit --max-tokens or --max-minutes"
        for name in names
    ]


def _says_cost(agent: AgentSettings) -> bool:
    from stomper.fixers.agents import CLIENTS

    client = CLIENTS.get(agent.client)
    return client is not None and client.says_cost


def _content(request: FixRequest) -> bytes | None:
    try:
        return request.content()
    except OSError:
        return None
