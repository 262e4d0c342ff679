"""Single asks: how each is found without being run, what makes it a new one, and what is none."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from stomper.config import explain_settings, load_settings, says_trust
from stomper.errors import ConfigError
from stomper.trust import Tree, every_use, list_asks, origins_of, origins_of_run, use_of
from stomper.trust.request import Ask
from tests.kit.projects import make_venv
from tests.kit.repo import GitRepo

CHECKER = "[checker.lint]\ncommand = ['./lint', '{files}']\nformat = 'sarif'\n"


def asks_of(repo: GitRepo, options: Mapping[str, Any] | None = None, all_uses: bool = True) -> dict[str, Ask]:
    """What is asked for, by where it is said."""
    settings = load_settings(repo.path, options or {})
    explained = explain_settings(repo.path, options or {})
    checkers = sorted({*settings.checkers, "mypy"})
    use = every_use(settings, checkers) if all_uses else use_of(settings, settings.checkers, fixes=False)
    return {ask.where: ask for ask in list_asks(Tree(repo.opened()), settings, origins_of(repo.path, explained), use)}


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("mypy.ini", "[mypy]\nplugins = ./evil.py\n"),
        ("mypy.ini", "[mypy]\nPlugins: evil\n"),
        (".mypy.ini", "[mypy]\nplugins =\n  pydantic.mypy,\n  ./evil.py\n"),
        ("setup.cfg", "[metadata]\nname = x\n[mypy]\nplugins = evil\n"),
        ("pyproject.toml", '[tool.mypy]\nplugins = ["./evil.py"]\n'),
        ("pyproject.toml", '[tool]\nmypy.plu\\u0067ins = "evil"\n'.replace("plu\\u0067ins", '"plu\\u0067ins"')),
        ("pkg/mypy.ini", "[mypy]\nplugins = ./evil.py\n"),
        ("mypy.ini", "[mypy\nplugins = evil\n"),
    ],
)
def test_plugins_of_mypy_are_found_wherever_mypy_would(repo: GitRepo, file: str, content: str) -> None:
    repo.write("pkg/a.py", "")
    repo.commit_file(file, content)
    assert file in asks_of(repo)


def test_a_configuration_of_mypy_without_plugins_asks_for_nothing(repo: GitRepo) -> None:
    repo.write("setup.cfg", "[flake8]\nplugins = x\n[mypy]\nstrict = True\n")
    repo.write("pyproject.toml", "[tool.mypy]\nstrict = true\n[tool.pylint]\nload-plugins = ['x']\n")
    repo.commit_file("a.py", "")
    assert asks_of(repo) == {}


def test_a_configuration_that_is_not_tracked_or_differs_from_its_commit_counts_too(repo: GitRepo) -> None:
    repo.write(".gitignore", "pkg/mypy.ini\n")
    repo.write("mypy.ini", "[mypy]\nplugins = ./evil.py\n")
    repo.commit_file("pkg/a.py", "")
    repo.write("mypy.ini", "[mypy]\n")
    repo.write("pkg/mypy.ini", "[mypy]\nplugins = ./evil.py\n")
    assert set(asks_of(repo)) == {"mypy.ini", "pkg/mypy.ini"}


def test_a_plugin_that_changes_is_another_ask_and_only_that(repo: GitRepo) -> None:
    repo.write("evil.py", "one\n")
    repo.write("stomper.toml", "checkers = ['ruff', 'lint']\n" + CHECKER)
    repo.write("lint", "one\n", executable=True)
    repo.commit_file("mypy.ini", "[mypy]\nplugins = ./evil.py\n")
    before = asks_of(repo)
    repo.commit_file("evil.py", "two\n")
    after = asks_of(repo)
    assert {where for where in before if before[where] != after[where]} == {"mypy.ini"}
    repo.commit_file("lint", "two\n")
    assert asks_of(repo)["mypy.ini"] == after["mypy.ini"]
    assert asks_of(repo)["stomper.toml: checker.lint"] != after["stomper.toml: checker.lint"]


def test_an_edit_that_is_committed_later_is_asked_for_once(repo: GitRepo) -> None:
    repo.write("stomper.toml", "checkers = ['lint']\n" + CHECKER)
    repo.commit_file("lint", "one\n")
    repo.write("lint", "two\n")
    edited = asks_of(repo)["stomper.toml: checker.lint"]
    repo.commit()
    assert asks_of(repo)["stomper.toml: checker.lint"].digests < edited.digests


@pytest.mark.parametrize("name", [".venv", "venv", ".pixi/envs/default", ".conda"])
def test_an_environment_is_an_ask_whether_git_has_it_or_not(repo: GitRepo, name: str) -> None:
    repo.commit_file("a.py", "")
    repo.write(f"{name}/bin/python", "#!/bin/sh\n", executable=True)
    untracked = asks_of(repo, all_uses=False)
    assert set(untracked) == {name}
    repo.git("add", "-f", name)
    assert asks_of(repo)[name] != untracked[name]


def test_an_environment_of_the_users_own_stays_the_same_ask_when_packages_come(repo: GitRepo) -> None:
    repo.write(".gitignore", ".venv\n")
    repo.commit_file("a.py", "")
    packages = make_venv(repo.path / ".venv")
    before = asks_of(repo)
    (packages / "more.py").write_text("x = 1\n")
    (repo.path / ".venv/bin/tool").write_text("#!/bin/sh\n")
    assert asks_of(repo) == before
    (repo.path / ".venv/bin/python").unlink()
    (repo.path / ".venv/bin/python").write_text("#!/bin/sh\n")
    assert asks_of(repo) != before


def test_a_committed_environment_is_another_ask_with_any_of_its_files(repo: GitRepo) -> None:
    repo.write(".venv/bin/python", "#!/bin/sh\n", executable=True)
    repo.commit_file(".venv/lib/python3.11/site-packages/x.pth", "")
    before = asks_of(repo)
    repo.commit_file(".venv/lib/python3.11/site-packages/x.pth", "import evil\n")
    assert asks_of(repo) != before


def test_links_and_files_that_lead_to_an_environment_are_asks(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", "")
    (repo.path / ".venv").symlink_to(tmp_path)
    repo.write(".pdm-python", "/usr/bin/python3\n")
    repo.write("venv", "elsewhere\n")
    assert set(asks_of(repo)) == {".venv", ".pdm-python", "venv"}


def test_folders_of_the_search_path_that_are_in_the_checkout(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repo.write("mine/bin/ruff", "", executable=True)
    repo.commit_file("bin/mypy", "")
    (tmp_path / "linked").symlink_to(repo.path / "bin")
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("VIRTUAL_ENV", str(repo.path / "mine"))
    monkeypatch.setenv("PATH", f"{tmp_path}/linked:/usr/bin:/bin")
    assert set(asks_of(repo)) == {"mine/bin/ruff", "bin/mypy"}


@pytest.mark.parametrize("key", ["base_url = 'http://127.0.0.1:1/v1'", "key_variable = 'TOKEN'", "program = './x'"])
def test_whom_an_agent_asks_is_an_ask_also_of_one_that_the_user_names(repo: GitRepo, key: str) -> None:
    repo.commit_file("stomper.toml", f"[agent.openai]\nmodel = 'm'\n{key}\n")
    assert "stomper.toml: agent.openai" in asks_of(repo)
    repo.commit_file("stomper.toml", "[agent.openai]\nmodel = 'm'\n")
    assert asks_of(repo) == {}


def test_an_agent_that_the_repository_chooses_is_an_ask(repo: GitRepo) -> None:
    repo.commit_file("stomper.toml", "fixers = ['ruff', 'claude-code']\n")
    assert set(asks_of(repo)) == {"stomper.toml: fixers"}
    assert asks_of(repo, {"fixers": ["claude-code"]}) == {}


def test_what_the_user_says_himself_is_no_ask(repo: GitRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "stomper").mkdir(parents=True)
    (own / "stomper/stomper.toml").write_text(
        "checkers = ['ruff', 'lint']\nfixers = ['local']\n[checker.lint]\ncommand = ['lint']\nformat = 'sarif'\n"
        "[agent.local]\nclient = 'openai'\nbase_url = 'http://127.0.0.1:1/v1'\nkey_variable = 'MINE'\n"
    )
    monkeypatch.setenv("XDG_CONFIG_HOME", str(own))
    repo.commit_file("a.py", "")
    assert asks_of(repo) == {}
    repo.commit_file("stomper.toml", "[agent.local]\nclient = 'openai'\nbase_url = 'http://evil.example/v1'\n")
    assert set(asks_of(repo)) == {"stomper.toml: agent.local"}


def test_a_users_file_that_the_repository_brings_is_not_the_users(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write("config/stomper/stomper.toml", "checkers = ['lint']\n" + CHECKER)
    repo.commit()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(repo.path / "config"))
    assert load_settings(repo.path, {}).checkers == ("ruff",)


@pytest.mark.parametrize(
    ("command", "file"),
    [
        (["sh", "tools/lint.sh"], "tools/lint.sh"),
        (["python", "tools"], "tools/__main__.py"),
        (["python", "-m", "tools.lint"], "tools/lint.py"),
        (["python", "-m", "tools"], "tools/__main__.py"),
        (["node", "./tools/lint.js", "{files}"], "tools/lint.js"),
    ],
)
def test_what_the_words_of_a_command_name_is_part_of_the_ask(repo: GitRepo, command: list[str], file: str) -> None:
    repo.write(file, "one\n")
    repo.commit_file("stomper.toml", f"checkers = ['lint']\n[checker.lint]\ncommand = {command}\nformat = 'sarif'\n")
    before = asks_of(repo)
    repo.commit_file(file, "two\n")
    assert asks_of(repo) != before


def test_settings_of_a_run_that_are_said_nowhere_today_are_the_runs_own_word(repo: GitRepo) -> None:
    repo.commit_file("stomper.toml", "checkers = ['ruff', 'lint']\n" + CHECKER)
    now = load_settings(repo.path, {})
    origins = origins_of(repo.path, explain_settings(repo.path, {}))
    same = origins_of_run(origins, now, now, "r1")
    assert same.files == origins.files
    setup = dataclasses.replace(now.environment, setup=("touch /tmp/x",), env=(("PATH", "."),))
    forged = dataclasses.replace(now, environment=setup, own_checkers=(), sandbox="off")
    assert origins_of_run(origins, now, forged, "r1").of("environment.setup") == "run r1"
    use = use_of(forged, forged.checkers, fixes=True)
    asks = list_asks(Tree(repo.opened()), forged, origins_of_run(origins, now, forged, "r1"), use)
    assert [ask.where for ask in asks] == ["run r1: environment.setup"]
    assert origins_of_run(origins, now, dataclasses.replace(now, tools=(("ruff", "/x"),)), "r1").of("tools.ruff")


def test_a_users_file_that_others_may_write_is_refused(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "own/stomper/stomper.toml"
    file.parent.mkdir(parents=True)
    file.write_text("max_retries = 7\n")
    file.chmod(0o666)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    with pytest.raises(ConfigError, match="can be written by others"):
        load_settings(repo.path, {})
    file.chmod(0o644)
    assert load_settings(repo.path, {}).max_retries == 7
    repo.write("stomper.toml", "max_retries = 1\n")
    assert load_settings(repo.path, {}).max_retries == 1


@pytest.mark.parametrize(("said", "trusted"), [("1", True), ("yes", True), ("0", False), ("", False), ("no", False)])
def test_the_variable_of_trust_says_yes_or_no(said: str, trusted: bool) -> None:
    assert says_trust({"STOMPER_TRUST": said}) is trusted
    with pytest.raises(ConfigError, match="neither yes nor no"):
        says_trust({"STOMPER_TRUST": f"{said}maybe"})
