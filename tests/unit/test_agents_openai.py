"""The fixer `openai`: what it sends and where, what it makes of every answer, and that it can be stopped."""

import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from stomper import process
from stomper.errors import ConfigError
from stomper.fixers import FixReply, FixRequest
from stomper.fixers.agents import make_agent
from stomper.fixers.agents.completions import failure_of, read_completion
from stomper.fixers.base import Failure
from stomper.models import Diagnostic, Usage
from stomper.settings import AgentSettings, AnswerFormat, Settings
from tests.fakes.endpoint import Endpoint, Faults, Script
from tests.kit.wait import eventually

CONTENT = "import os\n\nx = 1\n"
FIXED = "\nx = 1\n"
UNUSED = Diagnostic("ruff", "F401", "`os` imported but unused", "bad.py", 1, 8)
KEY = "sk-canary-key"


@pytest.fixture
def request_(tmp_path: Path) -> FixRequest:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "bad.py").write_text(CONTENT)
    return FixRequest(root, "bad.py", (UNUSED,), None, tmp_path)


def ask(request: FixRequest, url: str, timeout: float = 60.0, answer: AnswerFormat = "auto") -> FixReply:
    agent = AgentSettings("local", "openai", "M", f"{url}/v1", timeout=timeout, answer=answer)
    return make_agent(agent, Settings(), request.root).fix(request)


@pytest.mark.parametrize("answer", ["whole-file", "search-replace"])
def test_an_answer_becomes_an_edit(request_: FixRequest, answer: AnswerFormat) -> None:
    with Endpoint(Script()) as endpoint:
        reply = ask(request_, endpoint.url, answer=answer)
    assert reply == replace(reply, problem="", failure=Failure.NONE, timed_out=False, stopped=False)
    assert request_.file.read_text() == FIXED
    assert ("SEARCH" in reply.log) == (answer == "search-replace")
    assert reply.usage == Usage(input_tokens=1200, output_tokens=34, cached_tokens=200, requests=1)


def test_large_files_are_answered_in_blocks(request_: FixRequest) -> None:
    with Endpoint(Script()) as endpoint:
        small = ask(request_, endpoint.url)
        request_.file.write_text(CONTENT + "y = 2\n" * 1000)
        large = ask(request_, endpoint.url)
    assert request_.file.read_text() == FIXED + "y = 2\n" * 1000
    assert ("SEARCH" in small.log, "SEARCH" in large.log) == (False, True)


def test_an_answer_that_cannot_be_applied_changes_nothing(request_: FixRequest) -> None:
    with Endpoint(Script(steps=("other", "edit"), other="x.py", old="no such line\n")) as endpoint:
        reply = ask(request_, endpoint.url, answer="search-replace")
    assert "its answer has a SEARCH in block 1 that is in the file 0 times" in reply.problem
    assert request_.file.read_text() == CONTENT
    assert sorted(path.name for path in request_.root.iterdir()) == ["bad.py"]


def test_what_is_sent(request_: FixRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key and the prompt, to this address: nothing of the user's environment, no proxy, nothing of this machine."""
    bodies = tmp_path / "bodies"
    bodies.mkdir()
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "canary")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Canary: canary\nAuthorization: Bearer canary")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Endpoint(Script(), bodies=bodies) as endpoint:
        reply = ask(request_, endpoint.url)
        port = endpoint.port
    assert not reply.problem
    (sent,) = bodies.iterdir()
    head, _, body = sent.read_text().partition("\n\n")
    assert "canary" not in sent.read_text().replace(KEY, "")
    names = {line.partition(":")[0].lower() for line in head.splitlines()[1:]}
    assert names == {
        *("host", "accept", "accept-encoding", "connection", "content-length", "content-type", "user-agent"),
        "authorization",
    }
    assert f"Authorization: Bearer {KEY}".lower() in head.lower()
    assert f"POST http://127.0.0.1:{port}/v1/chat/completions\n{body.strip()}\n200 " in reply.log
    assert KEY not in reply.log


def test_the_key_stays_out_of_the_log(request_: FixRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    request_.file.write_text(f"{CONTENT}key = '{KEY}'\n")
    with Endpoint(Script()) as endpoint:
        reply = ask(request_, endpoint.url.replace("//", "//me:pa55word@"))
    assert KEY not in reply.log
    assert {KEY, "pa55word"} <= set(reply.secrets)
    assert "pa55word" not in reply.log


def test_the_word_for_no_key_is_no_secret(request_: FixRequest) -> None:
    request_.file.write_text(f"{CONTENT}key = 'none'\n")
    with Endpoint(Script()) as endpoint:
        reply = ask(request_, endpoint.url)
    assert "key = 'none'" in reply.log
    assert reply.secrets == ()


@pytest.mark.parametrize(
    ("status", "failure", "wait"),
    [
        (400, Failure.FAILED, None),
        (401, Failure.UNUSABLE, None),
        (404, Failure.UNUSABLE, None),
        (429, Failure.RATE_LIMITED, 7.0),
        (500, Failure.FAILED, None),
        (503, Failure.RATE_LIMITED, 7.0),
        (529, Failure.RATE_LIMITED, 7.0),
    ],
)
def test_errors_are_told_apart_and_not_repeated(
    request_: FixRequest, status: int, failure: Failure, wait: float | None
) -> None:
    with Endpoint(Script(), Faults(fail_first=1, status=status, retry_after="7")) as endpoint:
        reply = ask(request_, endpoint.url)
        assert len(endpoint.rows) == 1
    assert reply.problem == f"local: answered {status}: scripted status {status}"
    assert (reply.failure, reply.retry_after, reply.usage) == (failure, wait, None)
    assert request_.file.read_text() == CONTENT


def test_an_account_without_money_is_not_waited_for() -> None:
    assert failure_of(429, "insufficient_quota") is Failure.UNUSABLE


def test_a_refusal(request_: FixRequest) -> None:
    with Endpoint(Script(refuse=True, words="No.")) as endpoint:
        reply = ask(request_, endpoint.url)
    assert (reply.failure, reply.problem) == (Failure.REFUSED, "local: will not do it: No.")
    assert reply.usage is not None


class _Elsewhere(BaseHTTPRequestHandler):
    target = ""

    def do_POST(self) -> None:
        self.send_response(307)
        self.send_header("Location", f"{self.target}{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def elsewhere() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_nothing_else_is_reached(request_: FixRequest, elsewhere: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with Endpoint(Script()) as endpoint:
        monkeypatch.setattr(_Elsewhere, "target", endpoint.url)
        reply = ask(request_, f"http://127.0.0.1:{elsewhere.server_port}")
        assert not endpoint.rows
    assert "answered 307" in reply.problem


def test_nobody_is_there(request_: FixRequest) -> None:
    reply = ask(request_, "http://127.0.0.1:1")
    assert reply.failure is Failure.FAILED
    assert "cannot ask http://127.0.0.1:1/v1: " in reply.problem
    assert "onnect" in reply.problem


def _open_things() -> tuple[int, int]:
    return threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # counted, not walked


def _stop_when_asked(endpoint: Endpoint) -> None:
    eventually(lambda: bool(endpoint.rows), "a request")
    process.request_stop(0)


@pytest.mark.parametrize("stop", [False, True])
def test_one_that_never_answers_is_left(request_: FixRequest, stop: bool) -> None:
    """At the time limit or when told to stop, and nothing of it stays: no thread, no connection."""
    with Endpoint(Script(), Faults(stall=True)) as endpoint:
        ask(request_, "http://127.0.0.1:1")  # what is imported or opened once, for ever
        before = _open_things()
        if stop:
            threading.Thread(target=_stop_when_asked, args=(endpoint,)).start()
        reply = ask(request_, endpoint.url, timeout=60.0 if stop else 3.0)
        assert len(endpoint.rows) == 1
        endpoint.stopped.set()
    assert (reply.stopped, reply.timed_out) == (stop, not stop)
    assert reply.problem == ("local: stopped" if stop else "local: gave no answer within 3 s")
    assert _open_things()[0] <= before[0]
    assert _open_things()[1] <= before[1]


def response(content: str | None = "x", reason: str = "stop", usage: str = "null", **message: str) -> str:
    more = "".join(f', "{name}": "{value}"' for name, value in message.items())
    words = "null" if content is None else f'"{content}"'
    choice = f'{{"message": {{"content": {words}{more}}}, "finish_reason": "{reason}"}}'
    return f'{{"choices": [{choice}], "usage": {usage}}}'


@pytest.mark.parametrize(
    ("text", "problem", "failure"),
    [
        (response(reason="length"), "half an answer", Failure.FAILED),
        (response(reason="content_filter"), "content filter", Failure.REFUSED),
        (response(refusal="No."), "No.", Failure.REFUSED),
        (response(None), "an empty answer", Failure.FAILED),
        ("<html>Welcome</html>", "no chat completion", Failure.FAILED),
        ('{"choices": []}', "no chat completion", Failure.FAILED),
        ("[]", "no chat completion", Failure.FAILED),
    ],
)
def test_answers_that_are_none(text: str, problem: str, failure: Failure) -> None:
    words, answer = read_completion(text)
    assert (words, answer.failure) == ("", failure)
    assert problem in answer.problem


@pytest.mark.parametrize(
    ("usage", "known"),
    [
        ("null", None),
        ("[1]", None),
        ("{}", Usage(requests=1)),
        ('{"prompt_tokens": 3, "completion_tokens": "many"}', Usage(input_tokens=3, requests=1)),
        ('{"prompt_tokens": 0, "completion_tokens": 4}', Usage(input_tokens=0, output_tokens=4, requests=1)),
    ],
)
def test_usage_that_is_not_said_is_not_known(usage: str, known: Usage | None) -> None:
    assert read_completion(response(usage=usage))[1].usage == known


@pytest.mark.parametrize(
    ("agent", "env", "why"),
    [
        (AgentSettings("a", "openai", base_url="http://x/v1"), {}, "needs a model"),
        (AgentSettings("a", "openai", "M"), {}, "needs a key, and the variable OPENAI_API_KEY is not set"),
        (AgentSettings("a", "openai", "M", "http://x/v1", "MINE"), {"OPENAI_API_KEY": "k"}, "the variable MINE"),
        (AgentSettings("a", "openai", "M"), {"OPENAI_API_KEY": "k"}, ""),
        (AgentSettings("a", "openai", "M", "http://x/v1"), {}, ""),
    ],
)
def test_what_it_needs_is_said_at_once(
    agent: AgentSettings, env: Mapping[str, str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    if not why:
        assert make_agent(agent, Settings(), Path("/")).name == "a"
        return
    with pytest.raises(ConfigError, match=why) as caught:
        make_agent(agent, Settings(), Path("/"))
    assert "[agent.a] in stomper.toml" in str(caught.value.hint)
