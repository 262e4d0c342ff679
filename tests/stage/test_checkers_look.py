"""A checker sees what the tool by hand looks at, from the top of the repository, no more and no less."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from stomper.checkers.completeness import Looks, unchecked_lines
from stomper.checkers.pytest import PytestChecker
from stomper.checkers.pytest_run import PytestRunner
from stomper.checkers.ruff import RuffChecker
from stomper.errors import CheckerError
from tests.kit.fakes import fake_tool, real_tool
from tests.kit.own import log, printing, result
from tests.kit.repo import GitRepo
from tests.kit.warm_mypy import PROGRAM, WarmMypy

RUFF = real_tool("ruff") or "ruff"
MYPY = WarmMypy(PROGRAM, sys.executable)
UNUSED = "import os\n"
WRONG = "x: int = ''\n"
Layout = tuple[str, dict[str, str]]

RUFF_LAYOUTS: dict[str, Layout] = {
    **{
        f"a repository called {name}": (name, {"a.py": UNUSED, "sub/b.py": UNUSED})
        for name in ("dist", "venv", "node_modules", "site-packages", ".hg", "build", "_build", "a[b]*c")
    },
    "its own name excluded": ("vendor", {"ruff.toml": "extend-exclude = ['vendor']\n", "a.py": UNUSED}),
    "the same, and always": ("vendor", {"ruff.toml": "exclude = ['vendor']\nforce-exclude = true\n", "a.py": UNUSED}),
    "a folder called dist": ("top", {"a.py": UNUSED, "dist/b.py": UNUSED, "dist/ruff.toml": "", "c/venv/d.py": UNUSED}),
    "include": ("top", {"ruff.toml": "include = ['src/**/*.py']\n", "src/a.py": UNUSED, "old/b.py": UNUSED}),
    "extend-include": ("top", {"ruff.toml": "extend-include = ['script']\n", "script": UNUSED, "other": UNUSED}),
    "exclude": (
        "top",
        {"ruff.toml": "exclude = ['old', 'b.py']\n", "old/a.py": UNUSED, "b.py": UNUSED, "c.py": UNUSED},
    ),
    "of the linter only": ("dist", {"ruff.toml": "[lint]\nexclude = ['old/*']\n", "old/a.py": UNUSED, "b.py": UNUSED}),
    "of a nested project": ("dist", {"in/ruff.toml": "exclude = ['b.py']\n", "in/b.py": UNUSED, "in/c/d.py": UNUSED}),
    "one in the top for a nested one": (
        "top",
        {"ruff.toml": "exclude = ['in']\n", "in/ruff.toml": "", "in/b.py": UNUSED},
    ),
    "ignored by git": ("dist", {".gitignore": "gen/\n", "gen/a.py": UNUSED, "b.py": UNUSED}),
    "odd names": ("dist", {"-a.py": UNUSED, "b\nc.py": UNUSED, "ä b.py": UNUSED, "@d.py": UNUSED}),
}


def lay_out(top: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text)
    return top


def ruff_by_hand(top: Path) -> set[str]:
    done = subprocess.run(
        [RUFF, "check", "--no-cache", "--output-format=json"], cwd=top, capture_output=True, check=False
    )
    return {Path(row["filename"]).relative_to(top.resolve()).as_posix() for row in json.loads(done.stdout)}


@pytest.mark.parametrize("name", RUFF_LAYOUTS)
def test_ruff_sees_what_it_sees_by_hand(tmp_path: Path, name: str) -> None:
    folder, files = RUFF_LAYOUTS[name]
    top = lay_out(tmp_path / folder, files)
    subprocess.run(["git", "init", "-q", top], check=True)
    given = [path for path, text in files.items() if text == UNUSED]
    look = RuffChecker(RUFF).look(top, given)
    assert {d.path for d in look.found} == ruff_by_hand(top)
    linted = ruff_by_hand(top) if "linter" not in name else set(given)
    assert look.left_out == set(given) - linted
    alone = {path for path in given if RuffChecker(RUFF).check(top, [path])}
    assert alone == ruff_by_hand(top)


def test_what_a_checker_leaves_out_is_said_of_the_files_that_were_asked_for(tmp_path: Path) -> None:
    top = lay_out(
        tmp_path, {"ruff.toml": "exclude = ['old']\n", "old/a.py": UNUSED, "old/b.py": UNUSED, "c.py": UNUSED}
    )
    looks = Looks((("ruff", RuffChecker(RUFF).look(top, ["old/a.py", "old/b.py", "c.py"])),))
    assert list(looks.left_out(["old/a.py", "c.py"])) == [
        "ruff by its own configuration leaves out 1 of 2 files: old/a.py"
    ]
    assert list(looks.left_out(["old/a.py", "old/b.py"])) == [
        "ruff by its own configuration leaves out all 2 files: it has checked nothing"
    ]
    assert list(looks.left_out(["c.py"])) == []


def test_a_ruff_that_does_not_look_at_what_it_lists_gives_no_result(tmp_path: Path) -> None:
    lay_out(tmp_path / "top", {"a.py": UNUSED})
    script = tmp_path / "ruff"
    script.write_text(f'#!/bin/sh\nfor w; do case $w in --no-force*|--force*) exit 0;; esac; done\nexec {RUFF} "$@"\n')
    script.chmod(0o755)
    with pytest.raises(CheckerError, match=r"ruff lists a\.py by itself, and does not look at it"):
        RuffChecker(str(script)).look(tmp_path / "top", ["a.py"])


def test_a_ruff_that_lists_nothing_and_says_nothing_gives_no_result(tmp_path: Path) -> None:
    lay_out(tmp_path / "top", {"a.py": UNUSED})
    silent = fake_tool(tmp_path / "bin", "ruff", "nothing")
    with pytest.raises(CheckerError, match="not JSON"):
        RuffChecker(str(silent.path)).look(tmp_path / "top", ["a.py"])


def test_an_old_ruff_that_takes_no_configuration_by_words_is_told_otherwise(tmp_path: Path) -> None:
    lay_out(tmp_path / "dist", {"a.py": UNUSED})
    script = tmp_path / "ruff"
    script.write_text(f'#!/bin/sh\nfor w; do [ "$w" = --config ] && exit 2; done\nexec {RUFF} "$@"\n')
    script.chmod(0o755)
    assert [d.code for d in RuffChecker(str(script)).check(tmp_path / "dist", ["a.py"])] == ["F401"]


@pytest.mark.parametrize(("select", "code"), [("F401", "not-checked"), ("E902", "E902")])
def test_a_file_that_ruff_cannot_read_is_named(tmp_path: Path, select: str, code: str) -> None:
    """By itself it says so only where the project has selected that code."""
    lay_out(tmp_path, {"ruff.toml": f"lint.select = ['{select}']\n"})
    (tmp_path / "latin.py").write_bytes(b"# -*- coding: latin-1 -*-\nx = '\xe4'\n")
    (found,) = RuffChecker(RUFF).check(tmp_path, ["latin.py"])
    assert (found.path, found.code) == ("latin.py", code)
    assert len(unchecked_lines([found])) == (code == "not-checked")


@pytest.mark.parametrize("config", ["bad = [\n", "lint.select = ['NOPE']\n", "required-version = '<0.0.1'\n"])
def test_one_project_of_several_with_a_broken_configuration_does_not_hide_the_others(
    tmp_path: Path, config: str
) -> None:
    files = {"a.py": UNUSED, "in [x]/ruff.toml": config, "in [x]/b/c.py": UNUSED, "ok/d.py": UNUSED}
    lay_out(tmp_path, files)
    paths = ["a.py", "in [x]/b/c.py", "ok/d.py"]
    assert [(d.path, d.code) for d in RuffChecker(RUFF).check(tmp_path, paths)] == [
        ("a.py", "F401"),
        ("in [x]/b/c.py", "not-checked"),
        ("ok/d.py", "F401"),
    ]
    (tmp_path / "ruff.toml").write_text(config)
    with pytest.raises(CheckerError, match="ruff gave no result"):
        RuffChecker(RUFF).look(tmp_path, paths)


def toml(*lines: str) -> dict[str, str]:
    return {"pyproject.toml": "\n".join(["[tool.mypy]", *lines])}


TWO = {"app/__init__.py": "", "app/a.py": WRONG, "app/sub/b.py": WRONG, "tests/c.py": WRONG, "d.py": WRONG}
SRC = {f"src/{path}": text for path, text in TWO.items()}
MYPY_LAYOUTS: dict[str, dict[str, str]] = {
    "packages": {**toml("packages = ['app']"), **TWO},
    "a package further down": {**toml("packages = 'app.sub'"), **TWO},
    "packages below src": {**toml("packages = ['app']", "mypy_path = 'src'"), **SRC},
    "modules": {**toml("modules = ['app.a', 'd']"), **TWO},
    "a package as a module": {**toml("modules = ['app']"), **TWO, "app/__init__.py": WRONG},
    "files": {**toml("files = ['app', 'd*.py']"), **TWO},
    "a file that is excluded and named": {**toml("files = ['app', 'd.py']", "exclude = ['d', 'a.py']"), **TWO},
    "nothing": {**toml(), "a.py": WRONG, ".tools/b.py": WRONG, "node_modules/c.py": WRONG, "script": WRONG},
    "a package beside a module": {**toml(), "a.py": WRONG, "a/b.py": WRONG, "c.py": WRONG, "c.pyi": "x: int\n"},
    "ignored by git": {**toml("exclude_gitignore = true"), ".gitignore": "gen/\n", "gen/a.py": WRONG, "b.py": WRONG},
}


@pytest.mark.parametrize("name", MYPY_LAYOUTS)
@pytest.mark.matrix
def test_mypy_sees_what_it_sees_by_hand(repo: GitRepo, name: str) -> None:
    files = MYPY_LAYOUTS[name]
    lay_out(repo.path, files)
    words = [MYPY.program, "--cache-dir=/dev/null", "--no-error-summary"]
    configured = any(key in files["pyproject.toml"] for key in ("files", "packages", "modules"))
    done = subprocess.run(
        [*words, *([] if configured else ["."])], cwd=repo.path, capture_output=True, text=True, check=False
    )
    given = [path for path, text in files.items() if text == WRONG]
    look = MYPY.look(repo.path, given)
    by_hand = {line.partition(":")[0] for line in done.stdout.splitlines()}
    assert by_hand
    assert {d.path for d in look.found} == by_hand
    assert look.left_out == set(given) - by_hand


PYTEST = PytestChecker(PytestRunner(sys.executable))
FAILS = "def test_it():\n    assert False\n"
PYTEST_LAYOUTS: dict[str, str] = {
    "testpaths = ['tests']": "tests/test_a.py",
    "norecursedirs = 'old'": "tests/test_a.py",
    "addopts = '--ignore=old'": "tests/test_a.py",
    "python_files = 'test_a.py'": "tests/test_a.py",
}


@pytest.mark.parametrize("option", PYTEST_LAYOUTS)
def test_pytest_sees_what_it_sees_by_hand(tmp_path: Path, option: str) -> None:
    top = tmp_path / "top"
    lay_out(top, {"tests/test_a.py": FAILS, "old/test_b.py": FAILS, "code.py": ""})
    (top / "pyproject.toml").write_text(f"[tool.pytest.ini_options]\n{option}\n")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    look = PYTEST.look(top, ["tests/test_a.py", "old/test_b.py", "code.py"], scratch)
    assert [d.path for d in look.found] == ["tests/test_a.py"]
    assert look.left_out == {"old/test_b.py"}
    assert PYTEST.check(top, ["old/test_b.py"], scratch) == ()


def test_a_project_without_tests_has_had_none_run(tmp_path: Path) -> None:
    lay_out(tmp_path, {"code.py": "", "test_empty.py": ""})
    assert PYTEST.look(tmp_path, ["code.py", "test_empty.py"]).left_out == {"code.py", "test_empty.py"}


def test_the_files_of_an_earlier_look_are_remembered_for_the_same_checkout(tmp_path: Path) -> None:
    top, scratch = tmp_path / "top", tmp_path / "scratch"
    lay_out(top, {"ruff.toml": "exclude = ['old']\n", "old/a.py": UNUSED, "b.py": UNUSED})
    scratch.mkdir()
    fake = fake_tool(tmp_path / "bin", "ruff", "real")
    ruff = RuffChecker(str(fake.path))
    assert ruff.look(top, ["old/a.py", "b.py"], scratch).left_out == {"old/a.py"}
    before = len(fake.calls())
    assert ruff.look(top, ["old/a.py"], scratch).left_out == {"old/a.py"}
    assert [d.path for d in ruff.check(top, ["b.py"], scratch)] == ["b.py"]
    assert ["--show-files" in call for call in fake.calls()[before:]] == [False, False]
    shutil.rmtree(scratch)


@pytest.mark.parametrize(
    ("artifacts", "left_out"),
    [
        ([], set()),
        ([{"location": {"uri": "b.js"}}], set()),
        ([{"location": {"uri": "a.js"}, "roles": ["analysisTarget"]}], {"b.js"}),
        ([{"location": {"uri": uri}, "roles": ["analysisTarget"]} for uri in ("a.js", "./b.js", "/else")], set()),
    ],
)
def test_a_log_that_says_what_was_analysed_is_held_to_it(
    tmp_path: Path, artifacts: list[dict[str, object]], left_out: set[str]
) -> None:
    lay_out(tmp_path, {"a.js": "1\n2\n3\n", "b.js": ""})
    look = printing(tmp_path / "bin", "sarif", log(result(), artifacts=artifacts)).look(tmp_path, ["a.js", "b.js"])
    assert [d.path for d in look.found] == ["a.js"]
    assert look.left_out == left_out
