"""Have a person pick codes from a table: page by page, filtered, by numbers, ranges and names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import click

from stomper.cli.printing import tell
from stomper.cli.tables import code_table
from stomper.commands.plan import CodeOverview
from stomper.text.suggestions import nearest

RANGE = re.compile(r"(\d+)-(\d+)")
PAGE = 20
NONE: tuple[str, ...] = ()
QUESTION = "fix which? (/text filters{turns}; numbers, ranges, codes, all, none)"


@dataclass(frozen=True, slots=True)
class View:
    """The part of the table that is shown: a page of the rows that have `text` in code, name or fixers."""

    rows: tuple[CodeOverview, ...]
    names: Mapping[str, str]
    text: str = ""
    page: int = 0

    @property
    def matching(self) -> list[tuple[int, CodeOverview]]:
        """Give the rows that are let through, with their numbers, which stay the same."""
        return [(number, row) for number, row in enumerate(self.rows, 1) if self.text in self._words(row)]

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.matching) // PAGE))

    @property
    def lines(self) -> list[str]:
        """Give the page as it is printed."""
        first = self.page * PAGE
        shown = self.matching[first : first + PAGE]
        table = code_table([row for _, row in shown], numbers=[n for n, _ in shown], names=self.names)
        filtered = f" of those with '{self.text}'" if self.text else ""
        more = f"page {self.page + 1} of {self.pages}{filtered}, {len(self.matching)} of {len(self.rows)} codes"
        return [*table, more] if self.pages > 1 or self.text else table

    def turned(self, pages: int) -> "View":
        """Go some pages on or back, as far as there are any."""
        return replace(self, page=max(0, min(self.pages - 1, self.page + pages)))

    def filtered(self, text: str) -> "View":
        return replace(self, text=text.strip().lower(), page=0)

    def _words(self, row: CodeOverview) -> str:
        return " ".join((row.code, self.names.get(row.code, ""), *(name for name, _ in row.fixers))).lower()


def ask(rows: Sequence[CodeOverview], names: Mapping[str, str]) -> tuple[str, ...]:
    """The codes that the person answers with, asked again until the answer is one. ^C and the end of input abort."""
    view = View(tuple(rows), names)
    tell(*view.lines, err=True)
    while True:
        turns = ", n and p turn pages" if view.pages > 1 else ""
        answer = click.prompt(QUESTION.format(turns=turns), err=True).strip()
        if other := _looked(view, answer):
            view = other
            tell(*view.lines, err=True)
            continue
        try:
            return parse_answer(answer, [row.code for row in rows], [row.code for _, row in view.matching])
        except ValueError as error:
            tell(str(error), err=True)


def _looked(view: View, answer: str) -> View | None:
    """Give the view that an answer asks for; None if it is an answer to the question."""
    if answer.startswith("/"):
        return view.filtered(answer[1:])
    steps = {"n": 1, "p": -1}
    return view.turned(steps[answer.lower()]) if answer.lower() in steps else None


def parse_answer(answer: str, known: Sequence[str], shown: Sequence[str] | None = None) -> tuple[str, ...]:
    """The codes an answer means: `1,3-5`, `F401 i001`, `all`, `none`, in the order of the table.

    `all` are those `shown`, if a filter leaves some out. Raises ValueError, in words for the person, for anything else.
    """
    words = answer.replace(",", " ").split()
    match [word.lower() for word in words]:
        case ["all"]:
            return tuple(known if shown is None else shown)
        case ["none"]:
            return NONE
        case _:
            pass
    picked = {code for word in words for code in _codes_of(word, known)}
    if not picked:
        raise ValueError("say which: for example 1,3 or all")
    return tuple(code for code in known if code in picked)


def _codes_of(word: str, known: Sequence[str]) -> Sequence[str]:
    by_name = {code.lower(): code for code in known}
    if word.lower() in by_name:
        return [by_name[word.lower()]]
    first, last = (word, word) if word.isdecimal() else found.groups() if (found := RANGE.fullmatch(word)) else ("", "")
    if not first:
        near = nearest(word.upper(), known) or nearest(word.lower(), known)
        raise ValueError(f"'{word}' is none of the codes." + (f" Did you mean '{near}'?" if near else ""))
    if not 1 <= int(first) <= int(last) <= len(known):
        raise ValueError(f"{word} is not in the table, whose numbers go from 1 to {len(known)}")
    return known[int(first) - 1 : int(last)]
