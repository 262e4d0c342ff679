"""`stomper stats`."""

import dataclasses
from pathlib import Path

import click

from stomper.cli.options import here_repository
from stomper.cli.printing import tell, tell_json
from stomper.commands.stats import read_fates
from stomper.disk.output_places import require_outlet
from stomper.learning.broken import to_lines as broken_to_lines
from stomper.learning.exchange import read_export, write_export
from stomper.learning.store import Store
from stomper.learning.summary import summarize, to_dict, to_text
from stomper.report.by_fixer import to_lines as fixers_to_lines
from stomper.report.fates import to_dict as fates_to_dict
from stomper.report.fates import to_lines as fates_to_lines
from stomper.text.counts import plural

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group(invoke_without_command=True)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.pass_context
def command(ctx: click.Context, /, form: str) -> None:
    """Show what fixers came to: by fixer and code, and by grade, in the last 100 runs whose result you have.

    Of agents and of your own fixers it also shows hardest and easiest codes, rates, time and cost of a
    fix. Each run records the results of their attempts in the git directory, unless `learning = false`.
    The records decide which kind of prompt an agent gets, and which agent is asked first. Fixes that
    tests took out again are recorded too: the like of them are tried last, each code alone.

    \b
    stomper stats                show the records
    stomper stats export FILE    write them to a TOML file, for a team
    stomper stats import FILE    add the records of others; the same file counts once
    stomper stats reset          delete all records
    """
    if ctx.invoked_subcommand is None:
        show(here_repository(ctx.obj).state, form)


def show(state: Path, form: str) -> None:
    """Print what was learned, and what became of fixes."""
    learned, fates = Store(state).load(), read_fates(state)
    summary = summarize(learned)
    if form == "json":
        broken = [dataclasses.asdict(one) for one in learned.broken]
        tell_json({**to_dict(summary), "fates": fates_to_dict(fates), "broken": broken})
        return
    fixers = fixers_to_lines(fates.fixers)
    agents = to_text(summary).splitlines() if summary.codes or not fixers else []
    tables = [fixers, fates_to_lines(fates), agents, broken_to_lines(learned.broken)]
    first, *more = filter(None, tables)
    tell(*first, *(line for table in more for line in ("", *table)))


@command.command("export")
@FILE
@click.pass_obj
def export_command(here: Path, /, file: Path) -> int:
    """Write all records, imported ones too, to a TOML file."""
    require_outlet(file, "the export")
    learned = Store(here_repository(here).state).load()
    write_export(file, learned)
    tell(f"{plural(learned.runs, 'run')} in {file}")
    return 0


@command.command("import")
@FILE
@click.pass_obj
def import_command(here: Path, /, file: Path) -> int:
    """Add the records of others. Records that are here already do not count again."""
    shares = read_export(file)
    new = Store(here_repository(here).state).add_shares(shares)
    tell(f"{new} of {len(shares)} repositories had something new")
    return 0


@command.command()
@click.pass_obj
def reset(here: Path, /) -> int:
    """Delete all records, imported ones too."""
    Store(here_repository(here).state).reset()
    tell("all records are deleted")
    return 0
