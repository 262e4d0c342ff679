"""A plugin for the project's pytest that tells the recorder of lines which test is under way.

A copy of this file is loaded by `-p`, as that of `pytest_plugin`. What fixtures of a class, a module or the session do
belongs to no test: which of their tests comes first is chance.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Generator
from typing import Any, TypeVar

RECORDER = "stomper_line_recorder"
pytest: Any = importlib.import_module("pytest")
Hook = TypeVar("Hook")


class State:
    """The recorder, the test under way, and how many of the fixtures that several tests share are at work."""

    recorder: Any = None
    test = ""
    shared = 0


def hook(**options: bool) -> Callable[[Hook], Hook]:
    """Tell pytest how a hook is to be called."""

    def mark(function: Hook) -> Hook:
        pytest.hookimpl(**options)(function)
        return function

    return mark


def _begin() -> None:
    if State.recorder is None:
        with contextlib.suppress(Exception):  # tests are more than their record
            State.recorder = importlib.import_module(RECORDER).begin()


def _switch() -> None:
    if State.recorder is not None:
        try:
            State.recorder.switch("" if State.shared else State.test)
        except Exception:  # a record without an end says that it is not whole
            State.recorder = None


def _listen(test: str) -> None:
    if State.recorder is not None:
        try:
            State.recorder.listen(test)
        except Exception:
            State.recorder.types = None


@hook(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before any conftest.py is imported, and after coverage has begun."""
    _begin()


def pytest_configure() -> None:
    """The same in a worker of pytest-xdist, which knows the plugin only now."""
    _begin()


@hook(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: Any) -> Generator[None, None, None]:
    """A test, with what is set up and torn down for it alone."""
    State.test = item.nodeid
    _switch()
    yield
    State.test = ""
    _switch()


@hook(hookwrapper=True, trylast=True)
def pytest_runtest_call(item: Any) -> Generator[None, None, None]:
    """A test itself: what pytest does around it would take the place of what is listened to."""
    _listen(item.nodeid)
    yield
    _listen("")


@hook(hookwrapper=True)
def pytest_fixture_setup(fixturedef: Any) -> Generator[None, None, None]:
    """A fixture, whose end comes by what it is told to do at its end, the last first."""
    if fixturedef.scope == "function":
        yield
        return
    fixturedef.addfinalizer(lambda: _share(-1))
    _share(1)
    yield
    _share(-1)
    fixturedef.addfinalizer(lambda: _share(1))


def _share(more: int) -> None:
    State.shared += more
    _switch()


@hook(trylast=True)
def pytest_unconfigure() -> None:
    """The end."""
    if State.recorder is not None:
        with contextlib.suppress(Exception):
            State.recorder.stop()
        State.recorder = None
