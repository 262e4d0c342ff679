"""Wrong words on the command line and in the configuration: said in one line with a hint, and nothing is changed."""

from pathlib import Path

import pytest

from stomper.errors import ToolError
from stomper.project.find_tools import find_tool
from tests.kit.cli import Result, Stomper
from tests.kit.repo import GitRepo
from tests.kit.samples import PYPROJECT, findings_repo


def assert_explained(result: Result, message: str, hint: str, code: int = 2) -> None:
    """One error with this in it and, where one is wanted, a hint with that in it; no traceback."""
    result.check(code)
    assert result.out == ""
    assert "Traceback" not in result.err
    error, _, hinted = result.err.rpartition("error: ")[2].partition("\nhint: ")
    assert message in error, result
    assert hint in hinted, result


@pytest.fixture
def sample(repo: GitRepo) -> GitRepo:
    return findings_repo(repo, 1)


OPTIONS = {
    ("fix", "--frobnicate"): "--frobnicate",
    ("fix", "--dryrun"): "--dry-run",
    ("fix", "-j", "many"): "Invalid value for '-j' / '--max-parallel-files': 'many' is not a valid integer",
    ("fix", "-j", "33"): "33 is not in the range 0<=x<=32",
    ("fix", "--max-errors", "0"): "0 is not in the range x>=1",
    ("fix", "--test-validation", "sometimes"): "'sometimes' is not one of 'full', 'quick', 'final', 'none'",
    (
        "fix",
        "--file",
        "module_000.py",
        "module_000.py",
    ): "PATHS and --file each say which files to take: use one of them",
    ("check", "--format", "xml"): "'xml' is not one of 'full', 'concise', 'grouped', 'text', 'json'",
    ("fxi",): "no command 'fxi'. Did you mean 'fix'?",
    ("demo", "0"): "0 is not in the range 1<=x<=500",
    ("-C", "nowhere", "fix"): "nowhere: No such file or directory",
}


@pytest.mark.parametrize("words", OPTIONS)
def test_wrong_command_line(sample: GitRepo, stomper: Stomper, words: tuple[str, ...]) -> None:
    state = sample.checkout_state()
    result = stomper.run(sample, *words).check(2)
    assert OPTIONS[words] in " ".join(result.err.split())
    assert "Usage: stomper" in result.err
    assert "Try 'stomper" in result.err
    assert "Traceback" not in result.err
    assert sample.checkout_state() == state


CONFIGURATIONS = {
    "[tool.stomper]\nfixer_names = 3": ('unknown key "fixer_names"', "fixer"),
    "[tool.stomper]\nmax_retrys = 3": ('unknown key "max_retrys"', "max_retries"),
    "[tool.stomper.workflow]\nmax_parallel_files = 99": (
        "workflow.max_parallel_files: expected 32 or less, found the integer 99",
        "",
    ),
    "[tool.stomper\n": ("pyproject.toml: not valid TOML", "correct line 7 of pyproject.toml"),
    '[tool.stomper.fixer.x]\ncommand = "black {file}"': ("fixer.x.command: expected a list of strings", ""),
    '[tool.stomper]\ncheckers = ["ruf"]': ("unknown checker 'ruf'", "Did you mean 'ruff'?"),
    "[tool.stomper]\ncheckers = []": ("no checker is enabled", "checkers = ['ruff']"),
    '[tool.stomper.tools]\nruff = "no/such/ruff"': ("no/such/ruff is not a program", "Correct the path of ruff"),
    '[tool.stomper.tools]\nruff = "pyproject.toml"': ("pyproject.toml is not a program", "Correct the path of ruff"),
}


@pytest.mark.parametrize("command", ["fix", "check"])
@pytest.mark.parametrize("toml", CONFIGURATIONS)
def test_wrong_configuration(repo: GitRepo, stomper: Stomper, toml: str, command: str) -> None:
    repo.commit_file("a.py", "import os\n")
    repo.commit_file("pyproject.toml", PYPROJECT + toml)
    state, refs = repo.checkout_state(), repo.refs()
    message, hint = CONFIGURATIONS[toml]
    assert_explained(stomper.run(repo, command), message, hint)
    assert (repo.checkout_state(), repo.refs()) == (state, refs)


@pytest.mark.parametrize("words", [(), ("--fixer", "ruf")])
def test_unknown_fixer(repo: GitRepo, stomper: Stomper, words: tuple[str, ...]) -> None:
    findings_repo(repo, 1, pyproject="" if words else '[tool.stomper]\nfixers = ["ruf"]')
    result = stomper.run(repo, "fix", *words)
    assert_explained(result, "unknown fixer 'ruf'", "Did you mean 'ruff'?")
    assert "command = ['program', '{file}'] below [tool.stomper.fixer.ruf] in pyproject.toml" in result.err


def test_wrong_environment_variable(sample: GitRepo, stomper: Stomper) -> None:
    result = stomper.run(sample, "fix", env={"STOMPER_MAX_RETRIES": "often"})
    assert_explained(result, "STOMPER_MAX_RETRIES: expected a whole number", "")


def test_reports_that_cannot_be_written(sample: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    state = sample.checkout_state()
    folder = tmp_path / "folder.json"
    folder.mkdir()
    (tmp_path / "file").touch()
    for path, message, hint in (
        (tmp_path / "r.xml", "'.xml' is no report format", "Use .html, .md, .json, .toml"),
        (tmp_path / "report", "'' is no report format", "Use .html, .md, .json, .toml"),
        (tmp_path / "file" / "r.json", "is no folder", "Name a file in a folder"),
        (folder, "is a folder", "Name a file"),
    ):
        result = stomper.run(sample, "fix", "--report", path)
        assert_explained(result, f"--report {path}", hint)
        assert message in result.err
    assert sample.checkout_state() == state


@pytest.mark.parametrize("name", ["file/run.log", "folder"])
def test_log_file_that_cannot_be_written(sample: GitRepo, stomper: Stomper, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    state = sample.checkout_state()
    result = stomper.run(sample, "fix", "--log-file", tmp_path / name).check(2)
    assert "log-file" in result.err
    assert "Traceback" not in result.err
    assert sample.checkout_state() == state


def test_ruff_that_is_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy comes with the package, so that only the finder itself can be asked about a machine without one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("stomper.project.find_tools._shipped_folder", lambda: str(tmp_path))
    with pytest.raises(ToolError) as caught:
        find_tool("ruff", tmp_path)
    assert caught.value.message == "ruff was not found: not in the project's environment or node_modules, not on PATH"
    assert caught.value.hint is not None
    assert "ruff = '/path' below [tools] in stomper.toml" in caught.value.hint
