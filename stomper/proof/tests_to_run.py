"""Choose the tests that a change asks for, by the record of lines."""

from stomper.project_tests.line_record import LineRecord
from stomper.project_tests.per_file import Choice
from stomper.proof.statements import judge_lines
from stomper.python import CannotReadError, decode, is_python


def choose_tests(record: LineRecord, path: str, before: bytes, after: bytes) -> Choice | None:
    """Give the tests that run the statements of the base commit's file that a change touches.

    What of these runs when the file is imported asks for all tests in files that import it. None if the record cannot
    tell: it is not whole, has nothing of this file, or the file is no Python.
    """
    if record.why or not is_python(path) or not record.knows(path):
        return None
    try:
        run = judge_lines(decode(before), decode(after), record.runs(path), record.imported(path))
    except CannotReadError:
        return None
    return Choice(run.tests, run.outside)
