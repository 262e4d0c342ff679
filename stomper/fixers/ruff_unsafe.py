"""ruff's unsafe fixes, one code at a time, each judged alone by the re-check and the gate."""

from collections.abc import Sequence
from dataclasses import dataclass

from stomper.errors import ToolError
from stomper.fixers.base import FixReply, FixRequest
from stomper.fixers.codemods.content import read_content
from stomper.fixers.codemods.fixer import unreadable
from stomper.fixers.doubts import Doubts
from stomper.fixers.ruff_text import Row, RuffText, apply_rows
from stomper.fixers.tidy import tidied
from stomper.fixers.unsafe_codes import TRIED
from stomper.models import Diagnostic
from stomper.python import CannotReadError

APPLICABLE = ("safe", "unsafe")


@dataclass(frozen=True, slots=True)
class RuffUnsafeFixer:
    """Applies what ruff proposes for just the diagnostics asked for, where it calls that more than a display.

    Codes whose unsafe fixes may change what a program does are not in `TRIED`, and stay.
    """

    program: str
    timeout: float = 300.0
    name: str = "ruff-unsafe"
    divisible: bool = True
    learns: bool = False

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return bool(self.guesses(diagnostics))

    def guesses(self, diagnostics: Sequence[Diagnostic]) -> tuple[frozenset[tuple[str, str]], ...]:
        codes = {d.code for d in diagnostics if d.tool == "ruff" and d.code in TRIED}
        return tuple(frozenset({("ruff", code)}) for code in sorted(codes))

    def fix(self, request: FixRequest) -> FixReply:
        try:
            content = read_content(request.file.read_bytes())
        except CannotReadError as error:
            return unreadable(request.path, error)
        places = {(d.code, d.line, d.column) for d in request.diagnostics if self._may(d, request)}
        if not places:
            return FixReply()
        ruff = RuffText(self.program, request, self.timeout)
        try:
            said = [row for row in ruff.check(content.text) if _place(row) in places]
        except ToolError as error:  # the checker, which runs the same, says what is wrong
            return FixReply(log=f"{self.name}: {error.message}")
        doubts = Doubts(content.text)
        rows = [row for row in said if not doubts.why_not(row)]
        text = tidied(ruff, content.text, apply_rows(content.text, rows, APPLICABLE))
        if text != content.text:
            request.file.write_bytes(content.encode(text))
        remarks = (f"{self.name}: {row['code']}: {why}" for row in said if (why := doubts.why_not(row)))
        return FixReply(remarks=tuple(dict.fromkeys(remarks)))

    def _may(self, found: Diagnostic, request: FixRequest) -> bool:
        asked = request.codes is None or found.code in request.codes
        return asked and found.tool == "ruff" and found.code in TRIED


def _place(row: Row) -> tuple[str, int, int]:
    return str(row["code"]), int(row["location"]["row"]), int(row["location"]["column"])
