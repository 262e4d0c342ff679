"""The bytes of Python source as text."""

import codecs
import io
import tokenize

SUFFIXES = (".py", ".pyi", ".pyw")
# Not UTF-16's before UTF-32's, which begins with it.
FOREIGN = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


class CannotReadError(Exception):
    """Source that cannot be read; says why, and on which line where that is known."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why if line is None else f"{why} (line {line})")


def is_python(path: str) -> bool:
    """Say whether a file of this name is Python source."""
    return path.endswith(SUFFIXES)


def decode(data: bytes) -> str:
    """The text of Python source as Python reads it: without byte order mark, each line with `\\n` at its end.

    Raises CannotReadError for bytes that Python does not take for source.
    """
    if foreign := next((name for mark, name in FOREIGN.items() if data.startswith(mark)), ""):
        raise CannotReadError(f"it is {foreign}, which Python does not read")
    if b"\0" in data:
        raise CannotReadError("it has a NUL byte", data.count(b"\n", 0, data.index(b"\0")) + 1)
    plain = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(plain).readline)
        text = data.removeprefix(codecs.BOM_UTF8).decode(encoding.removesuffix("-sig"))
    except (SyntaxError, UnicodeError, LookupError) as error:
        raise CannotReadError(f"it is no text in the encoding that it declares, or in UTF-8: {error}") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
