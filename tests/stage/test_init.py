"""`stomper init`: what it writes is a configuration that holds, and says what it goes by."""

import re
import tomllib

import pytest
from click.testing import CliRunner, Result

from stomper.cli.main import stomper as program
from stomper.commands.init import propose
from stomper.config import load_settings
from stomper.config.keys import KEYS
from stomper.errors import StomperError
from stomper.settings import Settings
from tests.kit.repo import GitRepo

CONFIGURED = "[tool.ruff]\nline-length = 100\n[tool.mypy]\nstrict = true\n"


@pytest.fixture
def project(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    repo.write("pyproject.toml", CONFIGURED)
    for path in ("app/a.py", "vendor/b.py", "vendor/test_b.py", "app/x_pb2.py", "tests/test_a.py"):
        repo.write(path, "X = 1\n")
    repo.commit()
    monkeypatch.chdir(repo.path)
    monkeypatch.setattr("stomper.commands.init.has_checker", lambda name, settings, top: True)
    return repo


def call(*words: str) -> Result:
    return CliRunner().invoke(program, ["init", *words])


def test_it_writes_what_the_project_says(project: GitRepo) -> None:
    assert "then: stomper check" in call().stdout
    text = project.read("stomper.toml").decode()
    assert tomllib.loads(text) == {
        "checkers": ["ruff", "mypy"],
        "files": {"exclude": ["vendor/", "*_pb2.py"]},
        "workflow": {"test_validation": "final"},
    }
    for reason in ("ruff is configured here, mypy in pyproject.toml", "goes by 1 test file", "code of others"):
        assert reason in text
    settings = load_settings(project.path, {}, {})
    assert (settings.checkers, settings.files.exclude) == (("ruff", "mypy"), ("vendor/", "*_pb2.py"))


def test_where_nothing_is_found_out_the_defaults_stay(repo: GitRepo) -> None:
    repo.commit_file("a.py", "")
    repo.write("stomper.toml", propose(repo.opened(), everything=True))
    ours = load_settings(repo.path, {}, {})
    assert ours == load_settings(repo.path, {"checkers": list(Settings().checkers)}, {})
    assert "ruff by its own defaults" in repo.read("stomper.toml").decode()


def test_settings_that_are_there_stay(project: GitRepo) -> None:
    project.write("pyproject.toml", f"{CONFIGURED}[tool.stomper]\nmax_retries = 1\n")
    before = project.checkout_state()
    refused = call().exception
    assert isinstance(refused, StomperError)
    assert (refused.exit_code, refused.message) == (2, "pyproject.toml has settings already")
    assert call("-o", "-").stdout.startswith("# How Stomper works")
    assert project.checkout_state() == before


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("app/a.py", "is there already"),
        ("link", "is there already"),
        (".git/x.toml", "git's own folder"),
        ("no/x.toml", "cannot"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused(project: GitRepo, place: str, said: str) -> None:
    (project.path / "link").symlink_to("nowhere")
    refused = call("-o", place).exception
    assert isinstance(refused, StomperError)
    assert (refused.exit_code, said in refused.message) == (2, True), refused.message


def test_all_has_every_key_and_all_of_it_is_right_if_the_marks_are_taken_out(project: GitRepo) -> None:
    text = call("--all", "-o", "-").stdout
    bare = re.sub(r"^# (?=\[|[a-z_]+ = )", "", text, flags=re.MULTILINE)
    settings = tomllib.loads(bare)
    assert {key for key in KEYS if not _has(settings, key)} == set()
    (project.path / "stomper.toml").write_text(f'{bare}\n[profiles.ci]\nseverity = "error"\n')
    (project.path.parent / "company.toml").write_text("")
    project.write("tools/mine.toml", "[checker]\ncommand = ['mine']\nformat = 'sarif'\n")
    assert load_settings(project.path, {}, {}).workflow.rounds == Settings().workflow.rounds


def _has(tables: object, key: str) -> bool:
    for part in key.split("."):
        if not isinstance(tables, dict) or part not in tables:
            return False
        tables = tables[part]
    return True


def test_mypy_that_is_configured_and_not_installed_is_no_checker_yet(
    project: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stomper.commands.init.has_checker", lambda name, settings, top: False)
    call()
    assert "checkers" not in tomllib.loads(project.read("stomper.toml").decode())
