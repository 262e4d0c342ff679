"""The gate drops the smallest part of a file that breaks a test, and all the rest of the file lands."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.kit import gates
from tests.kit.cli import Stomper
from tests.kit.gates import changed_paths, module, modules, proof
from tests.kit.kills import KILLED, crash_at, outcome_of
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states

NAMES = ("dump", "dumps", "load", "loads", "JSONDecoder", "JSONEncoder")
LINES = [f"from json import {name}" for name in NAMES]
CODE = ["", "", "def two() -> int:", "    return 2", ""]
FILE = "\n".join([*LINES, *CODE])
# F541 is fixed by an attempt of its own, if each code has one.
WORDS = FILE.replace("return 2", 'return len(f"ab")')


def gate_repo(repo: GitRepo, count: int, *, files: dict[str, str], keys: str = "", **more: Any) -> None:
    """The same as that of the kit, with all that ruff would fix: it is the gate that has to find out."""
    files = {"ruff.toml": "lint.select = ['F']\n", **files}
    gates.gate_repo(repo, count, files=files, keys=f"proof = 'none'\n{keys}", **more)


def needing(path: str, *names: str) -> str:
    """A test for each of these names, which needs it in a module."""
    tests = [f"def test_{name}():\n    from {path} import {name}\n    assert {name}\n" for name in names]
    return "\n\n".join(tests)


def either(first: str, second: str) -> str:
    """A test that needs one of two names, each told as `module.name`."""
    (m, one), (n, two) = first.split("."), second.split(".")
    return f"def test_either():\n    import {m}, {n}\n    assert hasattr({m}, '{one}') or hasattr({n}, '{two}')\n"


def without(text: str, *names: str) -> str:
    """A file without the imports of these names."""
    return "\n".join(line for line in text.split("\n") if line.rpartition(" ")[2] not in names)


def entries(repo: GitRepo) -> dict[str, list[dict[str, Any]]]:
    """The dropped parts by path: codes, lines and tests, by the last report."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in report_of(repo)["tests"]["dropped"]:
        log = (repo.path / entry.pop("log")).read_text()
        assert entry["tests"][0].rpartition("::")[2] in log
        found.setdefault(entry.pop("path"), []).append(entry)
    return found


def imported(repo: GitRepo, path: str, commit: str = "HEAD") -> list[str]:
    return [line.split()[-1] for line in repo.git("show", f"{commit}:{path}").splitlines() if "import" in line]


def told(repo: GitRepo, base: str) -> list[str]:
    """The codes that the commits of a.py speak of, with their numbers; the oldest first."""
    bodies = repo.git("log", "--reverse", "--format=%B", f"{base}..HEAD", "--", "a.py").splitlines()
    return [line.removeprefix("- ").partition(",")[0] for line in bodies if line.startswith("- ")]


def test_two_guilty_parts_in_two_files(repo: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    leaks.allow("ref", "refs/stomper/*/undone", reason="`redo` needs it")
    gate_repo(repo, 3, files={"a.py": FILE, "b.py": FILE, "tests/test_a.py": needing("a", "loads"),
                              "tests/test_b.py": needing("b", "dump")})  # fmt: skip
    base, state = repo.head, repo.checkout_state()
    result = stomper.run(repo, "fix").check(1)
    assert imported(repo, "a.py") == ["loads"]
    assert imported(repo, "b.py") == ["dump"]
    assert states(repo) == {"a.py": "partial", "b.py": "partial", **dict.fromkeys(modules(0, 1, 2), "fixed")}
    assert "partial a.py: tests: dropped F401 (ruff, line 4), which breaks tests.test_a::test_loads" in result.out
    part = {"fixer": "ruff", "codes": ["F401"]}
    assert entries(repo) == {
        "a.py": [{**part, "lines": [4], "tests": ["tests.test_a::test_loads"]}],
        "b.py": [{**part, "lines": [1], "tests": ["tests.test_b::test_dump"]}],
    }
    first, second = report_of(repo)["tests"]["searches"]
    assert (first["path"], first["lines"], first["files"]) == ("a.py", [4], 5)
    assert "tests.test_a::test_loads" in first["broken"]
    assert (second["path"], second["lines"], second["broken"]) == ("b.py", [1], ["tests.test_b::test_dump"])
    assert {"path": "a.py", "parts": 3, "red": False} in first["probes"]
    assert repo.git("log", "--format=%s", f"{base}..HEAD", "--", "a.py") == "fix(quality): resolve 5 issues in a.py"
    report = report_of(repo)
    assert report["summary"]["diagnostics_after"] == 2
    # One run before, one of the whole, one of what is delivered: the others are of what was red alone.
    assert report["tests"]["runs"] == 3
    stomper.run(repo, "undo").check()
    assert repo.checkout_state() == state


@pytest.mark.thorough
def test_two_guilty_parts_in_one_file(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 1, files={"a.py": FILE, "tests/test_a.py": needing("a", "dump", "JSONEncoder")})
    stomper.run(repo, "fix").check(1)
    assert imported(repo, "a.py") == ["dump", "JSONEncoder"]
    assert [entry["lines"] for entry in entries(repo)["a.py"]] == [[1], [6]]
    assert report_of(repo)["files"][0]["after"] == 2


@pytest.mark.thorough
def test_two_parts_of_a_file_that_are_only_red_together(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 1, files={"a.py": FILE, "tests/test_a.py": either("a.dumps", "a.JSONDecoder")})
    result = stomper.run(repo, "fix").check(1)
    assert imported(repo, "a.py") == ["JSONDecoder"]
    assert "(only together with a.py, line 2)" in result.out


@pytest.mark.thorough
def test_of_two_files_that_are_only_red_together_the_smaller_part_goes(repo: GitRepo, stomper: Stomper) -> None:
    """All that `tests` knows of b.py is one fix of many lines; of a.py it is one of six fixes."""
    gate_repo(repo, 1, files={"a.py": FILE, "b.py": "from json import dump, dumps, load\n\n" + FILE.split("\n\n")[1],
                              "tests/test_a.py": either("a.dumps", "b.dumps")})  # fmt: skip
    result = stomper.run(repo, "fix").check(1)
    assert imported(repo, "a.py") == ["dumps"]
    assert imported(repo, "b.py") == []
    assert "partial a.py: tests: dropped F401 (ruff, line 2)" in result.out
    assert "(only together with b.py)" in result.out


@pytest.mark.thorough
@pytest.mark.parametrize("where", ["gate-divide", "gate-divide:2", "gate-drop", "gate-drop:2", "patch-stored:4"])
def test_a_run_killed_inside_a_bisect_of_a_file_ends_in_the_same_tree(
    where: str, repo: GitRepo, stomper: Stomper, make_repo: Callable[[str], GitRepo], leaks: Leaks
) -> None:
    leaks.allow("ref", "refs/stomper/*/undone", reason="`redo` needs it")
    twin = make_repo("twin")
    for each in (repo, twin):
        gate_repo(each, 2, files={"a.py": FILE, "tests/test_a.py": needing("a", "loads", "dump")})
    state, base = repo.checkout_state(), repo.head
    stomper.run(twin, "fix", "--quiet").check(1)
    assert stomper.run(repo, "fix", "--quiet", env=crash_at(where)).code == KILLED
    assert repo.checkout_state() == state
    stomper.run(repo, "resume", "--quiet").check(1)
    assert repo.head != base
    assert outcome_of(repo) == outcome_of(twin)
    assert imported(repo, "a.py") == ["dump", "loads"]
    assert entries(repo) == entries(twin)
    stomper.run(repo, "undo").check()
    assert repo.checkout_state() == state


@pytest.mark.thorough
def test_a_commit_for_each_code_without_what_was_dropped_of_it(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(
        repo,
        1,
        files={"a.py": WORDS, "tests/test_a.py": needing("a", "load")},
        tables="[tool.stomper.git]\ncommit_per = 'code'",
    )
    base = repo.head
    stomper.run(repo, "fix").check(1)
    assert imported(repo, "a.py") == ["load"]
    assert told(repo, base) == ["F401 (ruff): 5", "F541 (ruff): 1"]


@pytest.mark.thorough
def test_a_code_that_is_dropped_has_no_commit(repo: GitRepo, stomper: Stomper) -> None:
    text = WORDS.replace(FILE.split("\n\n")[0], "from json import dump")
    gate_repo(
        repo,
        1,
        files={"a.py": text, "tests/test_a.py": needing("a", "dump")},
        tables="[tool.stomper.git]\ncommit_per = 'code'",
    )
    base = repo.head
    stomper.run(repo, "fix").check(1)
    assert imported(repo, "a.py") == ["dump"]
    assert told(repo, base) == ["F541 (ruff): 1"]
    (file,) = (file for file in report_of(repo)["files"] if file["path"] == "a.py")
    assert [attempt["result"] for attempt in file["attempts"]].count("refused") == 1


@pytest.mark.thorough
def test_the_comments_that_suppress_the_rest_stay(repo: GitRepo, stomper: Stomper) -> None:
    """What is dropped is left; its complaint is not suppressed, and the suppression of another one lands."""
    text = FILE.replace("return 2", "return undefined_name")
    gate_repo(
        repo, 1, files={"a.py": text, "tests/test_a.py": needing("a", "load")}, keys="fixers = ['ruff', 'suppress']"
    )
    base = repo.head
    stomper.run(repo, "fix").check(1)
    assert imported(repo, "a.py") == ["load"]
    assert "# noqa: F821" in repo.content("a.py").decode()
    subjects = repo.git("log", "--reverse", "--format=%s", f"{base}..HEAD", "--", "a.py").splitlines()
    assert subjects == ["fix(quality): resolve 5 issues in a.py", "chore(quality): suppress 1 issue in a.py"]


@pytest.mark.thorough
def test_a_file_of_which_nothing_is_left_is_rejected(repo: GitRepo, stomper: Stomper) -> None:
    two = without(FILE, *NAMES[2:])
    gate_repo(repo, 3, needed=[1], files={"a.py": two, "tests/test_a.py": needing("a", *NAMES[:2])})
    base = repo.head
    result = stomper.run(repo, "fix").check(1)
    assert states(repo)["a.py"] == states(repo)[f"{module(1)}.py"] == "rejected"
    assert f"rejected m01.py: tests: breaks {proof(1)}, by F401 (ruff, line 1)" in result.out
    assert changed_paths(repo, base) == modules(0, 2)


@pytest.mark.thorough
@pytest.mark.parametrize("mode", ["full", "quick"])
def test_tests_in_a_worker_take_out_a_part_too(repo: GitRepo, stomper: Stomper, mode: str) -> None:
    gate_repo(repo, 1, mode=mode, files={"a.py": FILE, "tests/test_a.py": needing("a", "loads", "JSONDecoder")})
    base = repo.head
    stomper.run(repo, "fix").check(1)
    assert imported(repo, "a.py") == ["loads", "JSONDecoder"]
    assert states(repo)["a.py"] == "partial"
    (file,) = [file for file in report_of(repo)["files"] if file["path"] == "a.py"]
    assert [part["broken"] for part in file["dropped"]] == [
        ["tests.test_a::test_loads"],
        ["tests.test_a::test_JSONDecoder"],
    ]
    assert "tests: dropped F401 (ruff, line " in file["reason"]
    assert changed_paths(repo, base) == ["a.py", "m00.py"]
