"""The commands that run a project's tests, found from what the project has."""

import pytest

from stomper.git.trees import tree_entries
from stomper.project_tests.find_commands import find_unittest, nested_projects, read_test_files
from stomper.project_tests.joined import joined
from stomper.project_tests.results import SuiteResult
from tests.kit.projects import project_of
from tests.kit.repo import GitRepo

UNITTEST = "import unittest\nclass T(unittest.TestCase):\n    def test_a(self): pass\n"
TEST = "def test_a(): pass\n"
INI = "[tool.pytest.ini_options]\n"
TOPS = {
    "nothing at the top": ("", ("a", "deep/b", "c", "d")),
    "all folders named": (f"{INI}testpaths = ['.']\n", ()),
    "one named": (f"{INI}testpaths = ['a/tests', 'tests']\n", ("c", "d", "deep/b")),
    "named by a pattern": (f"{INI}testpaths = ['*/tests']\n", ("deep/b",)),
    "another named": (f"{INI}testpaths = ['tests']\n", ("a", "c", "d", "deep/b")),
    "unreadable": ("[tool.pytest", ("a", "c", "d", "deep/b")),
}


def commit(repo: GitRepo, files: dict[str, str]) -> None:
    for path, content in files.items():
        repo.write(path, content)
    repo.commit()


@pytest.mark.parametrize("top", TOPS)
def test_projects_below_the_top(top: str, repo: GitRepo) -> None:
    content, expected = TOPS[top]
    commit(repo, {
        "pyproject.toml": content,
        "a/pyproject.toml": INI, "a/tests/test_a.py": TEST,
        "deep/b/tox.ini": "[pytest]\n", "deep/b/setup.py": "", "deep/b/test_b.py": TEST,
        "c/setup.cfg": "[tool:pytest]\n", "c/c_test.py": TEST,
        "d/pytest.ini": "", "d/manage.py": "", "no/pytest.ini": "", "no/test_n.py": TEST, "d/x/test_d.py": TEST,
        "plain/pyproject.toml": "[project]\nname = 'x'\n", "plain/test_p.py": TEST,
        "untested/pyproject.toml": INI, "untested/a.py": "",
        "tests/data/pyproject.toml": INI, "tests/data/test_x.py": TEST,
        ".hidden/pyproject.toml": INI, ".hidden/test_x.py": TEST,
    })  # fmt: skip
    assert nested_projects(repo.path, tree_entries(repo.path, "HEAD")) == tuple(sorted(expected))


def test_where_unittest_begins(repo: GitRepo) -> None:
    commit(repo, {
        "tests/test_a.py": UNITTEST,
        "app/__init__.py": "", "app/tests/__init__.py": "", "app/tests/test_b.py": UNITTEST,
        "src/lib/__init__.py": "", "src/lib/test_c.py": UNITTEST, "src/other/tests.py": UNITTEST,
        "src/other/__init__.py": "", "src/more/__init__.py": "", "src/more/test_d.py": UNITTEST,
        "test_top.py": "import pytest\n" + UNITTEST, "test_plain.py": TEST, "test_nothing.py": "",
    })  # fmt: skip
    entries = tree_entries(repo.path, "HEAD")
    files = read_test_files(repo.path, entries)
    assert files.pytest == ("test_plain.py", "test_top.py")
    assert files.unittest == (
        "app/tests/test_b.py",
        "src/lib/test_c.py",
        "src/more/test_d.py",
        "src/other/tests.py",
        "tests/test_a.py",
    )
    words = [command.words[3:] for command in find_unittest(project_of(repo), files.unittest, entries)]
    assert words == [
        ("discover", "-s", "app", "-t", "."),
        ("discover", "-s", "src", "-t", "src"),
        ("discover", "-s", "tests", "-t", "tests"),
    ]


def test_results_of_several_commands_are_one() -> None:
    good = SuiteResult(passed=frozenset({"a"}), files={"a": "a.py"}, skipped=frozenset({"s"}), deselected=1)
    other = SuiteResult(passed=frozenset({"b"}), failed=frozenset({"c"}), deselected=2)
    lost, empty = SuiteResult(uncollected="gone", failed=frozenset({"m"})), SuiteResult(problem="none", empty=True)
    both = joined([good, empty, other])
    assert both.passed == {"a", "b"}
    assert both.failed == {"c"}
    assert both.skipped == {"s"}
    assert both.deselected == 3
    assert (both.problem, both.empty, both.unrun) == ("", False, ())
    assert joined([empty, empty]).empty
    assert joined([good, lost]).unrun == ("gone",)
    assert joined([good, lost]).uncollected == ""
    assert joined([lost, lost]).uncollected == "gone; gone"
    assert joined([good, SuiteResult(problem="hung", hung=True)]).problem == "hung"
