"""`stomper show`."""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from stomper.cli.options import here_repository
from stomper.cli.printing import paint, tell, tell_json
from stomper.commands.show import FileStory, Report, find_story, read_run
from stomper.models import printable
from stomper.report.codes import CodeReport, code_lines
from stomper.text.counts import plural

SHOWN = 20
LONGEST = 400


@click.command()
@click.argument("name", required=False, metavar="[RUN|FILE]")
@click.option("-v", "--verbose", is_flag=True, help="Show all files of a run.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.pass_obj
def command(here: Path, /, name: str | None, verbose: bool, form: str) -> int:
    """Show what a run did, or what the last run did to a file.

    RUN is the beginning of a run's id (see `stomper status`); by default, the last run. FILE is a path of
    this repository, also of a file that is gone. Figures are those of the end of the run.

    \b
    stomper show             the last run
    stomper show src/a.py    attempts, commit, patch and log of a file
    """
    repository = here_repository(here)
    found = read_run(repository, None) if name is None else find_story(repository, here, name)
    if form == "json":
        tell_json(dataclasses.asdict(found) if isinstance(found, FileStory) else found, indent=2)
    else:
        tell(*(file_lines(found) if isinstance(found, FileStory) else run_lines(found, verbose)))
    return 0


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


def file_lines(story: FileStory) -> list[str]:
    """A file: its state, its attempts one by one, and where its commit, patch and log are."""
    file = story.file
    lines = [
        f"{paint(file['path'], 'bold')}: {file['status']}{_reason(file)}",
        f"in run {story.run}, {story.started}: {file['before']} before, {file['after']} after",
    ]
    lines += [f"fixed: {_counts(file['fixed_codes'])}"] if file["fixed_codes"] else []
    lines += [f"suppressed: {_counts(file['suppressed_codes'])}"] if file.get("suppressed_codes") else []
    lines += ["", *_attempts(file)] if file["attempts"] else []
    lines += [""]
    commits = file.get("commits") or [file[name] for name in ("commit",) if name in file]
    lines += [f"commit: git show {commit}" for commit in commits]
    return lines + [f"{name}: {file[name]}" for name in ("patch", "log") if name in file]


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
