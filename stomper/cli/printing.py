"""Everything that commands print goes through here, so that none of them can forget where its words came from.

A line is a line: what is foreign in it cannot begin another one, colour anything or order a terminal or a CI runner
about (`stomper.text.printable`).
"""

import os
import stat
import sys
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

import click

from stomper import process
from stomper.text.printable import MARKS, json_text, plain_line, plain_lines, printable

Style: TypeAlias = Literal["bold", "red", "green", "yellow", "cyan"]

STARTS: dict[Style, str] = {
    "bold": "\ufdd0",
    "red": "\ufdd1",
    "green": "\ufdd2",
    "yellow": "\ufdd3",
    "cyan": "\ufdd4",
}
END = "\ufdef"
CODES = {**dict(zip(STARTS.values(), (1, 31, 32, 33, 36), strict=True)), END: 0}
ON_TERMINAL = {ord(mark): f"\033[{code}m" for mark, code in CODES.items()}
ELSEWHERE = dict.fromkeys(ON_TERMINAL)
INDENT = "  "


def paint(text: str, style: Style) -> str:
    """Mark a part of a line that a terminal is to show in another way; elsewhere it is as the rest."""
    return f"{STARTS[style]}{printable(text)}{END}"


def tell(*lines: str, err: bool = False) -> None:
    """Print lines: results to stdout, all else to stderr."""
    _put((plain_line(line, MARKS) for line in lines), err)


def tell_text(text: str, err: bool = False) -> None:
    """Print what is a text of several lines as a whole, such as a prompt. Its last line end is not another line."""
    _put(plain_lines(text.removesuffix("\n")), err)


def tell_error(kind: str, style: Style, words: str) -> None:
    """Print a message to stderr. The later ones of several lines are indented: none looks like one of ours."""
    first, *more = plain_lines(words, MARKS)
    _put([f"{paint(kind, style)}: {first}", *(INDENT + line.lstrip() for line in more)], err=True)


def warn(text: str) -> None:
    """Say something on stderr that is no result and no error."""
    tell_error("warning", "yellow", text)


def _put(lines: Iterable[str], err: bool) -> None:
    """Print lines that are fit to be shown but for the marks of our own."""
    colored = (sys.stderr if err else sys.stdout).isatty() and not process.variable("NO_COLOR")
    colors = ON_TERMINAL if colored else ELSEWHERE
    for line in lines:
        click.echo(line.translate(colors), err=err, color=True)


def tell_json(value: Any, indent: int | None = None) -> None:
    """Print data for scripts."""
    click.echo(json_text(value, indent))


def tell_report(text: str) -> None:
    """Print a report in the format of a program that reads stdout; whoever made it has seen to what is foreign."""
    click.echo(text, nl=False)


def tell_diff(diff: bytes) -> None:
    """Print a diff: byte by byte to a file and to another program, as text to a person and to the log of a CI run."""
    sys.stdout.flush()
    if diff and _is_read(sys.stdout.fileno()):
        tell_text(diff.decode("utf-8", "backslashreplace"))
        return
    sys.stdout.buffer.write(diff)
    sys.stdout.buffer.flush()


def _is_read(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    return not stat.S_ISREG(mode) and (os.isatty(descriptor) or process.is_under_ci())
