"""What mypy prints, as diagnostics: JSON, one object a line, or `path:line:column: severity: message [code]`."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stomper.errors import CheckerError
from stomper.models import NOTE, Diagnostic, Severity
from stomper.process import Completed

TOOL = "mypy"
NO_CODE = "misc"
LINE = re.compile(
    r"^(?P<path>.+?):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<severity>error|note): "
    r"(?P<text>.*?)(?:  \[(?P<code>[\w-]+)\])?$"
)


def read_json(root: Path, folder: Path, done: Completed) -> Iterator[Diagnostic]:
    """The errors with their notes. `folder` is what paths are relative to. Raises CheckerError for half an output."""
    for line in _lines(done):
        try:
            row = json.loads(line)
            if row["severity"] != "error":
                continue
            place = int(row["line"]), max(1, int(row["column"]) + 1)
            facts = str(row["code"] or NO_CODE), str(row["message"]), (folder / row["file"]), str(row.get("hint") or "")
        except (ValueError, KeyError, TypeError) as error:
            raise CheckerError(f"mypy's output cannot be read ({done.how()}): {line[:400]}") from error
        code, message, path, notes = facts
        yield from _diagnostic(root, code, message, notes.splitlines(), path, place)


def read_text(root: Path, folder: Path, done: Completed) -> Iterator[Diagnostic]:
    """The same of the text that every version prints; the notes of a line go with the error before them."""
    errors: list[tuple[re.Match[str], list[str]]] = []
    for line in _lines(done):
        match = LINE.match(line)
        if match is None:
            raise CheckerError(f"mypy's output cannot be read ({done.how()}): {line[:400]}")
        if match["severity"] == "error":
            errors.append((match, []))
        elif errors and not match["code"] and _place(errors[-1][0])[:2] == _place(match)[:2]:
            errors[-1][1].append(match["text"])
    for match, notes in errors:
        path, line_number, column = _place(match)
        code = match["code"] or NO_CODE
        yield from _diagnostic(root, code, match["text"], notes, folder / path, (line_number, column))


def _lines(done: Completed) -> list[str]:
    return [line for line in done.stdout.decode("utf-8", "backslashreplace").splitlines() if line.strip()]


def _place(match: re.Match[str]) -> tuple[str, int, int]:
    return match["path"], int(match["line"]), int(match["column"] or 1)


def _diagnostic(
    root: Path, code: str, message: str, notes: list[str], path: Path, place: tuple[Any, Any]
) -> Iterator[Diagnostic]:
    """One error; none is fixable by mypy itself. What lies outside of the checkout is not ours to report."""
    path = Path(os.path.normpath(path))
    if path.is_relative_to(root):
        text = NOTE.join([message, *notes])
        yield Diagnostic(TOOL, code, text, path.relative_to(root).as_posix(), *place, Severity.ERROR)
