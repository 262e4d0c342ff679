"""Asks for agents: who is sent the repository's files, with which key, by which program, and what they are told."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from stomper.disk.output_places import leads_out
from stomper.settings import AgentSettings, Settings
from stomper.trust.needs import Use
from stomper.trust.origins import Origins
from stomper.trust.request import Ask, make_ask
from stomper.trust.tree import Tree, as_words


def agent_asks(tree: Tree, settings: Settings, origins: Origins, use: Use) -> Iterator[Ask]:
    """The asks of the agents that are going to be asked, and of the words that the repository has for them."""
    agents = list(used_agents(settings, use))
    for agent in agents:
        chosen = "" if agent.name in use.named else origins.of_chains()
        yield from _agent(tree, agent, origins, chosen)
    if agents:
        yield from _words(tree)
        if settings.sandbox != "require" and (file := origins.of("sandbox")):
            what = f"agents work with sandbox = {settings.sandbox}"
            yield make_ask("protection", f"{file}: sandbox", what, [settings.sandbox])


def used_agents(settings: Settings, use: Use) -> Iterator[AgentSettings]:
    """The agents among the fixers of a use."""
    commands = {one.name for one in settings.commands}
    for name in sorted(use.fixers - commands):
        if (agent := settings.agent(name)) is not None:
            yield agent


def _agent(tree: Tree, agent: AgentSettings, origins: Origins, chosen: str) -> Iterator[Ask]:
    """One that a file has `chosen`, or of which it says who is asked; its model and its limits are no ask."""
    table = f"agent.{agent.name}"
    keys = [f"{table}.{key}" for key in ("base_url", "key_variable", "program", "client")]
    # The record of a run has a table as a whole.
    file = origins.files.get(table) or origins.of(*keys)
    inner = tree.inner(Path(agent.program).expanduser()) if agent.program else ""
    if file or chosen or inner:
        said = (agent.client, agent.base_url, agent.key_variable, agent.program)
        where = f"{file}: {table}" if file else f"{chosen}: fixers" if chosen else "your settings"
        yield make_ask("agent", where, _described(agent), said, tree.contents(inner) if inner else (), agent.name)


def _described(agent: AgentSettings) -> str:
    parts = [f"sends code to {without_user(agent.base_url) if agent.base_url else f'the provider of {agent.client}'}"]
    parts += [f"with the key in ${agent.key_variable}"] if agent.key_variable else []
    parts += [f"by {agent.program}"] if agent.program else []
    return ", ".join(parts)


def without_user(address: str) -> str:
    """An address without the name and the password in it."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _words(tree: Tree) -> Iterator[Ask]:
    """List the texts of the repository that agents are told."""
    from stomper.fixers.prompts import TEMPLATE
    from stomper.fixers.prompts.advice import PROJECT_FOLDER

    for path in (TEMPLATE, PROJECT_FOLDER):
        inner = [(path, tree.contents(path)), *tree.below(path), *_on_disk(tree, path)]
        words = as_words(sorted(set(inner)))
        if tree.has(path) or list(tree.below(path)):
            yield make_ask("template", path, "says what agents are told", words)


def _on_disk(tree: Tree, path: str) -> Iterator[tuple[str, frozenset[str]]]:
    if leads_out(tree.top, tree.top / path):  # by a link, as no advice is read: it may lead to all of the machine
        return
    for file in sorted((tree.top / path).rglob("*.md")):
        inner = file.relative_to(tree.top).as_posix()
        yield inner, tree.contents(inner)
