"""`stomper baseline`."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from stomper.cli.consent import trust_options
from stomper.cli.options import checker_options, here_repository, resolve
from stomper.cli.printing import tell, warn
from stomper.cli.suppress import suppress
from stomper.commands.check import kept_entries, todays_entries
from stomper.disk.output_places import require_outlet
from stomper.plan.baseline_file import DEFAULT_NAME, Entry, baseline_path, read_entries, write_entries
from stomper.text.counts import plural


@click.group()
def command() -> None:
    """Accept today's diagnostics, in a file or by comments in the code, so that only new ones count.

    If there is a baseline file, `check` and `fix` pass over its entries: exit codes and counts are those of
    new diagnostics. `stomper fix --fix-baseline` fixes the old ones. Only `write` adds entries.

    \b
    stomper baseline write      record all diagnostics of today
    stomper baseline prune      drop the entries that are fixed by now
    stomper baseline show       count the entries by code
    stomper baseline suppress   write `# noqa` and `# type: ignore` comments instead
    """


@command.command()
@checker_options
@trust_options
@click.pass_obj
def write(here: Path, /, **given: Any) -> int:
    """Record all diagnostics of the working tree."""
    repository, settings = resolve(here, given, makes=True)
    path = baseline_path(repository.top, settings.baseline)
    require_outlet(path, "the baseline file")
    entries = todays_entries(repository, settings, warn)
    write_entries(path, entries)
    tell(f"{plural(len(entries), 'diagnostic')} in {path.name}{_codes(entries)}")
    tell("commit it, so that it counts for everybody")
    return 0


@command.command()
@checker_options
@trust_options
@click.pass_obj
def prune(here: Path, /, **given: Any) -> int:
    """Drop the entries of diagnostics that are gone; add none.

    Entries stay if their file or checker is not part of this call.
    """
    repository, settings = resolve(here, given, makes=True)
    require_outlet(baseline_path(repository.top, settings.baseline), "the baseline file")
    before, kept = kept_entries(repository, settings, warn)
    if sorted(kept) != sorted(before):
        write_entries(baseline_path(repository.top, settings.baseline), kept)
    tell(f"{len(before) - len(kept)} dropped, {plural(len(kept), 'diagnostic')} left")
    return 0


@command.command()
@click.pass_obj
def show(here: Path, /) -> int:
    """Count the entries by code."""
    from stomper.config import load_settings

    repository = here_repository(here)
    settings = load_settings(repository.top, {})
    entries = read_entries(repository.top, settings.baseline)
    if entries is None:
        tell(f"there is no {DEFAULT_NAME}; record one: stomper baseline write")
        return 0
    tell("count  files  code")
    for code, count in Counter(entry.code for entry in entries).most_common():
        tell(f"{count:5}  {len({entry.path for entry in entries if entry.code == code}):5}  {code}")
    tell("", f"{plural(len(entries), 'diagnostic')} in {baseline_path(repository.top, settings.baseline).name}")
    return 0


command.add_command(suppress)


def _codes(entries: Iterable[Entry]) -> str:
    counts = Counter(entry.code for entry in entries).most_common()
    return ": " + ", ".join(f"{code} {count}" for code, count in counts) if counts else ""
