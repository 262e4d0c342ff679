"""ruff's unsafe fixes, one code at a time, each judged alone by the re-check and the gate."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stomper.errors import ToolError
from stomper.fixers.base import FixReply, FixRequest
from stomper.fixers.codemods.content import read_content
from stomper.fixers.ruff_text import Row, RuffText, apply_rows
from stomper.fixers.tidy import tidied
from stomper.fixers.unsafe_codes import TRIED
from stomper.models import Diagnostic

APPLICABLE = ("safe", "unsafe")
# `"%s" % x` takes a tuple apart, which the newer forms do not: names of what may be one.
TUPLE = re.compile(r"%\s*(?:\w+\.)*\w*(?:args|argv|params|values|items|tuple|tup|pair|key|index|shape)\s*\)*$")


@dataclass(frozen=True, slots=True)
class RuffUnsafeFixer:
    """Applies what ruff proposes for just the diagnostics asked for, where it calls that more than a display.

    Codes whose unsafe fixes are known to change what a program does are not in `TRIED` and stay.
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
        content = read_content(request.file.read_bytes())
        places = {(d.code, d.line, d.column) for d in request.diagnostics if self._may(d, request)}
        if content is None or not places:
            return FixReply()
        ruff = RuffText(self.program, request, self.timeout)
        lines = content.text.split("\n")
        try:
            said = ruff.check(content.text)
        except ToolError as error:  # the checker, which runs the same, says what is wrong
            return FixReply(log=f"{self.name}: {error.message}")
        rows = [row for row in said if _place(row) in places and not _doubtful(row, lines)]
        text = tidied(ruff, content.text, apply_rows(content.text, rows, APPLICABLE))
        if text != content.text:
            request.file.write_bytes(content.encode(text))
        return FixReply()

    def _may(self, found: Diagnostic, request: FixRequest) -> bool:
        asked = request.codes is None or found.code in request.codes
        return asked and found.tool == "ruff" and found.code in TRIED


def _place(row: Row) -> tuple[str, int, int]:
    return str(row["code"]), int(row["location"]["row"]), int(row["location"]["column"])


def _doubtful(row: Row, lines: Sequence[str]) -> bool:
    """Whether a fix would mean something else for a value that is likely here."""
    first, last = row["location"], row["end_location"]
    if row["code"] != "UP031" or last["row"] > len(lines):
        return False
    ends = lines[last["row"] - 1][: last["column"] - 1]
    begins = first["column"] - 1 if first["row"] == last["row"] else 0
    return TUPLE.search(ends[begins:]) is not None
