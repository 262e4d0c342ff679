"""`stomper fleet report`."""

from pathlib import Path
from typing import Any

import click

from stomper.cli.fleet.input import STATE_OPTION, state_of
from stomper.cli.fleet.told import output_options, require_reports, show
from stomper.cli.help_groups import GroupedCommand
from stomper.cli.printing import warn
from stomper.errors import EXIT_CLEAN
from stomper.fleet.folder import FleetFolder
from stomper.fleet.page import write_pages
from stomper.fleet.report import report_on
from stomper.fleet.report_lines import PAGE


@click.command(cls=GroupedCommand)
@STATE_OPTION
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Write it as one page that needs no network.",
)
@click.option(
    "--pages", is_flag=True, help="With --html: also write the page of each repository's run, in a folder beside it."
)
@output_options
@click.pass_obj
def command(here: Path, /, page: Path | None, pages: bool, **given: Any) -> int:
    """Show the report of a fleet, also of one that is at work; nothing is run.

    \b
    stomper fleet report                       what became of each repository, and what is left by code
    stomper fleet report -v                    a line on each repository, however many there are
    stomper fleet report --report fleet.json   all of it, for scripts
    stomper fleet report --html x.html --pages a page, with links to one of each repository
    """
    if page is None and pages:
        raise click.UsageError("--pages is for --html")
    if page is not None:
        given["reports"] = (*given["reports"], _page(page))
    require_reports(given)
    folder = FleetFolder(state_of(here, given))
    if page is not None and pages:
        for missing in write_pages(report_on(folder), page):
            warn(f"no page of {missing}")
    show(folder, given)
    return EXIT_CLEAN


def _page(where: Path) -> Path:
    """A place for the page. Raises UsageError for a name that says something else."""
    if where.suffix != PAGE:
        raise click.UsageError(f"--html {where}: a page ends in {PAGE}")
    return where
