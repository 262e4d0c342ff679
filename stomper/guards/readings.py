"""Check that all who read a file read the same: Python goes by the declared encoding, ruff takes it for UTF-8.

`# coding: unicode_escape` makes a line end of the two characters `\\n`: what is code to one is a comment to the other.
"""

import codecs
import io
import tokenize

from stomper.python import CannotReadError, decode

ASCII = bytes(range(128))
BLANKS = str.maketrans(dict.fromkeys("\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000", " "))


def require_one_reading(before: bytes, after: bytes) -> None:
    """Raises CannotReadError for a change by which a file is one text to Python and another one in UTF-8.

    One that was so before, with an encoding in which ASCII stands for itself, may stay so: `# coding: latin-1` in a
    file that was saved as UTF-8. Characters that are blanks in UTF-8 alone may not be added to it.
    """
    new = _in_utf8(after)
    if new is None or new == decode(after):
        return
    old = _in_utf8(before)
    alike = old is not None and _encoding(before) == _encoding(after) and _keeps_ascii(_encoding(after))
    if not alike or old is None or _blanks(new) > _blanks(old):
        raise CannotReadError("after the change, it is another text in the encoding that it declares than in UTF-8")


def _in_utf8(data: bytes) -> str | None:
    """The text in UTF-8, with plain line ends; None for bytes that are none: those ruff does not read at all."""
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return None


def _encoding(data: bytes) -> str:
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError:
        return ""


def _keeps_ascii(encoding: str) -> bool:
    try:
        return ASCII.decode(encoding) == ASCII.decode("ascii")
    except (UnicodeError, LookupError):
        return False


def _blanks(text: str) -> int:
    return sum(text.count(chr(blank)) for blank in BLANKS)
