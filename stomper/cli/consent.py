"""Ask for the user's trust: options, the question on a terminal, settings without the refused parts."""

import dataclasses
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from stomper.checkers.enabled import choose_checkers, wanted_checkers
from stomper.cli.printing import tell, warn
from stomper.config import explain_settings, load_settings, says_trust, unknown_variables
from stomper.git.repository import Repository
from stomper.settings import Client, Settings
from stomper.text.suggestions import did_you_mean
from stomper.trust import (
    Ask,
    Origins,
    Person,
    Tree,
    Use,
    executes,
    hold_all,
    let_go,
    lines,
    list_asks,
    load_untrusted,
    origins_of,
    origins_of_run,
    outside,
    read_record,
    require_agreement,
    restrict,
    use_of,
    without_programs_inside,
)

F = TypeVar("F", bound=Callable[..., Any])


SUPPRESS = "suppress"


def trust_options(command: F) -> F:
    """Add the options on trust, for each command that executes something of the repository."""
    untrusted = click.option(
        "--untrusted", is_flag=True, help="Execute nothing of the repository, and say what that leaves out."
    )
    trusted = click.option(
        "--trust", is_flag=True, help="Let the repository execute its programs, this time (or STOMPER_TRUST=1)."
    )
    return trusted(untrusted(command))


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The parts of a command line that decide what is executed: options by key, switches of checkers, agents.

    `fixes` says that fixers are started too, and `runs` that this includes the set-up of worktrees and the tests.
    `makes` says that an environment is made where the project has none; otherwise one that is there is used.
    """

    options: Mapping[str, object] = field(default_factory=dict)
    switches: Mapping[str, bool] = field(default_factory=dict)
    agents: tuple[str, ...] = ()
    fixes: bool = False
    runs: bool = True
    makes: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """The user's answers about trust that were given before the question."""

    trusted: bool = False
    untrusted: bool = False


def consent_of(given: Mapping[str, Any]) -> Consent:
    """Read options and environment. Raises click's UsageError for both options, ConfigError for the variable."""
    if given.get("trust") and given.get("untrusted"):
        raise click.UsageError("--trust and --untrusted say the opposite: use one of them")
    untrusted = bool(given.get("untrusted"))
    return Consent(not untrusted and (bool(given.get("trust")) or says_trust()), untrusted)


def agreed_settings(
    repository: Repository, line: CommandLine, consent: Consent, hear: Callable[[str], None] = warn
) -> Settings:
    """The settings of a command line whose asks are agreed to, or without all that is asked for where untrusted.

    `hear` is told of a checker that is not there. Raises UsageError if it is not agreed.
    """
    top = repository.top
    hear_of_variables(hear)
    settings = with_agents(load_settings(top, line.options), line.agents)
    if consent.untrusted:
        return _untrusted(repository, line, settings, hear)
    settings = agree(repository, settings, line, consent)
    settings = _provided(repository, settings, line.makes)
    settings, notes = choose_checkers(settings, line.switches, top)
    for note in notes:
        hear(note)
    return settings


def hear_of_variables(hear: Callable[[str], None]) -> None:
    """Name the variables that look like settings of Stomper and are none."""
    for name in unknown_variables():
        hear(f"{name} is no variable of Stomper's, and counts for nothing")


def agree(
    repository: Repository, settings: Settings, line: CommandLine, consent: Consent, origins: Origins | None = None
) -> Settings:
    """The same settings, once it is agreed to what they have executed; `origins` are those of the files by default.

    Raises UsageError if it is not.
    """
    origins = origins or origins_here(repository, line)
    asks = _asks(repository, settings, line, origins)
    _require(repository, asks, consent)
    return without_programs_inside(settings, asks)


def _require(repository: Repository, asks: Sequence[Ask], consent: Consent) -> None:
    """Raises UsageError if it is not agreed to what is asked for; git does as the repository says from then on."""
    if not consent.trusted:
        require_agreement(asks, read_record(repository), person())
    let_go()


def origins_here(repository: Repository, line: CommandLine) -> Origins:
    """Find the origin of each setting of a command line."""
    return origins_of(repository.top, explain_settings(repository.top, line.options))


def _provided(repository: Repository, settings: Settings, makes: bool = True) -> Settings:
    """The settings with the environment that they ask for, which is made unless it is there. Few ask for one."""
    if not settings.environment.automatic:
        return settings
    from stomper.environments.provide import provide

    return provide(repository, settings, lambda line: tell(line, err=True), makes)


def _forgotten(settings: Settings) -> Settings:
    """The settings of a run without the environment of its time, which its record has a path of."""
    if not settings.environment.made:
        return settings
    from stomper.environments.provide import forget

    return forget(settings)


def _asks(repository: Repository, settings: Settings, line: CommandLine, origins: Origins) -> tuple[Ask, ...]:
    return list_asks(Tree(repository), settings, origins, _use(repository, settings, line))


def _use(repository: Repository, settings: Settings, line: CommandLine) -> Use:
    checkers = wanted_checkers(settings, line.switches, repository.top)
    return use_of(settings, checkers, line.fixes, line.agents, line.runs)


def _untrusted(repository: Repository, line: CommandLine, whole: Settings, tell: Callable[[str], None]) -> Settings:
    """The settings without what is asked for, which is said."""
    hold_all(repository)
    top, origins = repository.top, origins_here(repository, line)
    say_left_out(_asks(repository, whole, line, origins))
    less = load_untrusted(top, line.options)
    less = with_agents(less, [name for name in line.agents if less.agent(name) is not None])
    less, notes = choose_checkers(less, line.switches, top)
    for note in notes:
        tell(note)
    own = Origins({key: file for key, file in origins.files.items() if not executes(key)})
    return restrict(less, _use(repository, less, line), origins, _asks(repository, less, line, own))


def agree_to_plan(
    repository: Repository, settings: Settings, line: CommandLine, consent: Consent, plan: Path
) -> Settings:
    """The settings that a plan file leads to, agreed to like those of the configuration. Raises UsageError."""
    origins = origins_here(repository, line)
    if name := Tree(repository).inner(plan.absolute()):
        origins = Origins({**origins.files, "fixers": name})
    if not consent.untrusted:
        return agree(repository, settings, line, consent, origins)
    own = Origins({key: file for key, file in origins.files.items() if not executes(key)})
    return restrict(settings, _use(repository, settings, line), origins, _asks(repository, settings, line, own))


def agree_to_run(
    repository: Repository, now: Settings, then: Settings, run: str, consent: Consent
) -> tuple[Settings, Settings]:
    """The settings that the project has now and those that a run was recorded with, agreed to in one question.

    Raises UsageError if they are not.
    """
    line = CommandLine(fixes=True, makes=True)
    hear_of_variables(warn)
    here, plain = origins_here(repository, line), load_settings(repository.top, {})
    both = [(settings, origins_of_run(here, plain, settings, run)) for settings in map(_forgotten, (now, then))]
    if consent.untrusted:
        hold_all(repository)
    asks = [_asks(repository, settings, line, origins) for settings, origins in both]
    every = tuple(dict.fromkeys(ask for some in asks for ask in some))
    if not consent.untrusted:
        _require(repository, every, consent)
        first, second = (
            _provided(repository, without_programs_inside(settings, some))
            for (settings, _), some in zip(both, asks, strict=True)
        )
        return first, second
    say_left_out(every)
    first, second = (
        restrict(outside(repository.top, settings), _use(repository, settings, line), origins, some)
        for (settings, origins), some in zip(both, asks, strict=True)
    )
    return first, second


def agree_to_look(repository: Repository, settings: Settings | None, consent: Consent) -> Settings:
    """The settings for a look at a repository's programs, agreed to; None: those of its files. Raises UsageError."""
    line = CommandLine(fixes=True, runs=False)
    if settings is None:
        return agreed_settings(repository, line, consent, lambda _: None)
    if consent.untrusted:
        hold_all(repository)
        return outside(repository.top, settings)
    return agree(repository, settings, line, consent, Origins({}))


def say_left_out(asks: Sequence[Ask]) -> None:
    """Say on stderr what is not done for want of trust."""
    if asks:
        tell("left out (--untrusted):", *lines(asks), err=True)


def person() -> Person | None:
    """Give the person at the terminal, None if there is none."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return Person(_ask, warn)


def _ask(text: Sequence[str]) -> bool:
    tell(*text, err=True)
    return click.confirm("Do you trust it, now and from now on?", default=False, err=True)


def with_agents(settings: Settings, agents: Sequence[str]) -> Settings:
    """The settings with these agents at the end of the chain. Raises click's UsageError for what is none.

    Only what accepts the rest comes after them.
    """
    known = {*get_args(Client), *(agent.name for agent in settings.agents)}
    for name in agents:
        if name not in known:
            near = did_you_mean(name, known)
            raise click.UsageError(f"there is no agent '{name}'. {near}")
    place = len(settings.fixers) - (settings.fixers[-1:] == (SUPPRESS,))
    chain = (*settings.fixers[:place], *agents, *settings.fixers[place:])
    return dataclasses.replace(settings, fixers=tuple(dict.fromkeys(chain)))
