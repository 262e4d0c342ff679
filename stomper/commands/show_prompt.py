"""`stomper plan --show-prompt`: what an agent would be sent for a file at its first attempt."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache

from stomper.commands.plan import PlanOverview
from stomper.errors import UsageError
from stomper.fixers import Fixer, FixReply, FixRequest, fixers_for
from stomper.fixers.prompts import Asking, Prompt
from stomper.git.repository import Repository
from stomper.journal.run_lock import run_lock
from stomper.models import Diagnostic, FixTask, printable
from stomper.run.set_up import SetUp, set_up
from stomper.worker.chain import Chain
from stomper.worker.fix_file import ordered
from stomper.workspace.shelf import TASK, WORKSHOP
from stomper.workspace.worktree import Worktree, clear_site

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


def set_up_preview(repository: Repository, overview: PlanOverview) -> SetUp:
    """Set up what a run that begins now would work with. Raises ConfigError and ToolError."""
    return set_up(repository, overview.settings, overview.head.commit, NAME, repository.state)


def preview_prompt(repository: Repository, overview: PlanOverview, made: SetUp, name: str | None = None) -> Prompt:
    """The first prompt for the one file that was planned, by the agent called `name` or the first in the chain.

    The fixers before it are tried in a worktree, as in a run: what they fix is not in the prompt. Other
    agents are passed over. Raises UsageError if the agent would not be asked.
    """
    task = _task(overview)
    fixers = ordered(fixers_for(task.path, made.fixers, made.settings), task, made.learned)
    agents = [fixer for fixer in fixers if isinstance(fixer, Asking) and name in (None, fixer.name)]
    if not agents:
        hint = "Name one: stomper plan --show-prompt FILE --agent NAME"
        raise UsageError("no fixer in the chain asks a model", hint)
    before = [fixer for fixer in fixers[: fixers.index(agents[0])] if not isinstance(fixer, Asking)]
    with _chain(repository, made, task) as chain:
        try:
            done = chain.run([*before, _Listener(agents[0].name, agents[0])])
        except _Seen as seen:
            return seen.prompt
    why = f"{', '.join(fixer.name for fixer in before)} would fix it all" if not done.left else "it does not take it"
    raise UsageError(f"{agents[0].name} would not be asked about {printable(task.path)}: {why}")


def _task(overview: PlanOverview) -> FixTask:
    """The task of the one file; raises UsageError, with the reason, if there is none."""
    if overview.plan.tasks:
        return overview.plan.tasks[0]
    if overview.plan.skipped:
        skipped = overview.plan.skipped[0]
        raise UsageError(f"{printable(skipped.path)} would be left alone: {skipped.reason}")
    raise UsageError("there is nothing to fix in the file, so no agent would be asked about it")


@contextmanager
def _chain(repository: Repository, made: SetUp, task: FixTask) -> Iterator[Chain]:
    """A chain with worktrees as a worker has them, which are gone again afterwards."""
    with run_lock(repository.state, NAME), ExitStack() as stack:
        clear_site(made.site)  # of one that was killed here
        stack.callback(clear_site, made.site)

        stack.callback(made.trees.close)

        def prepared(kind: str) -> Worktree:
            tree = stack.enter_context(made.trees.open(kind, made.base, kind))
            made.project.prepare(tree)
            return tree

        tree, workshop = prepared(TASK), cache(lambda: prepared(WORKSHOP))
        settings = made.settings.for_path(task.path)
        yield Chain(tree, task, made.checkers, settings, _ignore, _ignore, workshop=workshop, room=made.room)


def _ignore(*_: object) -> None:
    """Ignore the messages of a chain: there is nobody to read them."""
