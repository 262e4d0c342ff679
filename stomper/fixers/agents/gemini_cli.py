"""Gemini CLI, by its headless mode, which prints one JSON object at its end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stomper import process
from stomper.disk.parse import parse_json
from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.agents.client_output import Facts, failure_of, last_words, number, part
from stomper.models import Usage

QUIET = {"GEMINI_CLI_NO_RELAUNCH": "true", "GEMINI_CLI_TRUST_WORKSPACE": "true"}


@dataclass(frozen=True, slots=True)
class GeminiCli:
    """Reads and edits only: its approval mode offers no shell. It prints nothing before its end."""

    name: str = "gemini-cli"
    title: str = "Gemini CLI"
    programs: tuple[str, ...] = ("gemini",)
    key_variable: str = "GEMINI_API_KEY"
    provider: str = "google"
    tested: bool = True
    says_cost: bool = False
    own_server_only: bool = False

    def call(self, ask: Ask) -> Call:
        model = ("-m", ask.settings.model) if ask.settings.model else ()
        argv = (ask.program, "-o", "json", *model, "--approval-mode", "auto_edit")
        env = {**QUIET, "GEMINI_CLI_HOME": str(ask.home)}
        if ask.settings.base_url:
            # Others' addresses end in a version, which this client adds itself.
            address = ask.settings.base_url.rstrip("/")
            env["GOOGLE_GEMINI_BASE_URL"] = address.removesuffix("/v1").removesuffix("/v1beta")
        if key := ask.key or ("none" if ask.settings.base_url else ""):
            env["GEMINI_API_KEY"] = key
        settings = json.dumps(_settings(ask.settings.max_turns)).encode()
        return Call(argv, env, ask.prompt.encode(), {".gemini/settings.json": settings})

    def read(self, ask: Ask, done: process.Completed) -> Answer:
        said = _last_object(done.stdout) or _last_object(done.stderr)
        usage = _usage(part(part(said, "stats"), "models"))
        error = part(said, "error")
        if done.returncode == 0 and said and not error:
            return Answer(usage=usage)
        words = " ".join(str(error.get("message") or last_words(done)).split())[:400]
        status = number(error, "code")
        return Answer(f"{ask.settings.name}: {words}", failure_of(words, status), usage)


def _settings(turns: int) -> Mapping[str, Any]:
    return {
        "security": {"auth": {"selectedType": "gemini-api-key"}, "folderTrust": {"enabled": False}},
        "privacy": {"usageStatisticsEnabled": False},
        "telemetry": {"enabled": False},
        # Waiting for a provider is for Stomper to do, for all workers at once; this is for a connection that broke.
        "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False, "maxAttempts": 2},
        "ide": {"enabled": False},
        "model": {"maxSessionTurns": turns},
    }


def _last_object(output: bytes) -> Facts:
    """The JSON object at the end of an output; other things may stand before it."""
    text = output.decode("utf-8", "replace")
    starts = [0] if text.startswith("{") else []
    at = -1
    while (at := text.find("\n{", at + 1)) >= 0:
        starts.append(at + 1)
    for start in starts:
        try:
            found = parse_json(text[start:])
        except ValueError:
            continue
        return found if isinstance(found, dict) else {}
    return {}


def _usage(models: Facts) -> Usage | None:
    """The tokens of all models that it asked. Thoughts are output that is paid for as well."""
    tokens = [part(part(models, name), "tokens") for name in models]
    if not tokens or any(number(one, "prompt") is None or number(one, "candidates") is None for one in tokens):
        return None
    read, written, thought, cached = (
        sum(number(one, name) or 0 for one in tokens) for name in ("prompt", "candidates", "thoughts", "cached")
    )
    requests = sum(number(part(part(models, name), "api"), "totalRequests") or 0 for name in models)
    return Usage(read, written + thought, cached, requests=requests)
