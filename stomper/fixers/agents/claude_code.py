"""Claude Code, by its headless mode (`claude -p`), which prints a line of JSON for each thing that happens."""

from collections.abc import Sequence
from dataclasses import dataclass

from stomper import process
from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.agents.client_output import Facts, cut_short, failure_of, json_lines, last_result, number, part
from stomper.fixers.base import Failure
from stomper.models import Usage

# A subscription's token (`claude setup-token`) is not read in --bare, which is the leaner mode by far.
SUBSCRIPTION = "CLAUDE_CODE_OAUTH_TOKEN"
QUIET = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_BUG_COMMAND": "1",
    # Waiting for a provider is for Stomper to do, for all workers at once; this is for a connection that broke.
    "CLAUDE_CODE_MAX_RETRIES": "1",
}
LEAN = ("--bare",)
LEAN_SUBSCRIPTION = ("--strict-mcp-config", "--setting-sources", "")
NAMELESS = "<synthetic>"  # what the client calls the model where it made the message itself


@dataclass(frozen=True, slots=True)
class ClaudeCode:
    """Only reads and edits: it has no shell here, and no tool that makes files."""

    name: str = "claude-code"
    title: str = "Claude Code"
    programs: tuple[str, ...] = ("claude",)
    key_variable: str = "ANTHROPIC_API_KEY"
    provider: str = "anthropic"
    tested: bool = True
    says_cost: bool = True
    own_server_only: bool = False

    def call(self, ask: Ask) -> Call:
        subscription = ask.settings.key_variable == SUBSCRIPTION
        model = ("--model", ask.settings.model) if ask.settings.model else ()
        argv = (
            *(ask.program, "-p", "--output-format", "stream-json", "--verbose", "--no-session-persistence"),
            *("--permission-mode", "acceptEdits", "--max-turns", str(ask.settings.max_turns)),
            *(LEAN_SUBSCRIPTION if subscription else LEAN),
            *model,
            *("--tools", "Read,Edit"),  # takes all words that follow, so it comes last
        )
        return Call(argv, {**QUIET, **_provider(ask, subscription)}, ask.prompt.encode())

    def read(self, ask: Ask, done: process.Completed) -> Answer:
        said = list(json_lines(done.stdout))
        result = last_result(said)
        if result is None:
            return cut_short(ask, done)
        usage = _usage(result, said)
        if not result.get("is_error") and done.returncode == 0:
            return Answer(usage=usage)
        words = _words(result)
        return Answer(f"{ask.settings.name}: {words}", _failure(result, words), usage)


def _provider(ask: Ask, subscription: bool) -> dict[str, str]:
    """Give the variables for endpoint and key. A server without keys gets a word, or the client stops."""
    env = {"CLAUDE_CONFIG_DIR": str(ask.home / "claude")}
    if ask.settings.base_url:
        # Others' addresses end in /v1, which this client adds itself.
        env["ANTHROPIC_BASE_URL"] = ask.settings.base_url.rstrip("/").removesuffix("/v1")
    key = ask.key or ("none" if ask.settings.base_url else "")
    return {**env, SUBSCRIPTION if subscription else "ANTHROPIC_API_KEY": key} if key else env


def _words(result: Facts) -> str:
    """Give the client's words about a failure, on one line."""
    errors = result.get("errors")
    listed = "; ".join(map(str, errors)) if isinstance(errors, list) else ""
    words = str(result.get("result") or listed or result.get("subtype") or "failed without a word")
    return " ".join(words.split())[:400]


def _failure(result: Facts, words: str) -> Failure:
    if result.get("stop_reason") == "refusal":
        return Failure.REFUSED
    if str(result.get("subtype", "")).startswith("error_max_"):
        return Failure.FAILED
    return failure_of(words, number(result, "api_error_status"))


def _usage(result: Facts, said: Sequence[Facts]) -> Usage | None:
    """The tokens of the whole session. The price of a model that the client does not know is invented: no cost."""
    usage = part(result, "usage")
    fresh, output = number(usage, "input_tokens"), number(usage, "output_tokens")
    if fresh is None or output is None:
        return None
    cached = number(usage, "cache_read_input_tokens") or 0
    written = number(usage, "cache_creation_input_tokens") or 0
    return Usage(fresh + cached + written, output, cached, _cost(result), _requests(said))


def _cost(result: Facts) -> float | None:
    models = part(result, "modelUsage")
    cost = result.get("total_cost_usd")
    invented = any(part(models, name).get("costBasis") == "unknown" for name in models)
    return float(cost) if isinstance(cost, int | float) and models and not invented else None


def _requests(said: Sequence[Facts]) -> int:
    """Count the answers of models: each may be printed in several parts, under one id."""
    messages = [part(facts, "message") for facts in said if facts.get("type") == "assistant"]
    return len({message.get("id") for message in messages if message.get("model") != NAMELESS})
