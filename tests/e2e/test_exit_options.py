"""`--exit-zero` and `--exit-non-zero-on-fix`. Which end of a run has which exit code: tests/stage/test_report.py."""

import json

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import last_run, report_of
from tests.kit.samples import finding_path, findings_repo


def test_ci_hears_of_a_dry_run_that_would_fix_all(repo: GitRepo, stomper: Stomper) -> None:
    """Without the option that is 0: tests/e2e/test_fix_landing.py."""
    findings_repo(repo, 1)
    asked = stomper.run(repo, "fix", "--dry-run", "--exit-non-zero-on-fix").check(1)
    last = "nothing left, 2 would be fixed: exit code 1 (--exit-non-zero-on-fix)"
    assert asked.out.endswith(f"dry run: nothing was changed\n{last}\n")
    assert (report_of(repo)["exit_code"], report_of(repo)["ending"]["left"]) == (1, 0)


def test_something_is_left_and_that_is_no_error(repo: GitRepo, stomper: Stomper) -> None:
    """The code is in the report as well, and the option is kept for a `resume`. Wrong usage is another matter."""
    findings_repo(repo, 0, unfixable=True)
    result = stomper.run(repo, "fix", "--exit-zero").check()
    assert result.out.endswith("1 diagnostic left: exit code 0 (--exit-zero)\n")
    assert (report_of(repo)["exit_code"], report_of(repo)["ending"]["left"]) == (0, 1)
    assert json.loads((last_run(repo).path / "run.json").read_text())["settings"]["ending"]["exit_zero"] is True
    stomper.run(repo, "resume", "--only", "unchanged", "-q").check()
    stomper.run(repo, "check", "--exit-zero").check()
    stomper.run(repo, "fix", "--exit-zero", "no-such-file.py").check(2)


@pytest.mark.parametrize("command", ["fix", "resume"])
def test_both_contradict_each_other(repo: GitRepo, stomper: Stomper, command: str) -> None:
    findings_repo(repo, 1)
    result = stomper.run(repo, command, "--exit-zero", "--exit-non-zero-on-fix").check(2)
    assert "--exit-zero and --exit-non-zero-on-fix contradict each other" in result.err
    assert repo.read(finding_path(0)).startswith(b"import sys\nimport os")
