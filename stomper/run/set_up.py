"""Set up what a run works with, once for each commit it is based on. A preview is set up here too, so it cannot differ.

Nothing made here is changed later: a commit that needs another project, place or chain gets another set-up.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers import Checker, make_checkers, take_turns
from stomper.fixers import Fixer, make_fixers
from stomper.fixers.prompts import TEMPLATE, check_template
from stomper.fixers.versions import versions_of
from stomper.formatters import Formatters, find_formatters
from stomper.formatters.formatter import Formatter
from stomper.git.command import held_back
from stomper.git.repository import Repository
from stomper.git.trees import Entry, file_at, tree_entries
from stomper.journal.run_folder import RunFolder
from stomper.learning.broken import broken_now
from stomper.learning.records import Record
from stomper.learning.store import Learned, Store
from stomper.metering.metered_fixer import deadline_of, meter
from stomper.project.environment import Project, find_project, furnished, suited
from stomper.project_tests.line_record import LineRecord
from stomper.project_tests.per_file import Tester
from stomper.project_tests.suite import LOCK_NAME
from stomper.run.sandboxes import find_rooms
from stomper.settings import Settings
from stomper.worker.checkout_watch import Watch
from stomper.worker.fix_file import Job
from stomper.workspace.shelf import Shelf
from stomper.workspace.worktree import Site, worktrees_folder

OURS = "tree-"


@dataclass(frozen=True, slots=True)
class SetUp:
    """The things that a run works with on the commit `base`.

    `settings` are those of the run with the import roots found. `site` is the place of worktrees, `trees` are those of
    this process, and `project` says what one needs beside its files. Each checker is kept in its room; programs of
    fixers are started in `room`. `learned` is what earlier runs say of agents, and `broke` are the (fixer, code) whose
    fixes broke tests in them. Nothing is begun after the `deadline` of the monotonic clock. Files that the `formatters`
    leave alone as they are stay so.
    """

    base: str
    settings: Settings
    site: Site
    trees: Shelf
    project: Project
    checkers: tuple[Checker, ...]
    fixers: tuple[Fixer, ...]
    room: process.Room | None
    learned: tuple[Record, ...]
    broke: frozenset[tuple[str, str]]
    deadline: float
    formatters: Formatters


def set_up(repository: Repository, settings: Settings, base: str, name: str, folder: Path) -> SetUp:
    """Find out what a run called `name`, with its records in `folder`, needs. Raises ConfigError and ToolError."""
    entries = tree_entries(repository.top, base)
    project = _project(repository, settings, base, entries)
    settings = with_roots(settings, project)
    checkers = _checkers(repository, settings)
    site = Site(repository.top, repository.state, worktrees_folder(repository.top) / name, name)
    known = Store(repository.state).load() if settings.learning else Learned()
    deadline = deadline_of(settings)
    fixers = meter(make_fixers(settings, repository.top), settings, folder, deadline, known.records)
    rooms = find_rooms(repository, settings, project, fixers, site.folder)
    site = suited(site, project, entries)
    if settings.prompts.own and any(fixer.learns for fixer in fixers):
        _require_template(repository, base)
    return SetUp(
        base=base,
        settings=settings,
        site=site,
        trees=Shelf(site, settings.workflow.worktrees, OURS),
        project=dataclasses.replace(project, room=rooms.tests),
        checkers=rooms.checkers(checkers, repository.top),
        fixers=fixers,
        room=rooms.tools,
        learned=known.records,
        broke=broken_now(known.broken, versions_of(settings, repository.top)),
        deadline=deadline,
        formatters=find_formatters(settings, repository.top, entries.values()),
    )


def with_roots(settings: Settings, project: Project) -> Settings:
    """The settings with the project's import roots.

    Type checkers and tests must see the worktree's code also if an editable install names the user's checkout.
    """
    return dataclasses.replace(settings, tests=dataclasses.replace(settings.tests, pythonpath=project.roots))


def make_job(
    made: SetUp,
    folder: RunFolder,
    tester: Tester | None,
    sandbox: process.Sandbox | None,
    watch: Watch | None,
    frozen: Path | None = None,
    record: LineRecord | None = None,
    formatters: tuple[Formatter, ...] | None = None,
) -> Job:
    """Make the job for the worker processes of a run with its records in `folder`.

    Their worktrees are made of the `frozen` tree, if there is one; the `record` says which tests run which lines.
    """
    return Job(
        site=made.site,
        base=made.base,
        settings=made.settings,
        project=made.project,
        checkers=made.checkers,
        fixers=made.fixers,
        logs=folder.logs,
        active=folder.active,
        tester=tester,
        sandbox=sandbox,
        watch=watch,
        room=made.room,
        learned=made.learned,
        broke=made.broke,
        deadline=made.deadline,
        held_back=held_back(),
        rung=made.trees.rung,
        frozen=frozen,
        record=record,
        formatters=made.formatters.found if formatters is None else formatters,
    )


def _project(repository: Repository, settings: Settings, base: str, entries: Mapping[str, Entry]) -> Project:
    found = find_project(repository.top, entries, settings.environment, settings.tests)
    return furnished(found, base, entries, settings.environment)


def _checkers(repository: Repository, settings: Settings) -> tuple[Checker, ...]:
    checkers = make_checkers(settings, repository.top)
    return checkers if settings.tests.parallel else take_turns(checkers, repository.state / LOCK_NAME)


def _require_template(repository: Repository, commit: str) -> None:
    """Raises ConfigError if the commit has a template for prompts that cannot be used."""
    content = file_at(repository.top, commit, TEMPLATE)
    if content is not None:
        check_template(content)
