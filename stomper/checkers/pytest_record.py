"""The record of a run of pytest, test by test: which there are, which were to be run, and what became of each.

pytest's exit code and its JUnit XML speak only of what was run. That a test was not, because the run
ended early, says nobody; so a plugin of ours (`pytest_plugin`) writes it down. A runner of ours
(`unittest_runner`) does the same for unittest.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stomper.checkers import injected_files
from stomper.disk.parse import parse_json
from stomper.disk.regular_files import read_regular
from stomper.text.counts import shorten

PLUGIN = "stomper_pytest_plugin"
PYTEST, UNITTEST = "pytest_plugin.py", "unittest_runner.py"
SHOWN = 3
MOST_CHARACTERS = 50_000


@dataclass(frozen=True, slots=True)
class Record:
    """The tests of a run by node id. `root` is what their paths are relative to, `config` pytest's own file.

    `expected` are those that failed as they were said to. `unloaded` are files that could not be loaded,
    `passed_over` files that say themselves that they are to be skipped,
    `unfinished` tests that were to be run and were not, or not to the end; `deselected` those that the
    project's own options leave out. `ended` says that the run came to its end by itself, and was not told to stop.
    """

    passed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    expected: frozenset[str] = frozenset()
    unloaded: frozenset[str] = frozenset()
    passed_over: frozenset[str] = frozenset()
    deselected: frozenset[str] = frozenset()
    unfinished: frozenset[str] = frozenset()
    ended: bool = False
    root: str = ""
    config: str = ""

    @property
    def complete(self) -> bool:
        """Say whether everything that was to be run was, to the end."""
        return self.ended and not self.unfinished

    @property
    def reported(self) -> frozenset[str]:
        """The tests that were run, or said that they are not to be."""
        return self.passed | self.failed | self.skipped | self.expected

    @property
    def empty(self) -> bool:
        """Say whether there was nothing to run."""
        return not (self.reported or self.unloaded or self.unfinished)

    @property
    def shortfall(self) -> str:
        """Give what was left out, in words."""
        names = sorted(self.unfinished)
        if not names:
            return "the tests were stopped before their end"
        total = len(self.reported | self.unfinished)
        return f"the tests ended early: {len(names)} of {total} were not run ({shorten(names, SHOWN)})"


@dataclass(slots=True)
class _Facts:
    """The lines of a record, by kind."""

    collected: set[str] = field(default_factory=set)
    selected: set[str] = field(default_factory=set)
    reports: dict[str, set[tuple[str, str, bool]]] = field(default_factory=lambda: defaultdict(set))
    unloaded: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ended: bool = False
    root: str = ""
    config: str = ""

    def add(self, line: Mapping[str, Any]) -> None:
        """Take in one line."""
        self.collected.update(line.get("collected", ()))
        self.selected.update(line.get("selected", ()))
        if "report" in line:
            node, when, outcome, expected = line["report"]
            self.reports[node].add((when, outcome, expected))
        if "unloaded" in line:
            node, outcome = line["unloaded"]
            self.unloaded[outcome].add(node)
        self.ended |= line.get("stopped") == ""
        self.root = line.get("root", self.root)
        self.config = line.get("config", self.config)


def install(place: Path, source: str = PYTEST) -> None:
    """Put the plugin, or the runner, below `place` and forget what an earlier run wrote, or was to leave out."""
    injected_files.install(place, source, PLUGIN)
    _record(place).unlink(missing_ok=True)
    _selection(place).unlink(missing_ok=True)


def select(place: Path, top: Path, words: Collection[str]) -> list[str]:
    """Have the plugin run only these files and node ids of the checkout `top`. Returns what to name to pytest.

    pytest is given whole files, or nothing if they are more than a command can name.
    """
    _selection(place).write_text(json.dumps({"top": str(top), "words": [*words]}))
    files = sorted({word.partition("::")[0] for word in words})
    return files if sum(map(len, files)) <= MOST_CHARACTERS else []


def runner(place: Path) -> Path:
    """Give what was put below `place`."""
    return injected_files.installed(place, PLUGIN)


def options(place: Path, cached: bool = True) -> tuple[str, ...]:
    """Words for pytest that load the plugin, with a cache of our own where pytest has (`cached`) one."""
    return ("-p", PLUGIN, *(own_cache(place) if cached else ()))


def own_cache(place: Path) -> tuple[str, ...]:
    """Words for pytest that keep its cache below `place`. Switched off, options that need it would be unknown ones."""
    return ("-o", f"cache_dir={place / 'pytest-cache'}")


def read(place: Path) -> Record:
    """The record of the last run. Empty where the plugin was never loaded."""
    facts = _Facts()
    for line in _lines(_record(place)):
        facts.add(line)
    sorts: dict[str, set[str]] = {"passed": set(), "failed": set(), "skipped": set(), "expected": set(), "": set()}
    for node, reports in facts.reports.items():
        sorts[_sort(reports)].add(node)
    unfinished = sorts[""] | (facts.selected - facts.reports.keys())
    return Record(
        passed=frozenset(sorts["passed"]),
        failed=frozenset(sorts["failed"]),
        skipped=frozenset(sorts["skipped"]),
        expected=frozenset(sorts["expected"]),
        unloaded=frozenset(facts.unloaded["failed"]),
        passed_over=frozenset(facts.unloaded["skipped"]),
        deselected=frozenset(facts.collected - facts.selected),
        unfinished=frozenset(unfinished),
        ended=facts.ended,
        root=facts.root,
        config=facts.config,
    )


def _sort(reports: set[tuple[str, str, bool]]) -> str:
    """Give what became of a test by what its parts say: the worst counts. '' if it did not come to its end."""
    outcomes = {outcome for _, outcome, _ in reports}
    if "failed" in outcomes:
        return "failed"
    if "skipped" in outcomes:
        return "expected" if all(expected for _, outcome, expected in reports if outcome == "skipped") else "skipped"
    return "passed" if ("call", "passed") in {(when, outcome) for when, outcome, _ in reports} else ""


def _selection(place: Path) -> Path:
    return runner(place).with_suffix(".only")


def _record(place: Path) -> Path:
    return runner(place).with_suffix(".jsonl")


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    """The lines that are whole: a process that was killed may have left half of one."""
    try:
        content = read_regular(file)
    except OSError:  # tests may have put anything there
        return
    for line in content.splitlines():
        try:
            yield parse_json(line)
        except ValueError:
            continue
