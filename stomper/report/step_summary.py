"""The summary of a step of a GitHub workflow (the file that GITHUB_STEP_SUMMARY names), and of a check in Markdown.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from collections import Counter

from stomper.report.findings import Findings, page_of
from stomper.report.markdown import document, linked, plain, table
from stomper.text.counts import plural


def to_summary(findings: Findings) -> str:
    """The counts by code, and the files that a fix failed on or was rejected in."""
    return document(
        [f"### Stomper: {_headline(findings)}", *_problem(findings), *_codes(findings), *unsettled_files(findings)]
    )


def _headline(findings: Findings) -> str:
    if findings.problem:
        return findings.trouble
    if not findings.diagnostics:
        return "nothing is left" if findings.files else "nothing found"
    files = plural(len({d.path for d in findings.diagnostics}), "file")
    return f"{plural(len(findings.diagnostics), 'diagnostic')} in {files}"


def _problem(findings: Findings) -> list[str]:
    return [plain(findings.problem)] if findings.problem else []


def _codes(findings: Findings) -> list[str]:
    counts = Counter((d.tool, d.code) for d in findings.diagnostics)
    pages = {(d.tool, d.code): page_of(d) for d in findings.diagnostics}
    rows = [(plain(tool), linked(code, pages[tool, code]), count) for (tool, code), count in counts.most_common()]
    return table(("checker", "code", "count"), rows)


def unsettled_files(findings: Findings) -> list[str]:
    """Give a table of the files whose fix failed or was rejected."""
    rows = [(plain(file.path), file.status, plain(file.reason)) for file in findings.unsettled]
    return table(("file", "state", "reason"), rows)
