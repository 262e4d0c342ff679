"""Split what a server writes into messages: a header that tells the length, an empty line, and JSON."""

import json
import re
from collections.abc import Iterator
from typing import Any

from stomper.language_servers.failures import ServerDied

HEADER_END = b"\r\n\r\n"
LONGEST_HEADER = 4096
LONGEST_MESSAGE = 64 * 2**20
FIRST = b"content-"
LENGTH = re.compile(rb"(?im)^content-length: *(\d{1,9}) *\r?$")
SHOWN = 200


class Messages:
    """The stream of a server: bytes in, messages out. Raises ServerDied for what is none."""

    def __init__(self) -> None:
        self._heard = bytearray()

    @property
    def has_half(self) -> bool:
        """Say whether there is the beginning of a message, and not its end."""
        return bool(self._heard)

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        self._heard += data
        while (body := self._next()) is not None:
            yield _parsed(body)

    def _next(self) -> bytes | None:
        """Take the next whole message out of what was heard."""
        end = self._heard.find(HEADER_END)
        self._require_header(end)
        if end < 0:
            return None
        found = LENGTH.search(bytes(self._heard[:end]))
        if found is None or int(found[1]) > LONGEST_MESSAGE:
            raise self._garbage()
        start = end + len(HEADER_END)
        last = start + int(found[1])
        if len(self._heard) < last:
            return None
        body = bytes(self._heard[start:last])
        del self._heard[:last]
        return body

    def _require_header(self, end: int) -> None:
        begin = bytes(self._heard[: len(FIRST)]).lower()
        if not FIRST.startswith(begin) or (end < 0 and len(self._heard) > LONGEST_HEADER):
            raise self._garbage()

    def _garbage(self) -> ServerDied:
        words = bytes(self._heard[:SHOWN]).decode("utf-8", "backslashreplace").strip()
        return ServerDied(f"it says something that is no message: {words}")


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        words = body[:SHOWN].decode("utf-8", "backslashreplace").strip()
        raise ServerDied(f"it says something that is no message: {words}")
    return message
