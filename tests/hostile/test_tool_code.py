"""Code that a tool runs by the word of its configuration: nothing of it runs before the user has agreed."""

from pathlib import Path

import pytest

from tests.hostile.canaries import UNTRUSTING
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.tools import on_path

HOOK = "[tool.pylint.main]\ninit-hook = \"open({!r}, 'w').close()\"\n"
PLUGIN = (
    "class Check:\n    name, version = 'x', '1'\n    def __init__(self, tree): pass\n    def run(self): return []\n"
)
LOCAL = "[flake8]\n[flake8:local-plugins]\nextension =\n    X = plug:Check\npaths = .\n"

pytestmark = pytest.mark.unproved


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace"


def hooked(repo: GitRepo, trace: Path) -> None:
    repo.write("a.py", '"""Nothing."""\n')
    repo.write("pyproject.toml", HOOK.format(str(trace)))
    repo.commit("a hook")


def test_a_hook_of_pylint_is_asked_for(repo: GitRepo, stomper: Stomper, trace: Path) -> None:
    hooked(repo, trace)
    done = stomper.run(repo, "check", env={**UNTRUSTING, **on_path("pylint")}).check(2)
    assert "pyproject.toml                        pylint runs code: init-hook" in done.err
    assert not trace.exists()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".pylintrc", "[MAIN]\nInit-Hook=open({!r}, 'w').close()\n"),
        ("pylintrc.toml", '[tool.pylint.main]\n"init\\u002dhook" = "open({!r}, \'w\').close()"\n'),
    ],
)
def test_a_hook_in_another_spelling_is_asked_for_too(
    repo: GitRepo, stomper: Stomper, trace: Path, path: str, text: str
) -> None:
    repo.write("a.py", '"""Nothing."""\n')
    repo.write(path, text.format(str(trace)))
    repo.commit("a hook")
    stomper.run(repo, "check", "--untrusted", "--checker", "ruff,pylint", env=on_path("pylint")).check(0)
    done = stomper.run(repo, "check", "--checker", "pylint", env={**UNTRUSTING, **on_path("pylint")}).check(2)
    assert "pylint runs code: init-hook" in done.err
    assert not trace.exists()


def test_without_trust_the_tool_is_left_out(repo: GitRepo, stomper: Stomper, trace: Path) -> None:
    hooked(repo, trace)
    done = stomper.run(repo, "check", "--untrusted", env=on_path("pylint")).check(0)
    assert not trace.exists()
    assert "pylint runs code: init-hook" in done.err
    assert "looked at: ruff 1 file\n" in f"{done.out}{done.err}"


def test_once_agreed_it_is_asked_again_if_the_tools_own_table_changes(
    repo: GitRepo, stomper: Stomper, trace: Path
) -> None:
    hooked(repo, trace)
    own = {**UNTRUSTING, **on_path("pylint")}
    stomper.run(repo, "trust", env=own).check(0)
    stomper.run(repo, "check", env=own).check(0)
    assert trace.exists()
    text = (repo.path / "pyproject.toml").read_text()
    repo.write("pyproject.toml", f"[project]\nname = 'x'\nversion = '2'\n\n{text}")
    repo.commit("a version")
    stomper.run(repo, "check", env=own).check(0)
    repo.write("pyproject.toml", text.replace("open", "print"))
    repo.commit("another hook")
    stomper.run(repo, "check", env=own).check(2)


def test_plugins_of_flake8_in_the_repository_are_asked_for(repo: GitRepo, stomper: Stomper) -> None:
    for path, text in {".flake8": LOCAL, "plug.py": PLUGIN, "a.py": "import os\n"}.items():
        repo.write(path, text)
    repo.commit("a plugin")
    own = {**UNTRUSTING, **on_path("flake8")}
    assert "flake8 runs code: local-plugins" in stomper.run(repo, "check", env=own).check(2).err
    stomper.run(repo, "check", "--trust", env=own).check(1)


def test_a_preset_that_the_repository_brings_is_its_own_word(repo: GitRepo, stomper: Stomper, trace: Path) -> None:
    repo.write("stomper.toml", 'presets = ["tools/mine.toml"]\ncheckers = ["ruff", "mine"]\n')
    repo.write("tools/mine.toml", f"[checker]\ncommand = ['touch', '{trace}']\nformat = 'sarif'\n")
    repo.write("a.py", "")
    repo.commit("a preset")
    assert "stomper.toml: checker.mine" in stomper.run(repo, "check", env=UNTRUSTING).check(2).err
    stomper.run(repo, "check", "--untrusted").check(0)
    assert not trace.exists()


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("env = { X = '1' }", "env = { X = '1', NODE_OPTIONS = '--require=./evil.js' }"),
        ("", "settings = { pythonPath = './evil' }"),
    ],
)
def test_what_a_command_is_told_beside_its_words_is_asked_for_again(
    repo: GitRepo, stomper: Stomper, first: str, then: str
) -> None:
    table = 'checkers = ["ruff", "mine"]\n[checker.mine]\ncommand = ["true"]\nformat = "lsp"\n'
    repo.write("stomper.toml", f"{table}{first}\n")
    repo.write("a.py", "")
    repo.commit("a server")
    stomper.run(repo, "trust", env=UNTRUSTING).check(0)
    assert "wants" not in stomper.run(repo, "check", env=UNTRUSTING).err
    repo.write("stomper.toml", f"{table}{then}\n")
    assert "stomper.toml: checker.mine" in stomper.run(repo, "check", env=UNTRUSTING).check(2).err


def test_the_repository_does_not_take_back_by_what_a_known_tool_runs_code(
    repo: GitRepo, stomper: Stomper, trace: Path
) -> None:
    hooked(repo, trace)
    repo.write("stomper.toml", '[checker.pylint.executes]\n"pyproject.toml" = ["nothing"]\n')
    repo.commit("no words")
    done = stomper.run(repo, "check", env={**UNTRUSTING, **on_path("pylint")}).check(2)
    assert "pylint runs code: init-hook" in done.err


def test_a_known_tool_is_not_asked_for_because_of_the_files_that_configure_it(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("a.py", "")
    repo.write("pyproject.toml", "[tool.bandit]\n")
    repo.commit("a configuration")
    stomper.run(repo, "check", env={**UNTRUSTING, **on_path("bandit")}).check(0)
