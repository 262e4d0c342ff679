"""Find the commands that run a project's tests: pytest, once for each project in the repository, or unittest."""

import fnmatch
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper import process
from stomper.checkers.pytest_record import PYTEST, UNITTEST
from stomper.checkers.pytest_start import LEAVE
from stomper.errors import ToolError
from stomper.git.blobs import read_blobs
from stomper.git.trees import Entry
from stomper.metadata.pytest_settings import CONFIGS, is_configured, test_places
from stomper.project.environment import Project
from stomper.project_tests.command import TestCommand, command_of
from stomper.text.counts import shorten

# What pytest by its defaults does not go into, and folders whose projects are there for tests to look at.
SHOWN = 3
NO_PROJECTS = frozenset({"build", "dist", "node_modules", "venv", "CVS", "_darcs"})
PROJECT = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py")
DATA = frozenset({"test", "tests", "testing", "testdata", "fixtures"})
TEST_FILE = re.compile(r"(test[^/]*|[^/]*_test|tests)\.py")
NEEDS_PYTEST = re.compile(
    rb"^\s*(?:import|from)\s+pytest\b|^(?:async\s+)?def\s+test|^class\s+Test\w*\s*:", re.MULTILINE
)
BY_UNITTEST = re.compile(rb"^class\s+\w+\([^)]*TestCase\b", re.MULTILINE)


NO_PYTEST = "the project's Python has no pytest"
ANOTHER = {"tox.ini": "tox", "noxfile.py": "nox"}


@dataclass(frozen=True, slots=True)
class Found:
    """The commands that run the tests.

    Without any, `why_not` says why tests that are there cannot be run, and `absent` that there are none.
    """

    commands: tuple[TestCommand, ...] = ()
    why_not: str = ""

    @property
    def absent(self) -> bool:
        return not (self.commands or self.why_not)


def find_commands(project: Project, entries: Mapping[str, Entry], command: Sequence[str] | None = None) -> Found:
    """The configured command, else pytest if the project's interpreter has it, else unittest if that is enough."""
    if command is not None:
        return Found((command_of(command),))
    if has_pytest(project):
        return Found(find_pytest(project, entries))
    files = read_test_files(project.top, entries)
    if not files.pytest:
        return Found(find_unittest(project, files.unittest, entries))
    named = [f", and {tool} runs the tests ({name})" for name, tool in ANOTHER.items() if name in entries]
    where = shorten(files.pytest, SHOWN)
    return Found(why_not=f"{NO_PYTEST} ({project.python}){''.join(named)}; these need it: {where}")


@dataclass(frozen=True, slots=True)
class Files:
    """The files with tests that a commit has: those that need pytest, and those for which unittest is enough."""

    pytest: tuple[str, ...] = ()
    unittest: tuple[str, ...] = ()


def find_pytest(project: Project, entries: Mapping[str, Entry]) -> tuple[TestCommand, ...]:
    """pytest at the top, and in each project below that configures it; each leaves the tests of the others alone."""
    folders = nested_projects(project.top, entries)
    return tuple(
        TestCommand((project.python, "-m", "pytest", *_less(folder, folders)), folder, PYTEST)
        for folder in ("", *folders)
    )


def _less(folder: str, folders: Sequence[str]) -> Iterator[str]:
    """Give the words that keep pytest out of the projects below a folder."""
    for other in folders:
        if other != folder and PurePosixPath(other).is_relative_to(folder):
            yield f"--ignore={PurePosixPath(other).relative_to(folder)}"


def nested_projects(top: Path, entries: Mapping[str, Entry]) -> tuple[str, ...]:
    """The projects below the top that configure pytest for tests in them, unless the top's configuration names them."""
    configs = [entry for path, entry in entries.items() if "/" in path and path.rpartition("/")[2] in CONFIGS]
    named = _named_at_the_top(top, entries) if configs else ()
    folders = {
        folder
        for entry, content in read_blobs(top, configs)
        for folder, _, name in (entry.path.rpartition("/"),)
        if _is_project(folder, entries) and is_configured(name, content) and not _is_named(folder, named)
    }
    tested = (path for path in entries if path.endswith(".py") and TEST_FILE.fullmatch(path.rpartition("/")[2]))
    parents = {str(parent) for path in tested for parent in PurePosixPath(path).parents}
    return tuple(sorted(folders & parents))


def _named_at_the_top(top: Path, entries: Mapping[str, Entry]) -> tuple[str, ...]:
    files = [entries[name] for name in CONFIGS if name in entries]
    return tuple(place for entry, content in read_blobs(top, files) for place in test_places(entry.path, content))


def _is_project(folder: str, entries: Collection[str]) -> bool:
    if not any(f"{folder}/{name}" in entries for name in PROJECT):
        return False
    parts = PurePosixPath(folder).parts
    return not any(part in NO_PROJECTS | DATA or part.startswith(".") for part in parts)


def _is_named(folder: str, places: Iterable[str]) -> bool:
    """Say whether tests of a folder are among those that the top's own run of pytest collects by name."""
    parts = PurePosixPath(folder).parts
    return any(all(map(fnmatch.fnmatch, parts, PurePosixPath(place).parts)) for place in places)


def find_others(project: Project, entries: Mapping[str, Entry]) -> tuple[TestCommand, ...]:
    """The commands to try if pytest finds no test: unittest takes more names of files for those of tests."""
    return find_unittest(project, read_test_files(project.top, entries).unittest, entries)


def find_unittest(project: Project, files: Collection[str], entries: Collection[str]) -> tuple[TestCommand, ...]:
    """unittest, once for each folder that the imports of test files start at."""
    starts: dict[str, set[str]] = {}
    for path in files:
        top, first = _start(PurePosixPath(path), entries)
        starts.setdefault(top, set()).add(first)
    return tuple(
        TestCommand((project.python, "-m", "unittest", "discover", "-s", *_places(top, firsts)), "", UNITTEST)
        for top, firsts in sorted(starts.items())
    )


def _places(top: str, firsts: Collection[str]) -> tuple[str, str, str]:
    """Give the folder to begin at, and the one that imports start at."""
    only = next(iter(firsts)) if len(firsts) == 1 else ""
    return (f"{top}/{only}" if top != "." and only else only or top, "-t", top)


def _start(path: PurePosixPath, entries: Collection[str]) -> tuple[str, str]:
    """Give the folder that the import of a file starts at, and the first package on the way; '' for a plain module."""
    folder, first = path.parent, ""
    while folder.parts and str(folder / "__init__.py") in entries:
        folder, first = folder.parent, folder.name
    return str(folder), first


def read_test_files(top: Path, entries: Mapping[str, Entry]) -> Files:
    """Read which files have tests of pytest, and which of unittest."""
    named = [e for path, e in entries.items() if TEST_FILE.fullmatch(path.rpartition("/")[2])]
    of_pytest, of_unittest = [], []
    for entry, content in read_blobs(top, named):
        if NEEDS_PYTEST.search(content):
            of_pytest.append(entry.path)
        elif BY_UNITTEST.search(content) and entry.path.rpartition("/")[2].startswith("test"):
            of_unittest.append(entry.path)
    return Files(tuple(sorted(of_pytest)), tuple(sorted(of_unittest)))


def has_pytest(project: Project) -> bool:
    """Say whether the project's interpreter has pytest."""
    question = f"{LEAVE}import importlib.util; sys.exit(importlib.util.find_spec('pytest') is None)"
    env = process.outer_python(project.top)
    try:
        done = process.run([project.python, "-c", question], cwd=project.top, env=env, timeout=60, contained=True)
    except ToolError:
        return False
    return done.ended and done.returncode == 0
