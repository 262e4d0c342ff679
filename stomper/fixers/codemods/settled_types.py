"""Keep those types of variables that bring no new error: mypy is asked about all together, then about smaller parts."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from stomper.fixers.annotate.types import Type
from stomper.fixers.codemods.base import Ask
from stomper.fixers.codemods.written_types import Place

Types: TypeAlias = Mapping[Place, Type]
ERROR = re.compile(r"^(?P<path>.+?):\d+(?::\d+)?: error: (?P<text>.*)$")
MOST_QUESTIONS = 12


def settled(text: str, types: Types, write: Callable[[Types], str | None], ask: Ask) -> str | None:
    """The text with as many of these types as `write` can write and mypy lets stand; None if that are none.

    May raise what `ask` raises.
    """
    kept: dict[Place, Type] = {}
    best, errors = None, _errors(ask(text))
    pending = [list(types)]
    for _ in range(MOST_QUESTIONS):
        if not pending:
            break
        part = pending.pop()
        trial = {place: types[place] for place in (*kept, *part)}
        written = write(trial)
        after = _errors(ask(written)) if written else errors
        if written and not after - errors and after != errors:
            kept, best, errors = trial, written, after
        elif len(part) > 1:
            pending += _halves(part)
    return best


def _halves(part: Sequence[Place]) -> list[list[Place]]:
    middle = len(part) // 2
    return [list(part[middle:]), list(part[:middle])]


def _errors(lines: Iterable[str]) -> Counter[tuple[str, str]]:
    """The errors that mypy prints, wherever they are in their files."""
    found = (match for line in lines if (match := ERROR.match(line)))
    return Counter((match["path"], match["text"]) for match in found)
