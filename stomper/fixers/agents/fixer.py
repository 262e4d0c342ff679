"""An agent as a fixer: write the prompt, run its client in the worktree, read what it says it took."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stomper import process
from stomper.fixers.agents.base import AgentClient, Answer, Ask, Call
from stomper.fixers.base import Failure, FixReply, FixRequest, hide
from stomper.fixers.prompts import Prompt, write_prompt
from stomper.models import Diagnostic, Usage
from stomper.settings import AgentSettings, Settings
from stomper.text.redact import SHORTEST, secrets_in_address, secrets_in_variables

# What a program needs of the user's environment to run, and nothing that could be a secret.
INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TERM", "USER", "LOGNAME", "SHELL")
INHERITED_NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
MOST_COST = 1_000_000.0  # dollars
INHERITED_TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class AgentFixer:
    """Asks the model behind `client`, which edits the file itself. `program` is the path of the client."""

    name: str
    client: AgentClient
    agent: AgentSettings
    settings: Settings
    program: str
    divisible: bool = False
    learns: bool = True
    roams: bool = True

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return bool(diagnostics)

    def prompt(self, request: FixRequest) -> Prompt:
        """Write the prompt of this attempt."""
        return write_prompt(request, self.settings)

    def fix(self, request: FixRequest) -> FixReply:
        prompt = self.prompt(request)
        home = Path(tempfile.mkdtemp(prefix="agent-", dir=request.scratch))
        try:
            key = process.variable(self.agent.key_variable or self.client.key_variable)
            ask = Ask(request.root, request.path, prompt.text, home, self.agent, self.program, key)
            done = self._run(ask, self.client.call(ask), request)
            answer = self.client.read(ask, done)
        finally:
            shutil.rmtree(home, ignore_errors=True)
        answer = _as_it_ended(self.name, done, answer)
        log = f"$ {' '.join(done.argv)}\n" + (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
        secrets = secrets_of(key, self.agent.base_url)
        return FixReply(
            hide(answer.problem, secrets),
            hide(log, secrets),
            timed_out=done.timed_out or done.silent or done.flooded,
            stopped=done.stopped,
            usage=_credible(answer.usage),
            strategy=prompt.strategy,
            failure=answer.failure,
            retry_after=answer.retry_after,
            secrets=secrets,
        )

    def _run(self, ask: Ask, call: Call, request: FixRequest) -> process.Completed:
        for name, content in call.files.items():
            place = ask.home / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch(0o600)
            place.write_bytes(content)
        temporary = ask.home / "tmp"
        temporary.mkdir(exist_ok=True)
        return process.run(
            call.argv,
            cwd=ask.root,
            env={"HOME": str(ask.home), "TMPDIR": str(temporary), **call.env},
            timeout=min(request.timeout or ask.settings.timeout, ask.settings.timeout),
            quiet_timeout=ask.settings.quiet_timeout,
            stdin=call.stdin,
            contained=True,
            inherited=(*INHERITED, *INHERITED_NETWORK, *INHERITED_TRUST),
            sandbox=request.sandbox and request.sandbox.opened(ask.root, ask.home),
            until=call.limited,
        )


def _credible(usage: Usage | None) -> Usage | None:
    """Drop a cost that no attempt can have from a client's usage: budgets add it up."""
    if usage is None or usage.cost is None or 0 <= usage.cost <= MOST_COST:
        return usage
    return replace(usage, cost=None)


def secrets_of(key: str | None, address: str | None) -> tuple[str, ...]:
    """List the secrets that a client is given: its key, the password in its address, passwords of proxies."""
    proxies = {name: value for name in INHERITED_NETWORK if (value := process.variable(name))}
    known = [key, *secrets_in_address(address), *secrets_in_variables(proxies)]
    return tuple(dict.fromkeys(secret for secret in known if secret and len(secret) >= SHORTEST))


def _as_it_ended(name: str, done: process.Completed, answer: Answer) -> Answer:
    """Correct the answer of a client that did not end by itself: its words are not its last ones."""
    if done.ended:
        return answer
    if done.matched:
        return replace(answer, problem=f"{name}: its provider limits requests", failure=Failure.RATE_LIMITED)
    return replace(answer, problem=f"{name}: {done.how()}", failure=Failure.FAILED)
