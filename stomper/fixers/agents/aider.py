"""aider, by its scripting mode: the model answers with SEARCH/REPLACE blocks, and it has no other tool.

Its exit code is 0 whatever happens; what it took is in its log of events, which stays on this machine.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stomper import process
from stomper.disk.regular_files import read_below
from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.agents.client_output import Facts, failure_of, json_lines, number, part
from stomper.models import Usage

EVENTS, PROMPT, MODELS = "events.jsonl", "prompt.txt", "models.json"
# Without --no-git it would commit, write .gitignore, and an identity into the configuration of the repository.
SWITCHES = (
    *("--edit-format", "diff", "--yes-always", "--no-git", "--map-tokens", "0", "--no-auto-lint"),
    *("--no-check-update", "--no-show-release-notes", "--no-show-model-warnings", "--no-analytics"),
    *("--no-pretty", "--no-stream", "--no-fancy-input", "--no-suggest-shell-commands", "--no-detect-urls"),
    *("--chat-history-file", "/dev/null", "--input-history-file", "/dev/null", "--env-file", "/dev/null"),
)
ERROR = re.compile(rb"^litellm\.(?P<name>\w+): *(?P<words>.*\n?.*)", re.MULTILINE)
LIMITED = re.compile(rb"^Retrying in \d", re.MULTILINE)  # it would go on for a minute, three requests at a time
STATUSES = {
    "BadRequestError": 400,
    "AuthenticationError": 401,
    "PermissionDeniedError": 403,
    "NotFoundError": 404,
    "RateLimitError": 429,
    "InternalServerError": 500,
    "ServiceUnavailableError": 503,
}
CONTEXT, OUTPUT = 200_000, 32_000  # it needs to be told; what a server takes less of it refuses itself


@dataclass(frozen=True, slots=True)
class Aider:
    """Its model is named as litellm does (`openai/gpt-5`) if there is no `base_url`."""

    name: str = "aider"
    title: str = "aider"
    programs: tuple[str, ...] = ("aider",)
    key_variable: str = "OPENAI_API_KEY"
    provider: str = "openai"
    tested: bool = True
    says_cost: bool = True
    own_server_only: bool = False

    def call(self, ask: Ask) -> Call:
        own = ask.settings.base_url is not None
        model = f"openai/{ask.settings.model}" if own else ask.settings.model
        places = ("--analytics-log", str(ask.home / EVENTS), "--message-file", str(ask.home / PROMPT))
        argv = (
            *(ask.program, *(("--model", model) if model else ()), "--model-metadata-file", str(ask.home / MODELS)),
            *SWITCHES,
            *places,
            *("--", ask.path),
        )
        env = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        if ask.settings.base_url:
            env |= {"OPENAI_API_BASE": ask.settings.base_url, "OPENAI_API_KEY": ask.key or "none"}
        elif ask.key:
            env[ask.settings.key_variable or self.key_variable] = ask.key
        # One that it does not know it would look up on the network.
        facts = {"max_input_tokens": CONTEXT, "max_output_tokens": OUTPUT, "litellm_provider": "openai", "mode": "chat"}
        models = {model: facts} if own else {}
        prompt = ask.prompt.encode()
        return Call(argv, env, None, {PROMPT: prompt, MODELS: json.dumps(models).encode()}, LIMITED)

    def read(self, ask: Ask, done: process.Completed) -> Answer:
        sent = [part(facts, "properties") for facts in _events(ask) if facts.get("event") == "message_send"]
        usage = _usage(sent)
        if sent:
            return Answer(usage=usage)
        if errors := list(ERROR.finditer(done.stdout)):
            status = STATUSES.get(errors[-1]["name"].decode())
            words = " ".join(errors[-1]["words"].decode("utf-8", "backslashreplace").split())[:400]
            return Answer(
                f"{ask.settings.name}: {words}" + f" (status {status})" * bool(status), failure_of(words, status)
            )
        words = f"asked no model ({done.how()}): {done.words(400)}"
        return Answer(f"{ask.settings.name}: {words}", failure_of(words))


def _events(ask: Ask) -> Sequence[Facts]:
    try:
        return list(json_lines(read_below(ask.home, EVENTS)))
    except OSError:
        return ()


def _usage(sent: Sequence[Facts]) -> Usage | None:
    """The tokens of all answers. Those from a cache it does not tell; a cost of 0 means that it knows no price."""
    counts = [(number(one, "prompt_tokens"), number(one, "completion_tokens")) for one in sent]
    if not counts or any(None in pair for pair in counts):
        return None
    read, written = (sum(pair[at] or 0 for pair in counts) for at in (0, 1))
    costs = [one.get("cost") for one in sent]
    cost = sum(float(cost) for cost in costs if isinstance(cost, int | float))
    return Usage(read, written, None, cost or None, len(sent))
