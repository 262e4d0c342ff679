"""ruff as a checker: JSON output, the project's own configuration, the files that ruff by hand looks at.

Exit codes: https://docs.astral.sh/ruff/linter/#exit-codes (0 and 1 are results, 2 is an error).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper import process
from stomper.checkers.caches import own_place
from stomper.checkers.completeness import Look, Looking, not_checked
from stomper.checkers.read_only_options import RUFF
from stomper.checkers.result import contradiction, no_result, unreadable
from stomper.checkers.ruff_files import RuffLister
from stomper.checkers.ruff_notebooks import NotebookPlaces
from stomper.checkers.ruff_told import told
from stomper.disk.parse import parse_json
from stomper.errors import CheckerError
from stomper.models import Diagnostic, Severity, in_order

RESULTS = (0, 1)
IO_ERROR = "E902"
"""What ruff says of a file that it cannot read. Where the project has not selected it, ruff says nothing at all."""


@dataclass(frozen=True, slots=True)
class RuffChecker(Looking):
    """`ruff check`. `program` is the path of ruff, `timeout` the limit of one call in seconds.

    `unsafe_fixes` only decides which diagnostics are called fixable; `extra` codes are looked for beside those that
    the project has selected.
    """

    program: str
    unsafe_fixes: bool = False
    timeout: float = 600.0
    name: str = "ruff"
    extra: tuple[str, ...] = ()
    only_reads: bool = True

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        if not paths:
            return Look()
        with own_place(scratch) as place:
            files = RuffLister(self.program, self.timeout).sort(root, paths, place)
        mine = [path for path in paths if path not in files.left_out and path not in files.unread]
        if not mine and not files.unread:
            self._require_nothing(root, paths)
        found = [d for chunk in process.split_arguments(mine) for d in self._check(root, chunk, files.way)]
        found += [not_checked(self.name, path, files.unread[path]) for path in paths if path in files.unread]
        return Look(tuple(paths), in_order(found), files.left_out.intersection(paths))

    def _require_nothing(self, root: Path, paths: Sequence[str]) -> None:
        """Raises CheckerError if ruff by hand, which lists none of these files, gives no result or speaks of one."""
        if said := [d.path for d in self._ask(root, ["."], (), ()) if d.path in paths]:
            raise CheckerError(
                f"`ruff check --show-files` does not list {said[0]}, and `ruff check` complains about it",
                "Run both at the top of the repository, and see what `include` and `exclude` of its configuration say.",
            )

    def _check(self, root: Path, paths: Sequence[str], way: Sequence[str]) -> Iterator[Diagnostic]:
        found = self._ask(root, paths, way, (IO_ERROR, *self.extra))
        unread = sorted({d.path for d in found if d.code == IO_ERROR})
        told = [d.path for d in self._ask(root, unread, way, self.extra) if d.code == IO_ERROR] if unread else ()
        for diagnostic in found:
            if diagnostic.code == IO_ERROR and diagnostic.path not in told:
                yield not_checked(self.name, diagnostic.path, diagnostic.message)
            else:
                yield diagnostic

    def _ask(self, root: Path, paths: Sequence[str], way: Sequence[str], codes: Sequence[str]) -> list[Diagnostic]:
        words = ["check", "--output-format", "json", *RUFF, "--no-cache", "--quiet", *way]
        words += ["--extend-select", ",".join(codes)] if codes else []
        done = process.run([self.program, *words, "--", *paths], cwd=root, timeout=self.timeout, contained=True)
        if not done.ended or done.returncode not in RESULTS:
            raise no_result("ruff", done)
        top = root.resolve()  # once: it asks the system about each folder above
        notebooks = NotebookPlaces(top)
        return [self._diagnostic(top, notebooks, row) for row in self._rows(done)]

    def _rows(self, done: process.Completed) -> list[dict[str, Any]]:
        try:
            rows = parse_json(done.stdout)
        except ValueError:
            raise CheckerError(f"ruff's output is not JSON ({done.how()}): {done.words(400) or 'nothing'}") from None
        if not isinstance(rows, list) or bool(rows) != bool(done.returncode):
            raise contradiction("ruff", done)
        return rows

    def _diagnostic(self, top: Path, notebooks: NotebookPlaces, row: dict[str, Any]) -> Diagnostic:
        try:
            path = Path(row["filename"]).relative_to(top).as_posix()
            line, column = int(row["location"]["row"]), int(row["location"]["column"])
            # Before 0.5 a syntax error had no code.
            code, message = str(row["code"] or "invalid-syntax"), str(row["message"])
            severity, fixable = _severity(row), self._fixable(row)
            said = told(row, fixable)
            if row.get("cell") is not None:
                (line, column), said = notebooks.place(path, row), notebooks.told(path, row, said)
            return Diagnostic(self.name, code, message, path, line, column, severity, fixable, said)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise unreadable("ruff", row) from error

    def _fixable(self, row: dict[str, Any]) -> bool:
        applicability = (row.get("fix") or {}).get("applicability")
        return applicability == "safe" or (applicability == "unsafe" and self.unsafe_fixes)


def _severity(row: dict[str, Any]) -> Severity:
    severity = row.get("severity")
    return Severity(severity) if severity in set(Severity) else Severity.ERROR
