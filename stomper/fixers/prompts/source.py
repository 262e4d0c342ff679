"""A file's text for a prompt, and what is odd about its bytes."""

import contextlib
import io
import os
import re
import tokenize
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper.disk.regular_files import open_regular

LINE_END = re.compile(r"\r\n|\r|\n")
NAMES = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
PYTHON = (".py", ".pyi", ".pyw")
MOST_BYTES = 1_000_000
# The place of a project's own template.
TEMPLATE = ".stomper/prompt.md.j2"


@dataclass(frozen=True, slots=True)
class Source:
    """The lines of a file without their ends. `newline` is the end that most of them have.

    A file that is not what it says it is encoded in is read as Latin-1, which has a character for each byte.
    """

    path: str
    lines: tuple[str, ...]
    encoding: str = "utf-8"
    newline: str = "\n"
    mixed: bool = False
    final_newline: bool = True

    @property
    def text(self) -> str:
        """The whole text, with LF at the end of each line."""
        return "\n".join(self.lines) + ("\n" if self.final_newline and self.lines else "")

    @property
    def language(self) -> str:
        """The language mark of a fence."""
        return "python" if is_python(self.path) else PurePosixPath(self.path).suffix.removeprefix(".")

    def remarks(self) -> tuple[str, ...]:
        """The properties of the file that an editor must keep."""
        found = []
        if self.mixed:
            found.append("Its lines end in different ways. Keep the end of each line as it is.")
        elif self.newline != "\n":
            found.append(f"Its lines end with {NAMES[self.newline]}. Keep that.")
        if self.encoding != "utf-8":
            found.append(f"It is encoded in {self.encoding}. Keep that.")
        if self.lines and not self.final_newline:
            found.append("Its last line has no line end. Keep that unless a diagnostic is about it.")
        return tuple(found)


def is_python(path: str) -> bool:
    return path.endswith(PYTHON)


def read_source(path: str, content: bytes) -> Source:
    """The text of a file by its bytes; never fails."""
    encoding = _encoding(path, content)
    text = content.decode(encoding)
    ends = Counter(LINE_END.findall(text))
    lines = LINE_END.split(text)
    final = lines[-1] == ""
    newline = ends.most_common(1)[0][0] if ends else "\n"
    return Source(path, tuple(lines[:-1] if final else lines), encoding, newline, len(ends) > 1, final)


def _encoding(path: str, content: bytes) -> str:
    """Find the encoding of the bytes: as Python finds it, else UTF-8, else Latin-1."""
    candidates = ["utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"]
    if is_python(path):
        with contextlib.suppress(SyntaxError, ValueError):
            candidates.insert(0, tokenize.detect_encoding(io.BytesIO(content).readline)[0])
    for encoding in candidates:
        try:
            content.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        return encoding
    return "latin-1"


def read_inside(root: Path, path: str, most: int = MOST_BYTES) -> bytes | None:
    """The first `most` bytes of a file below `root`, all for -1; None if there is none.

    Links are not followed: what lies here came with a repository, and what is read here is sent to a model.
    """
    file = root / path
    try:
        if file.is_symlink() or not file.is_file() or not file.resolve().is_relative_to(root.resolve()):
            return None
        with open_regular(file) as opened:
            return opened.read(most)
    except (OSError, ValueError):
        return None


def folders_above(path: str) -> list[str]:
    """The folders that a path is in, from the nearest to the top, which is ''."""
    return ["" if folder == "." else folder for folder in map(os.fspath, PurePosixPath(path).parents)]
