"""pytest, run for what its report says: every test that did not pass, with its place and its words.

Exit codes: https://docs.pytest.org/en/stable/reference/exit-codes.html (0 and 1 are results, 5 is "no tests"). That
all tests had their turn is what the record says (`pytest_record`).
"""

import xml.etree.ElementTree as ET
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from stomper import process
from stomper.checkers import injected_files, pytest_record
from stomper.checkers.caches import cache_folder
from stomper.checkers.pytest_start import start_pytest
from stomper.checkers.quiet_pytest import quiet_words
from stomper.checkers.result import contradiction, no_result
from stomper.checkers.split_failure import Trial, culprits
from stomper.errors import CheckerError
from stomper.process.turns import one_at_a_time
from stomper.project.find_tools import project_environment, python_of, with_users_paths
from stomper.settings import Settings

RESULTS = (0, 1)
NO_TESTS = 5
OPTIONS = ("-o", "junit_family=xunit1", "--tb=long", "--color=no", "--continue-on-collection-errors")
KNOWN = "pytest-files"
SETUP_PLAN = "--setup-plan"
COLLECT = "--collect-only"
CONFTEST = "conftest.py"


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
    """The cases that did not pass, and all files that had a test or are known to have one.

    `unread` are files that stop pytest from being run at all, with its words about each.
    """

    failed: tuple[Case, ...] = ()
    files: frozenset[str] = frozenset()
    unread: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of pytest in a checkout: of the whole suite where `named` is None, less the `ignored` files."""

    root: Path
    place: Path
    words: tuple[str, ...]
    extra: Mapping[str, str]
    named: tuple[str, ...] | None
    ignored: tuple[str, ...] = ()

    @property
    def files(self) -> list[str]:
        """The words that choose the files."""
        less = [f"--ignore={self.root / path}" for path in self.ignored]
        return [*less, *(f"./{path}" for path in self.named or () if path not in self.ignored)]

    @property
    def is_empty(self) -> bool:
        return self.named is not None and set(self.named) <= set(self.ignored)


@dataclass(frozen=True, slots=True)
class PytestRunner:
    """The project's pytest. `roots` are its import roots, `variables` its own environment.

    `lock` is a file that lets one run at a time through, None if nobody else runs tests.
    """

    python: str
    roots: tuple[str, ...] = (".",)
    variables: tuple[tuple[str, str], ...] = ()
    timeout: float = 600.0
    lock: Path | None = None

    def run(
        self, root: Path, place: Path, wanted: Collection[str], words: Sequence[str], extra: Mapping[str, str]
    ) -> Report:
        """Give pytest's report of the files in `wanted`, perhaps of others too. `place` is for temporary files.

        The whole suite is run as the project runs it, once for each checkout: which files it looks at is
        remembered, and of those the wanted ones are run from then on. A file that ends pytest itself is left out,
        and is one of the `unread`.
        Raises CheckerError, with its words, for anything that is not a result.
        """
        known = _read_known(place)
        named = tuple(sorted(known.intersection(wanted))) if known is not None else None
        call = Call(root, place, tuple(words), extra, named)
        if not wanted or call.is_empty:
            return Report(files=known or frozenset())
        report = self._less_stops(call, wanted)
        if known is not None:
            return replace(report, files=known)
        _write_known(place, report.files)
        return report

    def _less_stops(self, call: Call, wanted: Collection[str]) -> Report:
        try:
            return self._run(call)
        except CheckerError:
            stops = self._stops(call, sorted(wanted if call.named is None else call.named))
            if not stops:
                raise
        less = replace(call, ignored=tuple(stops))
        report = Report() if less.is_empty else self._run(less)
        return replace(report, files=report.files.union(stops), unread=stops)

    def _stops(self, call: Call, paths: Sequence[str]) -> dict[str, str]:
        """Give those of the files that end pytest when it collects them; none if the fault is not with them."""

        def attempt(files: Sequence[str]) -> str:
            less = replace(call, ignored=tuple(path for path in paths if path not in files))
            try:
                if not less.is_empty:
                    self._run(replace(less, words=(*call.words, COLLECT)))
            except CheckerError as error:
                return error.message
            return ""

        trial = Trial("pytest", attempt, self.timeout)
        return {} if trial(()) else dict(culprits(paths, trial))

    def _run(self, call: Call) -> Report:
        file = call.place / "checker.xml"
        file.unlink(missing_ok=True)
        place = call.place
        own = [*quiet_words(place), *pytest_record.options(place), f"--rootdir={call.root}", f"--junitxml={file}"]
        argv = [*start_pytest(self.python), *OPTIONS, *own]
        pytest_record.install(place)
        env = {**self.environment(call.root, place), **call.extra}
        with one_at_a_time(self.lock):
            done = process.run(
                [*argv, *call.words, *call.files], cwd=call.root, env=env, timeout=self.timeout, contained=True
            )
        if done.ended and done.returncode == NO_TESTS:
            return Report()
        if not done.ended or done.returncode not in RESULTS:
            raise no_result("pytest", done)
        report = _read(call.root, file, done)
        record = pytest_record.read(place)
        # A plan of the setup (drill-sergeant's) and a mere collection call no test.
        if record.unfinished and not {SETUP_PLAN, COLLECT} & set(call.words):
            raise CheckerError(f"pytest gave no result: {record.shortfall}: {done.words(400)}")
        # With all tests green, exit code 1 is about something else, such as coverage: no failing test.
        if not record.ended or (report.failed and not done.returncode):
            raise contradiction("pytest", done, "report")
        return report

    def environment(self, root: Path, place: Path) -> dict[str, str]:
        """The checkout's own code first, and nothing written into it."""
        return injected_files.variables(
            place, project_environment(root, place, self.python, self.roots, self.variables)
        )


def make_runner(settings: Settings, top: Path) -> PytestRunner:
    """pytest by the interpreter of the project at `top`, whose packages it needs."""
    return PytestRunner(
        python_of(settings, top),
        import_roots(settings, top),
        with_users_paths(top, (*settings.environment.env, *settings.tests.env)),
        settings.checker_timeout,
    )


def import_roots(settings: Settings, top: Path) -> tuple[str, ...]:
    """Give the folders in which the imports of the project at `top` start."""
    return settings.tests.pythonpath or tuple(folder for folder in ("src", ".") if (top / folder).is_dir())


def _read(root: Path, file: Path, done: process.Completed) -> Report:
    try:
        cases = list(ET.parse(file).iter("testcase"))  # written by the project's own pytest
    except (OSError, ET.ParseError) as error:
        raise CheckerError(f"pytest left no report ({done.how()}): {done.words(400) or error}") from None
    failed = [case for element in cases for case in _failures(root, element)]
    return Report(tuple(failed), frozenset(_file_of(root, element) for element in cases))


def _failures(root: Path, element: ET.Element) -> list[Case]:
    """A test can fail, and then fail again when it is torn down."""
    path, line = _file_of(root, element), element.get("line")
    module = is_module(element)
    classes = (element.get("classname") or "").removeprefix(path.removesuffix(".py").replace("/", "."))
    name = "::".join([*filter(None, classes.split(".")), element.get("name") or ""])
    return [
        Case(name, path, int(line or 0) + 1, bad.get("message") or "", bad.text or "", module, bad.tag == "error")
        for bad in element
        if bad.tag in ("failure", "error")
    ]


def is_module(element: ET.Element) -> bool:
    """Return whether a case is a file that pytest could not load: such a case has neither class nor line."""
    return not element.get("classname") and not element.get("line")


def _file_of(root: Path, element: ET.Element) -> str:
    """The file of a test; an older pytest does not say it of one that could not be loaded, whose name is its own.

    Where pytest speaks of a folder, it could not load what the folder's tests have in common.
    """
    path = element.get("file") or (element.get("name") or "").replace(".", "/") + ".py"
    common = f"{path}/{CONFTEST}"
    return common if (root / common).is_file() else path


def _read_known(place: Path) -> frozenset[str] | None:
    """The files with tests, as a run of all of them in this checkout or on the base commit has seen them."""
    file = cache_folder(place) / KNOWN
    return frozenset(file.read_text().split("\0")) if file.is_file() else None


def _write_known(place: Path, files: frozenset[str]) -> None:
    cache_folder(place).mkdir(exist_ok=True)
    (cache_folder(place) / KNOWN).write_text("\0".join(sorted(files)))
