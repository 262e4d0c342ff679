"""The report of a fleet as text for people, and in files for scripts."""

from collections.abc import Callable, Iterator
from pathlib import Path

from stomper.disk.atomic_write import write_atomically
from stomper.disk.output_places import make_room, require_outlet, require_room
from stomper.errors import StomperError, UsageError
from stomper.fleet.page import to_html
from stomper.fleet.pulls.journal import Pulled
from stomper.fleet.purse import cost_of, tokens_of
from stomper.fleet.report import FleetReport, Row, by_code, most_expensive, slowest, to_dict
from stomper.fleet.result import STATES, Result
from stomper.text.counts import and_more, plural, shorten
from stomper.text.printable import json_text, plain_line, printable, toml_text
from stomper.text.times import duration

WIDEST = 40
SHOWN_CODES = 12
SHOWN = 3
FEW = 20  # repositories of which each has a line
STDOUT = Path("-")
PAGE = ".html"


def to_text(report: FleetReport) -> str:
    return "".join(f"{line}\n" for line in to_lines(report, verbose=True))


RENDERERS: dict[str, Callable[[FleetReport], str]] = {
    ".json": lambda report: json_text(to_dict(report), indent=2) + "\n",
    ".toml": lambda report: toml_text(to_dict(report)),
    ".txt": to_text,
}


def require_place(where: Path) -> None:
    """Raises UsageError, before any work is done, for a report that could not be written."""
    if where == STDOUT:
        return
    if where.suffix not in (PAGE, *RENDERERS):
        raise UsageError(
            f"--report {where}: '{where.suffix}' is no format", "Use .html, .toml, .json or .txt, '-' for JSON."
        )
    require_outlet(where, "--report")
    require_room(where, "--report")


def render(report: FleetReport, where: Path) -> str:
    if where.suffix == PAGE:
        return to_html(report, where)
    return RENDERERS[".json" if where == STDOUT else where.suffix](report)


def write_report(report: FleetReport, where: Path) -> None:
    """Write a report to its file. Raises StomperError if that cannot be done."""
    try:
        make_room(where)
        write_atomically(where, render(report, where).encode())
    except OSError as error:
        raise StomperError(f"cannot write the report {where}: {error.strerror}") from error


def to_lines(report: FleetReport, verbose: bool = False) -> list[str]:
    """Give the report for a person. Of many repositories only those that are not done have a line each."""
    results = [row.result for row in report.rows]
    lines = [*_rows(report, verbose), *_codes(results), *_outstanding(results), *_sums(report)]
    return list(map(plain_line, lines))


def _rows(report: FleetReport, verbose: bool) -> Iterator[str]:
    shown = [row for row in report.rows if verbose or len(report.rows) <= FEW or not row.result.is_done]
    width = min(WIDEST, max((len(row.result.name) for row in shown), default=0))
    for row in shown:
        yield f"{row.result.state:9}  {printable(row.result.name):{width}}  {_words(row)}".rstrip()
    if others := len(report.rows) - len(shown):
        yield f"and {plural(others, 'more repository', 'more repositories')} with nothing left to do"


def _words(row: Row) -> str:
    """Say of a repository what was fixed and why it is not done."""
    result, figures = row.result, row.result.figures
    before = figures.get("diagnostics_before", 0)
    gone = figures.get("diagnostics_fixed", 0) + figures.get("diagnostics_suppressed", 0)
    counts = f"{gone} of {plural(before, 'diagnostic')}" if before else ""
    pulled = pull_words(row.pulled) if row.pulled else ""
    return "; ".join(word for word in (counts, result.reason, *result.notes, pulled) if word)


def pull_words(pulled: Pulled) -> str:
    """Say what became of a pull request."""
    words = [f"pull request {pulled.action}", pulled.url, f"({pulled.reason})" if pulled.reason else ""]
    return " ".join(word for word in words if word)


def _codes(results: list[Result]) -> Iterator[str]:
    if rows := by_code(results):
        yield ""
        yield "before  gone  left  repositories  code"
        for row in rows[:SHOWN_CODES]:
            counts = f"{row['before']:6}  {row['gone']:4}  {row['left']:4}  {row['repositories']:12}"
            yield f"{counts}  {printable(row['code'])} ({row['tool']})"
        if len(rows) > SHOWN_CODES:
            yield f"... and {len(rows) - SHOWN_CODES} more codes in the report"
        yield ""


def _outstanding(results: list[Result]) -> Iterator[str]:
    """Name the slowest, the most expensive, and suites that do not always end the same way."""
    if len(slow := slowest(results)) > 1:
        yield "slowest: " + shorten([f"{one.name} {duration(one.seconds)}" for one in slow[:SHOWN]], SHOWN)
    if costly := most_expensive(results):
        yield "most expensive: " + shorten([_cost(one) for one in costly[:SHOWN]], SHOWN)
    if flaky := [one for one in results if one.flaky]:
        names = [f"{one.name} ({shorten(one.flaky, 1)})" for one in flaky]
        yield "flaky tests: " + ", ".join(names[:SHOWN]) + and_more(len(names) - SHOWN)


def _cost(result: Result) -> str:
    return f"{result.name} about ${cost_of(result.usage):.2f}, {tokens_of(result.usage):,} tokens"


def _sums(report: FleetReport) -> Iterator[str]:
    states = [f"{count} {state}" for state in STATES if (count := len(report.of_state(state)))]
    yield f"{plural(len(report.rows), 'repository', 'repositories')}: {', '.join(states)}"
    gone = report.total("diagnostics_fixed") + report.total("diagnostics_suppressed")
    before, left = report.total("diagnostics_before"), report.total("diagnostics_after")
    yield f"{gone} of {plural(before, 'diagnostic')} fixed or suppressed, {left} left"
    if report.history.over:
        at_once = plural(report.history.peak, "repository", "repositories")
        yield f"took {duration(report.history.seconds)}, at the peak {at_once} at once"
