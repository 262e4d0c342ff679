"""`stomper fleet plan`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from stomper.cli.fleet.checked_options import require_options
from stomper.cli.fleet.input import STATE_OPTION, fleet_of, source_options, terms_options
from stomper.cli.help_groups import GroupedCommand
from stomper.cli.init import write
from stomper.cli.printing import tell, tell_json, tell_report
from stomper.errors import EXIT_CLEAN, EXIT_LEFT
from stomper.fleet.addresses import shown_source
from stomper.fleet.model import Fleet
from stomper.fleet.plan import Preview, preview
from stomper.fleet.write_file import to_fleet_file
from stomper.git.repository import require_git
from stomper.text.counts import plural

STDOUT = Path("-")
WIDEST = 40


@click.command(cls=GroupedCommand)
@source_options
@terms_options
@STATE_OPTION
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="Write the fleet to this file, to be edited: fleet.toml; '-': to stdout.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.pass_obj
def command(here: Path, /, **given: Any) -> int:
    """Show what `stomper fleet run` would work on; fetch and change nothing.

    FILE is a fleet.toml, or a list with an address or a path on each line ('-': from stdin); without FILE it
    is fleet.toml in the current folder. Each repository is asked for its branches, so that one that cannot be
    reached is known before. Exit code 1 if a repository cannot be worked on.

    \b
    stomper fleet plan                             what fleet.toml names
    stomper fleet plan repositories.txt            what a list names
    stomper fleet plan --discover ~/src -o fleet.toml   what is found, as a file to edit
    """  # fmt: skip
    fleet = fleet_of(here, given)
    require_options(fleet)
    if given["output"] is not None:
        return _write(fleet, given["output"])
    require_git()
    seen = list(preview(fleet))
    tell_json({"repositories": [_facts(one) for one in seen]}) if given["form"] == "json" else tell(*_lines(seen))
    return EXIT_LEFT if any(one.problem for one in seen) else EXIT_CLEAN


def _write(fleet: Fleet, place: Path) -> int:
    if place == STDOUT:
        tell_report(to_fleet_file(fleet))
    else:
        write(place, to_fleet_file(fleet))
        tell(f"written to {place}; look at it, then: stomper fleet run {place}")
    return EXIT_CLEAN


def _facts(one: Preview) -> dict[str, object]:
    entry, target = one.entry, one.target
    facts = {
        "name": entry.name,
        "source": shown_source(entry.source),
        "in_place": entry.in_place,
        "branch": target.branch if target else entry.branch or None,
        "commit": target and target.commit,
        "options": list(entry.options) or None,
        "skipped": entry.skipped or None,
        "problem": one.problem or None,
    }
    return {key: value for key, value in facts.items() if value is not None}


def _lines(seen: Sequence[Preview]) -> Iterator[str]:
    width = min(WIDEST, max(len(one.entry.name) for one in seen))
    for one in seen:
        yield f"{one.entry.name:{width}}  {_state(one)}"
    bad, left_out = sum(bool(one.problem) for one in seen), sum(bool(one.entry.skipped) for one in seen)
    words = [plural(len(seen), "repository", "repositories")]
    words += [f"{left_out} skipped"] if left_out else []
    words += [f"{bad} cannot be worked on"] if bad else []
    yield ", ".join(words)


def _state(one: Preview) -> str:
    if one.entry.skipped:
        return f"skipped: {one.entry.skipped}"
    if one.target is None:
        return f"cannot be worked on: {one.problem} ({shown_source(one.entry.source)})"
    way = "in place" if one.entry.in_place else "in a clone"
    return f"{one.target.branch or 'detached'} {one.target.commit[:12]}, {way}: {shown_source(one.entry.source)}"
