"""The endpoint as a server on loopback, with its faults and its log of what was asked and answered."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.fakes.endpoint.script import Asked, Script, file_of, next_turn
from tests.fakes.endpoint.wires import ANTHROPIC, CHAT, Json, Wire
from tests.fakes.endpoint.wires_more import GEMINI, RESPONSES

FOREVER = 10**9


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong. The first `fail_first` requests get `status`; more than `at_once` of them at a time get 429.

    `retry_after` is that header, in seconds, of a 429, 503 or 529. `stall` accepts requests and never answers,
    `delay` is how many seconds each answer takes.
    """

    fail_first: int = 0
    status: int = 503
    retry_after: str = ""
    at_once: int = FOREVER
    stall: bool = False
    delay: float = 0.0


@dataclass
class Log:
    """A line of JSON for each answer, in `path` where there is one; whole requests go to the folder `bodies`."""

    path: Path | None = None
    bodies: Path | None = None
    rows: list[Json] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, row: Json) -> None:
        with self.lock:
            self.rows.append(row)
            if self.path:
                with self.path.open("a") as file:
                    file.write(json.dumps(row) + "\n")

    def keep(self, number: int, head: str, body: bytes) -> None:
        if self.bodies:
            (self.bodies / f"{number:05}.txt").write_bytes(head.encode() + b"\n" + body)


class Endpoint:
    """Serves from `with` on, at a free port of 127.0.0.1. `rows` are its answers so far, tokens included."""

    def __init__(
        self, script: Script, faults: Faults | None = None, log: Path | None = None, bodies: Path | None = None
    ) -> None:
        self.script, self.faults, self.log = script, faults or Faults(), Log(log, bodies)
        self.stopped = threading.Event()
        self._lock, self._asked, self._now = threading.Lock(), 0, 0
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def rows(self) -> list[Json]:
        with self.log.lock:
            return list(self.log.rows)

    @property
    def busy(self) -> int:
        """How many requests are being answered now."""
        with self._lock:
            return self._now

    def __enter__(self) -> "Endpoint":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def enter(self) -> tuple[int, int]:
        """A request begins: its number, and how many there are now. `leave` ends it."""
        with self._lock:
            self._asked += 1
            self._now += 1
            return self._asked, self._now

    def leave(self) -> None:
        with self._lock:
            self._now -= 1


class _Handler(BaseHTTPRequestHandler):
    """One connection. What is no question to a model gets a short answer and is not logged."""

    owner: Endpoint
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        models = {"object": "list", "data": [{"id": "scripted", "object": "model", "owned_by": "nobody"}]}
        known = self.path.split("?")[0].endswith("/models")
        self._send(200 if known else 404, json.dumps(models if known else {"error": "no such page"}))

    def do_HEAD(self) -> None:
        self._send(200, "")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        wire, model, streamed = _wire(self.path)
        if wire is None:
            tokens = {"input_tokens": self.owner.script.usage.input}
            self._send(200 if "count_tokens" in self.path else 404, json.dumps(tokens))
            return
        number, now = self.owner.enter()
        try:
            self.owner.log.keep(number, f"POST {self.path}\n{self.headers}", body)
            self._answer(wire, json.loads(body), number, now, model, streamed)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self.owner.leave()

    def _answer(self, wire: Wire, body: Json, number: int, now: int, model: str, streamed: bool) -> None:
        faults, script = self.owner.faults, self.owner.script
        asked = wire.read(body)
        row = {"number": number, "now": now, "wire": wire.name, "model": asked.model or model, "results": asked.results}
        row |= {"file": file_of(asked, script), "bytes": len(json.dumps(body))}
        if faults.stall:
            self.owner.log.write({**row, "status": 0})
            self.owner.stopped.wait()
            self.close_connection = True
            return
        status = faults.status if number <= faults.fail_first else 429 if now > faults.at_once else 200
        self.owner.stopped.wait(faults.delay if status == 200 else 0)
        if status != 200:
            self.owner.log.write({**row, "status": status})
            self._fail(wire, status)
            return
        self._say(wire, asked, asked.model or model, asked.stream or streamed, row)

    def _say(self, wire: Wire, asked: Asked, model: str, stream: bool, row: dict[str, Any]) -> None:
        usage, turn = self.owner.script.usage, next_turn(asked, self.owner.script)
        tokens = {"input_tokens": usage.input, "output_tokens": usage.output, "cached_tokens": usage.cached}
        # Before it is sent: whoever has the answer finds it in the log.
        self.owner.log.write({**row, "status": 200, "tool": turn.tool.name if turn.tool else "", **tokens})
        if not stream:
            self._send(200, json.dumps(wire.answer(model, turn, usage)))
            return
        events = [_event(name, data) for name, data in wire.events(model, turn, usage)]
        self._send(200, "".join(events), "text/event-stream")

    def _fail(self, wire: Wire, status: int) -> None:
        error = wire.error(status, f"scripted status {status}")
        wait = {"Retry-After": self.owner.faults.retry_after} if status in (429, 503, 529) else {}
        self._send(status, json.dumps(error), headers={name: value for name, value in wait.items() if value})

    def _send(self, status: int, text: str, kind: str = "application/json", headers: Json | None = None) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": len(body), **(headers or {})}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr; the log has it."""


def _event(name: str, data: Json | str) -> str:
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "") + f"data: {text}\n\n"


def _wire(path: str) -> tuple[Wire | None, str, bool]:
    """The wire format of an address, and what of it the address says itself: the model, whether it is a stream."""
    place = path.split("?")[0].rstrip("/")
    for end, wire in (("/messages", ANTHROPIC), ("/chat/completions", CHAT), ("/responses", RESPONSES)):
        if place.endswith(end):
            return wire, "", False
    name, _, method = place.rpartition("/")[2].partition(":")
    if method in ("generateContent", "streamGenerateContent"):
        return GEMINI, name, method == "streamGenerateContent"
    return None, "", False
