"""Runs as the page of a report tells them, made up: with hostile text in every place, or with thousands of files."""

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from stomper.fleet.folder import FleetHistory
from stomper.fleet.model import Entry
from stomper.fleet.pulls.journal import Pulled
from stomper.fleet.report import FleetReport, Row
from stomper.fleet.result import STATES, CodeCount, Result
from stomper.grades import Dropped, Grade, Withheld
from stomper.models import (
    Attempt,
    AttemptResult,
    CodeTally,
    Diagnostic,
    Failed,
    Fixed,
    Patch,
    Rejected,
    Status,
    Timing,
    Usage,
)
from stomper.report import Concurrency, FileReport, RunReport, to_dict
from stomper.report.codes import CodeReport
from stomper.report.html.story import Chapter, Story
from stomper.text.printable import printable

# What would run, load, reorder or end something if it were not text.
HOSTILE = (
    "</script><script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">"
    "<!--<script> {{ 7 * 7 }} \u202egnp\u2069 \x1b[31m \u2028 javascript:alert(1) &lt; ]]> ' \" \x00 \udc80"
)
LONG_LINE = b"x" * 2_000_000


def patch_of(path: str, olds: Sequence[bytes], news: Sequence[bytes]) -> Patch:
    """A patch that puts some lines in place of others."""
    name = path.encode("utf-8", "surrogateescape")
    head = b"diff --git a/%b b/%b\n--- a/%b\n+++ b/%b\n" % (name, name, name, name)
    lines = [
        b"@@ -1,%d +1,%d @@ " % (len(olds), len(news)),
        *(b"-" + old for old in olds),
        *(b"+" + new for new in news),
    ]
    return Patch(head + b"\n".join(lines) + b"\n", ())


def diagnostic(path: str, line: int = 1, code: str = "F401", message: str = "`os` imported but unused") -> Diagnostic:
    return Diagnostic("ruff", code, message, path, line, 1)


def fixed_chapter(number: int, path: str, olds: Sequence[bytes], news: Sequence[bytes], *found: Diagnostic) -> Chapter:
    """A file that a model has fixed, in the turn of its number; there are four workers."""
    tally = CodeTally("ruff", "F401", 1, 1)
    asked = Usage(1000, 100, None, 0.01, 1)
    attempt = Attempt("agent", AttemptResult.KEPT, 1, 0, 0.5, usage=asked, codes=(tally,), grade=Grade.TESTED)
    timing = Timing(number // 4, number // 4 + 0.9, number % 4)
    outcome = Fixed(
        path=path, before=found, attempts=(attempt,), timing=timing, patch=patch_of(path, olds, news), reason=""
    )
    return Chapter(number, outcome, "1" * 40, "all went well\n")


def story_of(files: Sequence[FileReport], chapters: Sequence[Chapter], **more: Any) -> Story:
    """A run with these files."""
    before, after = sum(file.before for file in files), sum(file.after for file in files)
    gone = before - after
    report = RunReport(
        run="20260101-000000-0000", stomper_version="1.0", repository="/home/me/shop", base_commit="0" * 40,
        head_commit="1" * 40, branch="refs/heads/main", started="2026-01-01T00:00:00Z",
        finished="2026-01-01T00:01:00Z", diagnostics_before=before, diagnostics_after=after, files=tuple(files),
        concurrency=Concurrency(4, 4, 60.0, 200.0), seconds=61.0,
        codes=(CodeReport("ruff", "F401", before, gone, 0, after),), **more,
    )  # fmt: skip
    return Story(to_dict(report), {printable(chapter.outcome.path): [chapter] for chapter in chapters})


def hostile_story() -> Story:
    """A run whose every text is `HOSTILE`, one line of it endless."""
    path, code = f"src/{HOSTILE}.py", f"F401{HOSTILE}"
    found = diagnostic(path, 1, code, HOSTILE)
    olds = [b"import os", HOSTILE.encode("utf-8", "surrogateescape"), LONG_LINE]
    chapters = [fixed_chapter(0, path, olds, [HOSTILE.encode("utf-8", "surrogateescape")], found)]
    attempt = Attempt(HOSTILE, AttemptResult.FAILED, 1, None, 0.1, detail=HOSTILE)
    rejected = Rejected(path="b.py", before=(diagnostic("b.py", 1, code),), attempts=(attempt,),
                        timing=Timing(0, 1, 9), reason=HOSTILE, broken=(HOSTILE,))  # fmt: skip
    failed = Failed(path="c.py", before=(), reason=HOSTILE, trace=HOSTILE)
    chapters += [Chapter(1, rejected, log=HOSTILE), Chapter(2, failed, log=HOSTILE)]
    dropped = Dropped(HOSTILE, (("ruff", code, 1),), (1,), (HOSTILE,))
    withheld = Withheld(HOSTILE, "ruff", code, 1, HOSTILE)
    files = [
        FileReport("b.py", "rejected", HOSTILE, 1, 1, {}, 1.0, None, (attempt,), None, None, dropped=(dropped,)),
        FileReport("c.py", "failed", HOSTILE, 1, 1, {}, 1.0, None, (), None, None),
        FileReport(
            path, "fixed", HOSTILE, 1, 0, {code: 1}, 1.0, "1" * 40, (attempt,), None, None, withheld=(withheld,)
        ),
    ]
    tests = {"mode": "final", "runs": 1, "partial_runs": 0, "command": HOSTILE, "reason": HOSTILE, "dropped": [
        {"path": path, "tests": [HOSTILE], "fixer": HOSTILE, "codes": [code], "lines": [1]}]}  # fmt: skip
    return story_of(files, chapters, tests=tests, undelivered=HOSTILE, options={HOSTILE: HOSTILE}, tools={HOSTILE: "1"})


def fleet_report(texts: Sequence[str] = ("shop", "a/b", "c", "d")) -> FleetReport:
    """A fleet whose repositories have these names, and whatever else they say too."""
    rows, results = [], dict[str, Result]()
    for number, (state, text) in enumerate(zip(cycle(STATES), texts, strict=False)):
        figures = {
            "diagnostics_before": 10,
            "diagnostics_after": number,
            "diagnostics_fixed": 10 - number,
            "files_fixed": 2,
        }
        usage = {"input_tokens": 1000, "output_tokens": 100, "cost_estimate": 0.25}
        codes = (CodeCount("ruff", f"F{number}{text}", 10, 10 - number, number),)
        told = Result(text, state, f"why {text}", seconds=3.5, figures=figures, codes=codes, usage=usage, notes=(text,))
        results[text] = told
        pulled = Pulled(text, "created", url="https://example.org/1" if number % 2 else f"javascript:{text}")
        rows.append(Row(Entry(text, "https://example.org/x"), told, pulled))
    history = FleetHistory(1.0, 1, results, over=True, ended=60.0, seconds=59.0, exit_code=1, peak=2)
    return FleetReport("20260101-000000-0000", tuple(rows), history, 4)


def large_story(count: int) -> Story:
    """A run over so many files, each with a diff of its own; every fifth has something left."""
    chapters, files = [], []
    for number in range(count):
        path = f"pkg_{number % 40:02}/part_{number % 7}/module_{number:05}.py"
        olds = [b"import os", b"import sys", b"", b"def price_%d(amount):" % number, b"    return '%d' % amount"]
        chapters.append(fixed_chapter(number, path, olds, olds[1:], diagnostic(path)))
        status: Status = "fixed" if number % 5 else "partial"
        left, why = (0, "") if number % 5 else (1, "nothing fixes E501")
        tries = chapters[-1].outcome.attempts
        files.append(FileReport(path, status, why, 1 + left, left, {"F401": 1}, 0.9, "1" * 40, tries, None, None))
    return story_of(files, chapters)
