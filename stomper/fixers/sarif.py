"""The fixes that SARIF logs carry. Which ones there are only the tool can say, so it is run in the worktree."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stomper.checkers.command import CommandChecker
from stomper.checkers.result import Result
from stomper.checkers.uris import in_project, place_of
from stomper.fixers.base import FixReply, FixRequest
from stomper.fixers.edits import Edit, Text, UnusableFixError, apply_edits, edits_of
from stomper.models import Diagnostic

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class SarifFixer:
    """Applies the first fix of each result to the one file, for the codes asked for. `checkers` write SARIF.

    A fix that meets another one waits until the tool has seen the other one made: for `rounds` at most.
    """

    checkers: tuple[CommandChecker, ...]
    rounds: int = 10
    name: str = "sarif"
    divisible: bool = True
    learns: bool = False
    ours: bool = True

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        names = {checker.name for checker in self.checkers}
        return any(d.tool in names and d.fixable for d in diagnostics)

    def fix(self, request: FixRequest) -> FixReply:
        said: list[str] = []
        for checker in self.checkers:
            if any(d.tool == checker.name and d.fixable for d in request.diagnostics):
                said += _fix(checker, request, self.rounds)
        return FixReply(log="\n".join(said))


def _fix(checker: CommandChecker, request: FixRequest, rounds: int) -> list[str]:
    """Make what the tool proposes until it proposes no more. Returns what was done and what was left, in words."""
    said: list[str] = []
    for _ in range(rounds):
        content = request.content()
        try:
            source = content.removeprefix(BOM).decode()
        except UnicodeDecodeError:
            return [*said, f"{checker.name}: {request.path} is not UTF-8: its fixes cannot be placed"]
        results = [r for r in checker.results(request.root, [request.path], request.scratch) if _asked(r, request)]
        edits, notes = choose(results, source, request)
        said += [f"{checker.name}: {note}" for note in notes]
        changed = apply_edits(source, edits)
        if changed == source:
            break
        request.file.write_bytes((BOM if content.startswith(BOM) else b"") + changed.encode())
    return list(dict.fromkeys(said))


def _asked(result: Result, request: FixRequest) -> bool:
    codes = {d.code for d in request.diagnostics} if request.codes is None else request.codes
    return bool(result.fixes) and not result.suppressed and result.diagnostic.code in codes


def choose(results: Iterable[Result], source: str, request: FixRequest) -> tuple[list[Edit], list[str]]:
    """The edits of all fixes that can be made together, in the order of places, and why others are not made."""
    taken: list[Edit] = []
    notes = []
    texts = functools.cache(lambda kind: Text(source, kind))
    for result in results:
        found = result.diagnostic
        where = f"the fix for {found.code} in line {found.line}"
        try:
            edits = edits_of(_replacements(result, request), texts(result.column_kind))
        except (UnusableFixError, FileNotFoundError) as error:
            notes.append(f"{where} {error}")
            continue
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            notes.append(f"{where} cannot be read: {error}")
            continue
        if any(edit.meets(other) for edit in edits for other in taken):
            notes.append(f"{where} waits for another one in the same place")
        else:
            taken += edits
    return sorted(taken, key=lambda edit: (edit.start, edit.end)), notes


def _replacements(result: Result, request: FixRequest) -> Iterator[dict[str, object]]:
    """Those of the first fix (the others are alternatives), which must be about the one file only."""
    for change in result.fixes[0]["artifactChanges"]:
        place = place_of(change["artifactLocation"], result.run)
        if in_project(place, request.root) != request.path:
            raise UnusableFixError(f"changes another file: {place}")
        yield from change["replacements"]
