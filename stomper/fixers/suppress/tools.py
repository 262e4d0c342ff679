"""The checkers whose comments `suppress` writes, asked about a text."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stomper.checkers.stale_suppressions import UNUSED_NOQA, codes_named
from stomper.fixers.base import FixRequest
from stomper.fixers.ruff_text import Row, RuffText, diagnostic_of
from stomper.fixers.suppress.comments import Site, site_of
from stomper.fixers.suppress.page import Page
from stomper.python import is_notebook
from stomper.suppressions.dialects import IGNORE, NOQA, TOO_LONG, TYPE_CHECKERS, Dialect

if TYPE_CHECKING:
    from stomper.checkers.base import Checker


@dataclass(frozen=True, slots=True)
class Tools:
    """`ruff` is a program, None if it is no checker; `checkers` are all the others that read comments, by name."""

    ruff: str | None
    checkers: "dict[str, Checker]"

    def readers_of(self, dialects: Collection[Dialect], tools: Collection[str]) -> frozenset[str]:
        """The tools that may see a difference: those asked for, readers of their comments, and who measures lines."""
        found = {*tools, *(tool for tool, _ in TOO_LONG if tool != "ruff")}
        found |= {tool for dialect in dialects for tool in dialect.tools if dialect in (NOQA, IGNORE)}
        if IGNORE in dialects:
            found |= TYPE_CHECKERS
        return frozenset(name for name in found if name in self.checkers or (name == "ruff" and self.ruff))

    def noqa_rows(self, request: FixRequest, page: Page, text: str) -> dict[tuple[str, int, int], int | None]:
        """Give the line on which ruff looks for a comment, by the diagnostic's place. Raises ToolError."""
        return {_place(row): row["noqa_row"] for row in self._said(request, page, text)}

    def found(
        self, request: FixRequest, page: Page, text: str, tools: Collection[str]
    ) -> tuple[Counter[Site], set[Site]]:
        """The sites that these find in the file, which has this text, and codes that ruff calls unused.

        Raises CheckerError and ToolError.
        """
        found: Counter[Site] = Counter()
        idle: set[Site] = set()
        if "ruff" in tools:
            said = [diagnostic_of(row) for row in self._said(request, page, text)]
            found.update(map(site_of, said))
            idle.update(("ruff", code, d.line) for d in said if d.code == UNUSED_NOQA for code in codes_named(d))
        for checker in () if is_notebook(request.path) else self._others(tools):
            found.update(map(site_of, checker.check(request.root, [request.path], request.scratch)))
        return found, idle

    def _others(self, tools: Collection[str]) -> "Iterator[Checker]":
        yield from (checker for name, checker in self.checkers.items() if name in tools)

    def _said(self, request: FixRequest, page: Page, text: str) -> Sequence[Row]:
        return page.said(RuffText(self.ruff, request), text) if self.ruff else ()


def _place(row: Row) -> tuple[str, int, int]:
    return str(row["code"]), int(row["location"]["row"]), int(row["location"]["column"])
