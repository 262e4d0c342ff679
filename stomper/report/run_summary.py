"""A run in Markdown: what a person reads on the page of a job, or in a comment on a change."""

from collections import Counter
from collections.abc import Iterator

from stomper.report.ending_lines import ending_line, summary_line, waiting_lines
from stomper.report.findings import Findings, findings_of, page_of
from stomper.report.markdown import document, linked, plain, table
from stomper.report.model import FileReport, RunReport
from stomper.report.render import tested_line, time_lines, usage_lines, withheld_lines
from stomper.report.step_summary import to_summary, unsettled_files
from stomper.text.counts import plural, shorten

SHOWN_TESTS = 3
SHOWN_CODES = 8


def to_markdown(subject: RunReport | Findings) -> str:
    """What a run came to, or what a check has found, on one page."""
    return _run(subject) if isinstance(subject, RunReport) else to_summary(subject)


def _run(report: RunReport) -> str:
    findings = findings_of(report)
    trouble = [f"**{findings.trouble}**: {plain(findings.problem)}"] if findings.problem else []
    parts = [f"### Stomper: {plain(summary_line(report))}", *trouble, _facts(report)]
    return document([*parts, *_codes(report), *unsettled_files(findings), *_dropped(report), *_left(findings)])


def _facts(report: RunReport) -> str:
    """Give the lines that say what stands behind the figures, as a list."""
    lines = [
        *waiting_lines(report),
        tested_line(report.tested, report.tests.get("command", "")),
        *withheld_lines(report.withheld, report.proof),
        *usage_lines(report.usage),
        *time_lines(report),
        ending_line(report),
    ]
    return "\n".join(f"- {plain(line)}" for line in lines)


def _codes(report: RunReport) -> list[str]:
    pages = {(d.tool, d.code): page_of(d) for d in report.remaining}
    rows = [
        (plain(c.tool), linked(c.code, pages.get((c.tool, c.code), "")), c.before, c.fixed, c.suppressed, c.left)
        for c in report.codes
    ]
    return table(("checker", "code", "before ", "fixed ", "suppressed ", "left "), rows)


def _dropped(report: RunReport) -> list[str]:
    """Give a table of the parts that tests took out of files that are kept."""
    rows = [row for file in report.files for row in _parts(file)]
    return table(("dropped from", "codes", "because it breaks"), rows)


def _parts(file: FileReport) -> Iterator[tuple[str, str, str]]:
    for part in file.came_to.dropped or file.dropped:
        counts = Counter[str]()
        for _, code, count in part.codes:
            counts[code] += count
        codes = shorten([f"{code} {count}" for code, count in sorted(counts.items())], SHOWN_CODES)
        lines = f" ({plural(len(part.lines), 'line')} from {part.lines[0]} on)" if part.lines else ""
        yield plain(f"{file.path}{lines}"), plain(codes), plain(shorten(part.broken, SHOWN_TESTS))


def _left(findings: Findings) -> list[str]:
    """Give a table of the files with most diagnostics left."""
    codes: dict[str, Counter[str]] = {}
    for d in findings.diagnostics:
        codes.setdefault(d.path, Counter())[d.code] += 1
    most_first = sorted(codes.items(), key=lambda item: -item[1].total())
    rows = [(plain(path), counts.total(), plain(_counted(counts))) for path, counts in most_first]
    return table(("left in", "count ", "codes"), rows)


def _counted(codes: Counter[str]) -> str:
    return shorten([f"{code} {count}" for code, count in codes.most_common()], SHOWN_CODES)
