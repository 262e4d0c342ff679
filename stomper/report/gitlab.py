"""GitLab's Code Quality: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format"""

from typing import Any

from stomper.models import Diagnostic, Severity, printable
from stomper.report.findings import Findings, fingerprints
from stomper.report.sarif import rule_id
from stomper.text.printable import json_text

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFORMATION: "info", Severity.HINT: "info"}


def to_gitlab(findings: Findings) -> str:
    """The diagnostics. What has the same fingerprint GitLab shows once, so no two have the same."""
    return json_text([_issue(d, name) for d, name in fingerprints(findings.diagnostics)], indent=2) + "\n"


def _issue(d: Diagnostic, fingerprint: str) -> dict[str, Any]:
    return {
        "description": printable(d.message) or rule_id(d),
        "check_name": rule_id(d),
        "fingerprint": fingerprint,
        "severity": SEVERITIES[d.severity],
        "location": {"path": printable(d.path), "lines": {"begin": d.line}},
    }
