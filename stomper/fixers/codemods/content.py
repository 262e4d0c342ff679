"""A file's bytes as text and back: byte order mark, declared encoding and line ends are kept."""

import codecs
import io
import tokenize
from dataclasses import dataclass


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


def read_content(data: bytes) -> Content | None:
    """None for bytes that are no Python source, or whose line ends are mixed and could not be restored."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        encoding = "utf-8" if bom else encoding
        text = data[len(bom) :].decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return None
    newline = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n") if newline == "\r\n" else text
    content = Content(plain, encoding, bom, newline)
    return content if "\r" not in plain and content.encode(plain) == data else None
