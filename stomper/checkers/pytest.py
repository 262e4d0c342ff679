"""pytest as a checker: a test that fails is a diagnostic of its file."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper.checkers.caches import own_place
from stomper.checkers.completeness import Look, Looking, not_checked
from stomper.checkers.pytest_run import CONFTEST, Case, PytestRunner, Report
from stomper.models import Diagnostic, Severity, in_order

CRASH = re.compile(r"^(?P<path>[^\s:][^:]*):(?P<line>\d+): (?P<type>[\w.]+)?$", re.MULTILINE)
COLLECTING = re.compile(r"^E\s+(?P<type>[A-Za-z_][\w.]*(?:Error|Exception|Warning|Failed)\b)(?:: (?P<reason>.*))?$")
SETUP = re.compile(r'^failed on \w+ with "(?P<words>.*?)"?$', re.DOTALL)
TYPE = re.compile(r"^(?P<type>[A-Za-z_][\w.]*): ")
ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
NO_TYPE = "failure"
TEST = re.compile(r"test_.*\.py$|.*_test\.py$")


@dataclass(frozen=True, slots=True)
class PytestChecker(Looking):
    """Failing tests and files that cannot be loaded.

    `quiet_sergeant` leaves what pytest-drill-sergeant demands to the checker of that name.
    """

    runner: PytestRunner
    quiet_sergeant: bool = False
    name: str = "pytest"

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        wanted = set(paths)
        extra = {"DRILL_SERGEANT_ENABLED": "false"} if self.quiet_sergeant else {}
        with own_place(scratch) as place:
            report = self.runner.run(root, place, wanted, (), extra)
            found = {_diagnostic(root, place, case) for case in report.failed if case.path in wanted}
        found |= {not_checked(self.name, path, words) for path, words in report.unread.items() if path in wanted}
        return Look(tuple(paths), in_order(found), left_out(report, wanted), tuple(_beside(report, wanted)))


def left_out(report: Report, wanted: Collection[str]) -> frozenset[str]:
    """The files that pytest leaves out: all if it finds no test, else those whose names say that they have some."""
    if not report.files:
        return frozenset(wanted)
    return frozenset(path for path in wanted if path not in report.files and TEST.match(PurePosixPath(path).name))


def _beside(report: Report, wanted: Collection[str]) -> Iterator[Diagnostic]:
    """Give what keeps pytest from tests that were asked for, in a file that was not."""
    for case in report.failed:
        folder = case.path.removesuffix(CONFTEST)
        if case.path != folder and case.path not in wanted and any(path.startswith(folder) for path in wanted):
            yield not_checked("pytest", case.path, ": ".join(filter(None, _reason(case))))


def _diagnostic(root: Path, place: Path, case: Case) -> Diagnostic:
    kind, reason = _reason(case)
    text = reason.replace(f"{root}/", "").replace(str(place), "tmp")  # both are other ones at the next check
    message = f"{case.name}: {ADDRESS.sub('0x...', text)}".rstrip(": ")
    return Diagnostic("pytest", kind, message, case.path, _line(case), 1, Severity.ERROR)


def _reason(case: Case) -> tuple[str, str]:
    """The type of what was raised, and the first line of what it says."""
    if case.module:
        return _collecting(case)
    setup = SETUP.match(case.message)
    words = setup["words"] if setup else case.message
    typed = TYPE.match(words)
    crash = [match["type"] for match in CRASH.finditer(case.text) if match["type"]]
    kind = crash[-1] if crash else typed["type"] if typed else NO_TYPE
    reason = words.removeprefix(typed[0]) if typed and typed["type"].endswith(kind) else words
    return kind.rpartition(".")[2], next(iter(reason.splitlines()), "")


def _collecting(case: Case) -> tuple[str, str]:
    """Of a file that could not be loaded only the long text says why."""
    for line in reversed(case.text.splitlines()):
        if match := COLLECTING.match(line):
            return match["type"].rpartition(".")[2], match["reason"] or ""
    return NO_TYPE, case.message


def _line(case: Case) -> int:
    """The last line of the test file that the traceback names, else where the test begins."""
    named = re.findall(rf"^{re.escape(case.path)}:(\d+):", case.text, re.MULTILINE)
    syntax = re.findall(rf'^E\s+File ".*{re.escape(case.path)}", line (\d+)$', case.text, re.MULTILINE)
    return int([*named, *syntax][-1]) if named or syntax else case.line
