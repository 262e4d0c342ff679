"""SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"""

from typing import Any
from urllib.parse import quote

from stomper.models import Diagnostic, Severity, printable
from stomper.report.findings import Findings, fingerprints, in_cell
from stomper.report.model import FileReport
from stomper.report.sarif_details import fixes_of, region_of, rule_facts
from stomper.text.printable import json_text

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
BASE = "SRCROOT"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note", Severity.HINT: "note"}


def to_sarif(findings: Findings) -> str:
    """One run of Stomper. Its rules are those of the checkers, with the checker's name before the code.

    What comments silence is a result too, with `suppressions`: readers pass over it, auditors find it.
    """
    found = [*findings.diagnostics, *findings.suppressed]
    examples = {rule_id(d): d for d in reversed(found)}
    rules = list(dict.fromkeys(map(rule_id, found)))
    described = [rule_facts(rule, examples[rule]) for rule in rules]
    driver = {"name": "Stomper", "version": findings.stomper_version, "rules": described}
    run = {
        "tool": {"driver": driver},
        # Its place on this machine says nothing to others (3.14.14).
        "originalUriBaseIds": {BASE: {"description": {"text": "the top of the repository"}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(findings)],
        "results": [
            _result(diagnostic, rules.index(rule_id(diagnostic)), name) | _suppression(findings, number)
            for number, (diagnostic, name) in enumerate(fingerprints(found))
        ],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def rule_id(diagnostic: Diagnostic) -> str:
    """A rule's name among those of all checkers: `ruff/F401`."""
    return f"{diagnostic.tool}/{printable(diagnostic.code)}"


def _invocation(findings: Findings) -> dict[str, Any]:
    notes = [_note(file) for file in findings.unsettled]
    if findings.problem:
        notes.append({"level": "error", "message": {"text": printable(findings.problem)}})
    return {
        "executionSuccessful": findings.trusted,
        "exitCode": findings.exit_code,
        "endTimeUtc": findings.finished,
        "toolExecutionNotifications": notes,
    }


def _note(file: FileReport) -> dict[str, Any]:
    # A file that could not be fixed does not make the results incomplete, which `error` would say.
    text = printable(f"{file.status}: {file.reason}" if file.reason else file.status)
    place = {"physicalLocation": {"artifactLocation": _artifact(file.path)}}
    return {"level": "warning", "message": {"text": text}, "locations": [place]}


def _result(diagnostic: Diagnostic, rule: int, fingerprint: str) -> dict[str, Any]:
    place = {"artifactLocation": _artifact(diagnostic.path), "region": region_of(diagnostic)}
    fixes = fixes_of(diagnostic, _artifact(diagnostic.path))
    return {
        "ruleId": rule_id(diagnostic),
        "ruleIndex": rule,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": printable(diagnostic.message) or rule_id(diagnostic)},
        "locations": [{"physicalLocation": place, **_logical(diagnostic)}],
        # The second is the one that GitHub knows an alert by.
        "partialFingerprints": {"stomperKey/v1": fingerprint, "primaryLocationLineHash": f"{fingerprint[:16]}:1"},
        **({"fixes": fixes} if fixes else {}),
    }


def _logical(diagnostic: Diagnostic) -> dict[str, Any]:
    """Give the place in a notebook (3.28.4); the physical one is that in its JSON."""
    cell = in_cell(diagnostic)
    return {"logicalLocations": [{"name": cell, "kind": "cell"}]} if cell else {}


def _suppression(findings: Findings, number: int) -> dict[str, Any]:
    """Give a result's property on suppressions: all results of a run have it, or none (3.27.23)."""
    if not findings.suppressed:
        return {}
    said = {"kind": "inSource", **({"justification": findings.reason} if findings.reason else {})}
    return {"suppressions": [said] if number >= len(findings.diagnostics) else []}


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path, errors="surrogateescape"), "uriBaseId": BASE}
