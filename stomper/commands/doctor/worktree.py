"""`stomper doctor --worktree`: whether the tests need untracked files that a worktree does not have.

The user's checkout is only read: its untracked files are copied into a worktree, and the tests run there.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.commands.doctor.trials import NAME
from stomper.config.places import place_of
from stomper.disk.private_files import make_folder
from stomper.errors import EXIT_CLEAN, EXIT_LEFT, ToolError
from stomper.git.repository import Repository, read_head
from stomper.git.trees import Entry, tree_entries
from stomper.journal.run_lock import run_lock
from stomper.landing.writable import require_writable_git
from stomper.process.guardian import guardian
from stomper.project.environment import Project
from stomper.project.left_behind import find_left_behind, is_to_be_linked
from stomper.project_tests.command import TestCommand
from stomper.project_tests.find_commands import find_commands
from stomper.project_tests.suite import make_suite
from stomper.run.needed_files import Needed, find_needed
from stomper.run.session import marked_run, new_run_id
from stomper.run.set_up import SetUp, set_up
from stomper.settings import EnvironmentSettings, Settings, TestSettings
from stomper.workspace.worktree import clear_site, open_site, worktrees_folder


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the tests need, the `lines` of configuration that bring it, and the `place` of these.

    `brought` are untracked files that a worktree gets anyway, `large` such as were too large to be tried.
    """

    needed: Needed
    lines: tuple[str, ...]
    place: str
    brought: tuple[str, ...]
    large: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """1 where something is lacking."""
        return EXIT_LEFT if self.needed.tests else EXIT_CLEAN


def compare_worktree(repository: Repository, settings: Settings, tell: Callable[[str], None]) -> Comparison:
    """Run the tests in a worktree as a run makes it, and in one with all untracked files. Nothing is left behind.

    Raises ToolError if there are no tests, or they give no verdict; UsageError if a run is at work.
    """
    require_writable_git(repository)
    commit = read_head(repository).commit
    mark = new_run_id(time.time())  # the sweep of its programs goes by it, and there may be other doctors
    with (
        run_lock(repository.state, NAME),
        marked_run(mark),
        guardian(mark, process.unpacked_folder()) as guarded,
    ):
        guarded()  # what is started from here on cannot outlive a kill of this process
        folder = worktrees_folder(repository.top) / NAME / "records"
        made = set_up(repository, settings, commit, NAME, folder)
        clear_site(made.site)  # of one that was killed here
        try:
            open_site(made.site)
            make_folder(folder)
            return _compare(made, repository.top, tree_entries(repository.top, commit), folder, tell)
        finally:
            made.trees.close()
            clear_site(made.site)


def _compare(
    made: SetUp, top: Path, entries: Mapping[str, Entry], folder: Path, tell: Callable[[str], None]
) -> Comparison:
    tests = made.settings.tests
    commands = _commands(made.project, entries, tests)
    suite = make_suite(made.project, commands, tests.timeout, tests.parallel, (made.site.state, folder))
    left = find_left_behind(made.project, entries)
    needed = find_needed(made, suite, left.paths, entries, tell)
    lines = configuration_lines(top, needed.paths, made.settings.environment)
    brought = (*made.project.copies, *made.project.links)
    return Comparison(needed, lines, place_of(top, "environment"), brought, left.large)


def _commands(project: Project, entries: Mapping[str, Entry], tests: TestSettings) -> tuple[TestCommand, ...]:
    """Give the commands of a run. Raises ToolError if there are none."""
    found = find_commands(project, entries, tests.command)
    if not found.commands:
        why = found.why_not or "no tests were found"
        raise ToolError(
            f"nothing can be compared: {why}", f"Name the command: command = '...' {place_of(project.top, 'tests')}"
        )
    return found.commands


def configuration_lines(top: Path, paths: tuple[str, ...], environment: EnvironmentSettings) -> tuple[str, ...]:
    """Write the settings that bring these paths too: by a copy, or by a link where one would cost too much."""
    linked = [path for path in paths if is_to_be_linked(top, path)]
    copied = [path for path in paths if path not in linked]
    lists = (("copy", copied, environment.copy), ("link", linked, environment.link))
    return tuple(f"{key} = {json.dumps([*before, *new], ensure_ascii=False)}" for key, new, before in lists if new)
