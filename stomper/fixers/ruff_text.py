"""ruff on a text that is in no file yet: what it says of it, its fixes of single places, its formatting of lines."""

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from stomper import process
from stomper.checkers.read_only_options import RUFF
from stomper.checkers.ruff_files import RuffLister
from stomper.disk.parse import parse_json
from stomper.errors import ToolError
from stomper.fixers.base import FixRequest
from stomper.fixers.edits import Edit, Text, UnusableFixError, apply_edits
from stomper.fixers.kept_layout import keeps
from stomper.fixers.ruff_target import target_words
from stomper.models import Diagnostic

Row: TypeAlias = Mapping[str, Any]

RESULTS = (0, 1)
MOST_SAID = 4
_said: dict[tuple[str, Path, str, tuple[str, ...], str], list[Row]] = {}


def writing_ruff(program: str, request: FixRequest, timeout: float = 300.0) -> "RuffText":
    """ruff for a text that is to be written: for the Pythons that the file is for."""
    return RuffText(program, request, timeout, target_words(program, request))


@dataclass(frozen=True, slots=True)
class RuffText:
    """ruff for the text of `request.path`, by the project's configuration. `timeout` is in seconds, for one call.

    `target` is an option by which it writes for another Python than that says.
    """

    program: str
    request: FixRequest
    timeout: float = 300.0
    target: tuple[str, ...] = ()

    def check(self, text: str) -> list[Row]:
        """Give the rows of `ruff check`. Raises ToolError if it gives none.

        No code is selected here: that would make a project's `unfixable` void.
        """
        key = (self.program, self.request.root, self.request.path, self.target, text)
        if key not in _said:
            # Fixers ask one after the other about the same text; of more than a few nobody asks again.
            while len(_said) >= MOST_SAID:
                _said.pop(next(iter(_said)))
            _said[key] = self._check(text)
        return _said[key]

    def _check(self, text: str) -> list[Row]:
        request = self.request
        files = RuffLister(self.program, self.timeout).sort(request.root, [request.path], request.scratch)
        if request.path in files.left_out:
            return []
        done = self._run(["check", "--output-format", "json", *RUFF, *files.way], text, RESULTS)
        rows: list[Row] = parse_json(done.stdout)
        return rows

    def format(self, text: str, lines: range) -> str:
        """The text with the statements on these lines formatted; as it is where that would change a kept layout.

        Raises ToolError if ruff cannot.
        """
        words = ["format", f"--range={lines.start}:1-{lines.stop}:1"]
        formatted = self._run(words, text, (0,)).stdout.decode()
        return formatted if keeps(text, formatted) else text

    def _run(self, words: Sequence[str], text: str, good: Sequence[int]) -> process.Completed:
        done = process.run(
            [self.program, *words, *self.target, "--no-cache", "--quiet", f"--stdin-filename={self.request.path}", "-"],
            cwd=self.request.root,
            env={"TMPDIR": str(self.request.scratch)},
            timeout=self.timeout,
            stdin=text.encode(),
            contained=True,
        )
        if not done.ended or done.returncode not in good:
            raise ToolError(f"ruff {words[0]}: {done.how()}: {done.words(400)}", "Run it by hand to see more.")
        return done


def apply_rows(text: str, rows: Sequence[Row], applicable: Sequence[str]) -> str:
    """The text with the fixes of these rows; one that meets another before it waits for the next attempt."""
    places = Text(text, "unicodeCodePoints")
    taken: list[Edit] = []  # in the order of places; none of them meets another
    known: set[Edit] = set()
    for row in rows:
        try:
            edits = list(_edits(row, places, applicable))
        except UnusableFixError:
            continue
        new = [edit for edit in edits if edit not in known]  # an import that several fixes need
        if not any(_meets(edit, taken) for edit in new):
            known.update(new)
            for edit in new:
                insort(taken, edit, key=_place)
    return apply_edits(text, taken)


def _meets(edit: Edit, taken: Sequence[Edit]) -> bool:
    """Say whether an edit meets one of these, of which none meets another: then it meets a neighbour."""
    at = bisect_left(taken, _place(edit), key=_place)
    return any(edit.meets(other) for other in taken[max(0, at - 1) : at + 1])


def _place(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end


def _edits(row: Row, places: Text, applicable: Sequence[str]) -> Iterator[Edit]:
    fix = row["fix"] or {}
    if fix.get("applicability") not in applicable:
        return
    for edit in fix["edits"]:
        first, last = edit["location"], edit["end_location"]
        region = {"startLine": first["row"], "startColumn": first["column"]}
        region |= {"endLine": last["row"], "endColumn": last["column"]}
        yield Edit(*places.span(region), edit["content"] or "")


def diagnostic_of(row: Row) -> Diagnostic:
    """Make a diagnostic from one of ruff's rows about a text."""
    place = row["location"]
    return Diagnostic("ruff", str(row["code"]), str(row["message"]), "", int(place["row"]), int(place["column"]))
