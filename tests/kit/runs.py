"""Runs that a test can look into: a fixer that holds files back until it is let go, and what came of a run."""

import json
import shutil
import signal
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stomper.journal.find_run import all_runs
from stomper.journal.run_folder import RunFolder
from stomper.process.interrupts import SAME_PRESS
from stomper.report.form import Report
from tests.kit.cli import Running, Stomper
from tests.kit.fakes import fake_fixer, fixer_table, read_log
from tests.kit.repo import CheckoutState, GitRepo
from tests.kit.samples import findings_repo
from tests.kit.wait import eventually

BOTH_WAYS = pytest.mark.parametrize("how", ["source", pytest.param("binary", marks=pytest.mark.binary)])
"""Runs a test from the source, and again with the built program where there is one."""


@dataclass(frozen=True)
class Held:
    """A sample repository whose files are fixed by ruff after `release` was called, those with `held` in their path."""

    repo: GitRepo
    log: Path
    gate: Path

    def begun(self) -> list[str]:
        """The files that the holding fixer has begun with, by name, in the order of time."""
        return [Path(row["file"]).name for row in read_log(self.log) if row["event"] == "begin"]

    def wait_for(self, count: int) -> None:
        """Until so many files are held."""
        eventually(lambda: len(self.begun()) >= count, f"{count} files to be held, now {self.begun()}")

    def release(self) -> None:
        self.gate.touch()


def held_repo(
    repo: GitRepo, count: int, folder: Path, *, held: str = "module_", workflow: str = "", extra: str = ""
) -> Held:
    """A repository of `count` samples. `workflow` is TOML for that table, `extra` for the one above it."""
    log, gate = folder / "held.log", folder / "gate"
    command = fake_fixer("--only-if", held, "--log", log, "--until", gate)
    table = f'[tool.stomper]\nfixers = ["hold", "ruff"]\n{extra}\n[tool.stomper.workflow]\n{workflow}\n'
    findings_repo(repo, count, pyproject=f"{table}\n{fixer_table('hold', command)}")
    return Held(repo, log, gate)


def stop_now(running: Running, number: signal.Signals = signal.SIGINT) -> None:
    """Ask twice, as far apart as it takes for the second not to count as the same press."""
    running.send(number)
    running.wait_until("stopping: no new work is started")
    later_press()
    running.send(number)
    running.wait_until("stopping now")


def later_press() -> None:
    """Let so much time go by that what is pressed next is another press."""
    until = time.monotonic() + SAME_PRESS
    eventually(lambda: time.monotonic() > until)


def runs(repo: GitRepo) -> list[RunFolder]:
    """The runs of a repository, oldest first."""
    return all_runs(repo.git_dir / "stomper")


def last_run(repo: GitRepo) -> RunFolder:
    return runs(repo)[-1]


def report_of(repo: GitRepo) -> dict[str, Any]:
    """The report of the last run, which has the form that reports have."""
    report = report_of_any(repo)
    Report.model_validate_json(json.dumps(report))
    return report


def report_of_any(repo: GitRepo) -> dict[str, Any]:
    """The report of the last run, which may be that of an older Stomper."""
    report: dict[str, Any] = json.loads((last_run(repo).path / "report.json").read_text())
    return report


def states(repo: GitRepo) -> dict[str, str]:
    """Path -> state, by the report of the last run."""
    return {file["path"]: file["status"] for file in report_of(repo)["files"]}


def copy_of(repo: GitRepo, to: Path) -> GitRepo:
    """The repository as it is now, at another place, without its runs."""
    shutil.copytree(repo.path, to, symlinks=True)
    shutil.rmtree(to / ".git" / "stomper", ignore_errors=True)
    return GitRepo(to)


def unbroken(repo: GitRepo, to: Path, stomper: Stomper, *words: str) -> list[tuple[str, str]]:
    """The (subject, tree id) list that a run without any trouble makes of a repository as it is now."""
    copy = copy_of(repo, to)
    stomper.run(copy, "fix", "-q", *words)
    return copy.log()


def real_ruff() -> str:
    return shutil.which("ruff", path=sysconfig.get_path("scripts")) or f"{sys.prefix}/bin/ruff"


def fixed(repo: GitRepo, stomper: Stomper, *words: str) -> CheckoutState:
    """Fix everything; what is checked out then."""
    stomper.run(repo, "fix", "-j1", "-q", *words).check()
    return repo.checkout_state()


def assert_refused(repo: GitRepo, stomper: Stomper, words: str, *command: str) -> None:
    """The command says why and what to do, and changes neither the checkout nor any ref."""
    state, refs = repo.checkout_state(), repo.refs()
    result = stomper.run(repo, *command).check(2)
    assert words in result.err
    assert "hint: " in result.err
    assert (repo.checkout_state(), repo.refs()) == (state, refs)


def stored_file(**facts: Any) -> dict[str, Any]:
    """A file as a report has it at least, with other `facts`."""
    least = {"path": "a.py", "status": "fixed", "before": 1, "after": 0, "seconds": 1.0}
    return {**least, "fixed_codes": {}, "attempts": [], **facts}


def stored_report(**facts: Any) -> dict[str, Any]:
    """A report as the folder of a run has it at least, with other `facts`."""
    summary = {"files_total": 1, "diagnostics_before": 1, "diagnostics_after": 0, "diagnostics_fixed": 1}
    least = {"run": "r", "started": "a", "finished": "b", "exit_code": 0, "branch": "refs/heads/main"}
    commits = {"base_commit": "c" * 40, "head_commit": "d" * 40}
    return {**least, **commits, "summary": summary, "concurrency": {"wall_seconds": 1.0}, "files": [], **facts}
