"""All that a repository asks for, of what a command is going to use. Nothing of it is run to find that out."""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import TYPE_CHECKING

from stomper.settings import AgentSettings, Settings
from stomper.trust.agents import agent_asks, used_agents
from stomper.trust.commands import command_asks
from stomper.trust.environment import environment_asks
from stomper.trust.gits import git_asks
from stomper.trust.hooks import hook_asks
from stomper.trust.needs import Use
from stomper.trust.origins import OF_OTHERS, OF_TESTS, Origins
from stomper.trust.plugins import plugin_asks
from stomper.trust.programs import program_asks
from stomper.trust.request import Ask, make_ask
from stomper.trust.tool_code import code_asks
from stomper.trust.tree import Tree

if TYPE_CHECKING:
    from stomper.fixers.agents.base import AgentClient


def list_asks(tree: Tree, settings: Settings, origins: Origins, use: Use) -> tuple[Ask, ...]:
    """The asks, those that a person should see first in front; each once."""
    agents = tuple(used_agents(settings, use))
    clients = _clients(agents) if agents else ()
    found = [
        *git_asks(tree),
        *hook_asks(tree, use),
        *environment_asks(tree),
        *program_asks(tree, settings, origins, use, clients),
        *(plugin_asks(tree) if "mypy" in use.checkers else ()),
        *code_asks(tree, settings, use),
        *command_asks(tree, settings, origins, use),
        *agent_asks(tree, settings, origins, use),
        *(_protections(settings, origins, OF_TESTS) if use.tests or use.setup else ()),
        *(_protections(settings, origins, OF_OTHERS) if use.fixers else ()),
    ]
    return tuple(dict.fromkeys(found))


def _clients(agents: Iterable[AgentSettings]) -> tuple["AgentClient", ...]:
    """Give the programs that ask the agents. Most commands start none and need not load them."""
    from stomper.fixers.agents import CLIENTS

    return tuple(CLIENTS[agent.client] for agent in agents if agent.client in CLIENTS)


def _protections(settings: Settings, origins: Origins, keys: Iterable[str]) -> Iterator[Ask]:
    """List the repository's own settings of what its tests, agents and tools may reach."""
    for key in keys:
        if file := origins.of(key):
            value = attrgetter(key)(settings)
            who = "tests run" if key in OF_TESTS else "agents, tests and tools run"
            yield make_ask("protection", f"{file}: {key}", f"{who} with {key} = {_words(value)}", [value])


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
