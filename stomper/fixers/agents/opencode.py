"""opencode, by `opencode run`, which prints a line of JSON for each thing that happens."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from stomper import process
from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.agents.client_output import Facts, failure_of, json_lines, last_words, number, part
from stomper.fixers.base import Failure
from stomper.models import Usage

PROVIDER = "stomper"
QUIET = {
    "OPENCODE_DISABLE_AUTOUPDATE": "1",
    "OPENCODE_DISABLE_MODELS_FETCH": "1",
    "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
    "OPENCODE_DISABLE_DEFAULT_PLUGINS": "1",
    "OPENCODE_DISABLE_PROJECT_CONFIG": "1",
    "OPENCODE_DISABLE_CLAUDE_CODE": "1",
    # It would install packages into its new home each time.
    "npm_config_offline": "true",
}
XDG = {"XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache", "XDG_STATE_HOME": "state"}
# Questions are not answered in this mode: what is neither allowed nor denied is denied.
PERMISSIONS = {"edit": "allow", "bash": "deny", "webfetch": "deny", "external_directory": "deny"}
CONTEXT, OUTPUT = 200_000, 32_000  # it needs to be told; what a server takes less of it refuses itself


@dataclass(frozen=True, slots=True)
class Opencode:
    """Configured by a variable alone: no file. Its model is `provider/model` if there is no `base_url`."""

    name: str = "opencode"
    title: str = "opencode"
    programs: tuple[str, ...] = ("opencode",)
    key_variable: str = "OPENAI_API_KEY"
    provider: str = "openai"
    tested: bool = True
    says_cost: bool = True
    own_server_only: bool = False

    def call(self, ask: Ask) -> Call:
        model = f"{PROVIDER}/{ask.settings.model}" if ask.settings.base_url else ask.settings.model
        argv = (
            *(ask.program, "run", "--format", "json", "--pure", "--title", "fix"),
            *(("-m", model) if model else ()),
        )
        homes = {name: str(ask.home / folder) for name, folder in XDG.items()}
        env = {**QUIET, **homes, "OPENCODE_CONFIG_CONTENT": json.dumps(_config(ask))}
        if ask.key and not ask.settings.base_url:
            env[ask.settings.key_variable or self.key_variable] = ask.key
        return Call(argv, env, ask.prompt.encode())

    def read(self, ask: Ask, done: process.Completed) -> Answer:
        said = list(json_lines(done.stdout))
        steps = [part(facts, "part") for facts in said if facts.get("type") == "step_finish"]
        errors = [part(facts, "error") for facts in said if facts.get("type") == "error"]
        filtered = any(step.get("reason") == "content-filter" for step in steps)
        usage = _usage(steps)
        if not errors and not filtered and done.returncode == 0 and said:
            return Answer(usage=usage)
        error = part(errors[-1], "data") if errors else {}
        words = " ".join(str(error.get("message") or last_words(done)).split())[:400]
        status = number(error, "statusCode")
        failure = Failure.REFUSED if filtered else failure_of(words, status)
        return Answer(f"{ask.settings.name}: {words}" + f" (status {status})" * bool(status), failure, usage)


def _config(ask: Ask) -> dict[str, object]:
    common: dict[str, object] = {"autoupdate": False, "share": "disabled", "snapshot": False, "permission": PERMISSIONS}
    settings = ask.settings
    if not settings.base_url:
        return common
    model = {"limit": {"context": CONTEXT, "output": OUTPUT}}
    provider = {
        "npm": "@ai-sdk/openai-compatible",  # the one that is built in
        "options": {"baseURL": settings.base_url, "apiKey": ask.key or "none"},
        "models": {settings.model or "": model},
    }
    chosen = f"{PROVIDER}/{settings.model}"
    return {**common, "enabled_providers": [PROVIDER], "small_model": chosen, "provider": {PROVIDER: provider}}


def _usage(steps: Sequence[Facts]) -> Usage | None:
    """The sum of all steps, each of which is one request. A cost of 0 means that it knows no price."""
    tokens = [part(step, "tokens") for step in steps]
    caches = [part(one, "cache") for one in tokens]
    if not steps or any(number(one, name) is None for one in tokens for name in ("input", "output")):
        return None
    fresh, written, thought = (_sum(tokens, name) for name in ("input", "output", "reasoning"))
    cached = _sum(caches, "read")
    cost = sum(float(cost) for step in steps if isinstance(cost := step.get("cost"), int | float))
    return Usage(fresh + cached + _sum(caches, "write"), written + thought, cached, cost or None, len(steps))


def _sum(facts: Sequence[Facts], name: str) -> int:
    return sum(number(one, name) or 0 for one in facts)
