"""The user's own hooks on the commits of a run: they edit, refuse, hang and word; what they make is checked again."""

import signal
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import assert_refused, last_run, report_of, states
from tests.kit.samples import finding_path, findings_repo, fixed_content
from tests.kit.wait import eventually

FILES = 3
REFUSED = finding_path(2)
# As a formatter under pre-commit does: it edits what is staged, and refuses. The next time all is well.
EDITS = 'for f in $(git diff --cached --name-only); do grep -q seen $f || { echo "# seen" >> $f; exit 1; }; done'
REFUSES = f"! git diff --cached --name-only | grep -q {REFUSED} || {{ echo 'not this one'; exit 1; }}"
TICKET = 'b=$(git symbolic-ref --short HEAD); printf "%s\\n" "${b#*/}: $(cat $1)" "" "  " > $1.new; mv $1.new $1'
MEDDLES = "git config user.name Evil; git branch evil; git stash --all; touch new.py"


def test_hooks_edit_word_and_refuse(repo: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    findings_repo(repo, FILES)
    repo.git("checkout", "--quiet", "-b", "feature/AB-1")
    before, refs = repo.checkout_state(), repo.refs()
    repo.hook("pre-commit", f"{REFUSES}\n{EDITS}")
    repo.hook("prepare-commit-msg", f'test "$2" = message || exit 1\n{TICKET}')
    repo.hook("commit-msg", f'echo "Change-Id: 1" >> "$1"; {MEDDLES}')
    done = stomper.run(repo, "fix", "--hooks", "-j1").check(1)
    reason = "the hook pre-commit refused it (exit code 1): not this one"
    assert f"rejected {REFUSED}: {reason}" in done.out
    fine = [finding_path(0), finding_path(1)]
    assert states(repo) == {**dict.fromkeys(fine, "fixed"), REFUSED: "rejected"}
    assert [repo.read(path) for path in fine] == [fixed_content(n) + b"# seen\n" for n in (0, 1)]
    message = repo.message("HEAD~1").splitlines()
    assert message[0] == f"AB-1: fix(quality): resolve 2 issues in {min(fine)}"
    assert message[-3:] == ["Stomper-Fixer: ruff", "", "Change-Id: 1"]
    assert {file["path"]: file["commit"] for file in report_of(repo)["files"] if "commit" in file} == {
        path: repo.rev(name) for path, name in zip(sorted(fine), ("HEAD~1", "HEAD"), strict=True)
    }
    assert (repo.refs().keys(), repo.status()) == (refs.keys(), [])
    assert "not this one" in "".join(log.read_text() for log in last_run(repo).logs.iterdir())
    stomper.run(repo, "undo").check()
    assert repo.checkout_state() == before
    leaks.expect("ref", "refs/stomper/*/undone", reason="`redo` needs it")


def test_a_hook_that_hangs_is_ended_once(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    before = findings_repo(repo, FILES).checkout_state()
    repo.hook("pre-commit", f"echo . >> {tmp_path}/calls; sleep 1000 & sleep 1000")
    done = stomper.run(repo, "fix", "--hooks", "-q", "-j1", env={"STOMPER_HOOK_TIMEOUT": "0.5"}).check(1)
    assert done.out == ""
    assert set(states(repo).values()) == {"rejected"}
    assert {file["reason"] for file in report_of(repo)["files"]} == {"the hook pre-commit did not end within 0.5 s"}
    assert repo.checkout_state() == before
    assert (repo.path.parent / "calls").read_text() == ".\n"


@pytest.mark.thorough
def test_a_stop_while_a_hook_runs_refuses_nothing(
    repo: GitRepo, stomper: Stomper, tmp_path: Path, leaks: Leaks
) -> None:
    before = findings_repo(repo, 1).checkout_state()
    repo.hook("pre-commit", f"touch {tmp_path}/begun; sleep 1000")
    running = stomper.start(repo, "fix", "--hooks", "-q", "-j1", env={"STOMPER_INTERRUPT_GRACE": "0"})
    eventually((tmp_path / "begun").exists, "the hook to begin")
    running.send(signal.SIGINT)
    running.result().check(130)
    assert repo.checkout_state() == before
    eventually(lambda: not leaks.find(), "nothing left behind")
    repo.hook("pre-commit", "exit 0")
    stomper.run(repo, "resume", "-q").check()
    assert repo.read(finding_path(0)) == fixed_content(0)


def test_what_hooks_make_is_judged_and_not_delivered_if_it_is_worse(
    repo: GitRepo, stomper: Stomper, leaks: Leaks
) -> None:
    before = findings_repo(repo, 1).checkout_state()
    repo.hook("pre-commit", "for f in $(git diff --cached --name-only); do echo 'import re' >> $f; done")
    done = stomper.run(repo, "fix", "--hooks", "-j1").check(3)
    assert "not to be trusted: what the hooks made of the result breaks " in done.out
    assert "F401" in done.out
    assert repo.checkout_state() == before
    repo.hook("pre-commit", "exit 0")
    stomper.run(repo, "resume", "-q").check()
    assert repo.read(finding_path(0)) == fixed_content(0)


def test_hooks_are_asked_for_and_left_out_without_trust(
    repo: GitRepo, stomper: Stomper, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings_repo(repo, 1)
    repo.hook("pre-commit", "sh tools/lint.sh; exit 1")
    monkeypatch.delenv("STOMPER_TRUST")
    assert_refused(repo, stomper, ".git/hooks/pre-commit", "fix", "--hooks")
    done = stomper.run(repo, "fix", "--hooks", "--untrusted", "-q").check()
    assert ".git/hooks/pre-commit" in done.err
    assert repo.read(finding_path(0)) == fixed_content(0)


@pytest.mark.parametrize("place", ["none", "own"])
def test_a_folder_of_hooks(repo: GitRepo, stomper: Stomper, place: str, tmp_path: Path) -> None:
    base = findings_repo(repo, 1).head
    repo.hook("pre-commit", "exit 1").chmod(0o644)
    repo.agreed_settings = repo.settings()
    repo.write(".husky/commit-msg", "echo 'Change-Id: 1' >> $1\n", executable=place == "own")
    repo.commit()
    repo.git("config", "core.hooksPath", ".husky")
    done = stomper.run(repo, "fix", "--hooks", "-j1", env={"STOMPER_SETUP": "true"}).check()
    assert ("no hooks are run: " in done.err) is (place == "none")
    assert ("Change-Id: 1" in repo.message()) is (place == "own")
    assert base in repo.git("rev-list", "HEAD")
