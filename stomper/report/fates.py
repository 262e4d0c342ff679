"""Sum up, from the reports of several runs, what became of fixes: landed, taken out again, withheld."""

import contextlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stomper.grades import Grade
from stomper.models import printable
from stomper.report.by_fixer import ByFixer
from stomper.text.counts import plural, shorten

SHOWN_CODES = 12


@dataclass(frozen=True, slots=True)
class PastRun:
    """The report of a run as plain data, and whether the user has its result."""

    report: Mapping[str, Any]
    delivered: bool


@dataclass(slots=True)
class Fates:
    """Counts of diagnostics over `runs` runs, by grade: those whose fixes landed, and whose fixes tests took out again.

    `withheld` counts, by code, the fixes that the last run of each file did not let land; `fixers` counts by fixer and
    code what runs came to whose result the user has.
    """

    runs: int = 0
    landed: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)
    fixers: ByFixer = field(default_factory=ByFixer)


def fates_of(runs: Iterable[PastRun]) -> Fates:
    """Sum up runs, the last one first. What another version wrote in another form is passed over."""
    fates, seen = Fates(), set[str]()
    for run in runs:
        with contextlib.suppress(AttributeError, KeyError, TypeError):
            if "grades" in run.report["summary"]:
                _add(fates, run, seen)
    return fates


def _add(fates: Fates, run: PastRun, seen: set[str]) -> None:
    fates.runs += 1
    if run.delivered:
        fates.landed.update(run.report["summary"]["grades"])
        fates.fixers.add_report(run.report.get("fixers", ()))
    for file in run.report["files"]:
        for credit in file.get("dropped", ()):
            fates.dropped[credit.get("grade", "")] += sum(credit["codes"].values())
        if file["path"] not in seen:
            fates.withheld.update(guess["code"] for guess in file.get("withheld", ()))
        seen.add(file["path"])


def to_dict(fates: Fates) -> dict[str, Any]:
    """The sums as plain data."""
    return {
        "runs": fates.runs,
        "grades": {
            str(grade): {"landed": fates.landed[grade], "dropped": fates.dropped[grade]}
            for grade in Grade
            if fates.landed[grade] or fates.dropped[grade]
        },
        "withheld": dict(fates.withheld.most_common()),
        "fixers": fates.fixers.rows(),
    }


def to_lines(fates: Fates) -> list[str]:
    """A table for a terminal; none without a run that had grades."""
    if not fates.runs:
        return []
    title = f"fixes by grade, in {plural(fates.runs, 'run')}"
    lines = [f"{title:32}  landed  dropped by tests"]
    lines += [f"{grade:32}  {fates.landed[grade]:6}  {fates.dropped[grade]:7}" for grade in Grade]
    codes = [f"{printable(code)} {count}" for code, count in fates.withheld.most_common()]
    if codes:
        lines += ["", f"withheld, where each file was last seen: {shorten(codes, SHOWN_CODES)}"]
    return lines
