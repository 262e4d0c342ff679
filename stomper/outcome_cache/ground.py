"""The ground of a run's outcomes: everything beside the file itself that decides what becomes of it.

An outcome is kept under the digest of its task, of the file's bytes, and of this ground:

- Stomper itself: version, its own files, the Python and the LibCST that it runs with;
- the settings that have a say (not how many files at once, nor where the result goes), the chain, the checkers;
- the programs: ruff, and pyrefly where there are types to be proposed, by content and version, formatters with their
  packages; for what depends on the whole tree also the project's interpreter, mypy, the packages of both environments,
  and the folders that editable installs, PYTHONPATH and MYPYPATH lead to;
- the commit: all paths with their modes; the content of everything but other Python source, pages of text excepted; for
  what depends on the whole tree, the content of all of it;
- what tools see beside the commit: copied and linked files, configuration above the repository and of the user, files
  that configuration names by a full path, rules of git that are in no commit, variables that tools read.

Things outside of git count by their marks. Nothing of the ground is read from the cache: an entry has no say in it.
"""

import dataclasses
import functools
import hashlib
import importlib.metadata
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stomper import process
from stomper.config.stored_secrets import without_secrets
from stomper.disk.regular_files import read_regular
from stomper.errors import StomperError, ToolError
from stomper.git.ignores import users_rules
from stomper.git.trees import Entry, tree_entries
from stomper.metadata.config_files import is_config
from stomper.outcome_cache.formatter_facts import formatter_facts
from stomper.outcome_cache.marks import UnfitError, marks_of
from stomper.outcome_cache.named_elsewhere import named_by, without_ours
from stomper.outcome_cache.rules import Breadth, names_of
from stomper.project.environment import editable_places
from stomper.project.find_tools import find_tool, tool_of
from stomper.project.untracked_files import config_texts
from stomper.settings import (
    ChoiceSettings,
    EndingSettings,
    GitSettings,
    HistorySettings,
    LandingSettings,
    Settings,
    WorkflowSettings,
)
from stomper.version import version_text
from stomper.worker.fix_file import Job

FORMAT = "1"
DIGITS = 40
SOURCE = (".py", ".pyi", ".ipynb")
PAGES = (".md", ".rst")
VARIABLES = frozenset({"HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "LANG", "LANGUAGE", "VIRTUAL_ENV", "CONDA_PREFIX"})
PREFIXES = ("RUFF_", "MYPY", "PYTHON", "LC_")
USERS_FILES = (
    *(f"{{config}}/ruff/{name}" for name in ("ruff.toml", ".ruff.toml", "pyproject.toml")),
    *(f"{{home}}/Library/Application Support/ruff/{name}" for name in ("ruff.toml", ".ruff.toml", "pyproject.toml")),
    *("{config}/mypy/config", "{home}/.mypy.ini"),
    *("{config}/black", "{config}/yapf/style", "{config}/pycodestyle"),
)
PATH = "import sys; print(*sys.path, sep=chr(0), end='')"
TIMEOUT = 60.0
TICK = 0.1  # seconds: the clock of a file system may be late


@dataclass(slots=True)
class Ground:
    """The ground of a job's outcomes, told when it is first asked for; `breadths` are those that come into question.

    It is told as it was when the job `began`: what was changed since then leaves no ground.
    """

    job: Job
    breadths: tuple[Breadth, ...]
    began: float = field(default_factory=time.time)
    _known: dict[Breadth, str] = field(default_factory=dict)
    _common: str = ""

    def __post_init__(self) -> None:
        if self.breadths:
            own_code()  # before the work, like all that has no marks

    @property
    def files(self) -> Mapping[str, Entry]:
        """The files of the base commit."""
        return tree_entries(self.job.site.top, self.job.base)

    @property
    def usable(self) -> bool:
        return bool(self.breadths)

    def digest(self, breadth: Breadth) -> str:
        """Give the digest of all that outcomes of a breadth depend on; '' if too much belongs to it to be told."""
        if breadth not in self._known:
            self._known[breadth] = self._tell(breadth) if breadth in self.breadths else ""
        return self._known[breadth]

    def _tell(self, breadth: Breadth) -> str:
        try:
            until = self.began - TICK
            self._common = self._common or digest_of(_common(self.job, self.files, until))
            more = _one_file(self.files) if breadth is Breadth.FILE else _whole_tree(self.job, self.files, until)
            return digest_of([breadth, self._common, *more])
        except (UnfitError, StomperError, OSError):
            return ""


def digest_of(facts: Iterable[str]) -> str:
    """Give one digest of some texts."""
    whole = hashlib.sha256()
    for fact in facts:
        data = fact.encode("utf-8", "surrogateescape")
        whole.update(b"%d:" % len(data) + data)
    return whole.hexdigest()[:DIGITS]


def _common(job: Job, files: Mapping[str, Entry], until: float) -> Iterator[str]:
    project, around, top = job.project, job.project.around, job.site.top
    yield from (FORMAT, own_code(), sys.platform, repr(_telling(job.settings)), repr(names_of(job.fixers)))
    yield repr([checker.name for checker in job.checkers])
    yield repr((job.room is None, job.sandbox is None))
    for name in ("ruff", "pyrefly") if "mypy" in job.settings.checkers else ("ruff",):
        yield from _program(job, name, until)
    for formatter in job.formatters:
        yield from formatter_facts(formatter, until)
    yield from _variables()
    yield repr((project.roots, project.packages, project.copies, project.links, project.folders, project.private))
    yield repr(project.variables)
    yield from marks_of([top / path for path in (*project.copies, *project.links)], until)
    if around is not None:
        yield repr((around.levels, around.named, around.things))
        yield from marks_of([thing.source for thing in around.things], until)
    yield from marks_of(_users_files(), until)
    common = job.site.state.parent
    yield repr(users_rules(top, common))
    yield from marks_of([common / "info" / "attributes"], until)
    texts = [without_ours(text) for text in config_texts(top, files.values())]
    yield from marks_of(named_by(texts, top), until)


@functools.cache
def own_code() -> str:
    """Say which Stomper this is, and with what it runs."""
    if process.is_frozen():
        return digest_of([version_text(), *marks_of([Path(sys.executable)])])
    package = Path(__file__).parents[1]
    return digest_of([version_text(), sys.version, importlib.metadata.version("libcst"), *marks_of([package])])


def _telling(settings: Settings) -> Settings:
    """The settings without those that have no say in what becomes of one file, and without secrets."""
    workflow = dataclasses.replace(WorkflowSettings(), start_method=settings.workflow.start_method)
    scope = dataclasses.replace(settings.scope, agenda=None, picked=())
    return dataclasses.replace(
        without_secrets(settings),
        workflow=workflow,
        landing=LandingSettings(),
        ending=EndingSettings(),
        choice=ChoiceSettings(),
        cache=dataclasses.replace(settings.cache, enabled=True, size=0, agents=False),
        history=HistorySettings(),
        git=GitSettings(commit_per=settings.git.steps),
        scope=scope,
        max_errors=None,
        max_files=None,
        baseline=None,
    )


def _program(job: Job, name: str, until: float) -> Iterator[str]:
    """The program of this name that checks, fixes or proposes, if there is one."""
    try:
        program = tool_of(job.settings, name, job.site.top).path
    except StomperError:
        yield f"no {name}"
        return
    said = process.run([program, "--version"], cwd=Path("/"), timeout=TIMEOUT, contained=True)
    yield from (program, said.stdout.decode("utf-8", "replace"))
    yield hashlib.sha256(read_regular(Path(program))).hexdigest()
    list(marks_of([Path(program)], until))  # its content counts, at any time but after this


def _variables() -> Iterator[str]:
    for name, value in sorted(process.user_variables().items()):
        if name in VARIABLES or name.startswith(PREFIXES):
            yield f"{name}={value}"


def _users_files() -> list[Path]:
    home = process.variable("HOME") or os.path.expanduser("~")  # noqa: PTH111  # raises for a user without one
    config = process.variable("XDG_CONFIG_HOME") or f"{home}/.config"
    return [Path(name.format(home=home, config=config)) for name in USERS_FILES]


def _one_file(files: Mapping[str, Entry]) -> Iterator[str]:
    """All paths, and the content of what is neither Python source nor a page of text."""
    for path, entry in sorted(files.items()):
        told = is_config(path) or not path.endswith((*SOURCE, *PAGES))
        yield f"{entry.mode} {entry.blob if told else ''} {path}"


def _whole_tree(job: Job, files: Mapping[str, Entry], until: float) -> Iterator[str]:
    yield from (f"{entry.mode} {entry.blob} {path}" for path, entry in sorted(files.items()))
    yield job.project.python
    yield from marks_of(_environment(job), until)


def _environment(job: Job) -> list[Path]:
    """The interpreter, the packages that it and mypy see, and the folders that lead to more of them."""
    python, top = job.project.python, job.site.top
    places = [Path(python), *_import_path(python), *editable_places(Path(python))]
    if "mypy" in job.settings.checkers:
        own = job.settings.environment
        mypy = Path(find_tool("mypy", top, job.settings.tool("mypy"), own.python, own.inside, own.made).path)
        places += [mypy, *_packages(mypy), *_packages(Path(os.path.realpath(mypy)))]
    paths = [dict(job.project.variables).get(name) for name in ("PYTHONPATH", "MYPYPATH")]
    places += [Path(part) for path in paths for part in (path or "").split(os.pathsep) if os.path.isabs(part)]  # noqa: PTH117
    return list(dict.fromkeys(places))


def _import_path(python: str) -> list[Path]:
    """The folders and archives that an interpreter imports from. Raises ToolError if it does not say."""
    done = process.run([python, "-c", PATH], cwd=Path("/"), timeout=TIMEOUT, contained=True)
    if not done.ended or done.returncode:
        raise ToolError(f"{python} does not say what it imports from: {done.how()}")
    return [Path(os.fsdecode(place)) for place in done.stdout.split(b"\0") if place]


def _packages(program: Path) -> list[Path]:
    """The folders with packages of the environment that a program is in."""
    return sorted(program.parent.parent.glob("lib*/python3*/*-packages"))
