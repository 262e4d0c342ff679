"""Tell what a command will use of the things that a repository can have executed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from stomper.settings import Settings

RUN_TESTS = frozenset({"pytest", "drill-sergeant"})


@dataclass(frozen=True, slots=True)
class Use:
    """The checkers and fixers that will be started, and whether worktrees are set up and tests run.

    `named` are the agents that the user has named on the command line; `hooks` says that commits go through git's.
    """

    checkers: frozenset[str]
    fixers: frozenset[str] = frozenset()
    setup: bool = False
    tests: bool = False
    named: frozenset[str] = frozenset()
    hooks: bool = False

    @property
    def by_pytest(self) -> bool:
        """Say whether one of the checkers or fixers is a plugin of pytest, or pytest itself."""
        return bool(RUN_TESTS & (self.checkers | self.fixers))


def use_of(
    settings: Settings, checkers: Collection[str], fixes: bool, named: Collection[str] = (), runs: bool = True
) -> Use:
    """The use of a command that looks, and, where it `fixes`, starts the fixers; tests and set-up only if it `runs`."""
    if not fixes:
        return Use(frozenset(checkers))
    tests = runs and settings.workflow.test_validation != "none"
    hooks = runs and settings.git.hooks
    fixers = frozenset(settings.all_fixers)
    return Use(frozenset(checkers), fixers, setup=runs, tests=tests, named=frozenset(named), hooks=hooks)


def every_use(settings: Settings, checkers: Sequence[str]) -> Use:
    """All that any command could use, whatever its options."""
    named = {*checkers, *(one.name for one in settings.own_checkers)}
    own = [*(one.name for one in settings.commands), *(one.name for one in settings.agents)]
    fixers = {*settings.all_fixers, *own}
    return Use(frozenset(named), frozenset(fixers), setup=True, tests=True, hooks=True)
