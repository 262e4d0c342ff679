"""goose, after its documentation. A template: no adapter test has met the real client."""

from dataclasses import dataclass

from stomper import process
from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.agents.client_output import failure_of, last_words

QUIET = {
    "GOOSE_PROVIDER": "openai",
    "GOOSE_MODE": "auto",
    "GOOSE_DISABLE_KEYRING": "1",
    "GOOSE_TELEMETRY_OFF": "1",
    "GOOSE_TELEMETRY_ENABLED": "false",
    "GOOSE_DISABLE_SESSION_NAMING": "true",
}


@dataclass(frozen=True, slots=True)
class Goose:
    """Edits by its `developer` tools, a shell among them. What it took is not known."""

    name: str = "goose"
    title: str = "goose"
    programs: tuple[str, ...] = ("goose",)
    key_variable: str = "OPENAI_API_KEY"
    provider: str = "openai"
    tested: bool = False
    says_cost: bool = False
    own_server_only: bool = False

    def call(self, ask: Ask) -> Call:
        argv = (
            *(ask.program, "run", "--no-session", "-q", "--output-format", "json"),
            *("--max-turns", str(ask.settings.max_turns), "--with-builtin", "developer", "-i", "-"),
        )
        env = dict(QUIET)
        if ask.settings.model:
            env["GOOSE_MODEL"] = ask.settings.model
        if ask.settings.base_url:
            env["OPENAI_HOST"] = ask.settings.base_url.rstrip("/").removesuffix("/v1")
            env["OPENAI_BASE_PATH"] = "v1/chat/completions"
        if key := ask.key or ("none" if ask.settings.base_url else ""):
            env["OPENAI_API_KEY"] = key
        return Call(argv, env, ask.prompt.encode())

    def read(self, ask: Ask, done: process.Completed) -> Answer:
        if done.returncode == 0:
            return Answer()
        words = last_words(done)
        return Answer(f"{ask.settings.name}: {words}", failure_of(words))
