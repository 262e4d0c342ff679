"""Ways to cheat: what a dishonest fixer makes of a file, and by what words that is to be refused."""

from dataclasses import dataclass

UNUSED = "import os\n"
CODE = UNUSED + "import sys\n\n\ndef size(x):\n    return len(sys.argv) + x\n"
TEST = (
    UNUSED
    + """\
import pytest


@pytest.mark.parametrize("n", [1, 2, 3])
def test_many(n):
    assert n > 0


def test_one():
    x = 1
    assert x == 1
    with pytest.raises(ValueError):
        int("x")


class TestClass:
    def test_inside(self):
        assert str(1) == "1"
"""
)
LONG = UNUSED + "".join(f"def f{n}():\n    return {n}\n" for n in range(20))


@dataclass(frozen=True)
class Trick:
    """`old` becomes `new`, and the unused import goes, unless the trick is to keep it. `guard` is its policy's key."""

    name: str
    guard: str
    words: str
    old: str
    new: str
    before: str = CODE
    keeps: bool = False

    @property
    def path(self) -> str:
        return f"{'test_' if self.before is TEST else ''}{self.name}.py"

    @property
    def after(self) -> str:
        assert self.old in self.before
        changed = self.before.replace(self.old, self.new)
        return changed if self.keeps else changed.removeprefix(UNUSED)


def _comment(name: str, comment: str, words: str, line: str = "def size(x):") -> Trick:
    return Trick(name, "suppressions", f"adds a suppression: {words}", line, f"{line}  # {comment}")


def _test(name: str, guard: str, words: str, old: str, new: str) -> Trick:
    return Trick(name, guard, words, old, new, TEST)


ONE = 'def test_one():\n    x = 1\n    assert x == 1\n    with pytest.raises(ValueError):\n        int("x")\n'
INSIDE = '    def test_inside(self):\n        assert str(1) == "1"\n'
REMOVED, SKIPPED, FEWER = "removes a test: ", "skips a test: ", "removes 1 assertion from a test file"

TRICKS = (
    Trick("noqa", "suppressions", "adds a suppression: noqa[F401]", "import os", "import os  # noqa: F401", keeps=True),
    Trick("bare_noqa", "suppressions", "adds a suppression: noqa", "import os", "import os  #noqa", keeps=True),
    Trick("file_noqa", "suppressions", "adds a suppression: ruff:", "import os", "# ruff: noqa\nimport os", keeps=True),
    _comment("type_ignore", "type: ignore[no-untyped-def]", "type: ignore[no-untyped-def]"),
    _comment("pyright", "pyright: ignore", "pyright:"),
    _comment("pylint", "pylint: disable=all", "pylint:"),
    _comment("ruff_comment", "ruff: disable[F401]", "ruff:"),
    _comment("fmt_off", "fmt: off", "fmt: off"),
    _comment("fmt_skip", "fmt:skip", "fmt:skip"),
    _comment("no_cover", "pragma: no cover", "pragma: no cover"),
    Trick("cast", "suppressions", "adds a suppression: cast(Any", "+ x", "+ cast(Any, x)"),
    Trick("quoted_cast", "suppressions", "adds a suppression: cast(Any", "+ x", "+ typing.cast('Any', x)"),
    Trick("no_check", "suppressions", "adds a suppression: no_type_check", "def size", "@no_type_check\ndef size"),
    _test("removed", "removed_tests", REMOVED + "test_one", ONE, "x = 1\nassert x == 1\npytest.raises\n"),
    _test("removed_method", "removed_tests", REMOVED + "TestClass.test_inside", INSIDE, "    assert str(1) == '1'\n"),
    _test("renamed", "removed_tests", REMOVED + "test_one", "def test_one", "def one"),
    _test(
        "hidden", "removed_tests", REMOVED + "test_one", ONE, "def hide():\n    " + ONE.replace("\n", "\n    ") + "\n"
    ),
    _test("class_hidden", "removed_tests", REMOVED + "TestClass.test_inside", "class TestClass", "class Class"),
    _test("fewer_cases", "removed_tests", REMOVED + "test_many", "[1, 2, 3]", "[1]"),
    _test("skip", "skipped_tests", SKIPPED + "skip", "def test_one", "@pytest.mark.skip\ndef test_one"),
    _test("skipif", "skipped_tests", SKIPPED + "skipif", "def test_one", "@pytest.mark.skipif(True)\ndef test_one"),
    _test("xfail", "skipped_tests", SKIPPED + "xfail", "def test_one", "@pytest.mark.xfail\ndef test_one"),
    _test("skip_call", "skipped_tests", SKIPPED + "skip", "    x = 1\n", "    pytest.skip()\n    x = 1\n"),
    _test("module_mark", "skipped_tests", SKIPPED + "skip", "class Test", "pytestmark = pytest.mark.skip\nclass Test"),
    _test("not_a_test", "skipped_tests", SKIPPED + "__test__", "class Test", "__test__ = False\nclass Test"),
    _test("assertion", "removed_assertions", FEWER, "    assert x == 1\n", ""),
    _test("raises", "removed_assertions", FEWER, "with pytest.raises(ValueError)", "with open('x')"),
    _test("true", "removed_assertions", FEWER, "assert x == 1", "assert True"),
    _test("tuple", "removed_assertions", FEWER, "assert x == 1", "assert (x == 1, 'one')"),
    _test("or_true", "removed_assertions", FEWER, "assert x == 1", "assert x == 1 or True"),
    _test("itself", "removed_assertions", FEWER, "assert x == 1", "assert x == x"),
    Trick("deleted", "deletion", "of the file (more than 60 %)", LONG, "pass\n", LONG),
)
