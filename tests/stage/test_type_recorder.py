"""The recorder of types in real runs of pytest and unittest: what it sees, and that tests do not see it."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from stomper.project_tests.command import command_of
from stomper.project_tests.recorded_lines import Recorded
from stomper.project_tests.results import SuiteResult
from tests.kit.projects import suite_in_tree
from tests.kit.repo import GitRepo

CODE = """\
import contextlib, re

class Base(contextlib.ContextDecorator): pass
class Derived(Base): pass

class Thing:
    class Inner: pass
    def method(self, a, *rest, key=None, **more): return [a, *rest]
    @property
    def size(self): return 1
    @size.setter
    def size(self, value): self.kept = value

def half(x, y=None):
    if x == "bad": raise TypeError
    return x / 2 if x > 1 else None

def names(count):
    for number in range(count): yield str(number)
    return None

@contextlib.contextmanager
def opened(
    place,
):
    yield re.compile(place)

def same(x): return x
async def later(x): return x
"""
TESTS = """\
import asyncio, collections, pytest, code_of_ours
from code_of_ours import Derived, Thing

def test_half():
    code_of_ours.half(2)
    code_of_ours.half(1, "a")
def test_refused():
    with pytest.raises(TypeError): code_of_ours.half("bad")
def test_method():
    thing = Thing()
    thing.method(1, "a", None, key={"a": [1, 2.5]}, other=Thing.Inner())
    thing.size = thing.size * 2.0
def test_generator():
    assert list(code_of_ours.names(2)) == ["0", "1"]
    with code_of_ours.opened("a"): pass
PLAIN = [(), (1, "a"), (1,) * 9, [], collections.OrderedDict(a=1), {b"a"}]
@pytest.mark.parametrize("x", [*PLAIN, Thing, object, Derived()])
def test_same(x): code_of_ours.same(x)
def test_later(): asyncio.run(code_of_ours.later(2))
"""
SEEN = {
    "half": {"x": {"int"}, "y": {"None", "str"}, "return": {"None", "float"}},
    "method": {
        "self": {"code_of_ours.Thing"},
        "a": {"int"},
        "rest": {"None", "str"},
        "key": {"dict[str, list[float | int]]"},
        "more": {"code_of_ours.Thing.Inner"},
        "return": {"list[None | int | str]"},
    },
    "names": {"count": {"int"}, "yield": {"str"}},
    "opened": {"place": {"str"}, "yield": {"re.Pattern[str]"}},
    "later": {"x": {"int"}},
}
KINDS = {
    *("tuple[()]", "tuple[int, str]", "tuple[int, ...]", "list", "collections.OrderedDict[str, int]"),
    *("set[bytes]", "type[code_of_ours.Thing]", "type[object]"),
    "code_of_ours.Derived < code_of_ours.Base < contextlib.ContextDecorator",
}
# Each of them runs code of the project if it is asked anything, or is kept alive by whoever looks at it.
ODD = """\
import sys, types

class Meta(type):
    def __getattribute__(cls, name): raise SystemExit(name)
    def __instancecheck__(cls, other): raise SystemExit
    def __eq__(cls, other): raise SystemExit
    def __hash__(cls): raise SystemExit
class Odd(metaclass=Meta):
    def __getattribute__(self, name): raise SystemExit(name)
    def __repr__(self): raise SystemExit
    def __eq__(self, other): raise SystemExit
    __hash__ = None
class Full(list):
    def __iter__(self): raise SystemExit
    def __len__(self): raise SystemExit
class Late(types.ModuleType):
    def __getattribute__(self, name): raise SystemExit(name)
class Here: __module__ = "late_of_ours"
class Name(str):
    def partition(self, word): raise SystemExit
    def __eq__(self, other): raise SystemExit
    __hash__ = str.__hash__
class Named: pass
Named.__qualname__ = Named.__module__ = Name("Named")
class Derived(Named): pass
sys.modules["late_of_ours"] = Late("late_of_ours")
def made(): return [[Odd], [Odd()], [Full()], [Here()], [[Odd()]], [{1: Full()}], [Late("a")], [Named()], [Derived()]]
"""
HOSTILE = """\
import gc, weakref
import pytest, code_of_ours, odd

def test_nothing_is_asked():
    for one in odd.made(): code_of_ours.same(*one)
def test_items_are_not_taken():
    given = iter([1, 2])
    code_of_ours.same(given)
    assert list(given) == [1, 2]
def test_nothing_is_kept_alive():
    class Own: pass
    own = Own()
    known = weakref.ref(own)
    code_of_ours.same(own)
    del own
    gc.collect()
    assert known() is None
def test_the_end_of_the_stack():
    def deep(): return 1 + deep()
    with pytest.raises(RecursionError): deep()
"""


def run(repo: GitRepo, tmp_path: Path, files: Mapping[str, str], *words: str) -> tuple[Recorded, SuiteResult]:
    with suite_in_tree(repo, tmp_path, files) as (suite, tree):
        result = replace(suite.with_words(*words), notes_lines=True, notes_types=True).run(tree)
        assert not tree.snapshot()
    assert result.lines is not None, result.log
    return result.lines, result


def seen_in(recorded: Recorded, path: str = "code_of_ours.py") -> dict[str, dict[str, set[str]]]:
    assert recorded.types is not None
    return {name: seen for (_, name), seen in recorded.types.get(path, {}).items()}


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize("words", [(), ("-n2",)])
def test_what_functions_are_given_and_give(words: tuple[str, ...], repo: GitRepo, tmp_path: Path) -> None:
    recorded, result = run(repo, tmp_path, {"code_of_ours.py": CODE, "test_ours.py": TESTS}, *words)
    found = seen_in(recorded)
    assert (recorded.why, result.failed) == ("", frozenset())
    assert {name: found.get(name) for name in SEEN} == SEEN
    assert found["same"]["x"] == found["same"]["return"] == KINDS
    assert "Thing" not in found
    assert recorded.types is not None
    sizes = {line: seen for (line, name), seen in recorded.types["code_of_ours.py"].items() if name == "size"}
    assert sizes[9]["return"] == {"int"}
    assert sizes[11]["value"] == {"float"}


def test_what_is_looked_at_does_not_notice(repo: GitRepo, tmp_path: Path) -> None:
    recorded, result = run(repo, tmp_path, {"code_of_ours.py": CODE, "odd.py": ODD, "test_ours.py": HOSTILE})
    assert (result.failed, result.problem, len(result.passed)) == (frozenset(), "", 4)
    assert {"odd.Odd", "odd.Full", "late_of_ours.?"} <= seen_in(recorded)["same"]["x"]


def test_unittest(repo: GitRepo, tmp_path: Path) -> None:
    tests = (
        "import unittest, code_of_ours as ours\nclass Some(unittest.TestCase):\n    def test_a(self): ours.same(1)\n"
    )
    files = {"code_of_ours.py": CODE, "test_ours.py": tests}
    with suite_in_tree(repo, tmp_path, files) as (suite, tree):
        own = (command_of((sys.executable, "-m", "unittest")),)
        result = replace(suite, commands=own, notes_lines=True, notes_types=True).run(tree)
    assert result.lines is not None
    assert seen_in(result.lines)["same"] == {"x": {"int"}, "return": {"int"}}


def test_a_profiler_of_a_test_is_left_alone(repo: GitRepo, tmp_path: Path) -> None:
    tests = """\
import cProfile, code_of_ours
def test_a():
    profile = cProfile.Profile()
    assert profile.runcall(code_of_ours.same, 1) == 1
    assert any(row.code.co_name == "same" for row in profile.getstats() if not isinstance(row.code, str))
def test_b(): code_of_ours.half(2)
"""
    recorded, result = run(repo, tmp_path, {"code_of_ours.py": CODE, "test_ours.py": tests})
    assert not result.failed
    assert seen_in(recorded)["half"]["x"] == {"int"}


def test_types_are_noted_only_if_they_are_wanted(repo: GitRepo, tmp_path: Path) -> None:
    with suite_in_tree(repo, tmp_path, {"code_of_ours.py": CODE, "test_ours.py": TESTS}) as (suite, tree):
        result = replace(suite, notes_lines=True).run(tree)
        assert not list(tree.scratch.rglob("stomper_type*"))
    assert result.lines is not None
    assert result.lines.types is None


MONITORED = """
import sys, dis
class Events: PY_START, LINE, PY_RETURN, PY_YIELD = 1, 2, 4, 8
class Monitoring:
    DISABLE, events = "off", Events
    def __init__(self): self.owners, self.calls, self.on, self.local = {}, {}, {}, {}
    def get_tool(self, tool): return self.owners.get(tool)
    def use_tool_id(self, tool, name): self.owners[tool] = name
    def free_tool_id(self, tool): del self.owners[tool]
    def register_callback(self, tool, event, call): self.calls[tool, event] = call
    def set_events(self, tool, events): self.on[tool] = events
    def set_local_events(self, tool, code, events): self.local[tool, id(code)] = events
    def restart_events(self): pass
    def tell(self, frame, event, *more):
        code = frame.f_code
        for (tool, kind), call in list(self.calls.items()):
            if kind == event and event & (self.on.get(tool, 0) | self.local.get((tool, id(code)), 0)):
                frames.append(frame)
                call(code, 0, *more)
                frames.pop()
    def trace(self, frame, event, arg):
        how = dis.opname[frame.f_code.co_code[frame.f_lasti]]
        if event == "call" and how != "RESUME" or event == "call" and not frame.f_code.co_code[frame.f_lasti + 1]:
            self.tell(frame, 1)
        if event == "return" and how in ("RETURN_VALUE", "YIELD_VALUE"):
            self.tell(frame, 4 if how == "RETURN_VALUE" else 8, arg)
        return self.trace
frames, real = [], sys._getframe
sys._getframe = lambda depth=0: frames[-1] if frames and depth == 1 else real(depth + 1)
sys.monitoring = Monitoring()
sys.settrace(sys.monitoring.trace)
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the real one is tried then")
def test_the_events_of_newer_pythons_by_a_stand_in(repo: GitRepo, tmp_path: Path) -> None:
    files = {"code_of_ours.py": CODE, "test_ours.py": TESTS, "stand_in.py": MONITORED, "pytest.ini": ""}
    recorded, result = run(repo, tmp_path, files, "-p", "stand_in")
    found = seen_in(recorded)
    assert not result.failed
    assert {name: found.get(name) for name in SEEN} == SEEN
