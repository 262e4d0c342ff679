"""One report a file, of all rounds of a run that had it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from stomper.grades import Grade
from stomper.report.model import CHANGED, FileReport


def merged(reports: Iterable[FileReport]) -> list[FileReport]:
    """Merge the reports of each file, which are in the order of the rounds."""
    by_path: dict[str, list[FileReport]] = {}
    for report in reports:
        by_path.setdefault(report.path, []).append(report)
    return [_one(same) for same in by_path.values()]


def _one(reports: Sequence[FileReport]) -> FileReport:
    """Merge the reports of one file: what was changed stays so, whatever a later round came to."""
    if len(reports) == 1:
        return reports[0]
    telling = [report for report in reports if report.status in CHANGED]
    telling = telling or [report for report in reports if report.status == "rejected"] or list(reports[:1])
    last = telling[-1]
    later = reports[reports.index(last) :]
    suppressed = tuple(diagnostic for report in reports for diagnostic in report.suppressed)
    return replace(
        last,
        status="suppressed" if suppressed and last.status == "fixed" else last.status,
        reason="; ".join(dict.fromkeys(report.reason for report in later if report.reason)),
        before=reports[0].before,
        fixed_codes=_added(report.fixed_codes for report in reports),
        seconds=sum(report.seconds for report in reports),
        attempts=tuple(attempt for report in reports for attempt in report.attempts),
        commits=tuple(commit for report in reports for commit in report.commits),
        suppressed=suppressed,
        cached=all(report.cached for report in reports),
        grades=_added_grades([report.grades for report in reports]),
        withheld=reports[-1].withheld,
        dropped=tuple(part for report in reports for part in report.dropped),
    )


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total = Counter[str]()
    for each in counts:
        total.update(each)
    return dict(sorted(total.items()))


def _added_grades(all_grades: Sequence[Mapping[str, Mapping[Grade, int]]]) -> dict[str, dict[Grade, int]]:
    codes = sorted({code for grades in all_grades for code in grades})
    counts = {code: Counter[Grade]() for code in codes}
    for grades in all_grades:
        for code, by_grade in grades.items():
            counts[code].update(by_grade)
    return {code: {grade: counts[code][grade] for grade in Grade if counts[code][grade]} for code in codes}
