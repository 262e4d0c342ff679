"""A recorder in the project's Python: the lines of its files that run in each test.

A copy of this file is imported by the plugin `pytest_lines` and by the runner of unittest, in a process that has none
of Stomper, by whatever Python the project has: it imports nothing but what they all have. The folder whose files count
is named in a file beside it. Each process writes a file of its own, which `recorded_lines` reads: a line of JSON for
each fact.

Since Python 3.12 there are events for this, which cost once for each line in a test. Before, there is one tracer for a
thread, which belongs to whoever has it first: that of coverage.py, if the project has it, costs far less than ours.

If there is a recorder of types beside it (`type_events`), that one is told of tests too.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import threading
from typing import Any

HERE = os.path.splitext(os.path.abspath(__file__))[0]  # noqa: PTH100, PTH122  # as old Pythons have it, and so below
TYPES = "stomper_type_events"
TAKEN = "something else traces the tests, such as coverage"
LOST = "a test takes the tracing over"
TOOLS = (4, 3)  # of sys.monitoring: the other numbers are those of debuggers, coverage, profilers and optimizers
monitoring: Any = getattr(sys, "monitoring", None)


class Recorder:
    """Notes the lines that run for the test that is under way; '' stands for what runs outside of tests."""

    def __init__(self, top: str, file: str) -> None:
        self.tops = sorted({os.path.join(place, "") for place in (top, os.path.realpath(top))})  # noqa: PTH118  # as above
        self.file, self.pid, self.test, self.why = file, os.getpid(), "", ""
        self.paths: dict[str, str] = {}
        self.sets: dict[tuple[str, frozenset[int]], int] = {}
        self.tracer = self._begin()
        self.types: Any = None

    def _begin(self) -> Any:
        if monitoring is not None:
            for tool in TOOLS:
                if monitoring.get_tool(tool) is None:
                    return Monitoring(self.path_of, tool)
        if sys.gettrace() is not None:
            self.why = TAKEN
            return None
        return coverage_tracer(self.path_of, self.tops) or Tracing(self.path_of)

    def switch(self, test: str) -> None:
        """Count what runs from now on for a test, or for none."""
        if self.tracer is not None and test != self.test and os.getpid() == self.pid:
            self._check()
            self._note(self.test, self.tracer.take(self.test))
            self.test = test
            self.tracer.renew(test)

    def listen(self, test: str) -> None:
        """Note types while a test itself runs, from now on, or no longer."""
        if self.types is not None and os.getpid() == self.pid:
            self.types.listen(test)

    def stop(self) -> None:
        """End the record: only one with an end is whole."""
        if os.getpid() == self.pid:
            self.switch("")
            for test, lines in self.tracer.stop() if self.tracer is not None else ():
                self._note(test, lines)
            for facts in self.types.stop() if self.types is not None else ():
                self._write(**facts)
            self._write(how=self.tracer.name if self.tracer is not None else "", why=self.why)
            self.tracer = None

    def path_of(self, name: str) -> str:
        """Give the path of a file below the folder that counts, relative to it; '' for all others."""
        if name not in self.paths:
            self.paths[name] = self._find(name)
        return self.paths[name]

    def _find(self, name: str) -> str:
        if name.startswith("<"):
            return ""
        for place in (os.path.abspath(name), os.path.realpath(name)):  # noqa: PTH100  # as above
            for top in self.tops:
                if place.startswith(top):
                    return place[len(top) :]
        return ""

    def _check(self) -> None:
        if not self.why and not self.tracer.sound():
            self.why = LOST if self.tracer.recover() else TAKEN

    def _note(self, test: str, found: dict[str, set[int]]) -> None:
        numbers = []
        for path, lines in sorted(found.items()):
            key = (path, frozenset(lines))
            if key not in self.sets:
                self.sets[key] = len(self.sets)
                self._write(set=self.sets[key], path=path, lines=ranges(lines))
            numbers.append(self.sets[key])
        if numbers:
            self._write(test=test, sets=numbers)

    def _write(self, **facts: Any) -> None:
        with open(self.file, "a") as file:  # noqa: PTH123  # as above
            file.write(json.dumps(facts) + "\n")


class Monitoring:
    """The events of Python 3.12: each line once in a test, in all threads, beside any other tool."""

    name = "sys.monitoring"

    def __init__(self, path_of: Any, tool: int) -> None:
        self.path_of, self.tool, self.events = path_of, tool, monitoring.events
        self.lines: dict[str, set[int]] = {}
        self.known: dict[int, Any] = {}  # by identity: alike code of two files is equal
        monitoring.use_tool_id(tool, "stomper")
        monitoring.register_callback(tool, self.events.PY_START, self._started)
        monitoring.register_callback(tool, self.events.LINE, self._line)
        monitoring.set_events(tool, self.events.PY_START)

    def _started(self, code: Any, _: int) -> Any:
        """A function, class or module begins: if its file counts, its lines are to be told."""
        if id(code) not in self.known and self.path_of(code.co_filename):
            self.known[id(code)] = code
            monitoring.set_local_events(self.tool, code, self.events.LINE)
        return monitoring.DISABLE

    def _line(self, code: Any, line: int) -> Any:
        self.lines.setdefault(code.co_filename, set()).add(line)
        return monitoring.DISABLE

    def renew(self, _: str) -> None:
        """Have each line told once more."""
        monitoring.restart_events()

    def take(self, _: str) -> dict[str, set[int]]:
        """Give the lines since the last time, by path."""
        found, self.lines = self.lines, {}
        return by_path(found, self.path_of)

    def sound(self) -> bool:
        """Say whether nobody has taken our place."""
        return bool(monitoring.get_tool(self.tool) == "stomper")

    def recover(self) -> bool:
        """Say whether the place could be had again."""
        return False

    def stop(self) -> list[tuple[str, dict[str, set[int]]]]:
        """Leave no event behind."""
        if self.sound():
            monitoring.set_events(self.tool, 0)
            for code in list(self.known.values()):
                monitoring.set_local_events(self.tool, code, 0)
            monitoring.free_tool_id(self.tool)
        return []


class Traced:
    """One tracer for each thread, which somebody can take away."""

    tracer: Any = None

    def sound(self) -> bool:
        """Say whether nobody has taken our place."""
        return bool(sys.gettrace() == self.tracer)

    def recover(self) -> bool:
        """Take the place again if it is free."""
        free = sys.gettrace() is None
        if free:
            sys.settrace(self.tracer)
        return free


class Tracing(Traced):
    """A tracer in Python."""

    name = "sys.settrace"

    def __init__(self, path_of: Any) -> None:
        self.path_of = path_of
        self.lines: dict[str, set[int]] = {}
        self.tracer = self._enter
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def _enter(self, frame: Any, _: str, __: Any) -> Any:
        return self._inside if self.path_of(frame.f_code.co_filename) else None

    def _inside(self, frame: Any, event: str, _: Any) -> Any:
        if event == "line":
            try:
                self.lines[frame.f_code.co_filename].add(frame.f_lineno)
            except KeyError:
                self.lines[frame.f_code.co_filename] = {frame.f_lineno}
        return self._inside

    def renew(self, _: str) -> None:
        """Go on: a tracer is told each line every time."""

    def take(self, _: str) -> dict[str, set[int]]:
        """Give the lines since the last time, by path."""
        found, self.lines = self.lines, {}
        return by_path(found, self.path_of)

    def stop(self) -> list[tuple[str, dict[str, set[int]]]]:
        """Take the tracer away, if it is still there."""
        if self.sound():
            sys.settrace(None)
        threading.settrace(None)
        return []


class Coverage(Traced):
    """The tracer of the project's coverage.py, with data of ours and nothing of its configuration."""

    name = "coverage"

    def __init__(self, path_of: Any, coverage: Any) -> None:
        self.path_of, self.coverage = path_of, coverage
        self.tracer = sys.gettrace()

    def renew(self, test: str) -> None:
        """Count what runs from now on for another test."""
        if self.sound():
            self.coverage.switch_context(test)

    def take(self, _: str) -> dict[str, set[int]]:
        """Give nothing yet: all of it is read at the end."""
        return {}

    def stop(self) -> list[tuple[str, dict[str, set[int]]]]:
        """Take the tracer away, if it is still there, and give the lines of each test."""
        if not self.sound():
            return []
        self.coverage.stop()
        data = self.coverage.get_data()
        found: dict[str, dict[str, set[int]]] = {}
        for name in data.measured_files():
            path = self.path_of(name)
            for line, tests in data.contexts_by_lineno(name).items() if path else ():
                for test in tests:
                    found.setdefault(test, {}).setdefault(path, set()).add(line)
        return sorted(found.items())


def coverage_tracer(path_of: Any, tops: list[str]) -> Any:
    """Start coverage.py's tracer if it is there and quick, and no file of the project itself; else give None."""
    try:
        spec = importlib.util.find_spec("coverage")
        if spec is None or path_of(spec.origin or ""):
            return None
        import coverage

        include = [top + "*" for top in tops]
        tracer = coverage.Coverage(data_file=None, config_file=False, include=include, messages=False)
        tracer.start()
        if type(sys.gettrace()).__name__ == "CTracer" and hasattr(tracer, "switch_context"):
            return Coverage(path_of, tracer)
        tracer.stop()
    except Exception:  # of whatever version it is
        sys.settrace(None)
    return None


def by_path(found: dict[str, set[int]], path_of: Any) -> dict[str, set[int]]:
    """The lines by the paths of the files, of which one may have several names."""
    result: dict[str, set[int]] = {}
    for name, lines in found.items():
        result.setdefault(path_of(name), set()).update(lines)
    return result


def ranges(lines: set[int]) -> list[list[int]]:
    """Lines as their first and last, row by row."""
    rows: list[list[int]] = []
    for line in sorted(lines):
        if rows and rows[-1][1] == line - 1:
            rows[-1][1] = line
        else:
            rows.append([line, line])
    return rows


def begin() -> Recorder:
    """Begin to record the lines of this process, and types if that is wanted."""
    with open(HERE + ".top") as file:  # noqa: PTH123  # as above
        recorder = Recorder(file.read(), f"{HERE}.{os.getpid()}.jsonl")
    if os.path.exists(os.path.join(os.path.dirname(HERE), TYPES + ".py")):  # noqa: PTH110, PTH118, PTH120  # as above
        recorder.types = importlib.import_module(TYPES).begin(recorder.path_of)
    return recorder
