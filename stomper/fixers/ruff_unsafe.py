"""ruff's unsafe fixes, one code at a time, each judged alone by the re-check and the gate."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stomper.errors import ToolError
from stomper.fixers.annotations.surroundings import Surroundings, UnsoundError
from stomper.fixers.base import FixReply, FixRequest
from stomper.fixers.codemods.fixer import unreadable
from stomper.fixers.ruff_text import Row, RuffText, apply_rows, writing_ruff
from stomper.fixers.tidy_after import tidied
from stomper.fixers.unsafe_codes import LEFT, TRIED
from stomper.fixers.unsafe_reasons import Doubts
from stomper.models import Diagnostic
from stomper.python import CannotReadError, parses
from stomper.python.source_file import read_content

if TYPE_CHECKING:
    from stomper.fixers.annotations.safe_rewrite import Judge

APPLICABLE = ("safe", "unsafe")
QUOTED = frozenset({"UP006", "UP007", "UP045"})
"""Codes about annotations whose newer form is good in quotes for every Python 3."""


@dataclass(frozen=True, slots=True)
class RuffUnsafeFixer:
    """Applies what ruff proposes for just the diagnostics asked for, where it calls that more than a display.

    Codes whose unsafe fixes take away what somebody wanted, or that are about what may break at run time only, are
    neither in `TRIED` nor in `LEFT`, and stay. What ruff calls fixable comes here if ruff's own fix of it was withheld.
    """

    program: str
    timeout: float = 300.0
    name: str = "ruff-unsafe"
    divisible: bool = True
    learns: bool = False
    ours: bool = True
    around: Surroundings = field(default_factory=Surroundings)

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return bool(self.guesses(diagnostics))

    def guesses(self, diagnostics: Sequence[Diagnostic]) -> tuple[frozenset[tuple[str, str]], ...]:
        codes = {d.code for d in diagnostics if _is_for_us(d)}
        return tuple(frozenset({("ruff", code)}) for code in sorted(codes))

    def waits(self, found: Diagnostic) -> bool:
        return found.code not in TRIED and found.code not in LEFT

    def fix(self, request: FixRequest) -> FixReply:
        try:
            content = read_content(request.content())
        except CannotReadError as error:
            return unreadable(request.path, error)
        places = {(d.code, d.line, d.column) for d in request.diagnostics if self._may(d, request)}
        if not places:
            return FixReply()
        ruff = writing_ruff(self.program, request, self.timeout)
        try:
            said = [row for row in self._rows(ruff, request, content.text) if _place(row) in places]
        except ToolError as error:  # the checker, which runs the same, says what is wrong
            return FixReply(log=f"{self.name}: {error.message}")
        doubts = Doubts(content.text, request.root, request.path)
        from stomper.fixers.annotations.safe_rewrite import Judge

        judge = Judge(request.root, request.path, content.text, self.around, request.scratch)
        kept = [f"{row['code']}: {why}" for row in said if (why := doubts.why_not(row))]
        text = self._applied(ruff, judge, [row for row in said if not doubts.why_not(row)], kept)
        if text != content.text:
            request.file.write_bytes(content.encode(text))
        return FixReply(remarks=tuple(f"{self.name}: {why}" for why in dict.fromkeys(kept)))

    def _rows(self, ruff: RuffText, request: FixRequest, text: str) -> list[Row]:
        """Give ruff's fixes for the Pythons that the file is for, and forms of annotations for the one it checks for.

        Such an annotation is put in quotes where an older Python cannot evaluate it.
        """
        rows = ruff.check(text)
        if not ruff.target or not any(found.code in QUOTED for found in request.diagnostics):
            return rows
        said = {_place(row) for row in rows}
        asked = RuffText(self.program, request, self.timeout).check(text)
        return [*rows, *(row for row in asked if row["code"] in QUOTED and _place(row) not in said)]

    def _applied(self, ruff: RuffText, judge: "Judge", rows: Sequence[Row], kept: list[str]) -> str:
        """The text with the fixes of these rows, but for those that change an annotation that something may read."""
        if not parses(judge.before):
            return tidied(ruff, judge.before, apply_rows(judge.before, rows, APPLICABLE))
        rows = [row for row in rows if not _is_unsound(judge, row, kept)]
        text = apply_rows(judge.before, rows, APPLICABLE)
        try:
            return judge.sound(tidied(ruff, judge.before, judge.sound(text)))
        except UnsoundError as error:
            kept.append(str(error))
            return judge.before

    def _may(self, found: Diagnostic, request: FixRequest) -> bool:
        asked = request.codes is None or found.code in request.codes
        return asked and _is_for_us(found)


def _is_for_us(found: Diagnostic) -> bool:
    return found.tool == "ruff" and (found.fixable or found.code in TRIED or found.code in LEFT)


def _is_unsound(judge: "Judge", row: Row, kept: list[str]) -> bool:
    """Say whether the fix of one row alone must not be written; `kept` gets the reason."""
    try:
        after = apply_rows(judge.before, [row], APPLICABLE)
        if parses(after):
            judge.sound(after)
    except UnsoundError as error:
        kept.append(f"{row['code']}: {error}")
        return True
    return False


def _place(row: Row) -> tuple[str, int, int]:
    return str(row["code"]), int(row["location"]["row"]), int(row["location"]["column"])
