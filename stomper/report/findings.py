"""Collect what other programs want of a run or a check: the diagnostics, and the files that went wrong."""

import dataclasses
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stomper.checkers.completeness import unchecked_lines
from stomper.checkers.stubs import stub_packages
from stomper.errors import EXIT_CLEAN, EXIT_LEFT
from stomper.models import Diagnostic, in_order
from stomper.report.model import FileReport, RunReport

UNTRUSTED, UNDELIVERED = "not to be trusted", "not delivered"
PAGE = re.compile(r"https?://[\w./#?=&%+~:-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Findings:
    """`diagnostics` ordered by path and place; `files` are the outcomes of a fix, none for a check.

    `suppressed` are those that a fix has silenced by comments, for the `reason` that stands behind these.
    `top` is the repository, `finished` ISO 8601 in UTC; `problem` says what is wrong with
    the whole, in the way that `trouble` names.
    """

    top: str
    stomper_version: str
    finished: str
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[FileReport, ...] = ()
    exit_code: int = EXIT_CLEAN
    problem: str = ""
    trouble: str = UNTRUSTED
    suppressed: tuple[Diagnostic, ...] = ()
    reason: str = ""

    @property
    def trusted(self) -> bool:
        return self.exit_code in (EXIT_CLEAN, EXIT_LEFT)

    @property
    def unsettled(self) -> tuple[FileReport, ...]:
        """The files that a fix left for another reason than that nothing fixes what they have."""
        return tuple(file for file in self.files if file.status in ("failed", "rejected"))


def findings_of(report: RunReport) -> Findings:
    """Give what is left after a fix, on the branch as it is now."""
    trouble, problem = _trouble(report)
    return Findings(
        top=report.repository,
        stomper_version=report.stomper_version,
        finished=report.finished,
        diagnostics=report.remaining,
        files=report.files,
        exit_code=report.exit_code,
        problem=problem,
        trouble=trouble,
        suppressed=in_order(d for file in report.files for d in file.suppressed) if report.delivered else (),
        reason=report.reason,
    )


def _trouble(report: RunReport) -> tuple[str, str]:
    """Give what kind of trouble the run as a whole is in, and why; the latter is empty if it is in none."""
    if report.untrusted or report.interrupted:
        return UNTRUSTED, report.untrusted or "interrupted"
    if report.undelivered:
        return UNDELIVERED, report.undelivered
    return UNTRUSTED, "; ".join(unchecked_lines(report.unchecked))


def facts_of(diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    """All diagnostics as plain data, how many there are of each code, and the stub packages that mypy asks for."""
    names = [field.name for field in dataclasses.fields(Diagnostic) if field.compare]
    rows = [{**{name: getattr(d, name) for name in names}, **_cell(d)} for d in diagnostics]
    facts = {"diagnostics": rows, "codes": dict(Counter(d.code for d in diagnostics).most_common())}
    packages = stub_packages(diagnostics)
    return {**facts, **({"stub_packages": list(packages)} if packages else {})}


def _cell(d: Diagnostic) -> dict[str, int]:
    """The place in a notebook as its readers count; nothing of another file."""
    cell = d.told.cell if d.told is not None else None
    return {} if cell is None else dict(zip(("cell", "cell_line", "cell_column"), cell, strict=True))


def in_cell(d: Diagnostic) -> str:
    """Say in which cell of a notebook a diagnostic is, for those who show the file's own lines; '' in another file."""
    return "cell {cell}, line {cell_line}".format(**_cell(d)) if _cell(d) else ""


def page_of(d: Diagnostic) -> str:
    """The address of what is written about a diagnostic's rule; '' for one that could mean more than a link."""
    page = d.told.page if d.told is not None else ""
    return page if PAGE.fullmatch(page) else ""


def counted(codes: Mapping[str, int]) -> str:
    """Codes with their counts, in words: `E501 3, F401 1`."""
    return ", ".join(f"{code} {count}" for code, count in codes.items())


def fingerprints(diagnostics: Sequence[Diagnostic]) -> Iterator[tuple[Diagnostic, str]]:
    """Each diagnostic with a name that no other one has, and that stays when lines above it come and go."""
    seen: Counter[tuple[str, ...]] = Counter()
    for diagnostic in diagnostics:
        key = (diagnostic.path, *diagnostic.key)
        seen[key] += 1
        yield diagnostic, _digest((*key, str(seen[key])))


def _digest(parts: Iterable[str]) -> str:
    text = "\0".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
