"""Annotations of GitHub's workflows: lines on stdout that it shows at the place in the change.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions; escaping as in its toolkit
(packages/core/src/command.ts). It shows ten of each kind for a step, so no more are printed.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from stomper.models import Diagnostic, Severity, codes_of
from stomper.report.findings import Findings, counted, in_cell
from stomper.text.printable import printable
from stomper.text.redact import hidden

KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "notice", Severity.HINT: "notice"}

MOST_SHOWN = 10

Annotation: TypeAlias = tuple[str, str]
"""The kind, and what comes after it in the command."""


def to_github(findings: Findings) -> str:
    """A line for each diagnostic, for each file that a fix failed on, for a run that cannot be trusted.

    All that was suppressed is one line.
    """
    shown, more = _shown([*_of_the_whole(findings), *map(_annotation, findings.diagnostics)])
    lines = [f"::{kind} {words}" for kind, words in shown]
    if more:
        lines.append(f"and {more} more: GitHub shows {MOST_SHOWN} annotations of a kind for a step")
    return "".join(f"{line}\n" for line in lines)


def _shown(annotations: Sequence[Annotation]) -> tuple[list[Annotation], int]:
    """Give the first of each kind, as many as GitHub shows, and how many are beyond that."""
    seen: Counter[str] = Counter()
    shown = []
    for kind, words in annotations:
        seen[kind] += 1
        shown += [(kind, words)] if seen[kind] <= MOST_SHOWN else []
    return shown, len(annotations) - len(shown)


def _of_the_whole(findings: Findings) -> Iterator[Annotation]:
    """What nobody must overlook, before single diagnostics."""
    if findings.problem:
        yield _command("error", findings.problem, title=f"stomper: {findings.trouble}")
    for file in findings.unsettled:
        kind = "error" if file.status == "failed" else "warning"
        yield _command(kind, file.reason or file.status, file=file.path, title=f"stomper: {file.status}")
    if findings.suppressed:
        yield _command("notice", counted(codes_of(findings.suppressed)), title="stomper: suppressed")


def _annotation(d: Diagnostic) -> Annotation:
    end = d.told.end if d.told is not None else None
    place = {"file": d.path, "line": str(d.line), "col": str(d.column)}
    if end is not None and end > (d.line, d.column):
        place |= {"endLine": str(end[0])}
        # A column counts only within one line; that of the end is the last one, not the one after it.
        place |= {"endColumn": str(end[1] - 1)} if end[0] == d.line else {}
    return _command(KINDS[d.severity], d.message or d.code, **place, title=_title(d))


def _title(d: Diagnostic) -> str:
    cell = in_cell(d)
    return f"{d.tool} {d.code} ({cell})" if cell else f"{d.tool} {d.code}"


def _command(kind: str, message: str, **properties: str) -> Annotation:
    facts = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return kind, f"{facts}::{_data(message)}"


def _data(text: str) -> str:
    return "%0A".join(printable(line).replace("%", "%25") for line in hidden(text).splitlines())


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
