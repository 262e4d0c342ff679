"""`suppress`: what the fixers before it left is accepted, by comments that name its codes and silence nothing else.

Where ruff reads a comment it says itself (`noqa_row`); where the others do is tried, and looked at again.
"""

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stomper import process
from stomper.errors import CheckerError, ToolError
from stomper.fixers.base import FixReply, FixRequest
from stomper.fixers.codemods.base import Claim
from stomper.fixers.suppress.comments import Marks, site_of
from stomper.fixers.suppress.page import Page, read_page
from stomper.fixers.suppress.second_look import SecondLook
from stomper.fixers.suppress.tools import Tools
from stomper.models import Diagnostic
from stomper.multisets import Countdown
from stomper.python import CannotReadError, read_tree
from stomper.suppressions.comment_rows import blocks_of, rows_of
from stomper.suppressions.dialects import IGNORE, TYPE_CHECKERS

NAME = "suppress"
UNREADABLE = "the file cannot be read: "


@dataclass(frozen=True, slots=True)
class SuppressFixer:
    """Writes the comments by which the `tools` accept diagnostics, with a `reason` behind them if there is one."""

    tools: Tools
    reason: str = ""
    name: str = NAME
    divisible: bool = True
    learns: bool = False
    ours: bool = True
    suppresses: bool = True
    notebooks: bool = True

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        """Also what it can do nothing about: it is the last one, and says why."""
        return bool(diagnostics)

    def guesses(self, diagnostics: Sequence[Diagnostic]) -> tuple[frozenset[Claim], ...]:
        return (frozenset((d.tool, d.code) for d in diagnostics),)

    def fix(self, request: FixRequest) -> FixReply:
        wanted = [d for d in request.diagnostics if request.codes is None or d.code in request.codes]
        before = request.content()
        try:
            return self._fix(request, wanted, before)
        except CannotReadError as error:
            return _left([(d, f"{UNREADABLE}{error}") for d in wanted])
        except (CheckerError, ToolError) as error:
            request.file.write_bytes(before)
            return FixReply(f"{self.name}: {error.message}", stopped=process.stop_due())

    def _fix(self, request: FixRequest, wanted: Sequence[Diagnostic], before: bytes) -> FixReply:
        """Raises CannotReadError, and CheckerError and ToolError."""
        page = read_page(request.path, before)
        tree, places = read_tree(page.text), page.places(wanted)
        own = dict(zip(places, wanted, strict=True))
        here = replace(request, diagnostics=page.places(request.diagnostics), others=page.places(request.others))
        left = self._write(here, page, self._marks(here, page, tree, places))
        return _left([(own.get(d, d), why) for d, why in left])

    def _marks(self, request: FixRequest, page: Page, tree: ast.Module, wanted: Sequence[Diagnostic]) -> Marks:
        marks = Marks(rows_of(page.text), request.others, blocks_of(tree))
        ruffs = any(d.tool == "ruff" for d in wanted)
        places = self.tools.noqa_rows(request, page, page.text) if ruffs else {}
        for found in wanted:
            marks.add(found, places.get((found.code, found.line, found.column)))
        return marks

    def _write(self, request: FixRequest, page: Page, marks: Marks) -> list[tuple[Diagnostic, str]]:
        """Write the comments, then take back what silences nothing. The file is not touched if there are none.

        Give what is left, and why. Raises CheckerError and ToolError.
        """
        if not marks.made:
            return marks.left
        try:
            self._share(request, page, marks)
            self._try(request, page, marks)
            fewer, more = self._correct(request, page, marks)
            if fewer or more:
                self._try(request, page, marks)
            if more and self._correct(request, page, marks)[0]:
                self._try(request, page, marks)
        except UnicodeEncodeError as error:
            return [*marks.left, *((m.diagnostic, f"the reason: {error.reason}") for m in marks.made)]
        return marks.left

    def _try(self, request: FixRequest, page: Page, marks: Marks) -> None:
        request.file.write_bytes(page.encode(marks.text(self.reason)))

    def _share(self, request: FixRequest, page: Page, marks: Marks) -> None:
        """Drop marks whose diagnostics a `# type: ignore` for others silences, where their checker reads that, too."""
        made, shared = marks.made, [mark for mark in marks.made if mark.dialect is IGNORE]
        lines = {mark.line for mark in shared}
        tools = {m.diagnostic.tool for m in made if m.dialect is not IGNORE and m.line in lines} & TYPE_CHECKERS
        if not tools:
            return
        marks.made = shared
        self._try(request, page, marks)
        still = Countdown(self.tools.found(request, page, marks.text(self.reason), tools)[0])
        marks.made = [m for m in made if m.diagnostic.tool not in tools or still.take(site_of(m.diagnostic))]

    def _correct(self, request: FixRequest, page: Page, marks: Marks) -> tuple[bool, bool]:
        """Look at the commented text; whether comments went, and whether some grew. Raises CheckerError, ToolError."""
        dialects = {mark.dialect for mark in marks.made}
        tools = self.tools.readers_of(dialects, {mark.diagnostic.tool for mark in marks.made})
        before = Counter(map(site_of, (*request.diagnostics, *request.others)))
        found, idle = self.tools.found(request, page, marks.text(self.reason), tools)
        return SecondLook(marks, before, found, tools, idle).correct()


def _left(left: Sequence[tuple[Diagnostic, str]]) -> FixReply:
    """The reply that says what stays, and why: line by line in the log, by code for the report."""
    log = "\n".join(f"{NAME}: line {d.line}: {d.code} stays: {why}" for d, why in left)
    by_reason: dict[str, set[str]] = {}
    for diagnostic, why in left:
        by_reason.setdefault(why, set()).add(diagnostic.code)
    return FixReply(log=log, remarks=tuple(f"{NAME}: {', '.join(sorted(c))}: {why}" for why, c in by_reason.items()))
