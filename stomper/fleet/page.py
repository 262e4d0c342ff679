"""The report of a fleet as one page, and the pages of its repositories beside it."""

import hashlib
import re
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stomper.disk.atomic_write import write_atomically
from stomper.disk.output_places import make_room
from stomper.disk.validate import is_run
from stomper.errors import StomperError
from stomper.fleet.report import FleetReport, to_dict
from stomper.fleet.result import STATES, Result
from stomper.git.repository import open_repository
from stomper.journal.find_run import runs_folder
from stomper.journal.run_folder import RunFolder
from stomper.report.html import page_of_run

MOST_REASONS = 6
ODD = re.compile(r"[^A-Za-z0-9.-]+")
LONGEST = 80


def to_html(report: FleetReport, where: Path) -> str:
    """Give the page that is going to be written to `where`, with links to the pages that are beside it."""
    from stomper.report.html.shell import fill, shown  # Jinja2 is large

    facts = shown(to_dict(report))
    results = [row.result for row in report.rows]
    context: dict[str, Any] = {
        "facts": facts,
        "sums": facts["summary"],
        "codes": facts.get("codes", []),
        "states": STATES,
        "reasons": shown(_reasons(results)),
        "pages": {shown(name): link for name, link in _links(results, where)},
    }
    return fill("fleet.html.j2", ("dom.js", "fleet.js"), context)


def folder_of_pages(where: Path) -> Path:
    """The folder beside a fleet's page in which the pages of its repositories are."""
    return where.with_name(f"{where.stem}-pages")


def write_pages(report: FleetReport, where: Path) -> list[str]:
    """Write the page of each repository's run beside a fleet's; give the names of those whose run is gone, and why."""
    missing = []
    for result in (row.result for row in report.rows):
        if result.run:
            try:
                place, page = _place(where, result.name), page_of_run(_run_of(result))
                make_room(place)
                write_atomically(place, page.encode())
            except (OSError, StomperError) as error:
                missing.append(f"{result.name}: {getattr(error, 'message', error)}")
    return missing


def _run_of(result: Result) -> RunFolder:
    """The folder of a repository's run. Raises StomperError for one that is gone, or that this user has not made."""
    folder = RunFolder(runs_folder(open_repository(Path(result.top)).state) / result.run)
    if why := "its journal names no run" if not is_run(result.run) else folder.why_foreign():
        raise StomperError(why)
    return folder


def _place(where: Path, name: str) -> Path:
    """A file of one name, whatever a repository is called."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return folder_of_pages(where) / f"{ODD.sub('_', name)[:LONGEST]}-{digest}.html"


def _links(results: list[Result], where: Path) -> Iterator[tuple[str, str]]:
    for result in results:
        place = _place(where, result.name)
        if place.is_file():
            yield result.name, "/".join(map(urllib.parse.quote, place.relative_to(where.parent).parts))


def _reasons(results: list[Result]) -> list[tuple[str, int]]:
    """Why repositories failed, the most frequent reason first."""
    return Counter(one.reason for one in results if one.state == "failed" and one.reason).most_common(MOST_REASONS)
