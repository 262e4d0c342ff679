"""The tests that a run here would test with, and the reason if it could not."""

from pathlib import Path

from stomper.commands.doctor.finding import Finding
from stomper.commands.doctor.setup import problem
from stomper.config.places import place_of
from stomper.errors import StomperError
from stomper.git.repository import Repository, read_head
from stomper.git.trees import tree_entries
from stomper.project.environment import find_project
from stomper.project_tests.find_commands import Found, find_commands
from stomper.settings import Settings

AREA = "programs"


def look_at_tests(repository: Repository, settings: Settings) -> Finding:
    """Find the commands that would run the tests of the last commit, as a run does."""
    if settings.workflow.test_validation == "none":
        return Finding(AREA, "tests", "note", "switched off: test_validation is none")
    try:
        head = read_head(repository)
    except StomperError as error:  # which is a problem of its own
        return Finding(AREA, "tests", "note", f"not looked for: {error.message}")
    try:
        entries = tree_entries(repository.top, head.commit)
        project = find_project(repository.top, entries, settings.environment, settings.tests)
        return _told(find_commands(project, entries, settings.tests.command), settings.tests.required, repository.top)
    except StomperError as error:
        return problem(AREA, "tests", error)


def _told(found: Found, required: bool | None, top: Path) -> Finding:
    hint = f"Name the interpreter that has it: python = '/path' {place_of(top, 'environment')}; or --no-run-tests"
    if found.why_not:
        return Finding(AREA, "tests", "note" if required is False else "problem", found.why_not, hint)
    if found.absent:
        return Finding(AREA, "tests", "problem" if required else "note", "no tests were found")
    return Finding(AREA, "tests", "ok", "by " + ", ".join(f"`{command.text}`" for command in found.commands))
