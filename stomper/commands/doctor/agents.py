"""Examine the installed and configured agents, and their sandbox. Each tells its version only, offline."""

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from stomper import process
from stomper.commands.doctor.asking import Asking
from stomper.commands.doctor.finding import Finding, State
from stomper.commands.doctor.versions import UNKNOWN
from stomper.fixers.agents import CLIENTS
from stomper.fixers.agents.base import AgentClient
from stomper.git.repository import Repository
from stomper.settings import AgentSettings, Settings
from stomper.text.redact import shown_address

ENDPOINT = "openai"
ENDPOINTS_KEY = "OPENAI_API_KEY"
SANDBOX_HINT = "Install bubblewrap, or allow user namespaces."
TESTED = {True: "tested with the real client", False: "template, untested"}


def find_agents(asking: Asking, settings: Settings) -> Iterator[Finding]:
    """The agents that are there, and those that the settings name.

    Where nothing keeps a program in, none is started. Endpoints are not contacted,
    and of a key it is only said whether its variable is set.
    """
    configured = configured_agents(settings)
    there = [(client, path) for client in CLIENTS.values() if (path := _which(client))]
    with ThreadPoolExecutor(4) as threads:
        versions = list(threads.map(lambda found: _version(found[1], asking), there))
    for (client, path), version in zip(there, versions, strict=True):
        users = [agent for agent in configured if agent.client == client.name]
        parts = [f"{version}, {path}" if version else path, TESTED[client.tested]]
        yield Finding("agents", client.title, "ok", "; ".join([*parts, *_keys(users, client.key_variable)]))
    yield from _missing(configured, {client.name for client, _ in there})
    endpoints = [agent for agent in configured if agent.client == ENDPOINT]
    yield from map(_endpoint, endpoints)
    if not there and not endpoints:
        names = ", ".join(client.title for client in CLIENTS.values())
        yield Finding("agents", "none", "note", f"found none of {names}; ruff's own fixes need none")


def configured_agents(settings: Settings) -> tuple[AgentSettings, ...]:
    """Those of the chain of fixers, and those that have a table of their own."""
    names = dict.fromkeys([*settings.all_fixers, *(agent.name for agent in settings.agents)])
    found = (settings.agent(name) for name in names)
    return tuple(agent for agent in found if agent is not None)


def _keys(users: Sequence[AgentSettings], usual: str) -> list[str]:
    """List the agents that use a client, each with its key's variable; without any, the client's own."""
    if not users:
        return [_key(usual)]
    return [f"used by {agent.name}, {_key(agent.key_variable or usual)}" for agent in users]


def _key(variable: str) -> str:
    return f"{variable} {'set' if process.variable(variable) else 'not set'}"


def _missing(configured: Sequence[AgentSettings], there: set[str]) -> Iterator[Finding]:
    """The agents of the settings whose client is not on PATH. For those of the chain that is a problem elsewhere."""
    for agent in configured:
        if agent.client in there or agent.client == ENDPOINT:
            continue
        client = CLIENTS.get(agent.client)
        tested = TESTED[client is not None and client.tested]
        place = f"its program is {agent.program}" if agent.program else "its client is not on PATH"
        usual = client.key_variable if client else agent.key_variable or ""
        key = f", {_key(agent.key_variable or usual)}" if agent.key_variable or usual else ""
        yield Finding("agents", agent.name, "note", f"{agent.client} ({tested}): {place}{key}")


def _endpoint(agent: AgentSettings) -> Finding:
    place = shown_address(agent.base_url) if agent.base_url else "the provider's own address"
    model = f"model {agent.model}" if agent.model else "no model named"
    key = _key(agent.key_variable or ENDPOINTS_KEY)
    return Finding("agents", agent.name, "ok", f"endpoint {place} (not contacted), {model}, {key}")


def _which(client: AgentClient) -> str | None:
    paths = (shutil.which(program, path=process.search_path()) for program in client.programs)
    return next(filter(None, paths), None)


def _version(path: str, asking: Asking) -> str:
    version = asking.version(path) if asking.kept else ""
    return "" if version == UNKNOWN else version


def try_sandbox(repository: Repository, settings: Settings) -> Iterator[Finding]:
    """Find the kind of sandbox that works here, and try each of its promises."""
    if settings.sandbox == "off":
        text = 'sandbox = "off": writes of agents to your checkout are detected but not prevented'
        yield Finding("containment", "sandbox", "note", text)
        return
    closed = (repository.top, repository.common, repository.git_dir)
    tried = [(sandbox, process.prove(sandbox, *closed)) for sandbox in process.candidates()]
    for sandbox, proofs in tried:
        if process.keeps_all(proofs):
            text = f"agents cannot write to your checkout: by {sandbox.kind} ({sandbox.program})"
            yield Finding("containment", "sandbox", "ok", text)
            yield from (_promise(proof) for proof in proofs)
            return
    state: State = "problem" if settings.sandbox == "require" else "note"
    text = "none is available: writes of agents to your checkout are detected but not prevented"
    yield Finding("containment", "sandbox", state, "; ".join([text, *_why(tried)]), SANDBOX_HINT)


def _promise(proof: process.Proof) -> Finding:
    state: State = "ok" if proof.holds else "note"
    return Finding("containment", f"sandbox: {proof.name}", state, proof.text if proof.holds else f"not: {proof.text}")


def _why(tried: Sequence[tuple[process.Sandbox, tuple[process.Proof, ...]]]) -> Iterator[str]:
    """For each kind that is installed why it is none: it does not start, or does not keep its promises."""
    for sandbox, proofs in tried:
        broken = [proof.name for proof in proofs if not proof.holds]
        yield f"{sandbox.kind} {'does not keep: ' + ', '.join(broken) if broken else 'is not allowed'}"
