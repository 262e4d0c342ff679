"""A request to a model endpoint: the address that is asked, and the certificates that are believed."""

import shutil
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from stomper.fixers.agents.completions import Completion, Endpoint, complete
from stomper.fixers.base import Failure

TLS = Path(__file__).parents[1] / "data" / "tls"
AUTHORITY_HASH = "0aee2f29"  # OpenSSL finds a certificate in a folder by such a name
BODY = b'{"choices": [{"message": {"content": "words"}, "finish_reason": "stop"}]}'


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.server.keys.append(self.headers["Authorization"])  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None: ...


class _Server(HTTPServer):
    def __init__(self, secure: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked: list[str] = []
        self.keys: list[str] = []
        if secure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(TLS / "server.pem")
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None: ...


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[_Server]:
    with _Server(secure=getattr(request, "param", False)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(address: str) -> Completion:
    return complete(Endpoint(address, "none", "M", 60.0), "prompt")


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("", "/chat/completions"),
        ("/v1", "/v1/chat/completions"),
        ("/v1/", "/v1/chat/completions"),
        ("/v1?api-version=1&a=b%20c&a=&a=d", "/v1/chat/completions?api-version=1&a=b%20c&a=&a=d"),
        ("/a%2Fb/v1/?x#here", "/a%2Fb/v1/chat/completions?x"),
    ],
)
def test_the_path_goes_before_a_query(server: _Server, path: str, asked: str) -> None:
    assert ask(f"http://127.0.0.1:{server.server_port}{path}").text == "words"
    assert server.asked == [asked]


def test_the_key_is_sent_although_the_address_has_a_name_and_a_password(server: _Server) -> None:
    assert ask(f"http://me:word@127.0.0.1:{server.server_port}").text == "words"
    assert server.keys == ["Bearer none"]


@pytest.mark.parametrize("address", ["http://[::1/v1", "http://a\u2028/v1", "ftp://127.0.0.1/v1"])
def test_what_is_no_address_is_a_failure_with_a_reason(address: str) -> None:
    completion = ask(address)
    assert completion.answer.failure is Failure.FAILED
    assert completion.answer.problem.startswith("cannot ask ")
    assert completion.log


@pytest.mark.parametrize("server", [True], indirect=True)
@pytest.mark.parametrize("variable", ["", "SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_certificate_is_believed_if_the_user_names_its_authority(
    server: _Server, variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = shutil.copy(TLS / "authority.pem", tmp_path / f"{AUTHORITY_HASH}.0")
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, str(authority if variable == "SSL_CERT_FILE" else tmp_path))
    completion = ask(f"https://127.0.0.1:{server.server_port}/v1")
    assert bool(server.asked) == (completion.text == "words") == bool(variable)
    assert variable or "certificate verify failed" in completion.answer.problem
