"""The three streams of the process, whatever state they were handed over in.

A reader that has seen enough (`| head`, a closed terminal) is no error: the rest is dropped. A device that is full
is one: results are lost there. A stream that was closed leads nowhere, so that no file of ours gets its number.
"""

import errno
import io
import os
import re
import sys
from collections.abc import Callable
from typing import TextIO

from stomper.cli.hyperlinks import ORDER
from stomper.errors import StomperError
from stomper.text.printable import printable

# Line ends, tabs, the bar going back to the start of its line, the colours and links of ours, a screen that is cleared.
OWN = re.compile(rf"((?:[\n\t\r]|\x1b\[(?:[01]|3[1236])m|\x1b\[2J|\x1b\[1;1H|{ORDER})+)")
GONE = (errno.EPIPE, errno.EIO, errno.ECONNRESET)


class OutputError(StomperError):
    """Results could not be written to stdout."""


class Shown(io.TextIOWrapper):
    """Text of the process. Orders to a terminal are let through only if they are our own, whoever writes them.

    What commands print was made fit before (`stomper.cli.printing`); this is for all else: warnings of Python, the
    prompts of a library.
    """

    def write(self, text: str, /) -> int:
        super().write("".join(part if number % 2 else _fit(part) for number, part in enumerate(OWN.split(text))))
        return len(text)


def _fit(text: str) -> str:
    return text if text.isprintable() else printable(text)


class Raw(io.FileIO):
    """A stream of the process. What cannot be written is dropped, and so is the rest; `tell` may raise then."""

    def __init__(self, descriptor: int, tell: Callable[[OSError], None]) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self._tell = tell

    def write(self, data: "io.ReadableBuffer", /) -> int:  # type: ignore[name-defined]
        try:
            return super().write(data)
        except OSError as error:
            _lead_nowhere(self.fileno(), os.O_WRONLY)
            if error.errno not in GONE:
                self._tell(error)
            return len(data)


def secure_streams() -> None:
    """Make stdin, stdout and stderr usable, and have what cannot be written to stdout told as an OutputError."""
    for descriptor, flags in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            _lead_nowhere(descriptor, flags)
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115  # for the life of the process
    sys.stdout = _secured(sys.stdout, 1, _tell)
    sys.stderr = _secured(sys.stderr, 2, lambda _error: None)


def _lead_nowhere(descriptor: int, flags: int) -> None:
    nowhere = os.open(os.devnull, flags)
    if nowhere != descriptor:
        os.dup2(nowhere, descriptor)
        os.close(nowhere)


def _secured(stream: TextIO | None, descriptor: int, tell: Callable[[OSError], None]) -> TextIO:
    encoding, errors = (stream.encoding, stream.errors) if stream else ("utf-8", "backslashreplace")
    raw = Raw(descriptor, tell)
    direct = descriptor == 2 or raw.isatty()
    return Shown(io.BufferedWriter(raw), encoding, errors, line_buffering=direct)


def _tell(error: OSError) -> None:
    raise OutputError(
        f"the output cannot be written: {error.strerror}",
        "Name another place for it. What was done is done: `stomper status` shows it.",
    )
