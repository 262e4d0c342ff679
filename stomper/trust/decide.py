"""Decide whether a repository gets what it asks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stomper.errors import UsageError
from stomper.models import printable
from stomper.trust.record import Record, RecordError
from stomper.trust.request import Ask

WIDTH = 36
LONGEST = 400
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Person:
    """A person at a terminal: `ask` shows lines and gives the answer, `tell` only shows."""

    ask: Callable[[Sequence[str]], bool]
    tell: Tell


def require_agreement(asks: Sequence[Ask], record: Record, person: Person | None) -> None:
    """Ask a person once for what is not agreed to yet, and record a yes. Raises UsageError for a no, or for nobody."""
    new = [ask for ask in asks if not record.has(ask)]
    if not new:
        return
    if person is None:
        raise UsageError("\n".join([*opening(record, new), *lines(new)]), HOW)
    if not person.ask([*opening(record, new), *lines(new)]):
        raise UsageError("nothing was run: you did not agree", "To go without: --untrusted.")
    try:
        record.add(new)
    except RecordError as error:
        person.tell(f"this is not remembered: {error.message}")


HOW = (
    "To agree, and be asked no more: stomper trust. For this time only: --trust, or STOMPER_TRUST=1."
    " To go without: --untrusted."
)


def opening(record: Record, new: Sequence[Ask]) -> list[str]:
    """The line that says what follows."""
    more = "something new" if record.agreed else "to execute or send what you have not agreed to"
    return [f"this repository wants {more}:"]


def lines(asks: Sequence[Ask]) -> list[str]:
    """A line for each ask, plain and short, whatever is in its words."""
    return [f"  {printable(ask.where):{WIDTH}}  {_short(printable(ask.what))}" for ask in asks]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ... ({len(text)} characters)"
