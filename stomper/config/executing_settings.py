"""The settings of a run that start programs, reach out, or decide what is let through.

A run that is taken up again follows them only if they are what the project says now, or what this user has sealed.
"""

import dataclasses

from stomper.settings import Settings

PROTECTING = ("sandbox", "sandbox_readable", "tool_sandbox", "allow_other_files")


def orders_of(settings: Settings) -> dict[str, object]:
    """The settings that a run must not take from its own folder unproved, by the key that sets them."""
    found: dict[str, object] = {key: getattr(settings, key) for key in PROTECTING}
    for table in ("environment", "guards", "proof"):
        found |= {f"{table}.{key}": value for key, value in _fields(getattr(settings, table)).items()}
    found |= {"git.hooks": settings.git.hooks, "git.sign": settings.git.sign}
    found |= {f"tests.{key}": value for key, value in _fields(settings.tests).items() if key != "asked"}
    found |= {f"tools.{name}": path for name, path in settings.tools}
    commands = {command.name: command for command in settings.commands if command.name in settings.all_fixers}
    agents = {name: agent for name in settings.all_fixers if name not in commands and (agent := settings.agent(name))}
    for kind, named in (("fixer", commands), ("agent", agents)):
        for name, facts in named.items():
            found |= {f"{kind}.{name}.{key}": value for key, value in _fields(facts).items()}
    for checker in settings.enabled_own_checkers:
        found |= {f"checker.{checker.name}.{key}": value for key, value in _fields(checker).items()}
    chains = (tuple(name for name in chain if name in commands or name in agents) for chain in settings.chains)
    found |= {"fixers" if not place else f"per-path, chain {place}": chain for place, chain in enumerate(chains)}
    found["checkers"] = tuple(checker.name for checker in settings.enabled_own_checkers)
    return found


def _fields(facts: object) -> dict[str, object]:
    assert dataclasses.is_dataclass(facts)
    return {field.name: getattr(facts, field.name) for field in dataclasses.fields(facts)}


def differing(one: Settings, other: Settings) -> tuple[str, ...]:
    """The keys of orders that are not the same in both."""
    mine, theirs = orders_of(one), orders_of(other)
    return tuple(sorted(key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key)))
