"""Decide which sandbox each kind of program of a run gets.

If a model or a program of the user's own changes files, what judges them runs code that nobody has read: a test
calls it, a type checker loads a plugin, a formatter its configuration. So checkers, fixers that start programs, the
suite and the set-up of worktrees are kept in too. What is fixed by rule alone is the user's own code as before.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers import Checker, runs_tests
from stomper.checkers.sandboxed import Kept
from stomper.errors import ToolError
from stomper.fixers import Fixer
from stomper.fixers.command import CommandFixer
from stomper.git.object_stores import git_folders
from stomper.git.repository import Repository
from stomper.process import Room, Sandbox
from stomper.process.sandbox.machine import home_folder, is_in
from stomper.project.environment import Project, editable_places
from stomper.settings import Settings
from stomper.workspace.clone import STORE

TIMEOUT = 60.0
PLACES = "import sys; print(*{sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path}, sep=chr(0), end='')"


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms of a run. `tools` is for checkers and fixers, `tests` for the project's own programs; None for none."""

    tools: Room | None = None
    tests: Room | None = None

    def checkers(self, checkers: Iterable[Checker], top: Path) -> tuple[Checker, ...]:
        """The checkers, each in its room: one that runs tests is where tests are."""
        rooms = ((checker, self.tests if runs_tests(checker) else self.tools) for checker in checkers)
        return tuple(checker if room is None else Kept(checker, room, top) for checker, room in rooms)


def find_rooms(
    repository: Repository, settings: Settings, project: Project, fixers: Iterable[Fixer], folder: Path
) -> Rooms:
    """The rooms for a run with these fixers, whose worktrees are in `folder`; none if no sandbox works."""
    if not any(is_foreign(fixer) for fixer in fixers):
        return Rooms()
    sandbox = process.find_sandbox(repository.top, repository.common, repository.git_dir)
    if sandbox is None:
        return Rooms()
    more = (repository.top / os.path.expanduser(place) for place in settings.sandbox_readable)  # noqa: PTH111
    own = [project.made.folder] if project.made is not None else []
    shown = [
        repository.top,
        *git_folders(repository),
        folder / STORE,
        *editable_places(Path(project.python)),
        *own,
        *more,
    ]
    named = [Path(value) for _, value in settings.tools if Path(value).is_absolute()]
    sandbox = sandbox.showing([*shown, *named, *_of_python(project.python)]).without(repository.state)
    return Rooms(room_for_tools(sandbox, settings), room_for_tests(sandbox, settings))


def _of_python(python: str) -> list[Path]:
    """Ask an interpreter for its own folder and import folders: a name on PATH may only lead to it."""
    try:
        done = process.run([python, "-c", PLACES], cwd=Path("/"), timeout=TIMEOUT, contained=True)
    except ToolError:
        return []
    places = [Path(place) for place in os.fsdecode(done.stdout).split("\0")] if done.returncode == 0 else []
    home = home_folder()
    return [place for place in places if place.is_absolute() and not is_in(home or "/", str(place))]


def is_foreign(fixer: Fixer) -> bool:
    """Return whether a fixer's changes cannot be foreseen: a model's, or those of the user's own program."""
    return fixer.learns or isinstance(fixer, CommandFixer)


def room_for_tools(sandbox: Sandbox, settings: Settings) -> Room | None:
    """Give the room of checkers and fixers. They follow the user's own configuration, so they may read the home."""
    return Room(sandbox.seeing("all")) if settings.tool_sandbox == "on" else None


def room_for_tests(sandbox: Sandbox, settings: Settings) -> Room | None:
    """Give the room of the suite and the set-up commands, with what the configuration lets them have."""
    tests = settings.tests
    if tests.sandbox == "off":
        return None
    within = sandbox.online(tests.network)
    if tests.sandbox == "read-only-home":
        return Room(within.seeing("all"), tests.variables)
    return Room(within, tests.variables, home=True)
