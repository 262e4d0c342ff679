"""Amp, after its help. A template: its model is behind its own server, so no adapter test has met the real client."""

from dataclasses import dataclass

from stomper import process
from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.agents.client_output import failure_of, json_lines, last_words


@dataclass(frozen=True, slots=True)
class Amp:
    """Chooses its models itself; `base_url` is another server of Amp's kind. What it took is not known."""

    name: str = "amp"
    title: str = "Amp"
    programs: tuple[str, ...] = ("amp",)
    key_variable: str = "AMP_API_KEY"
    provider: str = "amp"
    tested: bool = False
    says_cost: bool = False
    own_server_only: bool = False

    def call(self, ask: Ask) -> Call:
        argv = (ask.program, "-x", "--stream-json", "--no-ide", "--no-notifications")
        # Without any key it would wait for someone to log in.
        env = {"AMP_API_KEY": ask.key or "none"}
        if ask.settings.base_url:
            env["AMP_URL"] = ask.settings.base_url
        return Call(argv, env, ask.prompt.encode())

    def read(self, ask: Ask, done: process.Completed) -> Answer:
        result = [facts for facts in json_lines(done.stdout) if facts.get("type") == "result"]
        if result and not result[-1].get("is_error") and done.returncode == 0:
            return Answer()
        words = str(result[-1].get("error") or "failed")[:400] if result else last_words(done)
        return Answer(f"{ask.settings.name}: {words}", failure_of(words))
