"""The conversation with one server: pygls' client on the pipes of a contained program, without threads or a loop."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient

from stomper import __version__
from stomper.errors import ToolError
from stomper.language_servers.converter import converter
from stomper.language_servers.failures import ServerDied, ServerError, ServerSilent
from stomper.language_servers.messages import Messages
from stomper.process.command import stop_due
from stomper.process.service import Service

MOMENT = 0.1  # seconds
SHOWN = 400
AGAIN = frozenset({-32801, -32802})  # content was modified, the server has cancelled: to be asked again
PAUSE = 0.05

logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)  # it would print what servers say wrong


class Conversation:
    """Sends what pygls' client has to say, and hands it what the server answers, for as long as somebody waits."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.client = LanguageClient("stomper", __version__, converter_factory=converter)
        self.client.protocol.set_writer(self)
        self._outgoing = bytearray()
        self._messages = Messages()

    def write(self, data: bytes) -> None:
        """Take what is to be sent: pygls calls this. It is sent when somebody waits."""
        self._outgoing += data

    def close(self) -> None:
        """Do nothing: the pipes belong to the program."""

    def hear(self, method: str, heard: Callable[[Any], Any]) -> None:
        """Have a function called with the parameters of a kind of message; a request is answered with its result."""
        self.client.feature(method)(lambda params: heard(params))

    def notify(self, method: str, params: Any) -> None:
        self.client.protocol.notify(method, params)

    def ask(self, method: str, params: Any) -> "Future[Any]":
        """Send a request, whose answer `answer` waits for."""
        return self.client.protocol.send_request(method, params)

    def answer(self, future: "Future[Any]", until: float, what: str) -> Any:
        """Wait for an answer. Raises ServerError for a refusal."""
        self.wait(future.done, until, what)
        try:
            return future.result()
        except JsonRpcException as error:
            raise ServerError(f"it refuses {what}: {str(error.message)[:SHOWN]} ({error.code})") from None

    def request(self, method: str, params: Any, until: float) -> Any:
        """Ask, and give the answer. Raises ServerError."""
        return self.insist(self.ask(method, params), lambda: self.ask(method, params), until, method)

    def insist(self, future: "Future[Any]", again: "Callable[[], Future[Any]]", until: float, what: str) -> Any:
        """Wait for an answer, and ask `again` while the server says that this was not the moment."""
        while True:
            self.wait(future.done, until, what)
            error = future.exception()
            if not isinstance(error, JsonRpcException) or error.code not in AGAIN:
                return self.answer(future, until, what)
            self.pause(PAUSE)
            future = again()

    def wait(self, done: Callable[[], bool], until: float, what: str) -> None:
        """Until that is so. Raises ServerDied, and ServerSilent when the time is up."""
        while not done():
            left = until - time.monotonic()
            if left <= 0:
                raise ServerSilent(f"no answer about {what} in time")
            self._pump(min(MOMENT, left))

    def pause(self, seconds: float) -> None:
        """Listen for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._pump(min(MOMENT, left))

    def _pump(self, seconds: float) -> None:
        """Send and hear for a moment."""
        try:
            said = self.service.exchange(self._outgoing, seconds)
        except ToolError as error:
            raise self._died(error.message) from None
        for message in self._messages.feed(said):
            self._take(message)

    def _died(self, why: str) -> ServerError:
        if stop_due():
            return ServerError("stopped")
        half = " in the middle of a message" if self._messages.has_half else ""
        return ServerDied(": ".join(filter(None, (why + half, self.service.how_it_ended()))))

    def _take(self, message: dict[str, Any]) -> None:
        protocol = self.client.protocol
        try:
            structured = protocol.structure_message(message)
        except JsonRpcException:
            self._refuse(message)
            return
        protocol.handle_message(structured)

    def _refuse(self, message: dict[str, Any]) -> None:
        """Overlook a message that is not as the protocol has it, unless somebody waits for what it says."""
        method = str(message.get("method", ""))
        if method and method != "textDocument/publishDiagnostics":
            if "id" in message:  # a request, which must not wait for ever
                self.client.protocol._send_response(message["id"], None)
            return
        raise ServerDied(f"its {method or 'answer'} is not what the protocol says: {str(message)[:SHOWN]}")
