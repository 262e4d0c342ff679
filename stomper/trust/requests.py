"""All that a repository asks for, of what a command is going to use. Nothing of it is run to find that out."""

from collections.abc import Iterable
from operator import attrgetter
from typing import TYPE_CHECKING

from stomper.settings import AgentSettings, Settings
from stomper.trust.agents import agent_asks, used_agents
from stomper.trust.commands import command_asks
from stomper.trust.environment import environment_asks
from stomper.trust.gits import git_asks
from stomper.trust.needs import Use
from stomper.trust.origins import PROTECTIONS, Origins
from stomper.trust.plugins import plugin_asks
from stomper.trust.programs import program_asks
from stomper.trust.request import Ask, make_ask
from stomper.trust.tree import Tree

if TYPE_CHECKING:
    from stomper.fixers.agents.base import AgentClient


def list_asks(tree: Tree, settings: Settings, origins: Origins, use: Use) -> tuple[Ask, ...]:
    """The asks, those that a person should see first in front; each once."""
    agents = tuple(used_agents(settings, use))
    clients = _clients(agents) if agents else ()
    found = [
        *git_asks(tree),
        *environment_asks(tree),
        *program_asks(tree, settings, origins, use, clients),
        *(plugin_asks(tree) if "mypy" in use.checkers else ()),
        *command_asks(tree, settings, origins, use),
        *agent_asks(tree, settings, origins, use),
        *(_protections(settings, origins) if use.tests or use.setup else ()),
    ]
    return tuple(dict.fromkeys(found))


def _clients(agents: Iterable[AgentSettings]) -> tuple["AgentClient", ...]:
    """Give the programs that ask the agents. Most commands start none and need not load them."""
    from stomper.fixers.agents import CLIENTS

    return tuple(CLIENTS[agent.client] for agent in agents if agent.client in CLIENTS)


def _protections(settings: Settings, origins: Origins) -> list[Ask]:
    """The repository's own words on what its tests may reach, where they are said."""
    asks = []
    for key in PROTECTIONS:
        if file := origins.of(key):
            value = attrgetter(key)(settings)
            asks.append(make_ask("protection", f"{file}: {key}", f"tests run with {key} = {value}", [value]))
    return asks
