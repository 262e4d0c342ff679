"""`stomper report`."""

from pathlib import Path

import click

from stomper.cli.completing import offer_runs
from stomper.cli.open_page import open_page
from stomper.cli.options import here_repository
from stomper.cli.printing import tell
from stomper.cli.show import run_lines
from stomper.commands.report import page_in_folder, write_page
from stomper.commands.show import find_reported
from stomper.disk.output_places import require_outlet, require_room


@click.command()
@click.argument("run", required=False, metavar="[RUN]", shell_complete=offer_runs)
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Write it as one page that needs no network and no other file.",
)
@click.option(
    "--open", "opens", is_flag=True, help="Open the page in your browser; without --html it is made for that."
)
@click.pass_obj
def command(here: Path, /, run: str | None, page: Path | None, opens: bool) -> int:
    """Report on a run, as text or as a page with all files, diffs, tests and times.

    RUN is the beginning of a run's id (see `stomper status`); by default, the last run. `--report x.html`
    of `fix` and `check` writes the same page at their end.

    \b
    stomper report                             the last run, as text
    stomper report --open                      the same in the browser, with diffs
    stomper report 20260131 --html run.html    a file to send to others
    """
    if page is not None:
        require_outlet(page, "--html")
        require_room(page, "--html")
    repository = here_repository(here)
    folder, report = find_reported(repository, run)
    if page is None and not opens:
        tell(*run_lines(report, verbose=True))
        return 0
    where = page_in_folder(folder) if page is None else write_page(folder, page)
    tell(f"page: {where}")
    if opens:
        open_page(where)
    return 0
