"""A file's bytes as text and back: byte order mark, declared encoding and line ends are kept."""

import codecs
import io
import tokenize
from dataclasses import dataclass

from stomper.python import CannotReadError, decode


@dataclass(frozen=True, slots=True)
class Content:
    """A file's text with `\\n` line ends, and how it is written."""

    text: str
    encoding: str
    bom: bytes
    newline: str

    def encode(self, text: str) -> bytes:
        """The bytes of another text, written as this one is. Raises UnicodeEncodeError."""
        return self.bom + text.replace("\n", self.newline).encode(self.encoding)


def read_content(data: bytes) -> Content:
    """The content of Python source. Raises CannotReadError for what is none, or could not be written as it was."""
    plain = decode(data)
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    encoding = "utf-8" if bom else _encoding(data)
    newline = next((end for end in ("\r\n", "\n", "\r") if end.encode() in data), "\n")
    content = Content(plain, encoding, bom, newline)
    if content.encode(plain) != data:
        raise CannotReadError("its line ends are mixed, or its encoding has several ways to write a character")
    return content


def _encoding(data: bytes) -> str:
    lines = io.BytesIO(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    return tokenize.detect_encoding(lines.readline)[0]
