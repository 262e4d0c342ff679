"""The HTTP side of a scripted forge: its API, and `git http-backend`."""

import base64
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.forge import bitbucket, gitea, github, gitlab
from tests.fakes.forge.description import description
from tests.fakes.forge.state import State

Kind: TypeAlias = Literal["github", "gitea", "gitlab", "bitbucket"]
KINDS = {"github": github, "gitea": gitea, "gitlab": gitlab, "bitbucket": bitbucket}
BRANCH = "stomper/fixes"


@dataclass(frozen=True)
class Forge:
    """A scripted forge that runs: its kind, its address, and what it has."""

    kind: Kind
    url: str
    state: State

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def address(self, path: str) -> str:
        """The address of a repository for git."""
        return f"{self.url}/{path}.git"


@contextmanager
def forge(kind: Kind, folder: Path) -> Iterator[Forge]:
    """Start a forge; it ends with the `with`, which fails if a request or an answer was not as its maker describes."""
    state = State(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"state": state, "kind": kind}))
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Forge(kind, f"http://127.0.0.1:{server.server_address[1]}", state)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert not state.wrong, "\n".join(state.wrong)


class Handler(BaseHTTPRequestHandler):
    """One request; a connection is for one."""

    state: State
    kind: str
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PATCH(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self._handle()

    def _handle(self) -> None:
        parts = urlsplit(self.path)
        body = self._body()
        maker = KINDS[self.kind]
        if parts.path.startswith(maker.PREFIX):
            self._api(parts.path.removeprefix(maker.PREFIX), parts.query, json.loads(body) if body else None)
        elif parts.path == "/api/graphql":
            self._graphql(json.loads(body))
        else:
            self._git(parts.path, parts.query, body)

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        found = b""
        while size := int(self.rfile.readline().strip() or b"0", 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def _api(self, path: str, query: str, body: Any) -> None:
        known = description(KINDS[self.kind].NAME)
        with self.state.lock:
            self.state.wrong += known.wrong_request(self.command, path, query, body)
            status, answer, headers = self._answered(path, query, body)
            self.state.wrong += known.wrong_answer(self.command, path, status, answer)
            self.state.asked.append(f"{self.command} {path} {status}")
        self._send(status, answer, headers)

    def _answered(self, path: str, query: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        state, maker = self.state, KINDS[self.kind]
        scheme, _, word = self.headers.get("authorization", "").partition(" ")
        if word != state.token or scheme not in ("Bearer", "token"):
            return 401, maker.error("Bad credentials"), {}
        if path != "/rate_limit" and not state.spend():
            return 403, maker.error("API rate limit exceeded for user ID 1."), self._limit()
        if self.command != "GET" and state.secondary:
            state.secondary -= 1
            return 403, maker.error("You have exceeded a secondary rate limit."), {"retry-after": "1", **self._limit()}
        return *maker.answer(state, self._url, self.command, path, dict(parse_qsl(query)), body), self._limit()

    def _graphql(self, body: Any) -> None:
        with self.state.lock:
            self.state.asked.append("POST /graphql 200")
            self._send(200, github.merge_by_itself(self.state, body), {})

    @property
    def _url(self) -> str:
        return f"http://{self.headers['host']}"

    def _limit(self) -> dict[str, str]:
        state = self.state
        if state.limit is None:
            return {}
        rows = {"limit": state.limit, "remaining": state.remaining, "reset": int(state.reset) + 1}
        return {f"x-ratelimit-{name}": str(value) for name, value in rows.items()}

    def _send(self, status: int, answer: Any, headers: dict[str, str]) -> None:
        data = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **headers, "content-length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _git(self, path: str, query: str, body: bytes) -> None:
        """Hand a request of git's to its own server. To push, it has to say the token."""
        pushing = "git-receive-pack" in path + query
        if pushing and self._password() != self.state.token:
            self.send_response(401)
            self.send_header("www-authenticate", 'Basic realm="forge"')
            self.send_header("content-length", "0")
            self.end_headers()
            return
        if "service=git-receive-pack" in query:
            self._race(path)
        words, env = ["git", "http-backend"], self._variables(path, query)
        done = subprocess.run(words, input=body, env=env, capture_output=True, check=False)
        head, _, rest = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in {**fields, "Content-Length": str(len(rest))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(rest)

    def _race(self, path: str) -> None:
        for name in [name for name in self.state.racing if path.startswith(f"/{name}.git/")]:
            repo = self.state.repos[name]
            if not repo.tip(BRANCH):
                repo.git("update-ref", f"refs/heads/{BRANCH}", repo.tip("main"))
            repo.commit_by_hand(BRANCH)

    def _password(self) -> str:
        word = self.headers.get("authorization", "").removeprefix("Basic ")
        return base64.b64decode(word).decode().partition(":")[2]

    def _variables(self, path: str, query: str) -> dict[str, str]:
        return {
            **os.environ,
            "GIT_PROJECT_ROOT": str(self.state.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("content-type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("content-encoding", ""),
            "GIT_PROTOCOL": self.headers.get("git-protocol", ""),
            "REMOTE_USER": "somebody",
            "REMOTE_ADDR": "127.0.0.1",
        }
