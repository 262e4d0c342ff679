"""The files of a page as short rows, one after the other: what the list, the filters and the map of folders need."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stomper.models import Changed
from stomper.report.html.story import Chapter, Story

COLUMNS = ("path", "status", "before", "after", "seconds", "codes", "attempts", "cost", "tokens", "reason")
LONGEST_REASON = 200


def rows_of(story: Story) -> dict[str, Any]:
    """Give the columns' names, and a row for each file in the order of the report."""
    return {
        "columns": COLUMNS,
        "rows": [_row(file, story.chapters.get(file["path"], ()), story) for file in story.facts["files"]],
    }


def _row(file: Mapping[str, Any], chapters: Sequence[Chapter], story: Story) -> list[Any]:
    attempts = file.get("attempts", [])
    costs = [attempt["cost_estimate"] for attempt in attempts if "cost_estimate" in attempt]
    return [
        file["path"],
        file["status"],
        file["before"],
        file["after"],
        round(file["seconds"], 2),
        _codes(file, chapters, story),
        len(attempts),
        round(sum(costs), 6) if costs else None,
        sum(attempt.get("input_tokens", 0) + attempt.get("output_tokens", 0) for attempt in attempts) or None,
        file.get("reason", "")[:LONGEST_REASON],
    ]


def _codes(file: Mapping[str, Any], chapters: Iterable[Chapter], story: Story) -> list[str]:
    """All codes that a file had before the run, or got rid of, or still has."""
    codes = {*file["fixed_codes"], *file.get("suppressed_codes", ())}
    codes |= {guess["code"] for guess in file.get("withheld", ())}
    codes |= {code for part in file.get("dropped", ()) for code in part["codes"]}
    codes |= {d.code for d in (story.found or {}).get(file["path"], ())}
    for chapter in chapters:
        outcome = chapter.outcome
        codes |= {d.code for d in (*outcome.before, *(outcome.after if isinstance(outcome, Changed) else ()))}
    return sorted(codes)
