"""Keep a run's settings on disk without their secrets, and give the secrets back when the run goes on."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from stomper.errors import UsageError
from stomper.settings import AgentSettings, Settings
from stomper.text.redact import (
    HIDDEN,
    hide,
    looks_secret,
    secrets_in_address,
    secrets_in_variables,
    secrets_in_words,
    shown_address,
)

Variables: TypeAlias = tuple[tuple[str, str], ...]
Words: TypeAlias = tuple[str, ...]


def secrets_of(settings: Settings, variable: Callable[[str], str | None]) -> Iterator[str]:
    """Give the secrets that settings have or lead to; `variable` reads one of the user's environment."""
    for agent in settings.agents:
        yield from secrets_in_address(agent.base_url)
        yield (variable(agent.key_variable) if agent.key_variable else None) or ""
    for variables in (settings.environment.env, settings.tests.env):
        yield from secrets_in_variables(dict(variables))
        yield from (value for _, value in variables if looks_secret(value))
    commands = [c.command for c in settings.commands] + [c.command for c in settings.own_checkers]
    for words in [*commands, settings.tests.command or (), *(line.split() for line in settings.environment.setup)]:
        yield from secrets_in_words(words)


def without_secrets(settings: Settings) -> Settings:
    """Give the settings as they are kept: addresses as they are shown, variables and secret words by their places."""
    environment, tests = settings.environment, settings.tests
    return dataclasses.replace(
        settings,
        agents=tuple(dataclasses.replace(agent, base_url=_kept(agent.base_url)) for agent in settings.agents),
        commands=tuple(dataclasses.replace(c, command=_kept_words(c.command)) for c in settings.commands),
        own_checkers=tuple(dataclasses.replace(c, command=_kept_words(c.command)) for c in settings.own_checkers),
        environment=dataclasses.replace(
            environment, env=_names(environment.env), setup=tuple(map(_kept_line, environment.setup))
        ),
        tests=dataclasses.replace(tests, env=_names(tests.env), command=tests.command and _kept_words(tests.command)),
    )


def _kept(address: str | None) -> str | None:
    return None if address is None else shown_address(address)


def _names(variables: Variables) -> Variables:
    return tuple((name, HIDDEN) for name, _ in variables)


def _kept_words(words: Words) -> Words:
    secrets = [secret for secret in secrets_in_words(words) if secret]
    return tuple(hide(word, secrets) for word in words)


def _kept_line(line: str) -> str:
    return hide(line, [secret for secret in secrets_in_words(line.split()) if secret])


def is_incomplete(settings: Settings) -> bool:
    """Say whether settings that were kept lack something that the configuration has."""
    return any(agent.base_url for agent in settings.agents) or HIDDEN in repr(settings)


def with_secrets(settings: Settings, configured: Settings) -> Settings:
    """Give kept settings with what they lack, as it is configured now. Raises UsageError if it is not any more."""
    environment, tests, now = settings.environment, settings.tests, configured
    checkers = {f"checker.{c.name}": c.command for c in now.own_checkers}
    fixers = {f"fixer.{c.name}": c.command for c in now.commands}
    own = {**checkers, **fixers, "tests": now.tests.command, "environment.setup": now.environment.setup}
    setup = _whole("environment.setup", environment.setup, own)
    command = _whole("tests", tests.command, own)
    return dataclasses.replace(
        settings,
        agents=tuple(_with_address(agent, now) for agent in settings.agents),
        commands=tuple(
            dataclasses.replace(c, command=_whole(f"fixer.{c.name}", c.command, own)) for c in settings.commands
        ),
        own_checkers=tuple(
            dataclasses.replace(c, command=_whole(f"checker.{c.name}", c.command, own)) for c in settings.own_checkers
        ),
        environment=dataclasses.replace(
            environment, env=_with_values("environment.env", environment.env, now.environment.env), setup=setup or ()
        ),
        tests=dataclasses.replace(tests, env=_with_values("tests.env", tests.env, now.tests.env), command=command),
    )


def _with_address(agent: AgentSettings, configured: Settings) -> AgentSettings:
    known = {other.name: other.base_url for other in configured.agents}.get(agent.name)
    if known is not None and shown_address(known) == agent.base_url:
        return dataclasses.replace(agent, base_url=known)
    if agent.base_url is None:
        return agent
    raise _changed(f"the address of the agent '{agent.name}' ({agent.base_url})")


def _with_values(table: str, kept: Variables, configured: Variables) -> Variables:
    known = dict(configured)
    if gone := [name for name, value in kept if value == HIDDEN and name not in known]:
        raise _changed(f"{table}.{gone[0]}")
    return tuple((name, known[name] if value == HIDDEN else value) for name, value in kept)


def _whole(table: str, kept: Words | None, configured: Mapping[str, Words | None]) -> Any:
    """The words of a command, if some are not kept those of the configuration."""
    if kept is None or HIDDEN not in "\n".join(kept):
        return kept
    now = configured.get(table)
    if now is None or (_kept_words(now) != kept and tuple(map(_kept_line, now)) != kept):
        raise _changed(f"the command of {table}")
    return now


def _changed(what: str) -> UsageError:
    return UsageError(
        f"{what} is no longer configured as it was when the run was started, and it is not kept with the run",
        "Configure it as it was, or start again: stomper fix",
    )
