"""Real servers of git for tests: its own daemon, and its own back end for HTTP behind a small server of Python's."""

import contextlib
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from stomper.process.containment import adopting, disown
from tests.kit.wait import eventually


class _Handler(BaseHTTPRequestHandler):
    """Answers below `/`; asks for a password below `/private/`, and says nothing at all below `/silent/`."""

    base: ClassVar[Path]
    ending: ClassVar[threading.Event]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *_: object) -> None:  # the name is that of the class above
        pass

    def _answer(self) -> None:
        place = urlsplit(self.path)
        if place.path.startswith("/silent/"):
            self.ending.wait()
        elif place.path.startswith("/private/"):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._from_git(place.path, place.query)

    def _from_git(self, path: str, query: str) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        env = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.base),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
            "GIT_CONFIG_KEY_1": "uploadpack.allowFilter",
            "GIT_CONFIG_VALUE_1": "true",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type") or "",
            "CONTENT_LENGTH": str(size),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
        }
        done = subprocess.run(["git", "http-backend"], env=env, input=self.rfile.read(size), capture_output=True)
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def http_server(base: Path) -> Iterator[str]:
    """Serve the repositories below a folder; gives the address that their paths come behind."""
    ending = threading.Event()
    handler = type("Handler", (_Handler,), {"base": base, "ending": ending})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        ending.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def git_daemon(base: Path) -> Iterator[str]:
    """Serve the repositories below a folder by git's own protocol."""
    port = free_port()
    words = ["git", "daemon", "--reuseaddr", "--export-all", "--listen=127.0.0.1", f"--port={port}"]
    with adopting():
        daemon = subprocess.Popen([*words, f"--base-path={base}", str(base)], stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: is_open(port), "git's daemon")
        yield f"git://127.0.0.1:{port}"
    finally:
        daemon.terminate()
        daemon.wait()
        disown(daemon.pid)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def is_open(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
