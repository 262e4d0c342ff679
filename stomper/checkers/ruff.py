"""ruff as a checker: JSON output, the project's own configuration.

Exit codes: https://docs.astral.sh/ruff/linter/#exit-codes (0 and 1 are results, 2 is an error).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper import process
from stomper.checkers.hands_off import RUFF
from stomper.checkers.result import contradiction, no_result
from stomper.errors import CheckerError
from stomper.models import Diagnostic, Severity, in_order

RESULTS = (0, 1)


@dataclass(frozen=True, slots=True)
class RuffChecker:
    """`ruff check`. `program` is the path of ruff, `timeout` the limit of one call in seconds.

    `unsafe_fixes` only decides which diagnostics are called fixable; `extra` codes are looked for beside those that
    the project has selected.
    """

    program: str
    unsafe_fixes: bool = False
    timeout: float = 600.0
    name: str = "ruff"
    extra: tuple[str, ...] = ()

    def check(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> tuple[Diagnostic, ...]:
        found = [diagnostic for chunk in process.split_arguments(paths) for diagnostic in self._check(root, chunk)]
        return in_order(found)

    def _check(self, root: Path, paths: Sequence[str]) -> Iterator[Diagnostic]:
        # Without --force-exclude ruff checks a file named to it even where the project excludes it.
        words = ["check", "--output-format", "json", *RUFF, "--no-cache", "--force-exclude", "--quiet"]
        words += ["--extend-select", ",".join(self.extra)] if self.extra else []
        done = process.run([self.program, *words, "--", *paths], cwd=root, timeout=self.timeout, contained=True)
        if not done.ended or done.returncode not in RESULTS:
            raise no_result("ruff", done)
        for row in self._rows(done):
            yield self._diagnostic(root, row)

    def _rows(self, done: process.Completed) -> list[dict[str, Any]]:
        try:
            rows = json.loads(done.stdout)
        except ValueError:
            raise CheckerError(f"ruff's output is not JSON ({done.how()}): {done.words(400) or 'nothing'}") from None
        if not isinstance(rows, list) or bool(rows) != bool(done.returncode):
            raise contradiction("ruff", done)
        return rows

    def _diagnostic(self, root: Path, row: dict[str, Any]) -> Diagnostic:
        try:
            path = Path(row["filename"]).relative_to(root.resolve()).as_posix()
            line, column = int(row["location"]["row"]), int(row["location"]["column"])
            # Before 0.5 a syntax error had no code.
            code, message = str(row["code"] or "invalid-syntax"), str(row["message"])
        except (KeyError, TypeError, ValueError) as error:
            raise CheckerError(f"ruff's output has an entry that cannot be read: {row!r:.400}") from error
        return Diagnostic(self.name, code, message, path, line, column, _severity(row), self._fixable(row))

    def _fixable(self, row: dict[str, Any]) -> bool:
        applicability = (row.get("fix") or {}).get("applicability")
        return applicability == "safe" or (applicability == "unsafe" and self.unsafe_fixes)


def _severity(row: dict[str, Any]) -> Severity:
    severity = row.get("severity")
    return Severity(severity) if severity in set(Severity) else Severity.ERROR
