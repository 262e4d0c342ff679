"""Say which lines can matter to tests that are red, by the record of the lines that each test runs."""

import bisect
from collections.abc import Collection
from dataclasses import dataclass

from stomper.project_tests.line_record import LineRecord
from stomper.python import is_python
from stomper.run.row import Question


@dataclass(frozen=True, slots=True)
class Reach:
    """The lines that the `tests` run, by a `record` of them; without one, anything may matter to them."""

    tests: frozenset[str]
    record: LineRecord | None

    def includes(self, path: str, lines: Collection[int] | None) -> bool:
        """Say whether these lines of a file of the base commit (None: any of them) may matter to any of the tests.

        A line matters that one of them runs, and one that is run outside of tests, when the file is imported. One that
        nobody has seen run may be of a statement that began above it, and counts as the last known one above it.
        """
        if self.record is None or not is_python(path):
            return True
        runs, imported = self.record.runs(path), self.record.imported(path)
        known = sorted({*runs, *imported})
        if lines is not None:
            known = [known[at - 1] for line in lines if (at := bisect.bisect_right(known, line))]
        return any(line in imported or self.tests & runs.get(line, frozenset()) for line in known)


def reach_of(record: LineRecord | None, question: Question) -> Reach:
    """Give the reach of a question's witnesses. Complaints of checkers may come from any line."""
    whole = record is not None and not record.why
    return Reach(question.witnesses, record if whole and not question.asked.checkers else None)
