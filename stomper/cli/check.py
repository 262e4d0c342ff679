"""`stomper check`."""

import dataclasses
import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from stomper.cli.options import named_paths, resolve, selection_options
from stomper.inspection import inspect
from stomper.models import Diagnostic, printable


@click.command()
@selection_options
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.pass_obj
def command(here: Path, /, paths: tuple[Path, ...], files: tuple[Path, ...], form: str, **given: Any) -> int:
    """Show what the checkers complain about; change nothing.

    Looks at the files as they are in the working tree. PATHS as for `stomper fix`. Exit code 0:
    nothing found; 1: something.
    """
    repository, settings = resolve(here, given)
    found = inspect(repository, settings, named_paths(paths, files))
    click.echo(as_json(found) if form == "json" else as_text(found))
    return 1 if found else 0


def as_json(found: tuple[Diagnostic, ...]) -> str:
    """All diagnostics, and how many there are of each code."""
    rows = [dataclasses.asdict(diagnostic) for diagnostic in found]
    return json.dumps({"diagnostics": rows, "codes": dict(Counter(d.code for d in found).most_common())}, indent=2)


def as_text(found: tuple[Diagnostic, ...]) -> str:
    """By file, then a table of codes."""
    if not found:
        return "nothing found"
    lines: list[str] = []
    for path in dict.fromkeys(d.path for d in found):
        lines.append(click.style(printable(path), bold=True))
        lines += [f"  {d.line}:{d.column} {d.code} {printable(d.message)}" for d in found if d.path == path]
    fixable = Counter(d.code for d in found if d.fixable)
    lines += ["", "count  fixable by its tool  code"]
    lines += [f"{count:5}  {fixable[code]:19}  {code}" for code, count in Counter(d.code for d in found).most_common()]
    return "\n".join([*lines, "", f"{len(found)} diagnostics in {len({d.path for d in found})} files"])
