"""What `stomper doctor --worktree` prints."""

from collections.abc import Iterator

from stomper.cli.printing import paint
from stomper.commands.doctor.worktree import Comparison
from stomper.models import printable
from stomper.text.counts import plural, shorten

SHOWN = 5


def comparison_facts(compared: Comparison) -> dict[str, object]:
    """The comparison as data."""
    needed = compared.needed
    return {
        "exit_code": compared.exit_code,
        "passed": needed.passed,
        "tests": list(needed.tests),
        "needed": list(needed.paths),
        "exact": needed.exact,
        "lines": list(compared.lines),
        "place": compared.place,
        "brought": list(compared.brought),
        "not_tried": list(compared.large),
    }


def comparison_lines(compared: Comparison) -> Iterator[str]:
    """The comparison for people: the tests, what they need, and the lines of configuration for it."""
    needed = compared.needed
    if compared.brought:
        yield f"a worktree gets from the checkout: {_shortened(compared.brought)}"
    if compared.large:
        yield f"too large to be tried: {_shortened(compared.large)}"
    if not needed.tests:
        yield _nothing(needed.passed)
        return
    word = "needs" if len(needed.tests) == 1 else "need"
    yield f"{plural(len(needed.tests), 'test')} {word} files that a worktree does not have: {_shortened(needed.tests)}"
    if not needed.exact:
        yield "There are too many files to tell all apart: not each of these may be needed."
    yield from (f"  {printable(path)}" for path in needed.paths)
    yield paint(f"Bring what is needed, {compared.place}:", "bold")
    yield from (f"  {printable(line)}" for line in compared.lines)


def _nothing(passed: int) -> str:
    if not passed:
        return paint("No test passes, also with all untracked files: there is nothing to compare.", "yellow")
    return paint(f"Nothing is lacking in a worktree: what passes ({plural(passed, 'test')}) passes there too.", "green")


def _shortened(names: tuple[str, ...]) -> str:
    return printable(shorten(names, SHOWN))
