"""Cursor's command line, after its documentation. A template: no adapter test has met the real client."""

from dataclasses import dataclass

from stomper import process
from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.agents.client_output import failure_of, json_lines, last_words

PROMPT = "prompt.md"


@dataclass(frozen=True, slots=True)
class CursorCli:
    """Always asks Cursor's own server. It takes a prompt as an argument only: that names the file with the real one."""

    name: str = "cursor-cli"
    title: str = "Cursor CLI"
    programs: tuple[str, ...] = ("cursor-agent",)
    key_variable: str = "CURSOR_API_KEY"
    provider: str = "cursor"
    tested: bool = False
    says_cost: bool = False
    own_server_only: bool = True

    def call(self, ask: Ask) -> Call:
        argv = (
            *(ask.program, "-p", "--output-format", "stream-json", "--force", "--trust", "--sandbox", "enabled"),
            *(("--model", ask.settings.model) if ask.settings.model else ()),
            *("--workspace", str(ask.root), f"Read {ask.home / PROMPT} and do exactly what it says."),
        )
        env = {self.key_variable: ask.key} if ask.key else {}
        return Call(argv, env, None, {PROMPT: ask.prompt.encode()})

    def read(self, ask: Ask, done: process.Completed) -> Answer:
        result = [facts for facts in json_lines(done.stdout) if facts.get("type") == "result"]
        if result and not result[-1].get("is_error") and done.returncode == 0:
            return Answer()
        words = str(result[-1].get("result") or "failed")[:400] if result else last_words(done)
        return Answer(f"{ask.settings.name}: {words}", failure_of(words))
