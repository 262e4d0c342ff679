"""Whether the figures of a report add up, and are about what the user has."""

import json
from typing import Any

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

STATES = ("fixed", "suppressed", "partial", "unchanged", "skipped", "rejected", "failed")


def honest_report(repo: GitRepo, stomper: Stomper) -> dict[str, Any]:
    """The report of the last run, after a look at what is checked out: it has no fewer diagnostics than that says."""
    report = report_of(repo)
    assert_adds_up(report)
    code = 1 if report["summary"]["diagnostics_after"] else 0
    seen = json.loads(stomper.run(repo, "check", "--format", "json").check(code).out)
    assert len(seen["diagnostics"]) == report["summary"]["diagnostics_after"]
    return report


def assert_adds_up(report: dict[str, Any]) -> None:
    """Every file is in one count, and so is every diagnostic."""
    counts, files, ending = report["summary"], report["files"], report["ending"]
    states = [file["status"] for file in files]
    assert [counts[f"files_{state}"] for state in STATES] == [states.count(state) for state in STATES]
    assert counts["files_total"] == len(files) == sum(counts[f"files_{state}"] for state in STATES)
    gone = counts["diagnostics_fixed"] + counts["diagnostics_suppressed"]
    assert counts["diagnostics_before"] == gone + counts["diagnostics_after"]
    assert counts["diagnostics_fixed"] == sum(sum(file["fixed_codes"].values()) for file in files)
    assert counts["diagnostics_after"] == sum(file["after"] for file in files)
    assert counts["diagnostics_after"] == ending["left"] + ending["not_delivered"] + ending["would_fix"]
    assert report["delivered"] is ("not_delivered" not in report)


def outcomes(repo: GitRepo) -> dict[str, str]:
    """Path -> the state that the last run came to for it, also where the user does not have that."""
    return {file["path"]: file.get("outcome", file)["status"] for file in report_of(repo)["files"]}
