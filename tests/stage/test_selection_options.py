"""The options that choose files and diagnostics: the same as the tool run by hand, and never two ways at once."""

import json
import subprocess
from itertools import combinations
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stomper.cli.file_choice import choice_of
from stomper.cli.main import stomper as program
from stomper.cli.options import SELECTING, checker_options, selection_options
from stomper.settings import ChoiceSettings, Settings
from tests.kit.repo import GitRepo
from tests.kit.runs import real_ruff

BAD = "import os\nimport sys\n\n\ndef f() -> int:\n    return nothing\n"
FILES = ("a.py", "app/b.py", "app/core/c.py", "lib/d.py", "lib/e.pyi", "gen/f.py")
WAYS = {
    "PATHS": ["a.py"],
    "--file": ["--file", "a.py"],
    "--files": ["--files", "a.py"],
    "--directory": ["--directory", "app"],
    "--pattern": ["--pattern", "app/**"],
    "--git-changed": ["--git-changed"],
    "--git-staged": ["--git-staged"],
    "--git-diff": ["--git-diff", "HEAD"],
}


@pytest.fixture
def sample(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    repo.write("pyproject.toml", '[tool.ruff.lint]\nselect = ["E", "F"]\n[tool.stomper.files]\nexclude = ["gen"]\n')
    for path in FILES[:-2]:
        repo.write(path, BAD)
    repo.commit("base")
    repo.git("branch", "before")
    for path in FILES[-2:]:
        repo.write(path, BAD)
    repo.write("app/b.py", "import re\n" + BAD)
    repo.commit("more")
    repo.write("a.py", BAD.replace("os", "glob"))
    repo.git("add", "a.py")
    repo.write("lib/d.py", BAD.replace("os", "abc"))
    repo.write("new.py", BAD)
    monkeypatch.chdir(repo.path)
    return repo


def check(*words: str) -> tuple[list[tuple[str, int, int, str]], int]:
    """What `stomper check` says: (path, line, column, code), and the exit code."""
    done = CliRunner().invoke(program, ["check", "--format", "json", *words], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    rows = json.loads(done.stdout)["diagnostics"]
    return sorted((row["path"], row["line"], row["column"], row["code"]) for row in rows), done.return_value


def by_hand(repo: GitRepo, *paths: str, words: tuple[str, ...] = ()) -> list[tuple[str, int, int, str]]:
    """What ruff itself says of these files."""
    argv = [real_ruff(), "check", "--no-cache", "--output-format", "json", *words, *paths]
    done = subprocess.run(argv, cwd=repo.path, capture_output=True, check=False)
    rows = json.loads(done.stdout)
    place = [(r["filename"], r["location"]["row"], r["location"]["column"], r["code"]) for r in rows]
    return sorted(
        (Path(file).relative_to(repo.path).as_posix(), row, column, code) for file, row, column, code in place
    )


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ([], ["a.py", "app/b.py", "app/core/c.py", "lib/d.py", "lib/e.pyi"]),
        (["-f", "a.py", "-f", "gen/f.py"], ["a.py", "gen/f.py"]),
        (["--files", "a.py, lib/d.py"], ["a.py", "lib/d.py"]),
        (["-d", "app", "-d", "gen"], ["app/b.py", "app/core/c.py"]),
        (["--pattern", "app/**", "--pattern", "*.pyi"], ["app/b.py", "app/core/c.py", "lib/e.pyi"]),
        (["--pattern", "app/**", "--exclude", "core"], ["app/b.py"]),
        (["--git-diff", "before"], ["app/b.py", "lib/e.pyi"]),
        (["--git-diff", "before", "--include", "*.py", "--exclude", "nothing"], ["app/b.py", "gen/f.py"]),
        (["--git-changed"], ["a.py", "lib/d.py", "new.py"]),
        (["--git-staged"], ["a.py"]),
        (["--include", "lib/*.py", "--include", "/*.py"], ["a.py", "lib/d.py"]),
        (["--exclude", "app", "--exclude", "*.pyi", "lib", "gen"], ["lib/d.py", "gen/f.py"]),
        (["--max-files", "2"], ["a.py", "app/b.py"]),
    ],
)
def test_files(sample: GitRepo, words: list[str], paths: list[str]) -> None:
    assert check(*words) == (by_hand(sample, *paths), 1)


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ([], ["app"]),
        ([".."], ["a.py", "app", "lib"]),
        (["--pattern", "*.pyi"], ["lib/e.pyi"]),
        (["-f", "b.py"], ["app/b.py"]),
    ],
)
def test_a_sub_folder_is_what_is_looked_at_from_there(
    sample: GitRepo, monkeypatch: pytest.MonkeyPatch, words: list[str], paths: list[str]
) -> None:
    monkeypatch.chdir(sample.path / "app")
    assert check(*words) == (by_hand(sample, *paths), 1)


@pytest.mark.parametrize("command", ["check", "plan"])
def test_what_is_looked_at_in_a_sub_folder_is_said(
    sample: GitRepo, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    line = f"only app/core/, the current folder; for all: stomper -C {sample.path} {command}\n"
    assert line not in CliRunner().invoke(program, [command, "app/core"]).stderr
    monkeypatch.chdir(sample.path / "app" / "core")
    done = CliRunner().invoke(program, [command], prog_name="stomper")
    assert (line in done.stderr, "app/b.py" in done.stdout, "c.py" in done.stdout) == (True, False, True)


@pytest.mark.parametrize(
    ("words", "by_tool"),
    [
        (["--error-type", "F401,E9"], ("--select", "F401")),
        (["--ignore", "F8"], ("--ignore", "F821")),
        (["--error-type", "F", "--ignore", "F821"], ("--select", "F401")),
        (["--severity", "error"], ()),
    ],
)
def test_diagnostics(sample: GitRepo, words: list[str], by_tool: tuple[str, ...]) -> None:
    assert check(*words, "app") == (by_hand(sample, "app", words=by_tool), 1)


@pytest.mark.parametrize("command", ["fix", "check"])
def test_one_way_to_choose_files_and_no_more(sample: GitRepo, command: str) -> None:
    for one, other in combinations(WAYS, 2):
        done = CliRunner().invoke(program, [command, *WAYS[one], *WAYS[other]])
        assert done.exit_code == 2
        assert f"{one} and {other} each say which files to take" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--files", ","], "--files names no file"),
        (["--pattern", " "], "--pattern must not be empty"),
        (["-f", "app"], "'app' is a directory"),
        (["-d", "a.py"], "'a.py' is a file"),
        (["--no-stage", "--git-changed"], "--stage and --no-stage are for --git-staged"),
        (["--branch", "x", "--git-staged"], "--git-staged makes no commit, so there is nothing for --branch"),
        (["--max-files", "0"], "0 is not in the range"),
        (["--severity", "fatal"], "'fatal' is not one of"),
        (["--strategy", "some"], "'some' is not one of"),
    ],
)
def test_wrong_use(sample: GitRepo, words: list[str], message: str) -> None:
    done = CliRunner().invoke(program, ["fix", *words])
    assert (done.exit_code, message in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize(("under", "asked", "stage"), [("", None, True), ("1", None, False), ("1", True, True)])
def test_under_pre_commit_nothing_is_staged_unless_asked_for(
    sample: GitRepo, monkeypatch: pytest.MonkeyPatch, under: str, asked: bool | None, stage: bool
) -> None:
    monkeypatch.setenv("PRE_COMMIT", under)
    given = dict.fromkeys(["git_changed", "git_diff"]) | {"git_staged": True, "patterns": (), "stage": asked}
    assert choice_of(sample.opened(), given) == ChoiceSettings(uncommitted="staged", stage=stage)


def test_the_default_takes_everything() -> None:
    assert (Settings().severity, Settings().strategy, Settings().max_files) == ("hint", "all", None)


def test_every_option_that_selects_is_known_as_one() -> None:
    command = click.command()(selection_options(checker_options(lambda: None)))
    assert {parameter.name for parameter in command.params} == SELECTING
