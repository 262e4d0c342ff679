"""`stomper show`."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from stomper.cli.options import here_repository
from stomper.cli.printing import diff_lines, paint, tell_json, tell_pages
from stomper.commands.show import CommitStory, FileStory, Report, find_story, read_run
from stomper.models import printable
from stomper.report.codes import CodeReport, code_lines
from stomper.text.counts import plural

SHOWN = 20
LONGEST = 400


@click.command()
@click.argument("name", required=False, metavar="[RUN|FILE|COMMIT]")
@click.option("-v", "--verbose", is_flag=True, help="Show all files of a run; of a file the log too.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.pass_obj
def command(here: Path, /, name: str | None, verbose: bool, form: str) -> int:
    """Show what a run did, or why a file is as it is.

    RUN is the beginning of a run's id (see `stomper status`); by default, the last run. FILE is a path of
    this repository, also of a file that is gone. COMMIT is one that a run has made. Figures are those of
    the end of the run. A terminal shows it page by page.

    \b
    stomper show             the last run
    stomper show src/a.py    attempts, tests, what is left, and the diff of a file
    stomper show HEAD        the same of each file that a commit of a run changed
    """
    repository = here_repository(here)
    found = read_run(repository, None) if name is None else find_story(repository, here, name)
    if isinstance(found, FileStory | CommitStory):
        facts, lines = dataclasses.asdict(found), story_lines(found, verbose)
    else:
        facts, lines = dict(found), run_lines(found, verbose)
    if form == "json":
        tell_json(facts, indent=2)
    else:
        tell_pages(lines)
    return 0


def story_lines(story: FileStory | CommitStory, verbose: bool) -> list[str]:
    """A file, or all files of a commit."""
    if isinstance(story, FileStory):
        return file_lines(story, verbose)
    title = f"{paint(story.commit, 'bold')}  {story.subject}"
    return [title, f"of run {story.run}", *(line for file in story.files for line in ("", *file_lines(file, verbose)))]


def run_lines(report: Report, verbose: bool) -> list[str]:
    """A run: when and where, counts by code, its files."""
    branch = report["branch"].removeprefix("refs/heads/")
    lines = [
        f"{paint(report['run'], 'bold')}  {report['started']} to {report['finished']}, exit code {report['exit_code']}",
        f"{branch}: {report['base_commit'][:12]}..{report['head_commit'][:12]}",
        "",
        *code_lines([CodeReport(**row) for row in report.get("codes", ())]),
        _summary(report["summary"]),
        *_undelivered(report),
        "",
    ]
    files = report["files"] if verbose else report["files"][:SHOWN]
    lines += [f"{file['status']:10} {printable(file['path'])}{_reason(file)}" for file in files]
    left_out = len(report["files"]) - len(files)
    return lines + ([f"... and {plural(left_out, 'more file')}: -v"] if left_out else [])


def _undelivered(report: Report) -> list[str]:
    """Say that the user does not have the result, and why; reports of older versions do not tell."""
    if report.get("delivered", True):
        return []
    return [f"not delivered: {why}" if (why := report.get("not_delivered")) else "not delivered"]


def _summary(summary: Mapping[str, Any]) -> str:
    fixed, before, after = (summary[f"diagnostics_{name}"] for name in ("fixed", "before", "after"))
    return f"{fixed} of {plural(before, 'diagnostic')} fixed, {after} left, in {plural(summary['files_total'], 'file')}"


def file_lines(story: FileStory, verbose: bool) -> list[str]:
    """A file: its state, its attempts one by one, what tests said, what is left, commits, diff, `verbose` the log."""
    file = story.file
    lines = [
        f"{paint(file['path'], 'bold')}: {file['status']}{_reason(file)}",
        f"in run {story.run}, {story.started}: {file['before']} before, {file['after']} after",
    ]
    lines += [f"fixed: {_counts(file['fixed_codes'])}"] if file["fixed_codes"] else []
    lines += [f"suppressed: {_counts(file['suppressed_codes'])}"] if file.get("suppressed_codes") else []
    lines += [story.tests] if story.tests else []
    lines += ["", *_attempts(file)] if file["attempts"] else []
    lines += [*_titled("taken out by tests", _dropped(file)), *_titled("withheld", _withheld(file))]
    lines += _titled("left", [*story.left[:SHOWN], *_more(len(story.left) - SHOWN)])
    commits = file.get("commits") or [file[name] for name in ("commit",) if name in file]
    lines += ["", *(f"commit: git show {commit}" for commit in commits)]
    lines += [f"{name}: {file[name]}" for name in ("patch", "log") if name in file]
    lines += [line for patch in story.patches for line in ("", *diff_lines(patch))]
    return [*lines, *(_titled("log", story.log.splitlines()) if verbose else ())]


def _titled(title: str, lines: Sequence[str]) -> list[str]:
    return ["", paint(title, "bold"), *(f"  {line}" for line in lines)] if lines else []


def _more(count: int) -> list[str]:
    return [f"and {count} more"] if count > 0 else []


def _dropped(file: Mapping[str, Any]) -> list[str]:
    return [
        f"{_counts(part['codes'])} by {part['fixer']}"
        + (f", which breaks {', '.join(part['broken'])}" if part.get("broken") else "")
        for part in file.get("dropped", ())
    ]


def _withheld(file: Mapping[str, Any]) -> list[str]:
    return [f"{one['code']} line {one['line']}, {one['fixer']}: {one['needs']}" for one in file.get("withheld", ())]


def _attempts(file: Mapping[str, Any]) -> Iterator[str]:
    for number, attempt in enumerate(file["attempts"], 1):
        after = f", {attempt['after']} after" if "after" in attempt else ""
        detail = f": {attempt['detail'][:LONGEST]}" if "detail" in attempt else ""
        grade = f" ({attempt['grade']})" if "grade" in attempt else ""
        counts = f"{attempt['before']} before{after}, {attempt['seconds']:.1f} s"
        yield f"{number:3}  {attempt['fixer']}  {attempt['result']}{grade}, {counts}{detail}"


def _counts(codes: Mapping[str, int]) -> str:
    return ", ".join(f"{printable(code)} {count}" for code, count in codes.items())


def _reason(file: Mapping[str, Any]) -> str:
    return f": {file['reason']}" if file.get("reason") else ""
