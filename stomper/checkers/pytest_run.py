"""pytest, run for what its report says: every test that did not pass, with its place and its words.

Exit codes: https://docs.pytest.org/en/stable/reference/exit-codes.html (0 and 1 are results, 5 is "no tests"). That
all tests had their turn is what the record says (`pytest_record`).
"""

import xml.etree.ElementTree as ET
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers import pytest_record
from stomper.checkers.caches import cache_folder
from stomper.checkers.quiet_pytest import quiet_words, with_plugin
from stomper.checkers.result import contradiction, no_result
from stomper.errors import CheckerError
from stomper.process.turns import one_at_a_time
from stomper.settings import Settings
from stomper.tools import find_python, project_environment, with_users_paths

RESULTS = (0, 1)
NO_TESTS = 5
OPTIONS = ("-o", "junit_family=xunit1", "--tb=long", "--color=no", "--continue-on-collection-errors")
KNOWN = "pytest-files"
SETUP_PLAN = "--setup-plan"


@dataclass(frozen=True, slots=True)
class Case:
    """A test that failed, or (`module`) a file that could not be loaded.

    `path` is relative to where pytest ran, `line` where the test begins (1 where unknown), `message` the
    short reason and `text` the long one. A test that could not even begin is an `error`.
    """

    name: str
    path: str
    line: int
    message: str
    text: str
    module: bool
    error: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The cases that did not pass, and all files that had a test."""

    failed: tuple[Case, ...] = ()
    files: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PytestRunner:
    """The project's pytest. `roots` are its import roots, `variables` its own environment.

    `lock` is a file that lets one run at a time through, None where nobody else runs tests.
    """

    python: str
    roots: tuple[str, ...] = (".",)
    variables: tuple[tuple[str, str], ...] = ()
    timeout: float = 600.0
    lock: Path | None = None

    def run(
        self, root: Path, place: Path, wanted: Collection[str], words: Sequence[str], extra: Mapping[str, str]
    ) -> Report:
        """What pytest reports of the files in `wanted`, and maybe of others. `place` is for temporary files.

        The whole suite is run as the project runs it, once for each checkout: which files it looks at is
        remembered, and of those the wanted ones are run from then on.
        Raises CheckerError, with its words, for anything that is not a result.
        """
        known = _read_known(place)
        named = [f"./{path}" for path in sorted(known.intersection(wanted))] if known is not None else []
        if not wanted or (known is not None and not named):
            return Report()
        report = self._run(root, place, [*words, *named], extra)
        if known is None:
            _write_known(place, report.files)
        return report

    def _run(self, root: Path, place: Path, words: Sequence[str], extra: Mapping[str, str]) -> Report:
        file = place / "checker.xml"
        file.unlink(missing_ok=True)
        own = [*quiet_words(place), *pytest_record.options(place), f"--rootdir={root}", f"--junitxml={file}"]
        argv = [self.python, "-m", "pytest", *OPTIONS, *own, *words]
        pytest_record.install(place)
        env = pytest_record.variables(place, {**self.environment(root, place), **extra})
        with one_at_a_time(self.lock):
            done = process.run(argv, cwd=root, env=env, timeout=self.timeout, contained=True)
        if done.ended and done.returncode == NO_TESTS:
            return Report()
        if not done.ended or done.returncode not in RESULTS:
            raise no_result("pytest", done)
        report = _read(file, done)
        record = pytest_record.read(place)
        # A plan of the setup (drill-sergeant's) calls no test.
        if record.unfinished and SETUP_PLAN not in words:
            raise CheckerError(f"pytest gave no result: {record.shortfall}: {done.words(400)}")
        # With all tests green, exit code 1 is about something else, such as coverage: no failing test.
        if not record.ended or (report.failed and not done.returncode):
            raise contradiction("pytest", done, "report")
        return report

    def environment(self, root: Path, place: Path) -> dict[str, str]:
        """The checkout's own code first, and nothing written into it."""
        return with_plugin(project_environment(root, place, self.python, self.roots, self.variables), place)


def make_runner(settings: Settings, top: Path) -> PytestRunner:
    """pytest by the interpreter of the project at `top`, whose packages it needs."""
    return PytestRunner(
        find_python(top, settings.environment.python),
        import_roots(settings, top),
        with_users_paths(top, (*settings.environment.env, *settings.tests.env)),
        settings.checker_timeout,
    )


def import_roots(settings: Settings, top: Path) -> tuple[str, ...]:
    """Where the imports of the project at `top` start."""
    return settings.tests.pythonpath or tuple(folder for folder in ("src", ".") if (top / folder).is_dir())


def _read(file: Path, done: process.Completed) -> Report:
    try:
        cases = list(ET.parse(file).iter("testcase"))  # written by the project's own pytest
    except (OSError, ET.ParseError) as error:
        raise CheckerError(f"pytest left no report ({done.how()}): {done.words(400) or error}") from None
    failed = [case for element in cases for case in _failures(element)]
    return Report(tuple(failed), frozenset(_file_of(element) for element in cases))


def _failures(element: ET.Element) -> list[Case]:
    """A test can fail, and then fail again when it is torn down."""
    path, line = _file_of(element), element.get("line")
    module = is_module(element)
    classes = (element.get("classname") or "").removeprefix(path.removesuffix(".py").replace("/", "."))
    name = "::".join([*filter(None, classes.split(".")), element.get("name") or ""])
    return [
        Case(name, path, int(line or 0) + 1, bad.get("message") or "", bad.text or "", module, bad.tag == "error")
        for bad in element
        if bad.tag in ("failure", "error")
    ]


def is_module(element: ET.Element) -> bool:
    """Whether pytest speaks of a file that it could not load: such a case has neither class nor line."""
    return not element.get("classname") and not element.get("line")


def _file_of(element: ET.Element) -> str:
    """The file of a test; an older pytest does not say it of one that could not be loaded, whose name is its own."""
    return element.get("file") or (element.get("name") or "").replace(".", "/") + ".py"


def _read_known(place: Path) -> frozenset[str] | None:
    """The files with tests, as a run of all of them in this checkout or on the base commit has seen them."""
    file = cache_folder(place) / KNOWN
    return frozenset(file.read_text().split("\0")) if file.is_file() else None


def _write_known(place: Path, files: frozenset[str]) -> None:
    cache_folder(place).mkdir(exist_ok=True)
    (cache_folder(place) / KNOWN).write_text("\0".join(sorted(files)))
