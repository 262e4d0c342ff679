"""The events that tell the recorder of types of calls, in the project's Python.

A copy of this file is imported by `line_recorder`, if there is one beside it. Since Python 3.12 there are events of
functions, each of which can be told that nobody listens any more. Before, there is one profiler for a thread, which is
told of every call in Python or C: each test has it for so many events, and only where nobody else has it.
"""

from __future__ import annotations

import importlib
import opcode
import sys
from typing import Any, Callable  # noqa: UP035  # as old Pythons have it

TOOLS = (3, 4, 1)  # of sys.monitoring, the first that is free: the recorder of lines takes one of them first
EVENTS, MORE_EVENTS = 2_000, 8_000  # in a test, and from each piece of news on
NAME = "stomper types"
RETURN, YIELD = "return", "yield"
GIVES = {opcode.opmap[name]: how for name, how in (("RETURN_VALUE", RETURN), ("YIELD_VALUE", YIELD))}
RESUME = opcode.opmap.get("RESUME", -1)
monitoring: Any = getattr(sys, "monitoring", None)


class Silent:
    """Nobody to listen to."""

    def listen(self, test: str) -> None:
        """Hear that a test begins, or that it ends ('')."""

    def stop(self) -> list[dict[str, Any]]:
        """Give what was seen."""
        return []


class Events:
    """The events of Python 3.12, in all threads."""

    def __init__(self, types: Any, tool: int) -> None:
        self.types, self.tool, self.events = types, tool, monitoring.events
        self.told: dict[int, Any] = {}
        monitoring.use_tool_id(tool, NAME)
        monitoring.register_callback(tool, self.events.PY_START, self._starts)
        monitoring.register_callback(tool, self.events.PY_RETURN, self._returns)
        monitoring.register_callback(tool, self.events.PY_YIELD, self._yields)
        monitoring.set_events(tool, self.events.PY_START)

    def _starts(self, code: Any, _: int) -> Any:
        watched = self.types.watched(code)
        if watched is None or not watched.is_worth_a_look(self.types.test):
            return monitoring.DISABLE
        if id(code) not in self.told:
            self.told[id(code)] = code
            monitoring.set_local_events(self.tool, code, self.events.PY_RETURN | self.events.PY_YIELD)
        self.types.enter(watched, sys._getframe(1))
        return None

    def _returns(self, code: Any, _: int, value: Any) -> Any:
        return self._gives(code, sys._getframe(1), RETURN, value)

    def _yields(self, code: Any, _: int, value: Any) -> Any:
        return self._gives(code, sys._getframe(1), YIELD, value)

    def _gives(self, code: Any, frame: Any, how: str, value: Any) -> Any:
        watched = self.types.watched(code)
        if watched is None:
            return monitoring.DISABLE
        self.types.leave(watched, frame, how, value)
        return monitoring.DISABLE if watched.here <= 0 else None

    def listen(self, test: str) -> None:
        """Look at each function a few times more. The recorder of lines has the events told again."""
        self.types.test += bool(test)

    def stop(self) -> list[dict[str, Any]]:
        """Leave no event behind, and give what was seen."""
        if monitoring.get_tool(self.tool) == NAME:
            monitoring.set_events(self.tool, 0)
            for code in list(self.told.values()):
                monitoring.set_local_events(self.tool, code, 0)
            monitoring.free_tool_id(self.tool)
        return list(self.types.facts())


class Profiler:
    """The profiler of the thread that tests run in, for the first events of each test."""

    def __init__(self, types: Any) -> None:
        self.types, self.left, self.test = types, 0, ""
        self.hear = self._hear  # one object, by which it is known

    def _hear(self, frame: Any, event: str, value: Any) -> None:
        self.left -= 1
        if self.left < 0:
            sys.setprofile(None)
        elif event == "call":
            watched = self.types.watched(frame.f_code)
            if watched is not None and _begins(frame) and watched.is_worth_a_look(self.types.test):
                self.types.enter(watched, frame)
        elif event == "return" and id(frame) in self.types.pending:
            how = GIVES.get(frame.f_code.co_code[frame.f_lasti])
            if how is not None and self.types.leave(self.types.watched(frame.f_code), frame, how, value):
                self.left = max(self.left, MORE_EVENTS)

    def listen(self, test: str) -> None:
        """Listen to the first events of a test; to none outside of one."""
        if sys.getprofile() is self.hear:
            sys.setprofile(None)
        if test and sys.getprofile() is None:
            self.types.test += 1
            self.types.pending.clear()
            self.left = EVENTS
            sys.setprofile(self.hear)

    def stop(self) -> list[dict[str, Any]]:
        """Take the profiler away, and give what was seen."""
        self.listen("")
        return list(self.types.facts())


def _begins(frame: Any) -> bool:
    """Say whether a call begins, and is no generator that goes on."""
    at, code = frame.f_lasti, frame.f_code.co_code
    return bool(at < 0 or (code[at] == RESUME and code[at + 1] == 0))


def begin(path_of: Callable[[str], str]) -> Any:
    """Begin to note types of the files that `path_of` knows; give whom to tell of tests."""
    names, recorder = (importlib.import_module(f"stomper_type_{part}") for part in ("names", "recorder"))
    types = recorder.Types(path_of, names.text_of)
    if monitoring is None:
        return Profiler(types)
    free = [tool for tool in TOOLS if monitoring.get_tool(tool) is None]
    return Events(types, free[0]) if free else Silent()
