"""What has no end, or more than anybody needs, is a named error within a limit of time and memory of its own."""

import gzip
import json
import os
import resource
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from stomper.checkers.json_paths import read_json
from stomper.checkers.pattern import read_pattern
from stomper.checkers.sarif import read_sarif
from stomper.config import load_settings
from stomper.errors import CheckerError, ConfigError
from stomper.fixers.agents.client_output import json_lines, number
from stomper.fixers.agents.completions import Completion, Endpoint, complete
from stomper.fixers.agents.fixer import _credible
from stomper.fixers.agents.response_body import MOST
from stomper.fixers.prompts.template import BadTemplateError, render
from stomper.learning.exchange import read_export
from stomper.models import Usage
from stomper.plan.baseline_file import read_entries
from stomper.plan.plan_file import read_agenda
from stomper.process.own_memory import own_memory
from stomper.process.own_time import OverTimeError, own_time
from tests.kit.repo import GitRepo

DEEP = "[" * 100_000
Act = Callable[[BaseHTTPRequestHandler], None]


class Handler(BaseHTTPRequestHandler):
    """Answers each request by what the test says."""

    act: Act
    asked: list[str]

    def do_POST(self) -> None:
        self.asked.append(self.path)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            type(self).act(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def answering(act: Act) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Own", (Handler,), {"act": staticmethod(act), "asked": asked})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(act: Act, timeout: float = 600.0) -> Completion:
    with answering(act) as (url, _):
        return complete(Endpoint(f"{url}/v1", "none", "m", timeout), "prompt")


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def without_end(part: bytes, **headers: str) -> Act:
    def act(handler: BaseHTTPRequestHandler) -> None:
        send(handler, b"", 200, **headers)
        while True:
            handler.wfile.write(part)

    return act


def bomb(handler: BaseHTTPRequestHandler) -> None:
    send(handler, gzip.compress(b"x" * (MOST + 1)), Content_Encoding="gzip")


def nothing_at_all(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b"\x1f\x8b\x08" + bytes(6) + b"\xff", Content_Encoding="gzip")
    while True:
        handler.wfile.write(b"\0\0\0\xff\xff" * 10_000)  # blocks of nothing


LARGE = f"answered with more than {MOST // 2**20} MB"
ANSWERS: dict[str, tuple[Act, str]] = {
    "endless": (without_end(b"x" * 65536), LARGE),
    "endless stream": (without_end(b'data: {"choices": []}\n\n' * 1000, Content_Type="text/event-stream"), LARGE),
    "packed": (bomb, LARGE),
    "packed nothing": (nothing_at_all, LARGE),
    "packed twice": (lambda h: send(h, b"x", Content_Encoding="gzip, gzip"), "answered in the coding 'gzip, gzip'"),
    "another coding": (lambda h: send(h, b"x", Content_Encoding="br"), "answered in the coding 'br'"),
    "packed badly": (lambda h: send(h, b"no zip", Content_Encoding="gzip"), "cannot be unpacked"),
    "deep": (lambda h: send(h, DEEP.encode()), "answered something that is no chat completion"),
    "large number": (lambda h: send(h, b'{"choices": ' + b"9" * 10**6 + b"}"), "no chat completion"),
    "elsewhere": (lambda h: send(h, b"", 307, Location="http://127.0.0.1:9/other"), "answered 307: http://127.0.0.1:9"),
    "deep error": (lambda h: send(h, DEEP.encode(), 500), "answered 500: [[["),
    "odd wait": (lambda h: send(h, b"{}", 429, Retry_After="Mon, 01 Jan 99999 00:00:00 GMT"), "answered 429"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_none_is_named(name: str) -> None:
    act, words = ANSWERS[name]
    done = ask(act)
    assert words in done.answer.problem
    assert len(done.log) < 1_000_000


def test_an_endless_answer_that_says_little_ends_by_time() -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        send(handler, b"")
        while not over.wait(0.05):
            handler.wfile.write(b" ")

    over = threading.Event()
    with answering(drip) as (url, _):
        done = complete(Endpoint(f"{url}/v1", "none", "m", 1.0), "prompt")
        over.set()
    assert done.timed_out
    assert "gave no answer within 1 s" in done.answer.problem


def test_nobody_is_asked_but_the_endpoint() -> None:
    def act(handler: BaseHTTPRequestHandler) -> None:
        send(handler, b"", 308, Location="/v1/other")

    with answering(act) as (url, asked):
        complete(Endpoint(f"{url}/v1?version=1", "none", "m", 60.0), "prompt")
    assert asked == ["/v1/chat/completions?version=1"]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity"])
def test_an_answer_may_be_packed(coding: str) -> None:
    body = json.dumps({"choices": [{"message": {"content": "hello"}}]}).encode()
    packed = {"gzip": gzip.compress(body), "deflate": zlib.compress(body), "identity": body}[coding]
    assert ask(lambda handler: send(handler, packed, Content_Encoding=coding)).text == "hello"


@pytest.mark.parametrize("count", [-1, True, 10**400, "7", 1.5, None])
def test_counts_that_nobody_can_have_counted_are_not_known(count: Any) -> None:
    assert number({"tokens": count}, "tokens") is None


@pytest.mark.parametrize("cost", [-1.0, float("nan"), float("inf"), 1e300])
def test_costs_that_no_try_has_are_not_known(cost: float) -> None:
    assert _credible(Usage(1, 2, cost=cost)) == Usage(1, 2)
    assert _credible(Usage(1, 2, cost=0.5)) == Usage(1, 2, cost=0.5)


def test_what_a_client_prints_may_be_nested_without_end() -> None:
    assert list(json_lines(f'{DEEP}\n{{"type": "result"}}\n'.encode())) == [{"type": "result"}]


TEMPLATES = {
    "loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "range": "{% for a in range(10**9) %}{% endfor %}",
    "power": "{{ 10 ** (10 ** 10) }}",
    "squares": "{% set n = namespace(x=10) %}{% for a in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "long text": "{{ ('x' * 10 ** 10) | length }}",
    "doubled": "{% set n = namespace(x='x') %}{% for a in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "padded": "{{ ('x' | center(10 ** 9)) | length }}",
    "formatted": "{{ ('%0999999999d' % 1) | length }}",
    "itself": "{% include 'prompt.md.j2' %}",
    "macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "deep": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_without_end_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stomper.fixers.prompts.template.MOST_SECONDS", 0.5)
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(BadTemplateError):
        render(TEMPLATES[name], {})
    assert resource.getrlimit(resource.RLIMIT_AS) == before


@pytest.mark.parametrize("pattern", [r"(?P<path>(a+)+)$", r"^(?P<path>(a|a)*)$", r"(?P<path>(.*)*,){20}x"])
def test_a_pattern_that_tries_every_way_is_named(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stomper.checkers.pattern.PATTERN_SECONDS", 0.3)
    with pytest.raises(CheckerError, match=r"its pattern was busy for more than 0\.3 s"):
        list(read_pattern("own", b"a" * 60 + b",!", pattern))


def test_numbers_of_any_length_are_read() -> None:
    (found,) = read_pattern("own", b"a.py:" + b"9" * 10**5 + b": x", r"(?P<path>\S+?):(?P<line>\d+): x")
    assert found.diagnostic.line == 1


def test_a_limit_of_time_within_another_one_leaves_that_alone() -> None:
    with own_time(0.4):
        with own_time(30.0):
            pass
        with pytest.raises(OverTimeError):
            for_ever()
    with own_time(0.2), own_time(30.0), pytest.raises(OverTimeError):
        for_ever()


def for_ever() -> None:
    while True:
        pass


def test_a_limit_of_memory_ends_with_its_block() -> None:
    with pytest.raises(MemoryError), own_memory(2**26):
        bytearray(2**28)
    assert len(bytearray(2**28)) == 2**28


def test_a_limit_of_memory_counts_from_what_is_there_already() -> None:
    with own_memory(2**26):
        assert len(bytearray(2**25)) == 2**25


@pytest.mark.parametrize("users", [2**44, resource.RLIM_INFINITY])
def test_a_limit_of_memory_never_widens_the_users_own_and_is_taken_back(users: int) -> None:
    """The hard one stays what it was, or the soft one could not be had again."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    if before[1] != resource.RLIM_INFINITY:
        pytest.skip("this machine has a limit of its own")
    resource.setrlimit(resource.RLIMIT_AS, (users, before[1]))
    try:
        with own_memory(2**45):
            within = resource.getrlimit(resource.RLIMIT_AS)
            assert within[0] == users if users == 2**44 else within[0] >= 2**45
            assert within[1] == before[1]
        assert resource.getrlimit(resource.RLIMIT_AS) == (users, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


OUTPUTS = [DEEP, '{"version": "2.1.0", "runs": ' + "[" * 900 + "]" * 900 + "}", '{"version": ' + "9" * 10**6 + "}"]


@pytest.mark.parametrize("output", OUTPUTS, ids=["deep", "deep runs", "large number"])
def test_data_without_end_is_no_result(output: str) -> None:
    with pytest.raises(CheckerError):
        read_sarif("own", output.encode())
    with pytest.raises(CheckerError):
        list(read_json("own", output.encode(), {"path": "path"}))


def test_a_place_that_no_file_has_is_no_result() -> None:
    place = {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": float("inf")}}
    results = [{"message": {"text": "m"}, "locations": [{"physicalLocation": place}]}]
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t"}}, "results": results}]}
    with pytest.raises(CheckerError, match="cannot be read"):
        read_sarif("own", json.dumps(log).encode())


READERS: dict[str, Callable[[Path], object]] = {
    "stomper.toml": lambda file: load_settings(file.parent, {}, {}),
    "plan.toml": read_agenda,
    "export.toml": read_export,
    "stomper-baseline.json": lambda file: read_entries(file.parent, file.name),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("content", ["large", "deep", "number"])
def test_files_without_end_are_named(name: str, content: str, tmp_path: Path) -> None:
    file = tmp_path / name
    if content == "large":
        file.touch()
        os.truncate(file, 2**27)
    else:
        file.write_text(f"a = {DEEP}" if content == "deep" else "a = " + "9" * 10**6)
    with pytest.raises(ConfigError, match=name):
        READERS[name](file)


# Of the shell, `-n` counts open files, `-f` blocks of a file, `-v` kB of memory.
LIMITS = [
    *(("-n 20", 3), ("-n 8", 3), ("-f 0", 3), ("-v 80000", 3)),
    # One `fix` of nine once did not end here: it waited for a lock of the C library. With one arena 29 of 29 did.
    pytest.param("-v 200000", 3, marks=pytest.mark.thorough),
]


@pytest.mark.parametrize("command", ["check", "fix"])
@pytest.mark.parametrize(("limit", "most"), LIMITS)
def test_limits_of_the_machine_are_told_in_words(repo: GitRepo, limit: str, most: int, command: str) -> None:
    repo.write("a.py", "import os\n")
    repo.commit()
    script = f'ulimit {limit} && exec "$0" -m stomper {command}'
    argv = ["sh", "-c", script, sys.executable]
    done = subprocess.run(argv, cwd=repo.path, env=os.environ, capture_output=True, timeout=300)
    words = done.stderr.decode()
    assert done.returncode in (0, 1, most)
    assert "Traceback" not in words
    assert "this should not have happened" not in words
    assert done.returncode < 2 or "error: " in words
