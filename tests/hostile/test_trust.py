"""What a repository wants executed: nothing of it without the user's word, all of it with it, useful work without."""

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.hostile.canaries import UNTRUSTING, Canaries, hostile, make_canaries
from tests.kit.cli import SOURCE, Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo

COMMANDS = (
    ("check",),
    ("check", "--pytest", "--git-staged"),
    ("plan",),
    ("plan", "--show-prompt", "a.py", "--agent", "codex"),
    ("baseline", "write"),
    ("baseline", "suppress"),
    ("doctor",),
    ("fix",),
    ("fix", "--dry-run"),
    ("fix", "--untrusted", "--trust"),
)
TOLD = (
    ".venv",
    "node_modules/.bin/mypy",
    "mypy.ini",
    "checker.lint",
    "fixer.mend",
    "environment.setup",
    "its tests",
    "agent.thief",
    "agent.codex",
    "sandbox",
    ".stomper/prompt.md.j2",
    "tools.goose",
)


@pytest.fixture
def canaries(tmp_path: Path) -> Canaries:
    return make_canaries(tmp_path / "canaries")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_is_executed_where_nobody_can_be_asked(
    repo: GitRepo, stomper: Stomper, canaries: Canaries, command: tuple[str, ...]
) -> None:
    hostile(repo, canaries)
    before = repo.checkout_state()
    result = stomper.run(repo, *command, env=UNTRUSTING).check(2)
    assert canaries.sung == set()
    assert repo.checkout_state() == before
    assert "secret" not in result.err


def test_a_refusal_lists_what_was_asked_for_and_what_to_do(repo: GitRepo, stomper: Stomper, canaries: Canaries) -> None:
    result = stomper.run(hostile(repo, canaries), "fix", env=UNTRUSTING).check(2)
    assert [word for word in TOLD if word not in result.err] == []
    for way in ("stomper trust", "--trust", "STOMPER_TRUST=1", "--untrusted"):
        assert way in result.err, way
    assert "http://127.0.0.1:9/v1, with the key in $AWS_SECRET_ACCESS_KEY" in result.err


@pytest.mark.parametrize("word", ["--trust", "STOMPER_TRUST"])
def test_what_is_trusted_is_executed(repo: GitRepo, stomper: Stomper, canaries: Canaries, word: str) -> None:
    hostile(repo, canaries)
    options = ["--trust"] if word == "--trust" else []
    env = UNTRUSTING if options else {"STOMPER_TRUST": "yes"}
    stomper.run(repo, "check", "--no-mypy", *options, env=env)
    assert {"python", "ruff", "checker"} <= canaries.sung
    assert not any((Path(os.environ["XDG_DATA_HOME"]) / "stomper").glob("**/*.json"))


def test_untrusted_fixes_with_what_is_not_the_repositorys(repo: GitRepo, stomper: Stomper, canaries: Canaries) -> None:
    hostile(repo, canaries)
    result = stomper.run(repo, "fix", "--untrusted").check(0)
    assert canaries.sung == set()
    assert repo.read("a.py") == b""
    assert [word for word in TOLD if word not in result.err] == []


@pytest.mark.parametrize("command", [("check",), ("plan",), ("doctor",), ("baseline", "write")], ids=" ".join)
def test_untrusted_looks_and_executes_nothing(
    repo: GitRepo, stomper: Stomper, canaries: Canaries, command: tuple[str, ...]
) -> None:
    hostile(repo, canaries)
    result = stomper.run(repo, *command, "--untrusted")
    assert result.code in (0, 1), result
    assert canaries.sung == set()
    assert "left out (--untrusted):" in result.err


def test_a_plain_repository_asks_for_nothing(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", "[tool.ruff]\nline-length = 100\n[tool.stomper]\nmax_retries = 1\n")
    repo.commit_file("a.py", "import os\n")
    stomper.run(repo, "trust", "--list", env=UNTRUSTING).check(0)
    stomper.run(repo, "fix", env=UNTRUSTING).check(0)
    assert repo.read("a.py") == b""


def test_what_stomper_trust_recorded_is_not_asked_again_and_revoked_is(
    repo: GitRepo, stomper: Stomper, canaries: Canaries
) -> None:
    hostile(repo, canaries)
    stomper.run(repo, "trust", env=UNTRUSTING).check(0)
    assert canaries.sung == set()
    stomper.run(repo, "check", "--no-mypy", env=UNTRUSTING)
    assert {"python", "ruff", "checker"} <= canaries.sung
    stomper.run(repo, "trust", "--revoke", env=UNTRUSTING).check(0)
    stomper.run(repo, "check", env=UNTRUSTING).check(2)


def test_a_person_is_asked_once_and_no_is_the_default(repo: GitRepo, canaries: Canaries, hermetic: Hermetic) -> None:
    repo.write(".venv/bin/ruff", canaries.shell("ruff", "echo '[]'"), executable=True)
    repo.write(".venv/bin/python", canaries.shell("python"), executable=True)
    repo.commit_file("a.py", "import os\n")
    assert at_terminal(repo, b"\n", "check")[0] == 2
    assert canaries.sung == set()
    _, words = at_terminal(repo, b"y\n", "check")
    assert words.count("[y/N]") == 1
    assert canaries.sung == {"python", "ruff"}
    _, words = at_terminal(repo, b"", "check")
    assert "[y/N]" not in words


def at_terminal(repo: GitRepo, answer: bytes, *words: str) -> tuple[int, str]:
    """Run it with a terminal for its input and messages, on which the answer is typed; exit code and messages."""
    ours, its = pty.openpty()
    env = {**os.environ, **UNTRUSTING, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [*SOURCE, *words]
    with subprocess.Popen(command, cwd=repo.path, env=env, stdin=its, stderr=its, stdout=subprocess.DEVNULL) as started:
        os.close(its)
        os.write(ours, answer)
        said = b""
        while True:
            try:
                said += os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
    os.close(ours)
    return started.returncode, said.decode()


def test_a_plan_of_the_repository_is_its_own_word(repo: GitRepo, stomper: Stomper) -> None:
    repo.commit_file("a.py", "import os\n")
    stomper.run(repo, "plan", "-o", "plan.toml", env=UNTRUSTING).check(0)
    plan = repo.read("plan.toml").decode()
    repo.write("plan.toml", plan.replace('fixers = ["ruff", ', 'fixers = ["ruff", "claude-code", '))
    repo.git("update-index", "--refresh")
    result = stomper.run(repo, "fix", "--plan", "plan.toml", env=UNTRUSTING).check(2)
    assert "plan.toml: fixers" in result.err
    repo.write("plan.toml", plan)
    stomper.run(repo, "fix", "--plan", "plan.toml", env=UNTRUSTING).check(0)


def test_a_recorded_run_is_taken_up_only_with_what_was_agreed_to(repo: GitRepo, stomper: Stomper) -> None:
    repo.commit_file("a.py", "import os\n\nprint(undefined)\n")
    stomper.run(repo, "fix", env=UNTRUSTING).check(1)
    (run,) = (repo.git_dir / "stomper/runs").iterdir()
    header = json.loads((run / "run.json").read_text())
    settings = header["settings"]
    settings["environment"]["setup"] = [f"touch {repo.path}/executed"]
    (run / "run.json").write_text(json.dumps(header))
    result = stomper.run(repo, "resume", run.name, "--only", "partial,unchanged", env=UNTRUSTING).check(2)
    assert f"run {run.name}: environment.setup" in result.err
    assert not (repo.path / "executed").exists()


@pytest.mark.thorough
def test_a_person_is_asked_once_for_what_the_project_and_the_run_want(repo: GitRepo, stomper: Stomper) -> None:
    repo.commit_file("a.py", "import os\n\nprint(undefined)\n")
    stomper.run(repo, "fix", env=UNTRUSTING).check(1)
    (run,) = (repo.git_dir / "stomper/runs").iterdir()
    header = json.loads((run / "run.json").read_text())
    header["settings"]["environment"]["setup"] = ["true"]
    (run / "run.json").write_text(json.dumps(header))
    checker = "[checker.lint]\ncommand = ['true']\nformat = 'sarif'\n"
    repo.commit_file("stomper.toml", f"checkers = ['ruff', 'lint']\n{checker}")
    code, words = at_terminal(repo, b"y\ny\n", "resume", run.name, "--only", "partial,unchanged")
    assert code == 2, words  # the run was told something else than the project says
    assert words.count("[y/N]") == 1, words
    question = words.partition("[y/N]")[0]
    assert f"run {run.name}: environment.setup" in question
    assert "stomper.toml: checker.lint" in question
