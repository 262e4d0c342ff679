"""The title and the body of the issue for one repository."""

from collections.abc import Iterator

from stomper.fleet.pulls.words import code_span, prose
from stomper.fleet.tracking.model import Task
from stomper.text.printable import one_line
from stomper.text.redact import hidden

MOST_CODES = 20


def mark_of(task: Task) -> str:
    """Give the mark by which the issue is found again."""
    return f"<!-- stomper:task fleet={task.fleet} name={task.name} -->"


def title_of(task: Task) -> str:
    return one_line(f"Stomper: {task.name} ({task.state})")


def body_of(task: Task) -> str:
    """Give the body: what it is about, the state, and the result once there is one. No secret is in it."""
    return hidden("\n".join([*_lines(task), "", mark_of(task)])) + "\n"


def _lines(task: Task) -> Iterator[str]:
    yield f"Stomper works on {code_span(task.source)}." if task.result is None else f"{code_span(task.source)} is done."
    yield ""
    yield f"**State.** {task.state}"
    if task.result is None:
        return
    if task.result.reason:
        yield f"**Reason.** {prose(task.result.reason)}"
    figures = task.result.figures
    if "diagnostics_before" in figures:
        before, after = figures["diagnostics_before"], figures.get("diagnostics_after", 0)
        yield f"**Diagnostics.** {before} before, {after} left"
    if task.result.codes:
        yield ""
        yield "| code | tool | fixed or suppressed | left |"
        yield "|---|---|--:|--:|"
        for one in task.result.codes[:MOST_CODES]:
            yield f"| {code_span(one.code)} | {code_span(one.tool)} | {one.gone} | {one.left} |"
