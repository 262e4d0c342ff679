"""`stomper show`: what a recorded run did, or what the last run did to a file. Reads only what is on disk."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper.errors import StomperError, UsageError
from stomper.git.repository import Repository
from stomper.journal.find_run import find_run, own_runs
from stomper.journal.run_folder import RunFolder

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FileStory:
    """A file in the report of the last run that had it."""

    run: str
    started: str
    file: Mapping[str, Any]


def find_story(repository: Repository, here: Path, name: str) -> Report | FileStory:
    """Give the report of the run whose id begins with `name`, or else the story of the file of that name.

    Raises UsageError if there is neither, or the run has no report (yet).
    """
    path = _inside(repository, here, name)
    for folder, report in _reports(repository):
        for file in report["files"]:
            if file["path"] == path:
                return FileStory(folder.run, report["started"], file)
    if os.path.lexists(here / name):
        hint = "`stomper status` lists the runs of this repository; `stomper fix` makes one."
        raise UsageError(f"no recorded run has worked on {name}", hint)
    return read_run(repository, name)


def read_run(repository: Repository, name: str | None) -> Report:
    """Give the report of a run, the last one by default. Raises UsageError if there is none."""
    return find_reported(repository, name)[1]


def find_reported(repository: Repository, name: str | None) -> tuple[RunFolder, Report]:
    """Give the folder of a run, the last one by default, and its report. Raises UsageError if there is none."""
    folder = find_run(repository.state, name, lambda _: True, "shown")
    if (report := folder.read_report()) is None:
        raise UsageError(
            f"run {folder.run} has no report: it has not ended", "`stomper status` shows it; `stomper resume` ends it."
        )
    return folder, report


def _reports(repository: Repository) -> Iterator[tuple[RunFolder, dict[str, Any]]]:
    """Give the reports of this user's runs, the last one first; what another version wrote is passed over."""
    for folder in reversed(own_runs(repository.state)):
        try:
            report = folder.read_report() if folder.exists else None
        except StomperError:
            continue
        if report is not None:
            yield folder, report


def _inside(repository: Repository, here: Path, name: str) -> str:
    """A name as a path from the top of the repository, as reports have it; the file may be gone."""
    place = Path(os.path.normpath(here / name))
    return place.relative_to(repository.top).as_posix() if place.is_relative_to(repository.top) else name
