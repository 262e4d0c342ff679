"""Which checkers are used: configured, named, switched on and off; mypy where the project has it."""

import json
import sys
from pathlib import Path

import pytest

from stomper.checkers import make_checkers
from stomper.checkers.enabled import choose_checkers
from stomper.config import load_settings
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_tool
from tests.kit.projects import project_toml
from tests.kit.repo import GitRepo

WRONG = "import os\n\nx: int = ''\n"


def chosen(top: Path, options: dict[str, object], **switches: bool) -> tuple[tuple[str, ...], str]:
    settings, notes = choose_checkers(load_settings(top, options, {}), switches, top)
    return settings.checkers, "\n".join(notes)


@pytest.mark.parametrize(
    ("options", "switches", "expected"),
    [
        ({}, {}, ("ruff",)),
        ({}, {"mypy": True}, ("ruff", "mypy")),
        ({}, {"ruff": False, "pytest": True}, ("pytest",)),
        ({}, {"drill-sergeant": True, "mypy": True}, ("ruff", "mypy", "drill-sergeant")),
        ({"checkers": ["pytest", "ruff"]}, {"ruff": True}, ("pytest", "ruff")),
        ({"checkers": ["pytest", "ruff"]}, {"pytest": False, "mypy": True}, ("ruff", "mypy")),
        ({}, {"ruff": False}, ()),
    ],
)
def test_switches(
    repo: GitRepo, options: dict[str, object], switches: dict[str, bool], expected: tuple[str, ...]
) -> None:
    assert chosen(repo.path, options, **switches) == (expected, "")


def test_mypy_is_on_where_the_project_configures_it_unless_told_otherwise(repo: GitRepo, tmp_path: Path) -> None:
    fake = fake_tool(tmp_path / "bin", "mypy", "crash")
    own = f"[tool.stomper.tools]\nmypy = '{fake.path}'\n"
    repo.write("pyproject.toml", f"[tool.mypy]\n{own}")
    assert chosen(repo.path, {}) == (("ruff", "mypy"), "")
    assert chosen(repo.path, {}, mypy=False) == (("ruff",), "")
    assert chosen(repo.path, {"checkers": ["ruff"]}) == (("ruff",), "")
    repo.write("pyproject.toml", own)
    assert chosen(repo.path, {}) == (("ruff",), "")
    assert fake.calls() == []


def test_mypy_is_on_where_only_an_inner_project_configures_it_and_looks_at_that_one(repo: GitRepo) -> None:
    repo.write("pyproject.toml", project_toml())
    repo.write("inner/app/pyproject.toml", "[tool.mypy]\nstrict = true\n")
    for path in ("inner/app/wrong.py", "outer.py"):
        repo.write(path, "x: int = ''\n")
    assert chosen(repo.path, {}) == (("ruff",), "")  # git does not have it yet
    repo.commit()
    assert chosen(repo.path, {}) == (("ruff", "mypy"), "")
    assert chosen(repo.path, {}, mypy=False) == (("ruff",), "")
    assert chosen(repo.path, {"files.exclude": ["inner/**"]}) == (("ruff",), "")
    settings, _ = choose_checkers(load_settings(repo.path, {}, {}), {}, repo.path)
    (mypy,) = (checker for checker in make_checkers(settings, repo.path) if checker.name == "mypy")
    look = mypy.look(repo.path, ["inner/app/wrong.py", "outer.py"])
    assert ([d.path for d in look.found], sorted(look.left_out)) == (["inner/app/wrong.py"], ["outer.py"])
    asked, _ = choose_checkers(load_settings(repo.path, {}, {}), {"mypy": True}, repo.path)
    assert asked.configured_only == ()


@pytest.mark.thorough
def test_a_configured_mypy_that_is_not_there_is_left_out_and_said_so(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("mypy.ini", "[mypy]\n")
    repo.commit_file("a.py", WRONG)
    result = stomper.run(repo, "check", "--format", "json", env={"PATH": "/usr/bin:/bin"}).check(1)
    assert result.err == (
        "warning: mypy is configured in mypy.ini but was not found: it is left out. Install it, or say --no-mypy\n"
    )
    assert json.loads(result.out)["codes"] == {"F401": 1}
    assert stomper.run(repo, "check", "--no-mypy", env={"PATH": "/usr/bin:/bin"}).check(1).err == ""
    assert "mypy was not found" in stomper.run(repo, "check", "--mypy", env={"PATH": "/usr/bin:/bin"}).check(3).err
    assert stomper.run(repo, "baseline", "show", env={"PATH": "/usr/bin:/bin"}).check(0).err == ""  # nothing looks


def test_options(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", "[tool.mypy]\n" + project_toml())
    repo.commit_file("a.py", WRONG)

    def tools(*words: str) -> list[str]:
        out = stomper.run(repo, "check", "--format", "json", *words).check(1).out
        return sorted(row["tool"] for row in json.loads(out)["diagnostics"])

    assert tools() == ["mypy", "ruff"]
    assert tools("--no-mypy") == tools("--checker", "ruff") == ["ruff"]
    error = stomper.run(repo, "check", "--checker", "mpy").check(2).err
    assert "unknown checker 'mpy'" in error
    assert "Did you mean 'mypy'?" in error
    assert "no checker is enabled" in stomper.run(repo, "check", "--no-ruff", "--no-mypy").check(2).err
    for command in ("fix", "check"):
        text = stomper.run(repo, command, "--help").check().out
        for name in ("ruff", "mypy", "pytest", "drill-sergeant"):
            assert f"--{name} / --no-{name}" in text


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("name", "mode"),
    [*((name, "crash") for name in ("ruff", "mypy", "pytest", "drill-sergeant")), ("mypy", "hang"), ("pytest", "hang")],
)
def test_one_that_gives_no_result_ends_it_all(
    repo: GitRepo, stomper: Stomper, tmp_path: Path, name: str, mode: str
) -> None:
    """Exit code 3 with its own words, within `checker_timeout`, and nothing is called clean."""
    tool = name if name in ("ruff", "mypy") else "python"
    when = {"ruff": "--output-format", "python": "pytest"}.get(tool, "")
    fake = fake_tool(tmp_path / "bin", tool, mode, when=when, real=sys.executable if tool == "python" else None)
    tools = f"[tool.stomper.tools]\n{tool} = '{fake.path}'\n" if tool != "python" else ""
    python = str(fake.path) if tool == "python" else sys.executable
    repo.write("pyproject.toml", project_toml(mode="none", python=python, keys="checker_timeout = 1") + f"\n{tools}")
    repo.write("tests/test_a.py", "def test_a():\n    pass\n")
    repo.commit_file("a.py", "X = 1\n")
    state = repo.checkout_state()
    words = {"crash": "thread 'main' panicked", "hang": "still running after 1 s"}[mode]
    for command in ("check", "fix"):
        result = stomper.run(repo, command, "--checker", name).check(3)
        assert words in result.err
        assert (result.out, "Traceback" in result.err) == ("", False)
    assert repo.checkout_state() == state


@pytest.mark.thorough
def test_each_file_is_looked_at_under_its_nearest_configuration(repo: GitRepo, stomper: Stomper) -> None:
    for folder, name, text in [
        ("a", "pyproject.toml", "[tool.ruff]\nlint.select = ['F']\n[tool.mypy]\nstrict = true\n"),
        ("b", "ruff.toml", "lint.select = ['E7']\n"),
        ("c", "mypy.ini", "[mypy]\n"),
    ]:
        repo.write(f"{folder}/{name}", text)
        repo.write(f"{folder}/{folder}_module.py", "import os\n\n\ndef f(x):\n    l = x\n    return l\n")
    repo.write(
        "pyproject.toml", "[tool.ruff]\nlint.select = ['I']\n" + project_toml(keys="checkers = ['ruff', 'mypy']")
    )
    repo.commit()
    rows = json.loads(stomper.run(repo, "check", "--format", "json").check(1).out)["diagnostics"]
    assert {(row["path"], row["code"]) for row in rows} == {
        ("a/a_module.py", "F401"),
        ("a/a_module.py", "no-untyped-def"),
        ("b/b_module.py", "E741"),
    }


def test_a_checker_to_skip_that_is_none_is_refused(repo: GitRepo, stomper: Stomper) -> None:
    repo.commit_file("a.py", "X = 1\n")
    said = stomper.run(repo, "check", "--skip-checker", "pyrigth").check(2).err
    assert said.startswith("error: no checker is called pyrigth\nhint: Did you mean 'pyright'?")
