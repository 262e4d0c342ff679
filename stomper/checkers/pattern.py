"""Output as text, read by a regular expression with named groups."""

import re
from collections.abc import Iterator

from stomper.checkers.result import Result, severity_of
from stomper.models import Diagnostic


def read_pattern(name: str, output: bytes, pattern: str) -> Iterator[Result]:
    """Every match of `pattern` in the output; what does not match is talk. `^` and `$` are for lines.

    Groups: path, line, column, code, message, severity. Without a code it is the checker's name, without
    a message the whole match.
    """
    text = output.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    for match in re.finditer(pattern, text, re.MULTILINE):
        part = {key: value for key, value in match.groupdict().items() if value}
        yield Result(
            Diagnostic(
                tool=name,
                code=part.get("code", name),
                message=_text(part.get("message", match[0])),
                path=part.get("path", ""),
                line=_number(part.get("line", "")),
                column=_number(part.get("column", "")),
                severity=severity_of(part.get("severity", "error")),
            )
        )


def _number(digits: str) -> int:
    return max(1, int(digits)) if digits.isascii() and digits.isdigit() else 1


def _text(words: str) -> str:
    return words.strip().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
