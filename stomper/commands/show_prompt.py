"""`stomper plan --show-prompt`: what an agent would be sent for a file on its first try."""

import dataclasses
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from stomper.checkers import make_checkers
from stomper.commands.plan import Outlook
from stomper.errors import UsageError
from stomper.fixers import Fixer, FixReply, FixRequest, make_fixers
from stomper.fixers.prompts import Asking, Prompt
from stomper.git.repository import Repository
from stomper.git.trees import tree_entries
from stomper.journal.run_lock import run_lock
from stomper.learning.records import Record
from stomper.learning.store import Store
from stomper.metering.metered_fixer import meter
from stomper.models import Diagnostic, FixTask, printable
from stomper.project.environment import find_project, furnished, suited
from stomper.run.session import require_template
from stomper.settings import Settings
from stomper.worker.chain import Chain
from stomper.worker.fix_file import ordered
from stomper.workspace.worktree import Site, Worktree, clear_site, worktree, worktrees_folder

NAME = "preview"


class _Seen(Exception):  # noqa: N818  # not an error
    """The agent was asked: there is nothing more to see."""

    def __init__(self, prompt: Prompt) -> None:
        super().__init__()
        self.prompt = prompt


@dataclass(frozen=True, slots=True)
class _Listener:
    """Stands in the agent's place in the chain and asks nobody."""

    name: str
    agent: Fixer
    divisible: bool = False
    learns: bool = True

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return self.agent.takes(diagnostics)

    def fix(self, request: FixRequest) -> FixReply:
        assert isinstance(self.agent, Asking)
        raise _Seen(self.agent.prompt(request))


@dataclass(frozen=True, slots=True)
class FullChain:
    """The fixers as a run would have them, and what earlier runs taught it of the agents among them."""

    fixers: tuple[Fixer, ...]
    learned: tuple[Record, ...] = ()


def full_chain(repository: Repository, settings: Settings) -> FullChain:
    """The chain that a run would begin with now. Raises what `make_fixers` does."""
    learned = Store(repository.state).load().records if settings.learning else ()
    made = make_fixers(settings, repository.top)
    return FullChain(meter(made, settings, repository.state, math.inf, learned), learned)


def preview_prompt(repository: Repository, outlook: Outlook, full: FullChain, name: str | None = None) -> Prompt:
    """The first prompt for the one file that was planned, by the agent called `name` or the first in the chain.

    The fixers before it are tried in a worktree, as in a run: what they fix is not in the prompt. Other
    agents are passed over. Raises UsageError where the agent would not be asked.
    """
    task = _task(outlook)
    fixers = ordered(full.fixers, task, full.learned)
    agents = [fixer for fixer in fixers if isinstance(fixer, Asking) and name in (None, fixer.name)]
    if not agents:
        hint = "Name one: stomper plan --show-prompt FILE --agent NAME"
        raise UsageError("no fixer in the chain asks a model", hint)
    if outlook.settings.prompts.own:
        require_template(repository, outlook.head.commit)
    before = [fixer for fixer in fixers[: fixers.index(agents[0])] if not isinstance(fixer, Asking)]
    with _trial(repository, outlook) as (tree, settings):
        chain = Chain(tree, task, make_checkers(settings, repository.top), settings, _ignore, _ignore)
        try:
            done = chain.run([*before, _Listener(agents[0].name, agents[0])])
        except _Seen as seen:
            return seen.prompt
    why = f"{', '.join(fixer.name for fixer in before)} would fix it all" if not done.left else "it does not take it"
    raise UsageError(f"{agents[0].name} would not be asked about {printable(task.path)}: {why}")


def _task(outlook: Outlook) -> FixTask:
    """The task of the one file; raises UsageError, with the reason, where there is none."""
    if outlook.plan.tasks:
        return outlook.plan.tasks[0]
    if outlook.plan.skipped:
        skipped = outlook.plan.skipped[0]
        raise UsageError(f"{printable(skipped.path)} would be left alone: {skipped.reason}")
    raise UsageError("there is nothing to fix in the file, so no agent would be asked about it")


@contextmanager
def _trial(repository: Repository, outlook: Outlook) -> Iterator[tuple[Worktree, Settings]]:
    """A worktree as a worker has it, gone again afterwards, and the settings for the checkers in it."""
    given = outlook.settings
    entries = tree_entries(repository.top, outlook.head.commit)
    project = find_project(repository.top, entries, given.environment, given.tests)
    project = furnished(project, outlook.head.commit, entries, given.environment)
    settings = dataclasses.replace(given, tests=dataclasses.replace(given.tests, pythonpath=project.roots))
    site = suited(
        Site(repository.top, repository.state, worktrees_folder(repository.top) / NAME, NAME), project, entries
    )
    with run_lock(repository.state, NAME):
        clear_site(site)  # of one that was killed here
        try:
            with worktree(site, "0", outlook.head.commit) as tree:
                project.prepare(tree)
                yield tree, settings
        finally:
            clear_site(site)


def _ignore(*_: object) -> None:
    """What a chain says of its work: nobody is there to hear it."""
