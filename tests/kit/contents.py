"""Names and contents that break careless programs."""

import random

ODD_NAMES: tuple[bytes, ...] = (
    b"with space.py",
    b"quote'.py",
    b'double".py',
    b"back\\slash.py",
    b"tab\there.py",
    b"line\nbreak.py",
    b"-dash.py",
    b"--option=x.py",
    "grün/日本.py".encode(),
    b"latin-\xe9.py",
    b"a b/x.py",
    b" b/x.py",
    b"end ",
    b"star*.py",
    b"[set].py",
    b":(top)magic.py",
    b"!not.py",
    b"#hash.py",
    b"dev/null",
    b"a/b/c",
    b"b/a/c",
    b"\x01control.py",
    b"e\xcc\x81-decomposed.py",
)

CONTENTS: dict[str, tuple[bytes, bytes]] = {
    "plain": (b"one\ntwo\nthree\n", b"one\n2\nthree\n"),
    "crlf": (b"one\r\ntwo\r\nthree\r\n", b"one\r\n2\r\nthree\r\n"),
    "crlf to lf": (b"one\r\ntwo\r\n", b"one\ntwo\n"),
    "lf to crlf": (b"one\ntwo\n", b"one\r\ntwo\r\n"),
    "mixed line ends": (b"one\r\ntwo\nthree\rfour\n", b"one\ntwo\r\nthree\rfour\r"),
    "lone cr": (b"one\rtwo\r", b"one\rtwo\rthree\r"),
    "bom": (b"\xef\xbb\xbfone\ntwo\n", b"\xef\xbb\xbfone\n2\n"),
    "bom removed": (b"\xef\xbb\xbfone\n", b"one\n"),
    "nul": (b"one\0two\nthree\n", b"one\0two\n3\n"),
    "no end of line": (b"one\ntwo", b"one\n2"),
    "end of line added": (b"one\ntwo", b"one\ntwo\n"),
    "end of line removed": (b"one\ntwo\n", b"one\ntwo"),
    "empty to full": (b"", b"one\n"),
    "full to empty": (b"one\n", b""),
    "latin-1": (b"caf\xe9\ntwo\n", b"caf\xe9\n2\n"),
    "trailing blanks": (b"one  \ntwo\t\n", b"one  \ntwo\t \nthree   \n\n\n"),
    "blanks before tabs": (b" \tone\n", b" \t \tone\n"),
    "binary": (bytes(range(256)) * 8, bytes(reversed(range(256))) * 8),
    "looks like a patch": (b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-one\n", b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-one\n+two\n"),
    "form feed": (b"one\x0c\ntwo\x0btwo\n", b"one\x0c\ntwo\x0b2\x1c\x85\n"),
    "conflict marks": (b"<<<<<<< a\none\n=======\n", b"<<<<<<< a\n2\n=======\n>>>>>>> b\n"),
    "long line": (b"x" * 100_000 + b"\n", b"x" * 100_001 + b"\n"),
}

# A change that goes wrong under some configuration.
HARD_FROM: dict[bytes, bytes] = {
    b"crlf.py": b"one\r\ntwo  \r\n",
    b"lf.py": b"one\ntwo \t\nthree",
    b" b/caf\xc3\xa9\t.py": b"x\n",
    b"copy.py": b"same\n" * 50,
}
HARD_TO: dict[bytes, bytes | None] = {
    b"crlf.py": b"one\r\n2  \r\nadded  \r\n",
    b"lf.py": b"1\r\ntwo \t\n\n\n",
    b" b/caf\xc3\xa9\t.py": None,
    b"copied.py": b"same\n" * 50,
}

PIECES = (
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b" ",
    b"\t",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"+a",
    b"-b",
    b"@@",
    b"word",
    b"x = 1\n",
)


def random_content(rng: random.Random) -> bytes:
    """Some bytes that are rich in what goes wrong."""
    return b"".join(rng.choice(PIECES) for _ in range(rng.randrange(40)))


def random_edit(rng: random.Random, content: bytes) -> bytes:
    """The content with a piece taken out and another put in."""
    start = rng.randint(0, len(content))
    end = rng.randint(start, min(len(content), start + 10))
    return content[:start] + rng.choice(PIECES) * rng.randrange(3) + content[end:]


def random_name(rng: random.Random) -> bytes:
    """A path of one to three parts that any Linux file system takes."""
    alphabet = b"abc .-'\"\\\t\n\xe9*[]:!#"
    parts = []
    for _ in range(rng.randint(1, 3)):
        part = bytes(rng.choice(alphabet) for _ in range(rng.randint(1, 6)))
        parts.append(part + b"_" if part in (b".", b"..") or part.lower().startswith(b".git") else part)
    return b"/".join(parts)
