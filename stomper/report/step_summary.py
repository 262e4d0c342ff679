"""The summary of a step of a GitHub workflow: Markdown in the file that GITHUB_STEP_SUMMARY names.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions: of a step 1 MiB is shown. So there is
a row for each code, and only so many for files.
"""

import html
import re
from collections import Counter
from collections.abc import Sequence

from stomper.report.findings import Findings, page_of
from stomper.text.counts import plural
from stomper.text.printable import printable
from stomper.text.redact import hidden

MOST_ROWS = 50
LONGEST = 300
# What is of effect in Markdown, beside what is of effect in HTML.
MARKS = re.compile(r"([\\`*_{}\[\]()#+!|~@:])")


def to_summary(findings: Findings) -> str:
    """The counts by code, and the files that a fix failed on or was rejected in."""
    parts = [f"### Stomper: {_headline(findings)}", *_problem(findings), *_codes(findings), *_files(findings)]
    return "".join(f"{part}\n\n" for part in parts)


def _headline(findings: Findings) -> str:
    if findings.problem:
        return findings.trouble
    if not findings.diagnostics:
        return "nothing is left" if findings.files else "nothing found"
    files = plural(len({d.path for d in findings.diagnostics}), "file")
    return f"{plural(len(findings.diagnostics), 'diagnostic')} in {files}"


def _problem(findings: Findings) -> list[str]:
    return [_plain(findings.problem)] if findings.problem else []


def _codes(findings: Findings) -> list[str]:
    counts = Counter((d.tool, d.code) for d in findings.diagnostics)
    pages = {(d.tool, d.code): page_of(d) for d in findings.diagnostics}
    rows = [
        f"| {_plain(tool)} | {_linked(code, pages[tool, code])} | {count} |"
        for (tool, code), count in counts.most_common()
    ]
    return _table("| checker | code | count |\n|---|---|---|", rows)


def _files(findings: Findings) -> list[str]:
    rows = [f"| {_plain(f.path)} | {f.status} | {_plain(f.reason)} |" for f in findings.unsettled]
    return _table("| file | state | reason |\n|---|---|---|", rows)


def _table(head: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return []
    more = [f"and {len(rows) - MOST_ROWS} more"] if len(rows) > MOST_ROWS else []
    return ["\n".join([head, *rows[:MOST_ROWS]]), *more]


def _linked(code: str, page: str) -> str:
    return f"[{_plain(code)}]({page})" if page else _plain(code)


def _plain(text: str) -> str:
    """Give a text of others on one line, of no effect in Markdown and HTML."""
    line = printable(hidden(text))[:LONGEST]
    return html.escape(MARKS.sub(r"\\\1", line), quote=False)
