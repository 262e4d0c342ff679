"""The programs that a run here would start, where they come from, and their versions."""

import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from stomper import process
from stomper.checkers import MAKERS, make_checkers
from stomper.commands.doctor.asking import OUTSIDE, Asking
from stomper.commands.doctor.finding import Finding, State
from stomper.commands.doctor.setup import problem
from stomper.commands.doctor.tests import look_at_tests
from stomper.commands.doctor.versions import UNKNOWN, version_of
from stomper.config.places import place_of
from stomper.environments.tell import foresee_environment
from stomper.errors import StomperError
from stomper.fixers import make_fixers
from stomper.fixers.agents.fixer import AgentFixer
from stomper.fixers.command import CommandFixer
from stomper.formatters import find_formatters
from stomper.git.repository import Repository, read_head
from stomper.git.trees import tree_entries
from stomper.project.find_tools import python_of, tool_of
from stomper.settings import Settings


def look_at_programs(repository: Repository, settings: Settings, asking: Asking) -> Iterator[Finding]:
    """Interpreter, checkers, fixers and tests, as the settings have them; agents are asked as `asking` says."""
    top = repository.top
    yield from _environment(repository, settings)
    python = _python(top, settings)
    yield python
    if python.state == "ok":
        yield look_at_tests(repository, settings)
    for name in settings.checkers:
        yield _checker(name, top, settings)
    for name in sorted(set(MAKERS) - set(settings.checkers)):
        yield from _idle(name, top, settings)
    for name in settings.fixers:
        yield _fixer(name, top, settings, asking)
    yield from _formatters(repository, settings)


def _environment(repository: Repository, settings: Settings) -> Iterator[Finding]:
    if (found := foresee_environment(repository, settings)) is None:
        return
    state: State = "problem" if found.problem else "ok" if found.made or not found.commands else "note"
    yield Finding("programs", "environment", state, found.text, "; ".join(found.notes))


def _python(top: Path, settings: Settings) -> Finding:
    try:
        python = python_of(settings, top)
    except StomperError as error:
        return problem("programs", "python", error)
    return Finding("programs", "python", "ok", f"{version_of([python], top, env=process.outer_python(top))}, {python}")


def _checker(name: str, top: Path, settings: Settings) -> Finding:
    area = f"checker {name}"
    try:
        (checker,) = make_checkers(dataclasses.replace(settings, checkers=(name,)), top)
    except StomperError as error:
        return problem("programs", area, error)
    return _found(area, name, getattr(checker, "program", None), top, settings)


def _found(area: str, name: str, program: str | None, top: Path, settings: Settings) -> Finding:
    if program is None:
        return Finding("programs", area, "ok", "ready")
    version = tool_version(program, top)
    text = f"{version}, {program}{_origin(name, program, top, settings)}"
    if version == UNKNOWN:
        return _mute(area, program, f"{name} = '/path' {place_of(top, 'tools')}")
    return Finding("programs", area, "ok", text)


def _mute(area: str, program: str, key: str) -> Finding:
    hint = f"See what `{program} --version` says, or name another: {key}"
    return Finding("programs", area, "problem", f"does not say its version: {program}", hint)


def _origin(name: str, program: str, top: Path, settings: Settings) -> str:
    try:
        tool = tool_of(settings, name, top)
    except StomperError:
        return ""
    return f" ({tool.origin})" if tool.path == program else ""


def _idle(name: str, top: Path, settings: Settings) -> Iterator[Finding]:
    """A checker that could be used and is not."""
    try:
        tool = tool_of(settings, name, top)
    except StomperError:
        return
    hint = f"To use it: checkers = {json.dumps([*settings.checkers, name])} {place_of(top)}"
    yield Finding("programs", f"checker {name}", "note", f"there ({tool.origin}), but not enabled", hint)


def _fixer(name: str, top: Path, settings: Settings, asking: Asking) -> Finding:
    area = f"fixer {name}"
    try:
        fixer, *others = make_fixers(dataclasses.replace(settings, fixers=(name,)), top)
    except StomperError as error:
        return problem("programs", area, error)
    if others:
        return Finding("programs", area, "ok", f"ready: {1 + len(others)} fixers")
    if isinstance(fixer, CommandFixer):
        return _command(area, fixer, top)
    if isinstance(fixer, AgentFixer):
        return _agent(area, fixer, asking, top)
    return _found(area, name, getattr(fixer, "program", None), top, settings)


def _formatters(repository: Repository, settings: Settings) -> Iterator[Finding]:
    """The formatters that the project has, by what the index and the last commit would have them be."""
    try:
        entries = tree_entries(repository.top, read_head(repository).commit)
    except StomperError:
        return  # what is wrong with the commit is told of git
    try:
        found = find_formatters(settings, repository.top, entries.values())
    except StomperError as error:
        yield problem("programs", "formatters", error)
        return
    for formatter in found.found:
        why = "" if not formatter.guessed else ": keeps files that it leaves alone, although nothing configures it"
        text = f"{tool_version(formatter.program, repository.top)}, {formatter.program}{why}"
        yield Finding("programs", f"formatter {formatter}", "ok", text)
    for note in found.notes:
        yield Finding("programs", "formatters", "note", note)
    if not settings.formatters:
        yield Finding("programs", "formatters", "note", "switched off: formatters is empty")


def _agent(area: str, fixer: AgentFixer, asking: Asking, top: Path) -> Finding:
    version = asking.version(fixer.program)
    if version == UNKNOWN:
        return _mute(area, fixer.program, f"program = '/path' {place_of(top, f'agent.{fixer.name}')}")
    outside = OUTSIDE if version and asking.sandbox is None else ""
    why_not = f"not started: {asking.refused}" if asking.refused else ""
    return Finding("programs", area, "ok", ", ".join(filter(None, [version, fixer.program, outside, why_not])))


def _command(area: str, fixer: CommandFixer, top: Path) -> Finding:
    program = fixer.command[0]
    inside = top / program if "/" in program else None
    if (inside is not None and inside.exists()) or shutil.which(program, path=process.search_path()):
        return Finding("programs", area, "ok", f"`{' '.join(fixer.command)}`")
    hint = f"Install it, or correct its `command` {place_of(top, f'fixer.{fixer.name}')}"
    return Finding("programs", area, "problem", f"{program} was not found", hint)


def tool_version(program: str, top: Path) -> str:
    """A tool's version. Only one that goes by the folder it is started in, as shims do, is asked in the checkout."""
    env = process.outer_python(top)
    version = version_of([program], Path("/"), env=env)
    return version if version != UNKNOWN else version_of([program], top, env=env)
