"""The parts of a SARIF result that a checker told beside its diagnostic: rule, end, fix.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, as the section numbers here.
"""

from collections.abc import Mapping
from typing import Any

from stomper.models import Diagnostic, Told, printable
from stomper.report.findings import page_of
from stomper.text.redact import hidden

NOTHING = Told()


def rule_facts(rule: str, example: Diagnostic) -> dict[str, Any]:
    """The description of a rule (3.49), by what is told of one of its diagnostics.

    GitHub shows `help`, and asks for it and for a short description.
    """
    told = example.told or NOTHING
    name = printable(told.rule)
    short = f"{name} ({rule})" if name else rule
    page = page_of(example)
    text = f"{short}: {page}" if page else f"{example.tool} reports this as {printable(example.code)}."
    return {
        "id": rule,
        **({"name": name} if name else {}),
        "shortDescription": {"text": short},
        "help": {"text": text, **({"markdown": f"[{short}]({page})"} if page else {})},
        **({"helpUri": hidden(page)} if page else {}),
    }


def region_of(d: Diagnostic) -> dict[str, int]:
    """The place of a diagnostic (3.30), with its end if that is known and not before the start."""
    end = d.told.end if d.told is not None else None
    region = {"startLine": d.line, "startColumn": d.column}
    if end is None or end < (d.line, d.column):
        return region
    return {**region, "endLine": end[0], "endColumn": end[1]}


def fixes_of(d: Diagnostic, artifact: Mapping[str, str]) -> list[dict[str, Any]]:
    """The checker's own fix (3.55), which Stomper's fixer of this name makes as well."""
    replacements = (d.told or NOTHING).replacements
    if not replacements:
        return []
    changes = [
        {
            "deletedRegion": {
                "startLine": r.start[0],
                "startColumn": r.start[1],
                "endLine": r.end[0],
                "endColumn": r.end[1],
            },
            "insertedContent": {"text": r.text},
        }
        for r in replacements
    ]
    words = {"text": f"the fix of {d.tool} for {printable(d.code)}"}
    return [{"description": words, "artifactChanges": [{"artifactLocation": artifact, "replacements": changes}]}]
