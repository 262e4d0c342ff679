"""Content that is no text to be fixed: binary, in no known encoding, or standing for a file that is elsewhere."""

import io
import tokenize

BINARY = "is binary"
POINTER = "is a pointer to a file that git-lfs keeps elsewhere"
UNDECODABLE = "is not valid UTF-8, and names no other encoding"
LFS_SIGN = b"version https://git-lfs.github.com/spec/"


def illegible(content: bytes) -> str:
    """Say why nobody can read the content as text; empty if one can.

    A NUL byte makes a file binary, as it does for git; ciphertext has one, or is no valid text.
    """
    if content.startswith(LFS_SIGN):
        return POINTER
    if b"\0" in content:
        return BINARY
    return "" if _is_text(content) else UNDECODABLE


def _is_text(content: bytes) -> bool:
    """Say whether it is UTF-8, or what it names in its first lines, as a Python file may (PEP 263)."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _is_in_named_encoding(content)
    return True


def _is_in_named_encoding(content: bytes) -> bool:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        content.decode(encoding)
    except (SyntaxError, ValueError):
        return False
    return True
