"""Copilot CLI, by its headless mode, which prints a line of JSON for each thing that happens."""

import re
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.disk.parse import parse_json
from stomper.disk.regular_files import read_below
from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.agents.client_output import Facts, failure_of, json_lines, last_words, number, part
from stomper.models import Usage

USAGE = "usage.json"
SWITCHES = ("--no-auto-update", "--no-ask-user", "--disable-builtin-mcps", "--no-custom-instructions")
TOOLS = ("--available-tools=view,edit,create", "--allow-tool", "write")
# It would wait for half a minute and longer, and then call itself done.
LIMITED = re.compile(rb'"model\.call_failure","data":\{[^\n]{0,400}"statusCode":(429|529)\b')


@dataclass(frozen=True, slots=True)
class CopilotCli:
    """Views and edits only. With `base_url` it asks that server and needs no account at GitHub."""

    name: str = "copilot-cli"
    title: str = "Copilot CLI"
    programs: tuple[str, ...] = ("copilot",)
    key_variable: str = "COPILOT_GITHUB_TOKEN"
    provider: str = "github"
    tested: bool = True
    says_cost: bool = False
    own_server_only: bool = False

    def call(self, ask: Ask) -> Call:
        argv = (
            *(ask.program, "--output-format", "json", *SWITCHES, "--log-level", "none", *TOOLS),
            *("--usage-output-file", str(ask.home / USAGE)),
        )
        env = {"COPILOT_HOME": str(ask.home / "copilot"), "COPILOT_AUTO_UPDATE": "false"}
        # It unpacks 240 MB of itself there, which need not be anew for each file.
        cache = Path(process.variable("XDG_CACHE_HOME") or Path.home() / ".cache")
        if (cache / "copilot").is_dir():
            env["XDG_CACHE_HOME"] = str(cache)
        if ask.settings.model:
            env["COPILOT_MODEL"] = ask.settings.model
        if ask.settings.base_url:
            env |= {"COPILOT_PROVIDER_BASE_URL": ask.settings.base_url, "COPILOT_OFFLINE": "true"}
        if ask.key:
            env["COPILOT_PROVIDER_API_KEY" if ask.settings.base_url else self.key_variable] = ask.key
        return Call(argv, env, ask.prompt.encode(), limited=LIMITED)

    def read(self, ask: Ask, done: process.Completed) -> Answer:
        said = list(json_lines(done.stdout))
        usage = _usage(_usage_file(ask))
        result = next((facts for facts in reversed(said) if facts.get("type") == "result"), None)
        if result is not None and number(result, "exitCode") == 0 and done.returncode == 0:
            return Answer(usage=usage)
        errors = [part(facts, "data") for facts in said if facts.get("type") == "session.error"]
        error = errors[-1] if errors else {}
        words = " ".join(str(error.get("message") or last_words(done)).split())[:400]
        return Answer(f"{ask.settings.name}: {words}", failure_of(words, number(error, "statusCode")), usage)


def _usage_file(ask: Ask) -> Facts:
    try:
        facts = parse_json(read_below(ask.home, USAGE))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _usage(facts: Facts) -> Usage | None:
    """The tokens of all models that it asked."""
    models = part(facts, "modelMetrics")
    usages = [part(part(models, name), "usage") for name in models]
    if not usages or any(number(one, "inputTokens") is None or number(one, "outputTokens") is None for one in usages):
        return None
    names = ("inputTokens", "outputTokens", "cacheReadTokens")
    read, written, cached = (sum(number(one, name) or 0 for one in usages) for name in names)
    requests = sum(number(part(part(models, name), "requests"), "count") or 0 for name in models)
    return Usage(read, written, cached, requests=requests or None)
