"""pytest-drill-sergeant as a checker: what it demands of tests, without running one and without its writing.

It is a plugin of pytest that lets a test fail while it is set up, with its demands as text
(https://github.com/jeffrichley/pytest-drill-sergeant). With `--setup-plan` that is all that happens. Where the
project lets it write markers (its default), it does so while collecting, and does not complain of what
it writes; here those tests are told of instead, for the fixer.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers.caches import own_place
from stomper.checkers.completeness import Look, Looking, not_checked
from stomper.checkers.pytest import left_out
from stomper.checkers.pytest_record import own_cache
from stomper.checkers.pytest_run import SETUP_PLAN, Case, PytestRunner
from stomper.checkers.pytest_start import start_pytest
from stomper.checkers.quiet_pytest import quiet_words
from stomper.errors import CheckerError
from stomper.models import Diagnostic, Severity, in_order

TOOL = "drill-sergeant"
MARKER, LENGTH, OTHER = "missing-marker", "file-too-long", "other"
COUNT = re.compile(r"(?P<count>\d+) requirement\(s\) must be fixed before this test can run")
DEMAND = re.compile(r"^E?\s*• (?P<text>.+)$", re.MULTILINE)
FOOTER = "This is a PROJECT REQUIREMENT"
CONFIG = re.compile(r"drill-sergeant effective config: DrillSergeantConfig\((?P<text>.*)\)")
# How a demand begins -> its code.
CODES = (
    (re.compile(r"Add @pytest\.mark\."), MARKER),
    (re.compile(r"Split this file"), LENGTH),
    (re.compile(r"Add '# (Arrange|Act|Assert) - .*' comment before"), "missing-{}"),
    (re.compile(r"Add '# (Arrange|Act|Assert) - .*' with at least"), "short-{}"),
    (re.compile(r"In strict mode, use at most one"), "duplicate-section"),
    (re.compile(r"In strict mode, section headers must appear"), "section-order"),
)
NOT_WRITING = {"DRILL_SERGEANT_WRITE_MARKERS": "false"}
NOT_MARKING = {**NOT_WRITING, "DRILL_SERGEANT_AUTO_DETECT_MARKERS": "false"}
# Its questions and its answers alone: no test of the project and no fixture is run.
WORDS = (SETUP_PLAN, "--quiet")


@dataclass(frozen=True, slots=True)
class DrillSergeantChecker(Looking):
    """Tests without a marker, without their Arrange, Act and Assert, and files that are too long."""

    runner: PytestRunner
    name: str = TOOL

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        wanted = set(paths)
        if not wanted:
            return Look()
        with own_place(scratch) as place:
            writes = self._writes(root, place)
            report = self.runner.run(root, place, wanted, WORDS, NOT_MARKING if writes else NOT_WRITING)
        cases = [case for case in report.failed if case.path in wanted and case.error]
        found = {diagnostic for case in cases for diagnostic in _diagnostics(case, writes)}
        found |= {not_checked(self.name, path, words) for path, words in report.unread.items() if path in wanted}
        return Look(tuple(paths), in_order(found), left_out(report, wanted))

    def _writes(self, root: Path, place: Path) -> bool:
        """Return whether the project lets it write markers. Raises CheckerError if it is not installed."""
        runner = self.runner
        words = [*quiet_words(place), *own_cache(place), "--collect-only", "--ignore-glob=*"]
        argv = [*start_pytest(runner.python), *words]
        env = {**runner.environment(root, place), "DRILL_SERGEANT_DEBUG_CONFIG": "1"}
        env.pop("DRILL_SERGEANT_WRITE_MARKERS")
        env |= {name: value for name, value in runner.variables if name == "DRILL_SERGEANT_WRITE_MARKERS"}
        done = process.run([*argv, "--verbosity=0"], cwd=root, env=env, timeout=runner.timeout, contained=True)
        config = CONFIG.search(done.stdout.decode("utf-8", "backslashreplace"))
        if not done.ended or config is None:
            raise CheckerError(
                f"drill-sergeant does not answer ({done.how()}): {done.words(400)}",
                f"Install pytest-drill-sergeant for {runner.python}, or go without: --no-drill-sergeant",
            )
        return "write_markers=True" in config["text"] and "auto_detect_markers=True" in config["text"]


def _diagnostics(case: Case, writes: bool) -> Iterator[Diagnostic]:
    """One diagnostic for each demand. Raises CheckerError for a text that is not understood whole."""
    count = COUNT.search(case.message) or COUNT.search(case.text)
    if count is None:
        return  # what a plugin or a broken file says is for pytest to report
    text = case.text[case.text.rindex(count[0]) :].partition(FOOTER)[0] if count[0] in case.text else ""
    demands = [match["text"] for match in DEMAND.finditer(text)]
    if len(demands) != int(count["count"]):
        raise CheckerError(f"drill-sergeant's words about {case.name} cannot be read: {case.text[-400:]}")
    for demand in demands:
        yield _diagnostic(case, demand, writes)


def _diagnostic(case: Case, demand: str, writes: bool) -> Diagnostic:
    code = _code(demand)
    test = case.name.partition("[")[0]  # one test, however many its parameters are
    if code == LENGTH:
        return Diagnostic(TOOL, code, demand, case.path, 1, 1, Severity.ERROR)
    # It names three markers of a set, others at each run.
    text = "must have at least one marker" if code == MARKER else demand
    return Diagnostic(TOOL, code, f"{test}: {text}", case.path, case.line, 1, Severity.ERROR, code == MARKER and writes)


def _code(demand: str) -> str:
    for pattern, code in CODES:
        if match := pattern.match(demand):
            return code.format(*(part.lower() for part in match.groups()))
    return OTHER
