"""`stomper doctor`: what it finds, what it calls a problem, and that it leaves nothing behind."""

import dataclasses
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from stomper.commands.doctor import trials
from stomper.commands.doctor.agents import find_agents, try_sandbox
from stomper.commands.doctor.asking import Asking, how_to_ask
from stomper.commands.doctor.versions import version_of
from stomper.fixers.agents import CLIENTS
from stomper.journal.run_lock import run_lock
from stomper.process import find_sandbox
from stomper.process.sandbox_search import PROMISES
from stomper.settings import AgentSettings, SandboxMode, Settings, WorkflowSettings
from stomper.workspace import ladder
from stomper.workspace.worktree import worktrees_folder
from tests.kit.agents import StubClient
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_git
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.samples import findings_repo

pytestmark = [pytest.mark.cache, pytest.mark.crew]  # it tells what is set, and by whom


def diagnosis(stomper: Stomper, where: GitRepo | Path, code: int = 0, **env: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(stomper.run(where, "doctor", "--format", "json", env=env).check(code).out)
    assert told["exit_code"] == code
    return told


def states(told: dict[str, Any]) -> dict[str, str]:
    return {f"{finding['area']}: {finding['name']}": finding["state"] for finding in told["findings"]}


def the(told: dict[str, Any], name: str) -> dict[str, str]:
    (found,) = [finding for finding in told["findings"] if finding["name"] == name]
    return dict(found)


def program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def test_a_repository_that_can_be_worked_in(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 2, pyproject="[tool.stomper]\nmax_retries = 5\n")
    before = repo.checkout_state()
    told = diagnosis(stomper, repo, STOMPER_MAX_ERRORS="7")
    assert repo.checkout_state() == before
    assert "problem" not in states(told).values()
    assert the(told, "trial")["text"].startswith("3 files, made and removed in ")
    assert "shipped with Stomper" in the(told, "checker ruff")["text"]
    settings = {setting["key"]: (setting["value"], setting["source"]) for setting in told["settings"]}
    assert settings["max_retries"] == (5, str(repo.path / "pyproject.toml"))
    assert settings["max_errors"] == (7, "STOMPER_MAX_ERRORS")
    assert settings["workflow.max_parallel_files"] == (4, "default")
    text = stomper.run(repo, "doctor").check().out
    assert "           max_retries = 5  (pyproject.toml)\n" in text
    assert text.endswith("A run can work here.\n")
    assert "           workflow.max_parallel_files = 4  (default)\n" in stomper.run(repo, "doctor", "-v").check().out


def test_what_keeps_a_run_from_working_is_named_with_what_to_do(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path
) -> None:
    """No identity, a merge under way, a checker and a fixer that are not there, a cache that is a file."""
    extra = '[tool.stomper]\ncheckers = ["ruff", "nope"]\nfixers = ["mine"]\n'
    findings_repo(repo, 1, pyproject=f'{extra}[tool.stomper.fixer.mine]\ncommand = ["no-such-program"]\n')
    hermetic.git_config.write_text("")
    (repo.git_dir / "MERGE_HEAD").write_text(repo.head)
    (tmp_path / "file").touch()
    told = diagnosis(stomper, repo, 3, XDG_CACHE_HOME=str(tmp_path / "file"))
    wrong = {name for name, state in states(told).items() if state == "problem"}
    assert wrong == {
        "git: state", "git: identity", "programs: checker nope", "programs: fixer mine", "worktrees: folder",
    }  # fmt: skip
    assert all(finding["hint"] for finding in told["findings"] if finding["state"] == "problem")
    text = stomper.run(repo, "doctor").check(3).out
    assert "git config --global user.name" in text
    assert "A run could not work here (git: state, git: identity, " in text


def test_a_configuration_that_cannot_be_used(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1, pyproject="[tool.stomper]\nmax_retrys = 5\n")
    told = diagnosis(stomper, repo, 3)
    assert 'did you mean "max_retries"?' in the(told, "settings")["hint"]
    assert states(told)["worktrees: trial"] == "ok"


def test_outside_of_a_repository_and_with_a_git_that_is_too_old(
    stomper: Stomper, hermetic: Hermetic, tmp_path: Path
) -> None:
    assert "is not in a git repository" in the(diagnosis(stomper, hermetic.home, 3), "repository")["text"]
    old = fake_git(tmp_path / "bin", version="2.20.1")
    told = diagnosis(stomper, hermetic.home, 3, **old.on_path())
    assert "git 2.20 is too old" in next(f["text"] for f in told["findings"] if f["area"] == "git")


def test_an_empty_repository(repo: GitRepo, stomper: Stomper) -> None:
    told = diagnosis(stomper, repo, 3)
    assert {name for name, state in states(told).items() if state == "problem"} == {"git: checked out"}


def test_agents_are_asked_for_their_version_only_without_a_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wall is stood in for by a program that writes down what it lets through."""
    bin_, log = tmp_path / "bin", tmp_path / "log"
    claude = program(bin_, "claude", 'echo "2.1.329 (Claude Code)"; touch "$HOME/seen"')
    program(bin_, "codex", "exit 1")
    wall = program(tmp_path / "wall", "wall", f'echo "$@" >> {log}; exec "$@"')
    monkeypatch.setenv("PATH", f"{bin_}:{os.defpath}")
    monkeypatch.delenv("CODEX_API_KEY", raising=False)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "canary-key")
    found = {finding.name: finding.text for finding in find_agents(Asking(sealed=[str(wall)]), Settings())}
    assert found["Claude Code"] == f"2.1.329, {claude}; tested with the real client; ANTHROPIC_API_KEY set"
    assert found["Codex"].startswith(f"{bin_}/codex; tested with the real client; ")
    assert found["Codex"].endswith(" not set")
    assert sorted(log.read_text().splitlines()) == [f"{claude} --version", f"{bin_}/codex --version"]
    assert not (Path.home() / "seen").exists()
    log.unlink()
    unasked = [f.text for f in find_agents(Asking(), Settings()) if f.name == "Claude Code"]
    assert unasked == [found["Claude Code"].removeprefix("2.1.329, ")]
    assert not log.exists()


SNOOP = """\
echo 9.8.7
touch {hit} || true
touch {state}/seen || true
cat {secret} > "$HOME/found" && cp "$HOME/found" {hit}.secret
printenv MY_KEY | tee {hit}.key
exit 0
"""


def snooping_agent(repo: GitRepo, hermetic: Hermetic, extra: str = "") -> Path:
    """An agent of the configuration that, asked for its version, writes to the checkout and reads the home."""
    hit, secret = repo.path / "hit", hermetic.home / "secret"
    secret.write_text("canary")
    script = SNOOP.format(hit=hit, state=repo.git_dir, secret=secret)
    agent = program(hermetic.root / "bin", "snoop", script)
    table = f'[tool.stomper.agent.mine]\nclient = "claude-code"\nprogram = "{agent}"\n'
    findings_repo(repo, 1, pyproject=f'[tool.stomper]\nfixers = ["ruff", "mine"]\n{extra}{table}')
    return agent


def test_a_configured_agent_is_asked_in_the_sandbox_of_a_run(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic
) -> None:
    if find_sandbox(repo.path) is None:
        pytest.skip("no sandbox works here")
    agent = snooping_agent(repo, hermetic)
    before = repo.checkout_state()
    found = the(diagnosis(stomper, repo, STOMPER_TRUST="1", MY_KEY="canary"), "fixer mine")
    assert (found["state"], found["text"]) == ("ok", f"9.8.7, {agent}")
    assert repo.checkout_state() == before
    assert sorted(file.name for file in repo.path.iterdir() if file.name.startswith("hit")) == []
    assert not (repo.git_dir / "seen").exists()


def test_where_a_run_has_no_sandbox_an_agent_is_asked_as_a_run_starts_it(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic
) -> None:
    agent = snooping_agent(repo, hermetic, 'sandbox = "off"\n')
    found = the(diagnosis(stomper, repo, STOMPER_TRUST="1", MY_KEY="canary"), "fixer mine")
    assert (found["state"], found["text"]) == ("ok", f"9.8.7, {agent}, asked outside of a sandbox")
    assert (repo.path / "hit").exists()
    assert (repo.path / "hit.key").read_text() == ""


def test_where_a_sandbox_is_required_and_none_works_no_agent_is_started(
    repo: GitRepo, hermetic: Hermetic, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = snooping_agent(repo, hermetic)
    opened, settings = repo.opened(), Settings(sandbox="require")
    monkeypatch.setenv("PATH", str(hermetic.root))
    asking = how_to_ask(opened, settings, ["env"])
    assert (asking.version(str(agent)), asking.refused[:19]) == ("", 'sandbox = "require"')
    assert not (repo.path / "hit").exists()


def test_without_a_shell_a_run_can_work_and_what_escapes_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = shutil.which("git")
    assert git is not None
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(git)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tried,) = trials.try_containment()
    assert (tried.state, tried.text) == ("ok", "what a tool leaves behind is found and ended")
    monkeypatch.setattr("stomper.process.is_frozen", lambda: True)  # where no Python is at hand either
    (untried,) = trials.try_containment()
    assert (untried.state, untried.text[:9]) == ("note", "not tried")


def test_what_unpacks_itself_when_started_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copilot = dataclasses.replace(StubClient(()), name="copilot-cli", title="Copilot CLI", programs=("copilot",))
    monkeypatch.setitem(CLIENTS, "copilot-cli", dataclasses.replace(copilot, tested=False))
    path = program(tmp_path / "bin", "copilot", f"touch {tmp_path}/started")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.defpath}")
    found = {finding.name: finding.text for finding in find_agents(Asking(sealed=["env"]), Settings())}
    assert found["Copilot CLI"] == f"{path}; template, untested; STUB_KEY not set"
    assert not (tmp_path / "started").exists()


def test_agents_of_the_configuration_are_named_with_their_keys_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never with what is in it, and no endpoint is contacted."""
    program(tmp_path / "bin", "claude", "echo 2.1.329")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.defpath}")
    monkeypatch.setenv("MY_KEY", "canary-key")
    local = AgentSettings("local", "openai", model="m", base_url="http://127.0.0.1:9/v1")
    fast = AgentSettings("fast", "claude-code", key_variable="MY_KEY")
    settings = Settings(fixers=("ruff", "codex", "fast"), agents=(local, fast))
    found = {finding.name: finding for finding in find_agents(Asking(), settings)}
    assert found["local"].text == ("endpoint http://127.0.0.1:9/v1 (not contacted), model m, OPENAI_API_KEY not set")
    assert found["Claude Code"].text.endswith("; used by fast, MY_KEY set")
    assert (found["codex"].state, "its client is not on PATH" in found["codex"].text) == ("note", True)
    assert "canary" not in str(found)


@pytest.mark.parametrize(
    ("mode", "states"), [("auto", {"ok", "note"}), ("require", {"ok", "problem"}), ("off", {"note"})]
)
def test_what_keeps_agents_in_is_said(repo: GitRepo, mode: SandboxMode, states: set[str]) -> None:
    findings_repo(repo, 1)
    finding, *promises = try_sandbox(repo.opened(), Settings(sandbox=mode))
    assert finding.state in states
    assert {promise.name for promise in promises} == (
        {f"sandbox: {name}" for name in PROMISES} if finding.state == "ok" else set()
    )
    assert ("cannot write to your checkout" in finding.text) is (finding.state == "ok")


BOTH: tuple[SandboxMode, ...] = ("auto", "require")


def test_where_nothing_keeps_agents_in_that_is_said(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    findings_repo(repo, 1)
    opened = repo.opened()
    monkeypatch.setenv("PATH", str(repo.path))
    found = [f for mode in BOTH for f in try_sandbox(opened, Settings(sandbox=mode))]
    assert [finding.state for finding in found] == ["note", "problem"]
    assert all("none is available" in finding.text and finding.hint for finding in found)


def test_a_program_that_hangs_or_fails_has_no_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stomper.commands.doctor.versions.TIMEOUT", 0.3)
    for name, script in {"hangs": "echo 1.2; sleep 60", "fails": "echo 1.2; exit 1", "mute": "echo hello"}.items():
        assert version_of([str(program(tmp_path, name, script))], tmp_path) == "version unknown", name
    assert version_of([str(program(tmp_path, "speaks", "echo tool v1.2.3rc1 >&2"))], tmp_path) == "1.2.3rc1"


def test_beside_a_living_run_no_worktree_is_tried(repo: GitRepo, tmp_path: Path) -> None:
    findings_repo(repo, 1)
    opened = repo.opened()
    assert {finding.state for finding in list(trials.try_worktrees(opened, Settings()))[:4]} == {"ok"}
    with run_lock(opened.state, "run-1"):
        *_, trial = trials.try_worktrees(opened, Settings())
    assert (trial.state, trial.text[:9]) == ("note", "not tried")


def test_the_way_that_a_run_takes_is_told_and_each_faster_one_tried(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings_repo(repo, 1)
    answers = {"overlay": (None, "Operation not permitted"), "clone": (None, "Operation not supported")}
    for module in (trials, ladder):
        monkeypatch.setattr(module, "try_rung", lambda mode, _: answers.get(mode, (ladder.Rung(mode), "")))
    *_, way, overlay, clone = trials.try_worktrees(repo.opened(), Settings())
    assert (way.name, way.state) == ("way", "ok")
    assert way.text.startswith("recycled (workflow.worktrees = auto)")
    assert [(one.name, one.state) for one in (overlay, clone)] == [("overlay", "note"), ("clone", "note")]
    assert "Operation not permitted" in overlay.text
    assert "docs/performance.md" in overlay.hint


def test_a_way_that_is_not_asked_for_is_no_lack(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    findings_repo(repo, 1)
    answers = {"clone": (None, "Operation not supported")}
    for module in (trials, ladder):
        monkeypatch.setattr(module, "try_rung", lambda mode, _: answers.get(mode, (ladder.Rung(mode), "")))
    settings = Settings(workflow=WorkflowSettings(worktrees="recycled"))
    *_, way, overlay, clone = trials.try_worktrees(repo.opened(), settings)
    assert way.text.startswith("recycled (workflow.worktrees = recycled)")
    assert [(one.name, one.state, one.hint) for one in (overlay, clone)] == [("overlay", "ok", ""), ("clone", "ok", "")]
    assert "passes over it" in overlay.text
    assert "is not asked for" in clone.text


def test_too_little_room_is_a_problem(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    findings_repo(repo, 1)
    monkeypatch.setattr(trials, "MORE_TREES", 10**12)
    _, room, *_ = trials.try_worktrees(repo.opened(), Settings())
    assert room.state == "problem"


def test_a_program_that_was_not_ended_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [finding.state for finding in trials.try_containment()] == ["ok"]
    monkeypatch.setattr("stomper.process.command.containment.end_job", lambda *_, **__: None)
    assert [finding.state for finding in trials.try_containment()] == ["problem"]


def test_leftovers_are_named_with_what_to_do(repo: GitRepo) -> None:
    findings_repo(repo, 1)
    left = worktrees_folder(repo.path) / "left"
    repo.add_worktree(left, "--detach")
    notes = [f for f in trials.look_for_leftovers(repo.opened()) if f.state == "note"]
    assert [(note.text, note.hint) for note in notes] == [("1 left", "To remove them: stomper cleanup")]
    repo.git("worktree", "remove", "--force", left)
    assert [f.text for f in trials.look_for_leftovers(repo.opened())] == ["none"]


def plain_path(tmp_path: Path) -> str:
    return f"{tmp_path / 'bin'}:/usr/bin:/bin"


def test_mypy_is_a_checker_where_the_project_configures_it(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    repo.write("mypy.ini", "[mypy]\n")
    repo.commit_file("a.py", "x = 1\n")
    found = the(diagnosis(stomper, repo, PATH=plain_path(tmp_path)), "checker mypy")
    assert (found["area"], found["state"]) == ("programs", "note")
    assert found["text"].startswith("mypy is configured in mypy.ini but was not found")
    mypy = program(tmp_path / "bin", "mypy", "echo mypy 1.2.3")
    found = the(diagnosis(stomper, repo, PATH=plain_path(tmp_path)), "checker mypy")
    assert (found["state"], found["text"]) == ("ok", f"1.2.3, {mypy} (PATH)")
