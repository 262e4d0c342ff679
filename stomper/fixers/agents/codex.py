"""Codex, by `codex exec --json`, which prints a line of JSON for each thing that happens."""

import json
from dataclasses import dataclass

from stomper import process
from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.agents.client_output import failure_of, json_lines, last_words, number, part
from stomper.models import Usage

OPENAI = "https://api.openai.com/v1"
KEY = "AGENT_KEY"
# Its sandbox: the worktree and its own temporary folder can be written, nothing else, and there is no network.
SANDBOX = ("--sandbox", "workspace-write", "-c", "sandbox_workspace_write.exclude_slash_tmp=true")
QUIET = (
    "features.plugins=false",
    "features.apps=false",
    "analytics.enabled=false",
    "check_for_update_on_startup=false",
    'web_search="disabled"',
    f'shell_environment_policy.exclude=["{KEY}"]',  # its shell is the model's
)


@dataclass(frozen=True, slots=True)
class Codex:
    """Asks over plain HTTP, also if the provider is its own: it would try web sockets first, at length.

    It knows the `responses` format only. Its shell, by which it edits, runs in its own sandbox.
    """

    name: str = "codex"
    title: str = "Codex"
    programs: tuple[str, ...] = ("codex",)
    key_variable: str = "OPENAI_API_KEY"
    provider: str = "openai"
    tested: bool = True
    says_cost: bool = False
    own_server_only: bool = False

    def call(self, ask: Ask) -> Call:
        home = ask.home / "codex"
        model = ("-m", ask.settings.model) if ask.settings.model else ()
        argv = (
            *(ask.program, "exec", "--json", "--ephemeral", "--ignore-rules", *model, *SANDBOX),
            *(word for setting in QUIET for word in ("-c", setting)),
            "-",
        )
        env = {"CODEX_HOME": str(home), **({KEY: ask.key} if ask.key else {})}
        # Its home is its own, so this is all of its configuration. An address may have a password in it, and everybody
        # on the machine reads command lines.
        return Call(argv, env, ask.prompt.encode(), {"codex/config.toml": _configuration(ask).encode()})

    def read(self, ask: Ask, done: process.Completed) -> Answer:
        said = list(json_lines(done.stdout))
        turns = [part(facts, "usage") for facts in said if facts.get("type") == "turn.completed"]
        usage = _usage(turns[-1]) if turns else None
        if turns and done.returncode == 0:
            return Answer(usage=usage)
        failed = [part(facts, "error").get("message") for facts in said if facts.get("type") == "turn.failed"]
        words = " ".join(str(failed[-1] if failed else last_words(done)).split())[:400]
        return Answer(f"{ask.settings.name}: {words}", failure_of(words), usage)


def _configuration(ask: Ask) -> str:
    """The provider, in TOML; a JSON string is one of TOML's too."""
    facts = {"name": "stomper", "base_url": ask.settings.base_url or OPENAI, "wire_api": "responses"}
    if ask.key:
        facts["env_key"] = KEY
    lines = ['model_provider = "stomper"', "[model_providers.stomper]"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in facts.items()]
    # Waiting for a provider is for Stomper to do, for all workers at once; this is for a connection that broke.
    return "\n".join([*lines, "request_max_retries = 1", "stream_max_retries = 1", ""])


def _usage(turn: object) -> Usage | None:
    facts = turn if isinstance(turn, dict) else {}
    tokens = [number(facts, name) for name in ("input_tokens", "output_tokens", "cached_input_tokens")]
    return Usage(*tokens) if tokens[0] is not None and tokens[1] is not None else None
