"""Read mypy's output as diagnostics: JSON, one object a line, or `path:line:column: severity: message [code]`."""

import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from stomper.checkers.mypy_codes import NO_CODE, page_of
from stomper.disk.parse import parse_json
from stomper.errors import CheckerError
from stomper.models import NOTE, Diagnostic, Severity, Told
from stomper.process import Completed

Found: TypeAlias = tuple[Path, Diagnostic]

TOOL = "mypy"
LINE = re.compile(
    r"^(?P<path>.+?):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<severity>error|note): "
    r"(?P<text>.*?)(?:  \[(?P<code>[\w-]+)\])?$"
)


@dataclass(frozen=True, slots=True)
class Output:
    """The output of mypy: so many `lines`, with `errors` or without; `diagnostics` are the errors in the checkout."""

    diagnostics: list[Diagnostic]
    lines: int
    errors: bool


def read_output(root: Path, folder: Path, done: Completed, as_json: bool) -> Output:
    """All that mypy printed; `folder` is what paths are relative to. Raises CheckerError for what cannot be read.

    What lies outside of the checkout is not ours to report.
    """
    found = list((_read_json if as_json else _read_text)(folder, done))
    inside = [replace(d, path=path.relative_to(root).as_posix()) for path, d in found if path.is_relative_to(root)]
    return Output(inside, len(_lines(done)), bool(found))


def reported_lines(proof: Path) -> int | None:
    """Say how many lines mypy printed by its own report, written at its very end; None if that is not whole."""
    try:
        report = ET.parse(proof)  # written by the project's own mypy
    except (OSError, ET.ParseError):
        return None
    texts = [case.text or "" for tag in ("failure", "error") for case in report.iter(tag)]
    return sum(bool(line.strip()) for text in texts for line in text.splitlines())


def _read_json(folder: Path, done: Completed) -> Iterator[Found]:
    """The errors with their notes."""
    for line in _lines(done):
        try:
            row = parse_json(line)
            if row["severity"] != "error":
                continue
            place = int(row["line"]), max(1, int(row["column"]) + 1)
            told = Told(_end(row), page=page_of(str(row["code"] or "")))
            facts = str(row["code"] or NO_CODE), str(row["message"]), (folder / row["file"]), str(row.get("hint") or "")
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise CheckerError(f"mypy's output cannot be read ({done.how()}): {line[:400]}") from error
        code, message, path, notes = facts
        yield _found(code, message, notes.splitlines(), path, place, told)


def _read_text(folder: Path, done: Completed) -> Iterator[Found]:
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
        yield _found(match["code"] or NO_CODE, match["text"], notes, folder / path, (line_number, column))


def _lines(done: Completed) -> list[str]:
    return [line for line in done.stdout.decode("utf-8", "backslashreplace").splitlines() if line.strip()]


def _place(match: re.Match[str]) -> tuple[str, int, int]:
    return match["path"], int(match["line"]), int(match["column"] or 1)


def _end(row: Mapping[str, Any]) -> tuple[int, int] | None:
    """The place after an error; mypy counts columns from 0, and says -1 for one that it does not know."""
    line, column = row.get("end_line"), row.get("end_column")
    if not isinstance(line, int) or not isinstance(column, int) or column < 0:
        return None
    return line, column + 1


def _found(
    code: str, message: str, notes: list[str], path: Path, place: tuple[int, int], told: Told | None = None
) -> Found:
    """One error, with its place on the disk beside; none is fixable by mypy itself."""
    text = NOTE.join([message, *notes])
    return Path(os.path.normpath(path)), Diagnostic(TOOL, code, text, "", *place, Severity.ERROR, told=told)
