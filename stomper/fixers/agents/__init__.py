"""The agents, by client. A new one: a module with a class that is an `AgentClient`, and a line in CLIENTS."""

from pathlib import Path

from stomper.config.places import place_of
from stomper.errors import ConfigError, ToolError
from stomper.fixers.agents.aider import Aider
from stomper.fixers.agents.amp import Amp
from stomper.fixers.agents.base import AgentClient
from stomper.fixers.agents.claude_code import ClaudeCode
from stomper.fixers.agents.codex import Codex
from stomper.fixers.agents.copilot_cli import CopilotCli
from stomper.fixers.agents.cursor_cli import CursorCli
from stomper.fixers.agents.fixer import AgentFixer
from stomper.fixers.agents.gemini_cli import GeminiCli
from stomper.fixers.agents.goose import Goose
from stomper.fixers.agents.openai import make_openai
from stomper.fixers.agents.opencode import Opencode
from stomper.fixers.agents.qwen_code import QwenCode
from stomper.fixers.base import Fixer
from stomper.project.find_tools import find_tool
from stomper.settings import AgentSettings, Settings

_TESTED: tuple[AgentClient, ...] = (
    *(ClaudeCode(), Codex(), QwenCode(), Opencode(), Aider(), GeminiCli(), CopilotCli()),
)
_TEMPLATES: tuple[AgentClient, ...] = (CursorCli(), Goose(), Amp())
CLIENTS: dict[str, AgentClient] = {client.name: client for client in (*_TESTED, *_TEMPLATES)}


def make_agent(agent: AgentSettings, settings: Settings, top: Path) -> Fixer:
    """The fixer that asks this agent. Raises ToolError if its client is not installed, ConfigError for its table."""
    if agent.client == "openai":
        return make_openai(agent, settings, top)
    client = CLIENTS.get(agent.client)
    if client is None:
        raise ConfigError(f"the agent '{agent.name}' has a client that does not exist yet: {agent.client}")
    if agent.base_url and client.own_server_only:
        raise ConfigError(
            f"the agent '{agent.name}' has a base_url, and {client.title} asks its own server only",
            f"Take out base_url {place_of(top, f'agent.{agent.name}')}, or choose another client.",
        )
    return AgentFixer(agent.name, client, agent, settings, find_client(client, agent, settings, top))


def find_client(client: AgentClient, agent: AgentSettings, settings: Settings, top: Path) -> str:
    """The path of a client's program: the configured one, else by the order in which any tool is found."""
    configured = agent.program or settings.tool(client.name)
    if configured is not None:
        return find_tool(client.programs[0], top, str(top / Path(configured).expanduser())).path
    for name in client.programs:
        try:
            return find_tool(name, top, inside=settings.environment.inside).path
        except ToolError:
            continue
    raise ToolError(
        f"the agent '{agent.name}' needs {client.title}, and {' or '.join(client.programs)} was not found",
        f"Install it, or name its program: program = '/path' {place_of(top, f'agent.{agent.name}')}",
    )


__all__ = ["CLIENTS", "find_client", "make_agent"]
