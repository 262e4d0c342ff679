"""Plans and reports in the form that their names ask for, and names with commas between them."""

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stomper.cli.main import stomper as program
from stomper.errors import StomperError
from stomper.plan.plan_file import read_agenda
from tests.kit.repo import GitRepo
from tests.kit.samples import findings_repo


@pytest.fixture(autouse=True)
def sample(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    findings_repo(repo, 2)
    monkeypatch.chdir(repo.path)
    return repo


def call(*words: str) -> Result:
    return CliRunner().invoke(program, words, prog_name="stomper")


def test_a_plan_is_json_if_it_is_called_so(tmp_path: Path) -> None:
    for name in ("p.json", "p.toml"):
        assert f"stomper fix --plan {tmp_path / name}" in call("plan", "-o", str(tmp_path / name)).stdout
    assert json.loads((tmp_path / "p.json").read_text())["codes"]["F401"]["count"] == 2
    assert read_agenda(tmp_path / "p.json") == read_agenda(tmp_path / "p.toml")
    (tmp_path / "p.json").write_text("{")
    assert "is not valid JSON" in str(call("fix", "--plan", str(tmp_path / "p.json")).exception)


def test_a_plan_on_stdout_is_all_that_is_there(sample: GitRepo) -> None:
    done = call("plan", "-o", "-")
    assert [file["codes"] for file in tomllib.loads(done.stdout)["files"]] == [{"F401": 1, "I001": 1}] * 2
    assert "4 diagnostics in 2 files" in done.stderr
    assert not (sample.path / "-").exists()


def test_a_report_on_stdout_is_all_that_is_there(sample: GitRepo) -> None:
    done = call("check", "--report", "-")
    assert json.loads(done.stdout)["codes"] == {"F401": 2, "I001": 2}
    assert "4 diagnostics in 2 files" in done.stderr
    assert not (sample.path / "-").exists()


@pytest.mark.parametrize("command", ["check", "fix"])
def test_two_reports_on_stdout_are_refused(command: str) -> None:
    refused = call(command, "--report", "-", "--report", "github").exception
    assert isinstance(refused, StomperError)
    assert (refused.exit_code, "both print to stdout" in refused.message) == (2, True)


def test_a_variable_of_somebody_else_is_named_and_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STOMPER_VERSION", "1.2")
    done = call("check")
    assert "4 diagnostics in 2 files" in done.stdout
    assert done.stderr == "warning: STOMPER_VERSION is no variable of Stomper's, and counts for nothing\n"
    monkeypatch.setenv("STOMPER_MAX_PARALLEL", "2")
    refused = call("check").exception
    assert isinstance(refused, StomperError)
    assert (refused.exit_code, refused.hint) == (2, "did you mean STOMPER_MAX_PARALLEL_FILES?")


@pytest.mark.parametrize("option", ["--checker", "--fixer"])
def test_names_may_have_commas_between_them(option: str) -> None:
    """The second name is wrong, and is complained of by itself: the first is none of its letters."""
    refused = call("plan", option, "ruff, nonesuch").exception
    assert isinstance(refused, StomperError)
    assert "'nonesuch'" in refused.message
    assert call("plan", option, "ruff").exit_code == 0
    assert call("plan", option, ",").exit_code == 2


def test_agents_may_have_commas_between_them() -> None:
    done = call("plan", "--agent", "codex,nonesuch")
    assert (done.exit_code, "there is no agent 'nonesuch'" in done.stderr) == (2, True)
