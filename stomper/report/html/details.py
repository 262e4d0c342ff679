"""What a page says of one file: attempts, diffs with the diagnostics that each hunk removed, what is left, the log."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stomper.errors import StomperError
from stomper.models import Changed, Diagnostic, Outcome, suppressed_in
from stomper.multisets import Countdown, surplus
from stomper.report.html.highlight import marks_of
from stomper.report.html.patch import FileDiff, Hunk, read_patch
from stomper.report.html.story import Chapter, Story
from stomper.text.printable import printable

MOST_DIAGNOSTICS = 500
# Pygments reads some 100,000 characters a second: what is beyond this has no colours.
MOST_PAINTED = 1_000_000
# All diffs and logs of a page, in characters: what is beyond this is said to be left out.
MOST_TEXT = 60_000_000
SIDES = ("-", "+")


class Details:
    """Makes the details of one file after the other, within limits for all of them together."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._to_paint = MOST_PAINTED
        self._text_left = MOST_TEXT

    def of(self, file: Mapping[str, Any]) -> dict[str, Any]:
        """Give the details of a file of the report; what there is nothing of is absent."""
        story, path = self._story, file["path"]
        chapters = story.chapters.get(path, ())
        left = (story.found or {}).get(path) or (_left(chapters[-1].outcome) if chapters else ())
        facts = {
            **{key: file.get(key) for key in ("reason", "attempts", "withheld", "dropped", "outcome", "grades")},
            "commits": file.get("commits") or [file[key] for key in ("commit",) if key in file],
            "chapters": [self._chapter(chapter) for chapter in chapters],
            "left": [_diagnostic(d) for d in left[:MOST_DIAGNOSTICS]],
            "left_out": max(0, len(left) - MOST_DIAGNOSTICS),
        }
        return _filled(facts)

    def _chapter(self, chapter: Chapter) -> dict[str, Any]:
        outcome = chapter.outcome
        facts: dict[str, Any] = {"status": outcome.status, "log": self._within(chapter.log)}
        facts["trace"] = self._within(getattr(outcome, "trace", ""))
        facts["broken"] = [printable(name) for name in getattr(outcome, "broken", ())]
        if isinstance(outcome, Changed):
            facts |= self._diffs(outcome)
        return _filled(facts)

    def _diffs(self, outcome: Changed) -> dict[str, Any]:
        try:
            data = outcome.patch.data
        except StomperError as error:
            return {"trouble": error.message}
        if len(data) > self._text_left:
            return {"trouble": "the page is full: this diff is left out"}
        removed = surplus(outcome.before, (d.key for d in outcome.after), lambda d: d.key)
        diffs, quiet = read_patch(data), Countdown(d.key for d in suppressed_in(outcome))
        if len(diffs) == 1:
            diffs[0].path = printable(outcome.path)  # git quotes odd names
        rows = [(d, {**_diagnostic(d), **({"quiet": True} if quiet.take(d.key) else {})}) for d in removed]
        own = printable(outcome.path)
        facts = [self._diff(diff, rows if diff.path == own else [], own) for diff in diffs]
        covered = [hunk for diff in diffs if diff.path == own for hunk in diff.hunks]
        others = [row for d, row in rows if not any(hunk.covers(d.line) for hunk in covered)]
        return {"diffs": facts, "elsewhere": others[:MOST_DIAGNOSTICS]}

    def _diff(
        self, diff: FileDiff, removed: Iterable[tuple[Diagnostic, dict[str, Any]]], path: str = ""
    ) -> dict[str, Any]:
        """Give the hunks of one file of a patch, each with what it removed, and the path unless it is that one."""
        hunks, pending = [], list(removed)
        for hunk in diff.hunks:
            mine = [row for d, row in pending if hunk.covers(d.line)]
            pending = [(d, row) for d, row in pending if not hunk.covers(d.line)]
            facts = {"old": hunk.old, "new": hunk.new, "head": hunk.head, "lines": self._lines(diff.path, hunk)}
            hunks.append(_filled({**facts, "removed": mine}))
        shown = "" if diff.path == path else diff.path
        return _filled({"path": shown, "note": diff.note, "cut": diff.cut, "hunks": hunks})

    def _lines(self, path: str, hunk: Hunk) -> list[list[str]]:
        """Give the lines of a hunk: each as sign and text, and, if it has any, the marks of its colours."""
        size = sum(len(text) for _, text in hunk.lines)
        self._text_left -= size
        if size > self._to_paint:
            return [[sign + text] for sign, text in hunk.lines]
        self._to_paint -= size
        # Each side is source; what both have is coloured as the new one has it.
        sides = {
            side: iter(marks_of(path, [text for sign, text in hunk.lines if sign in (" ", side)])) for side in SIDES
        }
        rows = []
        for sign, text in hunk.lines:
            old = next(sides["-"]) if sign in " -" else ""
            new = next(sides["+"]) if sign in " +" else ""
            rows.append([sign + text, *filter(None, [old if sign == "-" else new])])
        return rows

    def _within(self, text: str) -> str:
        if not text or len(text) > self._text_left:
            return ""
        self._text_left -= len(text)
        return text


def _left(outcome: Outcome) -> Sequence[Diagnostic]:
    return outcome.after if isinstance(outcome, Changed) else outcome.before


def _diagnostic(d: Diagnostic) -> dict[str, Any]:
    return {"tool": d.tool, "code": printable(d.code), "message": printable(d.message), "line": d.line}


def _filled(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is not empty: thousands of files have little of each."""
    return {key: value for key, value in facts.items() if value}
