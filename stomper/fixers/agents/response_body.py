"""The body of an answer over HTTP, never more of it than an answer can have."""

import zlib
from collections.abc import AsyncIterator, Mapping

MOST = 4 * 2**20  # a whole file, its reasoning, and room for more
KNOWN = {"": 0, "identity": 0, "gzip": 47, "x-gzip": 47, "deflate": 47}  # 47: zlib looks itself which of the two
ASKED = "gzip, deflate"


class BadBodyError(Exception):
    """An answer is larger than any can be, or in a coding that it was not asked for."""


async def read_body(headers: Mapping[str, str], chunks: AsyncIterator[bytes]) -> str:
    """Give the text of an answer. What counts is its size when it is unpacked. Raises BadBodyError."""
    coding = headers.get("content-encoding", "").strip().lower()
    if coding not in KNOWN:
        raise BadBodyError(f"answered in the coding '{coding}', and was asked for {ASKED}")
    unpack = _Unpacking(KNOWN[coding])
    async for chunk in chunks:
        unpack.take(chunk)
    return unpack.text.decode("utf-8", "replace")


class _Unpacking:
    """The bytes unpacked so far. An empty part counts too: there can be an endless row of them."""

    def __init__(self, window: int) -> None:
        self._packed = zlib.decompressobj(window) if window else None
        self.text = bytearray()
        self._taken = 0

    def take(self, chunk: bytes) -> None:
        self._taken += len(chunk)
        self.text += self._unpacked(chunk) if self._packed else chunk
        if max(len(self.text), self._taken) > MOST:
            raise BadBodyError(f"answered with more than {MOST // 2**20} MB")

    def _unpacked(self, chunk: bytes) -> bytes:
        assert self._packed is not None
        try:
            return self._packed.decompress(chunk, MOST + 1 - len(self.text))
        except zlib.error as error:
            raise BadBodyError(f"answered something that cannot be unpacked: {error}") from None
