"""The results of a run of tests, test by test: by pytest's record, JUnit XML, or an exit code."""

import dataclasses
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stomper.checkers.pytest_record import Record
from stomper.checkers.pytest_run import is_module
from stomper.disk.regular_files import read_regular
from stomper.project_tests.recorded_lines import Recorded

WHOLE = "the whole command"


@dataclass(frozen=True, slots=True)
class Origin:
    """The configuration file and the folder that pytest went by, relative to the checkout where they are in it."""

    config: str = ""
    folder: str = ""

    @property
    def known(self) -> bool:
        """Say whether it is pytest that was run."""
        return bool(self.folder)

    def words(self, root: Path) -> tuple[str, ...]:
        """The options that make pytest go by the same in the checkout `root`."""
        folder = root / self.folder
        if self.config:
            return ("-c", str(root / self.config), f"--rootdir={folder}")
        return ("-c", os.devnull, f"--rootdir={folder}", f"--confcutdir={folder}")


UNKNOWN = Origin()


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """The results of tests by id; `files` says which file a test is in, `nodes` how to name it to pytest.

    `skipped` tests were not run, `expected` ones failed as they are said to; `deselected` are left out by
    the project's own options; `modules` are those among all of these that are whole files; `origin` is what
    pytest went by, and `origins` the same by the folders it was started in; `lines` are those that tests ran, if that
    was asked for. `unrun` are words on commands that could run none of their tests beside others that could.
    `problem` says why there is no verdict,
    `cut_short` that tests were left out, `hung` that they took too long. `uncollected`: no test could be collected.
    That counts as a failure if tests were collectable on the base commit.
    """

    passed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    files: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    uncollected: str = ""
    empty: bool = False
    log: str = ""
    skipped: frozenset[str] = frozenset()
    expected: frozenset[str] = frozenset()
    deselected: int = 0
    cut_short: bool = False
    hung: bool = False
    modules: frozenset[str] = frozenset()
    nodes: dict[str, str] = field(default_factory=dict)
    origin: Origin = UNKNOWN
    lines: Recorded | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)
    unrun: tuple[str, ...] = ()

    @property
    def seen(self) -> frozenset[str]:
        """All tests that were reported."""
        return self.passed | self.failed | self.skipped | self.expected


def with_exit_code(result: SuiteResult, code: int) -> SuiteResult:
    """The result of a whole run; its exit code may say that something else is red, such as a limit of coverage."""
    red = code and not result.failed and not result.problem
    return dataclasses.replace(result, failed=frozenset({WHOLE})) if red else result


def read_record(record: Record, root: Path) -> SuiteResult:
    """The result that pytest's record tells of, of a run in the checkout `root`."""

    def named(nodes: Iterable[str]) -> frozenset[str]:
        return frozenset(test_name(node, record.root, root) for node in nodes)

    everything = record.reported | record.unloaded | record.passed_over
    return SuiteResult(
        named(record.passed),
        named(record.failed | record.unloaded),
        {test_name(node, record.root, root): _file(node, record.root, root) for node in everything},
        skipped=named(record.skipped | record.passed_over),
        expected=named(record.expected),
        deselected=len(record.deselected),
        modules=named(record.unloaded | record.passed_over),
        nodes={test_name(node, record.root, root): _node(node, record.root, root) for node in everything},
        origin=origin_of(record, root),
    )


def origin_of(record: Record, root: Path) -> Origin:
    """Give what pytest went by in the checkout `root`."""
    return Origin(_relative(record.config, root), _relative(record.root, root))


def _relative(place: str, root: Path) -> str:
    path = Path(place)
    return str(path.relative_to(root)) if place and path.is_relative_to(root) else place


def _file(node: str, base: str, root: Path) -> str:
    """The file of a node id, as it is called in any checkout; pytest's paths are relative to a `base` of its own."""
    path = node.partition("::")[0]
    return os.path.relpath(os.path.join(base or root, path), root)  # noqa: PTH118  # text: there may be very many


def _node(node: str, base: str, root: Path) -> str:
    """A node id as pytest understands it in any checkout; the file, where the id names the place."""
    _, colons, rest = node.partition("::")
    return _file(node, base, root) + (f"{colons}{rest}" if str(root) not in rest else "")


def test_name(node: str, base: str, root: Path) -> str:
    """A test's id, as in JUnit XML; the same in every checkout, also if its parameters name the place."""
    _, _, rest = node.partition("::")
    module = re.sub(r"\.py$", "", _file(node, base, root)).replace("/", ".")
    rest, bracket, parameters = rest.partition("[")
    *classes, name = rest.split("::") if rest else [""]
    words = "::".join(filter(None, (".".join([module, *classes]), f"{name}{bracket}{parameters}")))
    return words.replace(str(root), ".")


def read_junit(report: Path, log: str, words: str) -> SuiteResult:
    """The result that a JUnit XML file tells of; `uncollected` if it has nothing but what could not be loaded."""
    try:
        cases = list(ET.fromstring(read_regular(report)).iter("testcase"))  # written by the project's own pytest
    except (ET.ParseError, OSError) as error:
        return SuiteResult(problem=f"the test report cannot be read: {error}", log=log)
    failed, ran, skipped, modules, files = set(), set(), set(), set(), {}
    for case in cases:
        name = "::".join(filter(None, (case.get("classname"), case.get("name"))))
        files[name] = case.get("file") or ""
        modules |= {name} if is_module(case) else set()
        if case.find("failure") is not None or case.find("error") is not None:
            failed.add(name)
        elif case.find("skipped") is None:
            ran.add(name)
        else:
            skipped.add(name)
    if failed and not ran - failed and all(is_module(case) for case in cases):
        return SuiteResult(
            failed=frozenset(failed), modules=frozenset(modules), uncollected=f"no test could be run: {words}", log=log
        )
    idle = frozenset(skipped - ran - failed)
    return SuiteResult(
        frozenset(ran - failed), frozenset(failed), files, log=log, skipped=idle, modules=frozenset(modules)
    )
