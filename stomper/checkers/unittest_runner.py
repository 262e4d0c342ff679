"""A runner for the project's unittest: every test gets its turn, and what became of each is written down.

A copy of this file is run in the place of `python -m unittest` (`pytest_start`), by whatever Python the project has; it
imports nothing but what they all have. What it writes is read by `pytest_record`.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import unittest
from collections.abc import Iterator
from typing import Any, Union

RECORD = os.path.splitext(os.path.abspath(__file__))[0] + ".jsonl"  # noqa: PTH100, PTH122  # as old Pythons have it
Tests = Union[unittest.TestCase, unittest.TestSuite]  # noqa: UP007  # as old Pythons have it


class Lines:
    """The recorder of lines, if there is one beside this file."""

    recorder: Any = None

    @classmethod
    def begin(cls) -> None:
        """Begin before anything of the project is imported."""
        name = "stomper_line_recorder"
        if os.path.exists(os.path.join(os.path.dirname(RECORD), name + ".py")):  # noqa: PTH110, PTH118, PTH120  # old Pythons
            with contextlib.suppress(Exception):  # tests are more than their record
                cls.recorder = importlib.import_module(name).begin()

    @classmethod
    def switch(cls, test: str) -> None:
        """Count what runs from now on for a test, or for none."""
        if cls.recorder is not None:
            try:
                cls.recorder.switch(test)
                cls.recorder.listen(test)
            except Exception:  # a record without an end says that it is not whole
                cls.recorder = None

    @classmethod
    def end(cls) -> None:
        """End the record."""
        if cls.recorder is not None:
            with contextlib.suppress(Exception):
                cls.recorder.stop()


class Result(unittest.TextTestResult):
    """Notes each outcome, and says what the runner by itself says."""

    def startTest(self, test: unittest.TestCase) -> None:  # noqa: N802  # unittest's name, and so below
        super().startTest(test)
        Lines.switch(_node(test))

    def stopTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        Lines.switch("")
        super().stopTest(test)

    def addSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().addSuccess(test)
        _report(test, "passed")

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        super().addFailure(test, err)
        _report(test, "failed")

    def addError(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        super().addError(test, err)
        _report(test, "failed")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802
        super().addSkip(test, reason)
        _report(test, "skipped")

    def addExpectedFailure(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        super().addExpectedFailure(test, err)
        _report(test, "skipped", expected=True)

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().addUnexpectedSuccess(test)
        _report(test, "failed")

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:  # noqa: N802
        super().addSubTest(test, subtest, err)
        if err is not None:
            _report(test, "failed")


class Runner(unittest.TextTestRunner):
    """Goes on after a failure, whatever the command says."""

    def _makeResult(self) -> Result:  # noqa: N802
        return Result(self.stream, self.descriptions, self.verbosity)

    def run(self, test: Any) -> Any:
        """Run the tests; the record begins with all that there are, and ends with the end."""
        self.failfast = False
        _write(root=os.getcwd(), selected=[name for name in map(_node, _flat(test)) if name])  # noqa: PTH109
        result = super().run(test)
        Lines.end()
        _write(stopped="told to stop" if result.shouldStop else "")
        return result


def _flat(test: Tests) -> Iterator[unittest.TestCase]:
    if isinstance(test, unittest.TestCase):
        yield test
        return
    for part in test:
        yield from _flat(part)


def _report(test: unittest.TestCase, outcome: str, expected: bool = False) -> None:
    node = _node(test)
    if node:
        _write(report=[node, "call", outcome, expected])
    else:
        _write(unloaded=[_lost(test), outcome])


def _node(test: unittest.TestCase) -> str:
    """A test's id as pytest would have it; '' for what is none: a module that could not be loaded or set up."""
    kind = type(test)
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    name = getattr(test, "_testMethodName", None)
    if file is None or name is None or kind.__module__.startswith("unittest."):
        return ""
    return "::".join([os.path.abspath(file), *kind.__qualname__.split("."), name])  # noqa: PTH100


def _lost(test: unittest.TestCase) -> str:
    """The file of a module that could not be loaded, by its name; else what unittest says."""
    words = test.id().rpartition(".")[2] if type(test).__name__ == "_FailedTest" else test.id()
    return str(getattr(test, "_testMethodName", words)).replace(".", "/") + ".py"


def _write(**facts: Any) -> None:
    line = json.dumps(facts) + "\n"
    file = os.open(RECORD, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)


if __name__ == "__main__":
    sys.argv[0] = "python -m unittest"
    Lines.begin()
    unittest.main(module=None, testRunner=Runner)
