"""What an agent leaves in the code is run by tests and checkers: from there too it gets at nothing of the user's."""

import sys
from pathlib import Path

import pytest

from stomper import process
from stomper.process import Room
from stomper.process.secrets import is_secret
from stomper.run.sandboxes import is_foreign, room_for_tests, room_for_tools
from stomper.settings import Settings, TestSettings
from tests.kit.agents import stub_agent
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer, fixer_table
from tests.kit.hermetic import Hermetic
from tests.kit.jobs import Editing
from tests.kit.repo import GitRepo
from tests.kit.sandboxes import KINDS, sandbox_of

CANARY = "canary-of-the-user"
SECRETS = {
    "AWS_SESSION": "x", "GITHUB_TOKEN": "x", "NPM_AUTH": "x", "DB_PASSWORD": "x", "OPENAI_API_KEY": "x",
    "STRIPE_KEY": "x",
    "SSH_AUTH_SOCK": "/x", "DATABASE_URL": "postgres://me:pw@host/db", "DOCKER_HOST": "unix:///x", "PGPASSWORD": "x",
    "GIT_CONFIG_VALUE_0": "AUTHORIZATION: basic x", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/x", "HF_TOKEN": "x",
}  # fmt: skip
PLAIN = {
    "PATH": "/bin", "PWD": "/x", "OLDPWD": "/y", "HOME": "/h", "LANG": "C", "AWS_REGION": "x", "GITHUB_ACTIONS": "true",
    "KEYBOARD": "x", "PYTHONPATH": "/x", "GIT_AUTHOR_NAME": "me", "MONKEY": "x", "HTTP_PROXY": "http://host:8080",
}  # fmt: skip


@pytest.fixture(params=KINDS)
def tests_in(request: pytest.FixtureRequest) -> Room:
    room = room_for_tests(sandbox_of(request.param), Settings())
    assert room is not None
    return room


@pytest.fixture(params=KINDS)
def tools_in(request: pytest.FixtureRequest) -> Room:
    room = room_for_tools(sandbox_of(request.param), Settings())
    assert room is not None
    return room


@pytest.fixture
def tree(tmp_path: Path) -> tuple[Path, Path]:
    """A worktree and its folder for temporary files, as a run has them."""
    root, scratch = tmp_path / "work" / "above" / "tree", tmp_path / "work" / "tmp"
    root.mkdir(parents=True)
    scratch.mkdir()
    return root, scratch


def inside(room: Room, tree: tuple[Path, Path], script: str, **env: str) -> process.Completed:
    with room.entered(*tree):
        return process.run(["sh", "-c", script], cwd=tree[0], env=env, contained=True, timeout=120)


def test_secrets_are_told_by_their_names_and_by_what_is_in_them() -> None:
    assert [name for name, value in SECRETS.items() if not is_secret(name, value)] == []
    assert [name for name, value in PLAIN.items() if is_secret(name, value)] == []


def test_tests_find_no_secret_and_a_home_of_their_own(
    tests_in: Room, tree: tuple[Path, Path], hermetic: Hermetic, monkeypatch: pytest.MonkeyPatch
) -> None:
    (hermetic.home / "secret").write_text(CANARY)
    monkeypatch.setenv("MY_TOKEN", CANARY)
    done = inside(
        tests_in, tree, f"env; cat {hermetic.home}/secret; echo x > ~/mine && cat ~/mine; echo $OWN", OWN="own"
    )
    assert CANARY not in (done.stdout + done.stderr).decode()
    assert done.stdout.decode().split()[-2:] == ["x", "own"]
    assert [path.name for path in hermetic.home.iterdir()] == ["secret"]


def test_what_the_configuration_gives_is_there(
    tests_in: Room, tree: tuple[Path, Path], hermetic: Hermetic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", "given")
    (hermetic.home / "data").write_text("of the home\n")
    settings = Settings(tests=TestSettings(sandbox="read-only-home", variables=("MY_TOKEN",)))
    room = room_for_tests(tests_in.sandbox.showing([hermetic.home]), settings)
    assert room is not None
    done = inside(room, tree, "echo $MY_TOKEN $OTHER_TOKEN; cat ~/data; echo x > ~/data", OTHER_TOKEN="own")
    assert done.stdout == b"given own\nof the home\n"
    assert (hermetic.home / "data").read_text() == "of the home\n"
    assert room_for_tests(tests_in.sandbox, Settings(tests=TestSettings(sandbox="off"))) is None


def test_checkers_read_the_home_and_write_nothing_but_their_own(
    tools_in: Room, tree: tuple[Path, Path], repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", CANARY)
    repo.commit_file("kept.txt", "kept\n")
    before = repo.checkout_state(), repo.refs(), repo.settings()
    room = Room(tools_in.sandbox.showing([repo.path]))
    harm = "echo x > kept.txt; git commit -qam x; git config a.b c"
    done = inside(room, tree, f"cd {repo.path}; {harm}; cd -; echo mine > own; env; cat {repo.path}/kept.txt")
    assert ((tree[0] / "own").read_text(), CANARY in done.stdout.decode()) == ("mine\n", False)
    assert done.stdout.decode().endswith("kept\n")
    assert (repo.checkout_state(), repo.refs(), repo.settings()) == before


def test_what_is_named_by_a_variable_and_its_own_can_be_written(tests_in: Room, tree: tuple[Path, Path]) -> None:
    """As the folder is in which tests keep their record, which PYTHONPATH names."""
    own = tree[1] / "plugin"
    own.mkdir()
    assert inside(tests_in, tree, f"echo x > {own}/record", PYTHONPATH=str(own)).returncode == 0


def test_there_is_no_network_but_loopback(tests_in: Room, tree: tuple[Path, Path]) -> None:
    code = (
        "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname()[:2])\n"
        "print([name for _, name in socket.if_nameindex()])"
    )
    with tests_in.entered(*tree):
        done = process.run([sys.executable, "-IS", "-c", code], cwd=tree[0], contained=True, timeout=120)
    assert done.stdout == b"['lo']\n", done


def test_what_a_program_in_a_room_is_killed_by_is_told(tests_in: Room, tree: tuple[Path, Path]) -> None:
    assert inside(tests_in, tree, "kill -SEGV $$").returncode == -11
    assert inside(tests_in, tree, "exit 7").returncode == 7


def test_rooms_are_for_what_nobody_has_read(repo: GitRepo, tmp_path: Path) -> None:
    assert is_foreign(stub_agent())
    assert not is_foreign(Editing(()))


LEAKY = """\
import contextlib
import os
import pathlib


def test_env():
    assert os.environ.get("MY_TOKEN") is None
    with contextlib.suppress(OSError):
        pathlib.Path({place!r}).write_text("written")
"""
NEEDY = """\
import os


def test_needs_a_variable():
    assert os.environ["MY_TOKEN"] == "mine"


def test_needs_nothing():
    pass
"""


@pytest.mark.parametrize("case", ["leaky", "needy", pytest.param("given", marks=pytest.mark.thorough)])
def test_a_run_keeps_its_tests_in_and_names_what_they_lack(
    repo: GitRepo, stomper: Stomper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    if process.find_sandbox(repo.path) is None:
        pytest.skip("no sandbox works here")
    monkeypatch.setenv("MY_TOKEN", "mine")
    for name in ("STOMPER_TOOL_SANDBOX", "STOMPER_TESTS_SANDBOX"):
        monkeypatch.delenv(name)
    place = tmp_path / "outside"
    place.write_text("as it was")
    given = '[tool.stomper.tests]\nvariables = ["MY_TOKEN"]\n' if case == "given" else ""
    command = fake_fixer("--replace", "import os\n", "")
    repo.write("pyproject.toml", f'[tool.stomper]\nfixers = ["mine"]\n{given}{fixer_table("mine", command)}')
    repo.write("bad.py", "import os\n")
    repo.write("test_it.py", LEAKY.format(place=str(place)) if case == "leaky" else NEEDY)
    repo.commit()
    done = stomper.run(repo, "fix", "-q", "-j", "1")
    assert done.code == (3 if case == "needy" else 0), done
    assert place.read_text() == "as it was"
    if case == "needy":
        assert 'variables = ["MY_TOKEN"]' in done.err
        assert "test_needs_a_variable" in done.err
        assert "test_needs_nothing" not in done.err
