"""`stomper show`: what a recorded run did, or what it did to a file or in a commit. Reads only what is on disk."""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper.errors import StomperError, UsageError
from stomper.git.commits import find_commit, subject_of
from stomper.git.repository import Repository
from stomper.journal.find_run import find_run, own_runs
from stomper.journal.run_folder import RunFolder
from stomper.models import Changed, Outcome
from stomper.report.html.story import Chapter, chapters_of
from stomper.text.counts import plural

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FileStory:
    """A file in the report of the last run that had it, and what the run's folder knows of it beyond that.

    `tests` is what the tests said of the run's result; `left` are the diagnostics that the file still had; there is a
    patch for each round that changed it.
    """

    run: str
    started: str
    file: Mapping[str, Any]
    tests: str = ""
    left: tuple[str, ...] = ()
    patches: tuple[str, ...] = ()
    log: str = ""


@dataclass(frozen=True, slots=True)
class CommitStory:
    """A commit of a run, with the stories of the files that it changed."""

    commit: str
    subject: str
    run: str
    files: tuple[FileStory, ...]


def find_story(repository: Repository, here: Path, name: str) -> Report | FileStory | CommitStory:
    """Give the story of the file of that name, or the report of the run, or the story of the commit that it begins.

    Raises UsageError if there is none of these, or the run has no report (yet).
    """
    path = _inside(repository, here, name)
    for folder, report in _reports(repository):
        for file in report["files"]:
            if file["path"] == path:
                return _told(folder, report, [file])[0]
    if os.path.lexists(here / name):
        hint = "`stomper status` lists the runs of this repository; `stomper fix` makes one."
        raise UsageError(f"no recorded run has worked on {name}", hint)
    try:
        return read_run(repository, name)
    except UsageError:
        if (commit := find_commit(repository.top, name)) is None:
            raise
    return _of_commit(repository, commit)


def _of_commit(repository: Repository, commit: str) -> CommitStory:
    subject = subject_of(repository.top, commit)
    for folder, report in _reports(repository):
        files = [file for file in report["files"] if commit in _commits(file)]
        if files:
            return CommitStory(commit, subject, folder.run, tuple(_told(folder, report, files)))
    raise UsageError(f"the commit {commit[:12]} ({subject}) is of no recorded run", f"git show {commit[:12]}")


def _commits(file: Mapping[str, Any]) -> tuple[str, ...]:
    return (*file.get("commits", ()), file.get("commit", ""))


def _told(folder: RunFolder, report: Report, files: Sequence[Mapping[str, Any]]) -> list[FileStory]:
    """The stories of some files of a run; what is gone of its folder is not told."""
    chapters: Mapping[str, Sequence[Chapter]] = {}
    with contextlib.suppress(StomperError, OSError):
        chapters = chapters_of(folder)
    return [_story(report, file, chapters.get(file["path"], ())) for file in files]


def _story(report: Report, file: Mapping[str, Any], chapters: Sequence[Chapter]) -> FileStory:
    last = chapters[-1].outcome if chapters else None
    left = () if last is None else last.after if isinstance(last, Changed) else last.before
    return FileStory(
        report["run"],
        report["started"],
        file,
        _tests(report),
        tuple(f"{d.line}:{d.column}: {d.code} {d.message}" for d in left),
        tuple(filter(None, (_patch(chapter.outcome) for chapter in chapters))),
        "".join(chapter.log for chapter in chapters),
    )


def _patch(outcome: Outcome) -> str:
    if not isinstance(outcome, Changed):
        return ""
    try:
        return outcome.patch.data.decode("utf-8", "backslashreplace")
    except StomperError as error:
        return error.message


def _tests(report: Report) -> str:
    if "tested" not in report:  # by an older version
        return ""
    if not report["tested"]:
        return f"not tested: {why}" if (why := report.get("not_tested")) else "not tested"
    count = report.get("tests_run")
    return f"tested: {plural(count, 'test')} passed on the result" if count else "tested: the result passed"


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
