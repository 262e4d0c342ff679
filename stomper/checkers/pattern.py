"""Output as text, read by a regular expression with named groups."""

import re
from collections.abc import Iterator

from stomper.checkers.result import FROM_ONE, Bases, Result, severity_of
from stomper.errors import CheckerError
from stomper.models import Diagnostic
from stomper.process.main_thread import in_main_thread
from stomper.process.own_time import OverTimeError, own_time

PATTERN_SECONDS = 10.0
LONGEST_NUMBER = 9  # digits


def read_pattern(name: str, output: bytes, pattern: str, first: Bases = FROM_ONE) -> Iterator[Result]:
    """Every match of `pattern` in the output; what does not match is talk. `^` and `$` are for lines.

    Groups: path, line, column, code, message, severity. Without a code it is the checker's name, without
    a message the whole match. `first` is what lines and columns count from. Raises CheckerError for a pattern that
    takes too long.
    """
    text = output.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    for match in _matches(name, text, pattern):
        part = {key: value for key, value in match.groupdict().items() if value}
        yield Result(
            Diagnostic(
                tool=name,
                code=part.get("code", name),
                message=_text(part.get("message", match[0])),
                path=part.get("path", ""),
                line=_number(part.get("line", ""), first.line),
                column=_number(part.get("column", ""), first.column),
                severity=severity_of(part.get("severity", "error")),
            )
        )


def came_to_its_end(name: str, output: bytes, end: str) -> bool:
    """Say whether the output has what a program says at its end; '' says nothing. Raises as `read_pattern`."""
    return not end or bool(_matches(name, output.decode("utf-8", "surrogateescape").replace("\r\n", "\n"), end))


def _matches(name: str, text: str, pattern: str) -> list[re.Match[str]]:
    """All matches. Raises CheckerError if the expression tries too many ways to match."""

    def search() -> list[re.Match[str]]:
        with own_time(PATTERN_SECONDS):
            return list(re.finditer(pattern, text, re.MULTILINE))

    try:
        return in_main_thread(search)
    except OverTimeError:
        raise CheckerError(
            f"{name}: its pattern was busy for more than {PATTERN_SECONDS:g} s with {len(text)} characters of output",
            "Repeat nothing that repeats itself, such as (a+)+; begin it with ^.",
        ) from None


def _number(digits: str, base: int) -> int:
    readable = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER
    return max(1, int(digits) + 1 - base) if readable else 1


def _text(words: str) -> str:
    return words.strip().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
