"""Make the tracker that a fleet names: issues of a forge, or a program."""

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

from stomper.errors import UsageError
from stomper.fleet.tracking.command_tracker import CommandTracker
from stomper.fleet.tracking.issue_tracker import IssueTracker, require_kind
from stomper.fleet.tracking.journal import TrackJournal
from stomper.fleet.tracking.model import Tracker
from stomper.forges.hosts import PLACE, known_hosts
from stomper.forges.model import Host, Place
from stomper.forges.source import SHORT
from stomper.text.printable import printable

COMMAND = "command:"
EXAMPLE = "Such as github, gitlab:team/tasks, HOST:team/tasks, or 'command:./tell --verbose'"


def check_tracker(text: str, hosts: Mapping[str, Host]) -> None:
    """Raises UsageError for what names no tracker."""
    if text.startswith(COMMAND):
        _words(text)
    else:
        _where(text, hosts)


def make_tracker(
    text: str,
    hosts: tuple[Host, ...],
    journal: TrackJournal,
    folder: Path,
    stop: Callable[[], object],
    note: Callable[[str], None],
) -> Tracker:
    """Make a tracker: `command:PROGRAM`, `FORGE` or `FORGE:OWNER/NAME`. Raises UsageError."""
    if text.startswith(COMMAND):
        return CommandTracker(_words(text), folder)
    known = known_hosts(hosts)
    host, place = _where(text, known)
    return IssueTracker(require_kind(host.kind), place, known, journal, stop, note)


def _words(text: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(text.removeprefix(COMMAND)))
    except ValueError as error:
        raise UsageError(f"tracker: {printable(text)}: {error}", EXAMPLE) from None
    if not words:
        raise UsageError("tracker: command: names no program", EXAMPLE)
    return words


def _where(text: str, hosts: Mapping[str, Host]) -> tuple[Host, Place | None]:
    """Give the forge, and the one repository for all issues, if there is one."""
    known = {**hosts, **{short: hosts[name] for short, name in SHORT.items()}}
    name, _, path = (text, "", "") if text in known else text.rpartition(":")
    host = known.get(name)
    if host is None:
        raise UsageError(f"tracker: no forge is known at {printable(name or text)}", EXAMPLE)
    require_kind(host.kind)
    if path and PLACE.fullmatch(path) is None and host.kind != "gitlab":
        raise UsageError(f"tracker: {printable(path)} is no repository", EXAMPLE)
    return host, Place(host, path) if path else None
