"""Everything that commands print goes through here, so that none of them can forget where its words came from.

A line is a line: what is foreign in it cannot begin another one, colour anything or order a terminal or a CI runner
about (`stomper.text.printable`).
"""

import os
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TextIO, TypeAlias

import click

from stomper import process
from stomper.cli.hyperlinks import takes_links, with_links
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
ELSEWHERE: Mapping[int, str | None] = dict.fromkeys(ON_TERMINAL)
HUNK: dict[str, Style] = {"+": "green", "-": "red", "@": "cyan"}
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
    stream = sys.stderr if err else sys.stdout
    colors, linking = _colors(stream), takes_links(stream)
    for line in lines:
        click.echo(with_links(line, linking).translate(colors), err=err, color=True)


def _colors(stream: TextIO) -> Mapping[int, str | None]:
    return ON_TERMINAL if stream.isatty() and not process.variable("NO_COLOR") else ELSEWHERE


def tell_json(value: Any, indent: int | None = None) -> None:
    """Print data for scripts."""
    click.echo(json_text(value, indent))


def tell_report(text: str) -> None:
    """Print a report in the format of a program that reads stdout; whoever made it has seen to what is foreign."""
    click.echo(text, nl=False)


def tell_diff(diff: bytes) -> None:
    """Print a diff: byte by byte to a file and to another program, as text to a person and to the log of a CI run.

    A person has it in colours, and page by page if it is longer than the terminal (`PAGER=cat`: at once).
    """
    sys.stdout.flush()
    if diff and _is_read(sys.stdout.fileno()):
        _show(list(_colored_diff(plain_lines(diff.decode("utf-8", "backslashreplace").removesuffix("\n")))))
        return
    sys.stdout.buffer.write(diff)
    sys.stdout.buffer.flush()


def _show(lines: list[str]) -> None:
    """Print lines, by the user's pager where a terminal has no room for all of them."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or len(lines) < shutil.get_terminal_size().lines:
        _put(lines, err=False)
        return
    colors = _colors(sys.stdout)
    click.echo_via_pager((f"{line.translate(colors)}\n" for line in lines), color=True)


def _colored_diff(lines: Iterable[str]) -> Iterator[str]:
    """Mark the lines of a diff, which are fit to be shown: what was added, removed, and where."""
    in_hunk = False
    for line in lines:
        in_hunk = line.startswith("@@") or (in_hunk and not line.startswith("diff --git "))
        style = HUNK.get(line[:1]) if in_hunk else "bold"
        yield f"{STARTS[style]}{line}{END}" if style and line else line


def _is_read(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    return not stat.S_ISREG(mode) and (os.isatty(descriptor) or process.is_under_ci())
