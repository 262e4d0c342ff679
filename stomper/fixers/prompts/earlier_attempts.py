"""Tell the next attempt the results of earlier ones."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper.fixers.base import Lesson
from stomper.fixers.prompts.redact_paths import hide_places, shorten_words
from stomper.models import AttemptResult, Diagnostic
from stomper.multisets import surplus

MOST_FOUND = 20
RESULTS = {
    AttemptResult.KEPT: "kept, and the file is as it left it; the diagnostics above were not fixed by it",
    AttemptResult.NO_CHANGE: "it changed nothing",
    AttemptResult.NOT_BETTER: "rolled back: no diagnostic went away",
    AttemptResult.WORSE: "rolled back: it added diagnostics",
    AttemptResult.REFUSED: "refused and rolled back, because it broke a rule",
    AttemptResult.ESCAPED: "refused: it changed something outside of its folder",
    AttemptResult.FAILED: "rolled back: it failed",
    AttemptResult.TIMEOUT: "rolled back: it took too long",
    AttemptResult.STOPPED: "stopped",
    AttemptResult.WITHHELD: "rolled back: no test runs all that it changed",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for earlier attempts: characters of the newest one's diff, and the number of older ones, a line each."""

    diff: int
    older: int


def tell_tries(
    root: Path, lessons: Sequence[Lesson], diagnostics: Sequence[Diagnostic], limits: Limits
) -> dict[str, Any]:
    """The newest attempt in full, older ones in a line each; empty if there was none.

    What the re-check found beside `diagnostics` is what the newest attempt added, or what nobody asked for.
    """
    if not lessons:
        return {}
    newest, older = lessons[-1], lessons[:-1]
    told = older[-limits.older :] if limits.older else ()
    return {
        "newest": {
            **_line(root, newest),
            "diff": _cut(newest.diff, limits.diff),
            "found": json_rows(_beside(root, newest, diagnostics)),
        },
        "older": [_line(root, lesson) for lesson in told],
        "untold": len(older) - len(told),
    }


def _line(root: Path, lesson: Lesson) -> dict[str, Any]:
    detail = shorten_words(hide_places(root, lesson.detail), 400)
    return {"fixer": lesson.fixer, "result": str(lesson.result), "meaning": RESULTS[lesson.result], "detail": detail}


def _beside(root: Path, lesson: Lesson, diagnostics: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """Give the re-check's findings beyond the diagnostics, counted by key; a bounded number."""
    if lesson.result is AttemptResult.KEPT:
        return []
    beside = surplus(lesson.left or (), (d.key for d in diagnostics), lambda d: d.key)
    return rows(root, beside[:MOST_FOUND])


def rows(root: Path, diagnostics: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as plain data, without paths of this machine."""
    return [
        {
            "path": d.path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"),
            "line": d.line,
            "column": d.column,
            "tool": d.tool,
            "code": d.code,
            "message": shorten_words(hide_places(root, d.message)),
        }
        for d in diagnostics
    ]


def json_rows(plain: Sequence[dict[str, Any]]) -> str:
    """A JSON list with a row on each line; '' for none."""
    if not plain:
        return ""
    return "[\n" + ",\n".join(" " + json.dumps(row, ensure_ascii=False) for row in plain) + "\n]"


def _cut(diff: str, most: int) -> str:
    """The first lines of a diff, and how many there are more."""
    if len(diff) <= most:
        return diff
    lines, size = diff.splitlines(keepends=True), 0
    for number, line in enumerate(lines):
        size += len(line)
        if size > most:
            return "".join(lines[:number]) + f"[... {len(lines) - number} more lines of the diff left out ...]\n"
    return diff
