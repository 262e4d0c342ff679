"""Annotations of GitHub's workflows: lines on stdout that it shows at the place in the change.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions; escaping as in its toolkit
(packages/core/src/command.ts). It shows ten of each kind for a step.
"""

from stomper.models import Diagnostic, Severity, codes_of
from stomper.report.findings import Findings, counted
from stomper.text.printable import printable
from stomper.text.redact import hidden

KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "notice", Severity.HINT: "notice"}


def to_github(findings: Findings) -> str:
    """A line for each diagnostic, for each file that a fix failed on, for a run that cannot be trusted.

    All that was suppressed is one line.
    """
    lines = [_annotation(d) for d in findings.diagnostics]
    for file in findings.unsettled:
        kind = "error" if file.status == "failed" else "warning"
        lines.append(_command(kind, file.reason or file.status, file=file.path, title=f"stomper: {file.status}"))
    if findings.suppressed:
        lines.append(_command("notice", counted(codes_of(findings.suppressed)), title="stomper: suppressed"))
    if findings.problem:
        lines.append(_command("error", findings.problem, title="stomper: not to be trusted"))
    return "".join(f"{line}\n" for line in lines)


def _annotation(d: Diagnostic) -> str:
    place = {"file": d.path, "line": str(d.line), "col": str(d.column)}
    return _command(KINDS[d.severity], d.message or d.code, **place, title=f"{d.tool} {d.code}")


def _command(kind: str, message: str, **properties: str) -> str:
    facts = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{kind} {facts}::{_data(message)}"


def _data(text: str) -> str:
    return "%0A".join(printable(line).replace("%", "%25") for line in hidden(text).splitlines())


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
