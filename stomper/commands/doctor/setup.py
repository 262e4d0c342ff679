"""Examine the set-up: Stomper itself, git, the repository, the configuration."""

import platform
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from stomper import process
from stomper.checkers.enabled import choose_checkers
from stomper.cluster.place import INSTALL, version_of_dask
from stomper.commands.doctor.finding import Finding
from stomper.config import Setting, explain_settings
from stomper.config.load import usable_cpus
from stomper.config.presets import SOURCE as PRESET
from stomper.errors import StomperError, UsageError
from stomper.git.repository import (
    OLDEST_GIT,
    Repository,
    open_repository,
    read_head,
    require_git,
    require_identity,
    require_quiet,
)
from stomper.git.signing import require_signing, signs
from stomper.landing.writable import require_writable_checkout, require_writable_git
from stomper.models import printable
from stomper.project.special_files import require_files, require_users_files
from stomper.settings import Settings
from stomper.trust import hold_unagreed
from stomper.version import version_text

Agree: TypeAlias = Callable[[Repository, Settings | None], Settings]
"""Gives the settings that the user agrees to; those of the repository's files where none are given."""


def look_at_self() -> Iterator[Finding]:
    kind = "the binary" if process.is_frozen() else f"on Python {platform.python_version()}"
    yield Finding("stomper", "version", "ok", f"{version_text()}, {kind}")
    yield Finding("stomper", "machine", "ok", f"{platform.platform(terse=True)}, {usable_cpus()} CPUs to use")
    if (dask := version_of_dask()) is None:
        yield Finding("stomper", "cluster", "note", "no Dask, so --cluster cannot be used", INSTALL)
    else:
        yield Finding("stomper", "cluster", "ok", f"Dask distributed {dask}")


def look_at_git() -> Iterator[Finding]:
    try:
        version = ".".join(map(str, require_git()))
    except StomperError as error:
        yield problem("git", "version", error)
        return
    needed, path = ".".join(map(str, OLDEST_GIT)), shutil.which("git", path=process.search_path())
    yield Finding("git", "version", "ok", f"{version} (needs {needed}), {path}")


def look_at_repository(here: Path) -> tuple[Repository | None, list[Finding]]:
    """The repository, None if there is none to work with, and whether a run could start in it now."""
    try:
        require_users_files()
        repository = open_repository(here)
        hold_unagreed(repository)
        require_files(repository)
    except StomperError as error:
        return None, [problem("git", "repository", error)]
    found = [Finding("git", "repository", "ok", printable(str(repository.top)))]
    found.append(_tried("git", "checked out", lambda: _head(repository)))
    found.append(_tried("git", "writable", lambda: _writable(repository)))
    found.append(_tried("git", "state", lambda: _quiet(repository)))
    found.append(_tried("git", "identity", lambda: _identity(repository)))
    if signs(repository.top, None):
        found.append(_tried("git", "signatures", lambda: _signing(repository)))
    return repository, found


def _head(repository: Repository) -> str:
    head = read_head(repository)
    return f"{head.branch.removeprefix('refs/heads/') if head.branch else 'no branch'} at {head.commit[:12]}"


def _writable(repository: Repository) -> str:
    require_writable_git(repository)
    require_writable_checkout(repository)
    return "the checkout and git's own folder"


def _quiet(repository: Repository) -> str:
    require_quiet(repository)
    return "no merge or rebase under way"


def _identity(repository: Repository) -> str:
    require_identity(repository)
    return "known: commits can be made"


def _signing(repository: Repository) -> str:
    require_signing(repository)
    return "commit.gpgSign is set, and a commit could be signed"


def _tried(area: str, name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(area, name, "ok", look())
    except StomperError as error:
        return problem(area, name, error)


def problem(area: str, name: str, error: StomperError) -> Finding:
    """Make a finding from an error."""
    return Finding(area, name, "problem", error.message, error.hint or "")


def look_at_settings(repository: Repository, agree: Agree) -> tuple[Settings, tuple[Setting, ...], list[Finding]]:
    """The settings of a run here, each with its source; the defaults where the configuration cannot be used.

    Raises UsageError if the user does not `agree` to what the settings have started.
    """
    try:
        explained = explain_settings(repository.top, {})
        settings, notes = choose_checkers(agree(repository, None), {}, repository.top)
    except UsageError:
        raise
    except StomperError as error:
        return agree(repository, Settings()), (), [problem("configuration", "settings", error)]
    own = [setting for setting in explained if setting.source not in ("default", PRESET)]
    sources = ", ".join(dict.fromkeys(printable(setting.source) for setting in own))
    text = (
        f"{len(own)} of {len(explained)} set, by {sources}"
        if own
        else f"all {len(explained)} are the defaults (stomper doctor -v lists them)"
    )
    found = [Finding("configuration", "settings", "ok", text)]
    return (
        settings,
        explained,
        [*found, *(Finding("programs", f"checker {note.split()[0]}", "note", note) for note in notes)],
    )
