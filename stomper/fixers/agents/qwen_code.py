"""Qwen Code, by its headless mode, which prints a line of JSON for each thing that happens."""

from dataclasses import dataclass

from stomper import process
from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.agents.client_output import Facts, cut_short, failure_of, json_lines, last_result, number, part
from stomper.models import Usage

QUIET = {
    # Settings that would say so are not read in --bare, which is the leaner mode by far.
    "QWEN_USAGE_STATISTICS_ENABLED": "false",
    "QWEN_DISABLE_AUTO_TITLE": "1",
    "QWEN_CODE_NO_RELAUNCH": "true",
}
TOOLS = ("--approval-mode", "auto-edit", "--exclude-tools", "run_shell_command")


@dataclass(frozen=True, slots=True)
class QwenCode:
    """Reads and edits only: it is given no shell."""

    name: str = "qwen-code"
    title: str = "Qwen Code"
    programs: tuple[str, ...] = ("qwen",)
    key_variable: str = "OPENAI_API_KEY"
    provider: str = "openai"
    tested: bool = True
    says_cost: bool = False
    own_server_only: bool = False

    def call(self, ask: Ask) -> Call:
        model = ("-m", ask.settings.model) if ask.settings.model else ()
        argv = (
            *(ask.program, "-o", "stream-json", "--auth-type", "openai", *model, "--bare", "--chat-recording", "false"),
            *TOOLS,
            *("--max-session-turns", str(ask.settings.max_turns)),
        )
        env = {**QUIET, "QWEN_HOME": str(ask.home / "qwen")}
        if ask.settings.base_url:
            env["OPENAI_BASE_URL"] = ask.settings.base_url
        if key := ask.key or ("none" if ask.settings.base_url else ""):
            env["OPENAI_API_KEY"] = key
        return Call(argv, env, ask.prompt.encode())

    def read(self, ask: Ask, done: process.Completed) -> Answer:
        said = list(json_lines(done.stdout))
        result = last_result(said)
        if result is None:
            return cut_short(ask, done)
        usage = _usage(result)
        if not result.get("is_error") and done.returncode == 0:
            return Answer(usage=usage)
        words = str(part(result, "error").get("message") or result.get("subtype") or done.how())[:400]
        return Answer(f"{ask.settings.name}: {words}", failure_of(words), usage)


def _usage(result: Facts) -> Usage | None:
    """The tokens of the session; after an error there are zeros, which are not known to be true."""
    usage = part(result, "usage")
    read, written = number(usage, "input_tokens"), number(usage, "output_tokens")
    if not read or written is None:
        return None
    return Usage(read, written, number(usage, "cache_read_input_tokens"))
