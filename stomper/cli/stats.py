"""`stomper stats`."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from stomper.cli.consent import agreed_settings, consent_of, refuser, trust_options
from stomper.cli.options import here_repository, line_of
from stomper.cli.printing import tell, tell_json
from stomper.commands.past_commits import points_of_commits
from stomper.commands.stats import read_fates
from stomper.disk.output_places import require_outlet
from stomper.learning.broken import to_lines as broken_to_lines
from stomper.learning.exchange import read_export, write_export
from stomper.learning.store import Store
from stomper.learning.summary import summarize, to_text
from stomper.learning.summary import to_dict as summary_to_dict
from stomper.report.by_fixer import to_lines as fixers_to_lines
from stomper.report.fates import to_dict as fates_to_dict
from stomper.report.fates import to_lines as fates_to_lines
from stomper.report.trend import Point, points_of_runs, to_dict, to_lines
from stomper.text.counts import plural

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group(invoke_without_command=True)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.option("--trend", is_flag=True, help="Show how many diagnostics there were, run by run.")
@click.option(
    "--history",
    "every",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --trend: also check every Nth commit of the branch, at most 50.",
)
@trust_options
@click.pass_context
def command(ctx: click.Context, /, form: str, trend: bool, every: int | None, **given: Any) -> None:
    """Show what fixers came to: by fixer and code, and by grade, in the last 100 runs whose result you have.

    Of agents and of your own fixers it also shows hardest and easiest codes, rates, time and cost of a
    fix. Each run records the results of their attempts in the git directory, unless `learning = false`.
    The records decide which kind of prompt an agent gets, and which agent is asked first. Fixes that
    tests took out again are recorded too: the like of them are tried last, each code alone.

    --trend shows diagnostics and baseline of the last 50 runs, and --history of the branch's commits, each
    written to a folder of its own and checked by today's settings; what is known of a commit is remembered.

    \b
    stomper stats                show the records
    stomper stats --trend --history 20
    stomper stats export FILE    write them to a TOML file, for a team
    stomper stats import FILE    add the records of others; the same file counts once
    stomper stats reset          delete all records
    """
    if every is not None and not trend:
        raise click.UsageError("--history is for --trend")
    if ctx.invoked_subcommand is not None:
        if trend:
            raise click.UsageError(f"--trend is not for `stomper stats {ctx.invoked_subcommand}`")
    elif trend:
        show_trend(ctx.obj, form, every, given)
    else:
        show(here_repository(ctx.obj).state, form)


def show_trend(here: Path, form: str, every: int | None, given: Mapping[str, Any]) -> None:
    """Print the points of the recorded runs, and of every so-many-th commit if that is asked for."""
    repository = here_repository(here)
    runs, commits = points_of_runs(repository.state), list[Point]()
    if every is not None:
        line, consent = line_of(given, fixes=False), consent_of(given)
        settings = agreed_settings(repository, line, consent)
        refuses = refuser(repository, settings, line, consent)
        commits = points_of_commits(repository, settings, every, refuses, lambda text: tell(text, err=True))
    if form == "json":
        tell_json({"runs": to_dict(runs), "commits": to_dict(commits)}, indent=2)
        return
    tables = [to_lines(runs, "run"), to_lines(commits, "commit")]
    first, *more = [*filter(None, tables)] or [["no run is recorded, and no commit was looked at"]]
    tell(*first, *(line for table in more for line in ("", *table)))


def show(state: Path, form: str) -> None:
    """Print what was learned, and what became of fixes."""
    learned, fates = Store(state).load(), read_fates(state)
    summary = summarize(learned)
    if form == "json":
        broken = [dataclasses.asdict(one) for one in learned.broken]
        tell_json({**summary_to_dict(summary), "fates": fates_to_dict(fates), "broken": broken})
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
