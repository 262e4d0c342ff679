"""The title and the body of a pull request: what was fixed and rejected, how it was tested, how to undo it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from stomper.text.counts import plural
from stomper.text.printable import one_line
from stomper.text.redact import hidden
from stomper.text.templates import fill, template_problem

TITLE = "fix(quality): resolve {issues} in {files}"
BODY = """\
Stomper fixed or suppressed {gone} of {before} in {files}.

{codes}

**Tests.** {tests}

{rejected}**How to undo it.** {undo}
"""
NAMES = ("issues", "files", "gone", "before", "left", "codes", "tests", "rejected", "undo", "repository", "base", "run")
MOST_ROWS, MOST_FILES = 40, 20
LONGEST_BODY, LONGEST_TITLE = 60_000, 240
CUT = "\n\n(shortened)\n"
GONE = ("fixed", "suppressed")
UNDO = (
    "Before the merge: close this pull request. After it: `git revert -m 1 COMMIT` with the merge commit, or"
    " `git revert COMMIT` with the one it was squashed to. Each file is one commit, which can be reverted by itself."
)


def problem_of(template: str) -> str:
    """Say what is wrong with a template; '' if it can be filled."""
    return template_problem(template, NAMES)


def title_of(template: str, values: Mapping[str, str]) -> str:
    """Give the title, on one line."""
    return one_line(hidden(fill(template or TITLE, values)))[:LONGEST_TITLE]


def body_of(template: str, values: Mapping[str, str]) -> str:
    """Give the body, without secrets, and not longer than a forge takes."""
    text = hidden(fill(template or BODY, values)).strip()
    return text if len(text) <= LONGEST_BODY else text[:LONGEST_BODY] + CUT


def values_of(reports: Sequence[Mapping[str, Any]], repository: str, base: str) -> dict[str, str]:
    """Give what templates can name. `reports` are of the runs whose commits are offered, the latest first."""
    latest, rows = reports[0], _codes(reports)
    gone = sum(row["gone"] for row in rows)
    files = {file["path"] for report in reports for file in report.get("files", ()) if file.get("commit")}
    left = sum(row["left"] for row in rows)
    return {
        "issues": plural(gone, "issue"),
        "files": plural(len(files), "file"),
        "gone": str(gone),
        "before": plural(gone + left, "diagnostic"),
        "left": str(left),
        "codes": "\n".join(_table(rows)),
        "tests": how_tested(latest),
        "rejected": "".join(f"{line}\n" for line in _rejected(latest)),
        "undo": UNDO,
        "repository": repository,
        "base": base,
        "run": ", ".join(str(report.get("run", "")) for report in reports),
    }


def _codes(reports: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Sum up what all runs have fixed by code; what is left is as the latest says."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for number, report in enumerate(reports):
        for code in report.get("codes", ()):
            key = (str(code["tool"]), str(code["code"]))
            row = rows.setdefault(key, {"tool": key[0], "code": key[1], "gone": 0, "left": 0})
            row["gone"] += sum(code.get(name, 0) for name in GONE)
            row["left"] += code.get("left", 0) if number == 0 else 0
    return sorted(rows.values(), key=lambda row: (-row["gone"], -row["left"], row["tool"], row["code"]))


def _table(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    shown = [row for row in rows if row["gone"] or row["left"]]
    yield "| code | tool | fixed or suppressed | left |"
    yield "|---|---|--:|--:|"
    for row in shown[:MOST_ROWS]:
        yield f"| {code_span(row['code'])} | {code_span(row['tool'])} | {row['gone']} | {row['left']} |"
    if len(shown) > MOST_ROWS:
        yield f"\nand {plural(len(shown) - MOST_ROWS, 'more code')}"


def how_tested(report: Mapping[str, Any]) -> str:
    """Say which tests judged the result."""
    tests = report.get("tests", {})
    if not report.get("tested"):
        return f"No test judged it: {prose(str(report.get('not_tested', 'there are none')))}."
    command = tests.get("command")
    words = " ".join(map(str, command)) if isinstance(command, list) else str(command or "")
    ran = plural(int(report.get("tests_run", 0)), "test")
    by = f" by {code_span(words)}" if words else ""
    dropped = len(tests.get("dropped", ()))
    taken = f" Taken out for breaking tests: {plural(dropped, 'fix', 'fixes')}." if dropped else ""
    return f"{ran} ran{by} on the result, and nothing failed that did not fail before.{taken}"


def _rejected(report: Mapping[str, Any]) -> Iterator[str]:
    """Name the files whose fixes were not good enough, and why."""
    bad = [file for file in report.get("files", ()) if file.get("status") in ("rejected", "failed")]
    if not bad:
        return
    yield f"**Not taken.** The fixes of {plural(len(bad), 'file')} were refused:"
    yield ""
    for file in bad[:MOST_FILES]:
        yield f"- {code_span(str(file['path']))}: {prose(str(file.get('reason', file['status'])))}"
    if len(bad) > MOST_FILES:
        yield f"- and {plural(len(bad) - MOST_FILES, 'more file')}"
    yield ""


def code_span(text: str) -> str:
    """Show a text as it is: nothing in it is a link, a mention or a tag."""
    plain = one_line(text).replace("|", "\\|")
    longest = max(map(len, re.findall("`+", plain)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {plain} {fence}" if longest else f"`{plain}`"


def prose(text: str) -> str:
    """Give a text of another program for Markdown, in which it mentions nobody and links nowhere."""
    plain = one_line(text).rstrip(".")
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", plain).replace("@", "@\u200b").replace("://", ":\u200b//")
