"""The options of `stomper fleet push` and `close`, and what they print."""

import dataclasses
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from stomper.cli.options import several, with_options
from stomper.cli.printing import tell, tell_report
from stomper.errors import EXIT_CLEAN, EXIT_INTERRUPTED
from stomper.fleet.folder import FleetFolder
from stomper.fleet.model import Fleet
from stomper.fleet.pulls.journal import ACTIONS, Pulled
from stomper.fleet.pulls.session import Hearing, Wish, push_fleet
from stomper.fleet.pulls.words import problem_of
from stomper.fleet.read_pulls import read_body
from stomper.fleet.report import report_on
from stomper.fleet.report_lines import STDOUT, render, write_report
from stomper.progress import say
from stomper.text.printable import plain_line, printable

F = TypeVar("F", bound=Callable[..., Any])


def title(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Read a template of titles."""
    if value is not None and (problem := problem_of(value)):
        raise click.BadParameter(problem)
    return value


PUSH_OPTION = click.option(
    "--push", is_flag=True, help="Then push, and make or update pull requests, as `stomper fleet push` does."
)
ONLY_OPTION = click.option(
    "--only", multiple=True, metavar="GLOB", callback=several, help="Only repositories whose name matches (repeatable)."
)
DRY_OPTION = click.option("--dry-run", is_flag=True, help="Print each request that would be made; change nothing.")


def pull_options(command: F) -> F:
    """Add the options on pull requests."""
    return with_options(
        command,
        [
            click.option("--title", metavar="TEXT", callback=title, help="The title, with {names} that are filled in."),
            click.option(
                "--body",
                type=click.Path(path_type=Path, dir_okay=False),
                metavar="PATH",
                help="A file with the body, with {names} that are filled in.",
            ),
            click.option("--label", "labels", multiple=True, metavar="NAME", help="Add a label (repeatable)."),
            click.option(
                "--reviewer", "reviewers", multiple=True, metavar="NAME",
                help="Ask for a review (repeatable); a team is owner/team.",
            ),
            click.option("--draft/--ready", default=None, help="Make drafts.  [default: --ready]"),
            click.option(
                "--auto-merge/--no-auto-merge", default=None, help="Have the forge merge it once its rules allow that."
            ),
            click.option("--reopen", is_flag=True, help="Open again those that were closed."),
        ],
    )  # fmt: skip


def with_pull_options(fleet: Fleet, given: Mapping[str, Any]) -> Fleet:
    """Give a fleet what options say of its pull requests."""
    names = ("title", "labels", "reviewers", "draft", "auto_merge", "reopen")
    said = {name: given[name] for name in names if given.get(name) not in (None, ())}
    if given.get("body") is not None:
        said["body"] = read_body(given["body"])
    told = {host.name: host for host in (*fleet.hosts, *given["forges"])}
    return dataclasses.replace(fleet, pulls=dataclasses.replace(fleet.pulls, **said), hosts=tuple(told.values()))


def then_push(folder: FleetFolder, code: int, given: Mapping[str, Any]) -> int:
    """Push if that was asked for and the run came to its end; give the exit code of both."""
    if not given["push"] or code == EXIT_INTERRUPTED:
        return code
    pushed = push_fleet(folder, Wish(lambda fleet: fleet), hearing(given))
    return pushed if code == EXIT_CLEAN or pushed == EXIT_INTERRUPTED else code


def hearing(given: Mapping[str, Any]) -> Hearing:
    """Give what hears of the work: what is known at once on stderr, each repository on stdout."""

    def note(text: str) -> None:
        if not given["quiet"]:
            say(text, sys.stderr)

    def done(pulled: Pulled) -> None:
        if not given["quiet"]:
            tell(plain_line(_line(pulled)), err=STDOUT in given["reports"])

    def show(text: str) -> None:
        tell(plain_line(text), err=STDOUT in given["reports"])

    return Hearing(note, done, show if given.get("dry_run") else None)


def _line(pulled: Pulled) -> str:
    words = [f"{pulled.action:8}", printable(pulled.name), pulled.url]
    return " ".join(word for word in words if word) + (f": {pulled.reason}" if pulled.reason else "")


def show_pulls(folder: FleetFolder, given: Mapping[str, Any]) -> None:
    """Write the reports that were asked for, and print the sums."""
    report = report_on(folder)
    for path in given["reports"]:
        if path != STDOUT:
            write_report(report, path)
    pulled = [row.pulled for row in report.rows if row.pulled is not None]
    sums = [f"{count} {action}" for action in ACTIONS if (count := sum(one.action == action for one in pulled))]
    if not given["quiet"] and not given.get("dry_run"):
        tell(f"pull requests: {', '.join(sums) or 'none'}", err=STDOUT in given["reports"])
    if STDOUT in given["reports"]:
        tell_report(render(report, STDOUT))
