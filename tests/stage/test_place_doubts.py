"""Fixes that ruff calls safe or not, run before and after: what a program can tell is doubted, and the rest is not."""

import subprocess
import sys
from pathlib import Path

import pytest

from stomper.fixers.place_doubts import CODES, PlaceDoubts, doubts_of
from tests.kit.fakes import real_tool

RUFF = real_tool("ruff") or ""
# A program for each that tells its fix: the code, and the text.
TOLD = {
    "a class made anew": (
        "UP008",
        """
class Base:
    def f(self):
        return "base"


def again(cls):
    space = {"f": cls.__dict__["f"]}
    return type(cls.__name__, cls.__bases__, space)


@again
class D(Base):
    def f(self):
        return super(D, self).f()


try:
    print(D().f())
except TypeError:
    print("other")
""",
    ),
    "a class with another in its place": (
        "UP008",
        """
class Base:
    def f(self):
        return "base"


def again(cls):
    space = {"f": cls.__dict__["f"]}
    return type(cls.__name__, cls.__bases__, space)


class D(Base):
    def f(self):
        return super(D, self).f()


D = again(D)
try:
    print(D().f())
except TypeError:
    print("other")
""",
    ),
    "a metaclass": (
        "UP004",
        """
class Meta(type):
    def __new__(cls, name, bases, space):
        print(bases)
        return type.__new__(cls, name, bases, space)


class A(object, metaclass=Meta):
    pass
""",
    ),
    "order of calls": (
        "UP032",
        """
def says(word):
    print(word)
    return word


print("{1} {0}".format(says(1), says(2)))
""",
    ),
    "what a call changes": (
        "UP032",
        """
a = [1, 2]
print("{} {}".format(a, a.pop()))
""",
    ),
    "super": (
        "SIM110",
        """
class B:
    def has(self, x):
        return x


class A(B):
    def f(self, xs):
        for x in xs:
            if super().has(x):
                return True
        return False


try:
    print(A().f([1]))
except (TypeError, RuntimeError):
    print("other")
""",
    ),
    "the end of a generator": (
        "SIM110",
        """
def f(xs, it):
    for x in xs:
        if next(it) == x:
            return True
    return False


try:
    print(f([1], iter(())))
except (StopIteration, RuntimeError) as error:
    print(type(error).__name__)
""",
    ),
    "another getattr": (
        "B009",
        """
from compat import *

print(getattr("a", "upper"))
""",
    ),
    "another str": (
        "RUF010",
        """
from compat import *

print(f"{str(1)}")
""",
    ),
    "another type": (
        "UP003",
        """
from compat import *

print(type(""))
""",
    ),
    "another range": (
        "PIE808",
        """
from compat import *

print(range(0, 3))
""",
    ),
    "a name that is seen": (
        "RET504",
        """
import sys


def f():
    x = sys._getframe()
    return x


print(sorted(f().f_locals))
""",
    ),
    "a list that is read": (
        "RUF022",
        """
a = b = 1
__all__ = ["b", "a"]
print(__all__)
""",
    ),
}
SAME = {
    "super": (
        "UP008",
        """
class Base:
    def f(self):
        return "base"


class D(Base):
    def f(self):
        return super(D, self).f()


print(D().f())
""",
    ),
    "object": (
        "UP004",
        """
class A(object):
    pass


print(A.__mro__)
""",
    ),
    "names": (
        "UP032",
        """
a, b = 1, 2
print("{1} {0} {1}".format(a, b))
""",
    ),
    "a call alone": (
        "UP032",
        """
def says(word):
    print(word)
    return word


print("{}".format(says(1)))
""",
    ),
    "a call first": (
        "UP032",
        """
a = [1, 2]
print("{} {}".format(a.pop(), a))
""",
    ),
    "any": (
        "SIM110",
        """
def f(xs):
    for x in xs:
        if x.has(1):
            return True
    return False


print(f([]))
""",
    ),
    "getattr": (
        "B009",
        """
print(getattr("a", "upper")())
""",
    ),
    "return": (
        "RET504",
        """
def f():
    x = 1 + 1
    return x


print(f())
""",
    ),
    "__all__": (
        "RUF022",
        """
a = b = 1
__all__ = ["b", "a"]
print(a)
""",
    ),
}
COMPAT = """
def getattr(a, b):
    return "mine"


def str(a):
    return "mine"


def type(a):
    return "mine"


def range(a, b=9):
    return a, b
"""


def runs(root: Path, text: str) -> str:
    (root / "a.py").write_text(text)
    done = subprocess.run([sys.executable, "-B", "a.py"], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def fixed(root: Path, code: str, text: str) -> str:
    (root / "a.py").write_text(text)
    words = ["check", "--isolated", "--no-cache", "--fix-only", "--unsafe-fixes", "--preview", "--select", code]
    subprocess.run([RUFF, *words, "--quiet", "--target-version", "py311", "a.py"], cwd=root, check=True)
    return (root / "a.py").read_text()


def doubts(root: Path, code: str, text: str) -> str:
    """What is said against the fix of any place."""
    (root / "a.py").write_text(text)
    words = ["check", "--isolated", "--no-cache", "--preview", "--select", code, "--output-format", "concise"]
    done = subprocess.run(
        [RUFF, *words, "--quiet", "--target-version", "py311", "a.py"], cwd=root, capture_output=True, text=True
    )
    lines = [int(line.split(":")[1]) for line in done.stdout.splitlines() if line.startswith("a.py:")]
    assert lines
    return "".join(PlaceDoubts(text, root, "a.py").why_not(code, line) for line in lines)


@pytest.mark.parametrize(("code", "text"), TOLD.values(), ids=TOLD)
def test_what_a_program_can_tell_is_doubted(tmp_path: Path, code: str, text: str) -> None:
    (tmp_path / "compat.py").write_text(COMPAT)
    after = fixed(tmp_path, code, text)
    assert after != text
    assert runs(tmp_path, text) != runs(tmp_path, after)
    assert doubts(tmp_path, code, text)


@pytest.mark.parametrize(("code", "text"), SAME.values(), ids=SAME)
def test_what_it_cannot_tell_is_not(tmp_path: Path, code: str, text: str) -> None:
    after = fixed(tmp_path, code, text)
    assert after != text
    assert runs(tmp_path, text) == runs(tmp_path, after)
    assert doubts(tmp_path, code, text) == ""


def test_a_list_of_names_that_another_file_reads_keeps_its_order(tmp_path: Path) -> None:
    code, text = SAME["__all__"]
    (tmp_path / "b.py").write_text("import a\n\nprint(a.__all__)\n")
    assert "b.py" in doubts(tmp_path, code, text)
    assert PlaceDoubts(text, tmp_path, "pkg/__init__.py").why_not(code, 2)


def test_of_what_is_no_python_and_of_other_codes_nothing_is_known(tmp_path: Path) -> None:
    assert doubts_of("def f(:\n", tmp_path, "a.py") is None
    assert "E711" not in CODES


def test_a_text_that_python_would_read_as_another_name_stays_a_text(tmp_path: Path) -> None:
    made = PlaceDoubts("x = getattr(y, '\u00b5')\nz = getattr(y, 'a')\n", tmp_path, "a.py")
    assert [bool(made.why_not("B009", line)) for line in (1, 2)] == [True, False]
