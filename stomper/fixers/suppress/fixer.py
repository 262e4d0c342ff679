"""`suppress`: what the fixers before it left is accepted, by comments that name its codes and silence nothing else.

Where ruff reads a comment it says itself (`noqa_row`); where mypy does is tried, and looked at again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stomper import process
from stomper.checkers.stale_suppressions import UNUSED_NOQA, codes_in_vain
from stomper.errors import CheckerError, ToolError
from stomper.fixers.base import FixReply, FixRequest
from stomper.fixers.codemods.base import Claim
from stomper.fixers.ruff_text import Row, RuffText, diagnostic_of
from stomper.fixers.suppress.comment_lines import rows_of
from stomper.fixers.suppress.comments import Marks, Site, site_of
from stomper.fixers.suppress.page import Page, read_page
from stomper.models import Diagnostic
from stomper.python import CannotReadError, read_tree

if TYPE_CHECKING:
    from stomper.checkers.mypy import MypyChecker

NAME = "suppress"
UNREADABLE = "the file cannot be read: "


@dataclass(frozen=True, slots=True)
class SuppressFixer:
    """Writes `# noqa: CODE` for ruff and `# type: ignore[code]` for mypy, with a `reason` behind them if there is one.

    `ruff` is a program, `mypy` the project's; None if there is none, which leaves what it finds.
    """

    ruff: str | None
    mypy: "MypyChecker | None"
    reason: str = ""
    name: str = NAME
    divisible: bool = True
    learns: bool = False
    ours: bool = True
    notebooks: bool = True
    suppresses: bool = True

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
        read_tree(page.text)
        places = page.places(wanted)
        own = dict(zip(places, wanted, strict=True))
        left = self._write(request, page, self._marks(request, page, places))
        return _left([(own[d], why) for d, why in left])

    def _marks(self, request: FixRequest, page: Page, wanted: Sequence[Diagnostic]) -> Marks:
        marks = Marks(rows_of(page.text), page.places(request.others))
        places = self._noqa_rows(request, page) if any(d.tool == "ruff" for d in wanted) else {}
        for found in wanted:
            marks.add(found, places.get((found.code, found.line, found.column)))
        return marks

    def _noqa_rows(self, request: FixRequest, page: Page) -> dict[tuple[str, int, int], int | None]:
        """Give the line on which ruff looks for a comment, by the diagnostic's place. Raises ToolError."""
        return {_place(row): row["noqa_row"] for row in self._said(request, page, page.text)}

    def _said(self, request: FixRequest, page: Page, text: str) -> list[Row]:
        return page.said(RuffText(self.ruff, request), text) if self.ruff else []

    def _write(self, request: FixRequest, page: Page, marks: Marks) -> list[tuple[Diagnostic, str]]:
        """Write the comments, then take back what silences nothing. The file is not touched if there are none.

        Give what is left, and why. Raises CheckerError and ToolError.
        """
        if not marks.made:
            return marks.left
        try:
            self._try(request, page, marks)
            if marks.take_back(*self._still_found(request, page, marks)):
                self._try(request, page, marks)
        except UnicodeEncodeError as error:
            return [*marks.left, *((m.diagnostic, f"the reason: {error.reason}") for m in marks.made)]
        return marks.left

    def _try(self, request: FixRequest, page: Page, marks: Marks) -> None:
        request.file.write_bytes(page.encode(marks.text(self.reason)))

    def _still_found(self, request: FixRequest, page: Page, marks: Marks) -> tuple[Counter[Site], set[Site]]:
        """Check the commented text: findings left, and codes that ruff calls unused. Raises CheckerError, ToolError."""
        found: Counter[Site] = Counter()
        idle: set[Site] = set()
        tools = {mark.diagnostic.tool for mark in marks.made}
        if "ruff" in tools:
            said = [diagnostic_of(row) for row in self._said(request, page, marks.text(self.reason))]
            found.update(map(site_of, said))
            idle.update(("ruff", code, d.line) for d in said if d.code == UNUSED_NOQA for code in codes_in_vain(d))
        if "mypy" in tools and self.mypy is not None:
            found.update(map(site_of, self.mypy.check(request.root, [request.path], request.scratch)))
        return found, idle


def _place(row: Row) -> tuple[str, int, int]:
    return str(row["code"]), int(row["location"]["row"]), int(row["location"]["column"])


def _left(left: Sequence[tuple[Diagnostic, str]]) -> FixReply:
    """The reply that says what stays, and why: line by line in the log, by code for the report."""
    log = "\n".join(f"{NAME}: line {d.line}: {d.code} stays: {why}" for d, why in left)
    by_reason: dict[str, set[str]] = {}
    for diagnostic, why in left:
        by_reason.setdefault(why, set()).add(diagnostic.code)
    return FixReply(log=log, remarks=tuple(f"{NAME}: {', '.join(sorted(c))}: {why}" for why, c in by_reason.items()))
