"""`--exit-zero` and `--exit-non-zero-on-fix`: which exit code says what, in the report and in the last line too."""

import json

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import last_run, report_of
from tests.kit.samples import UNFIXABLE_PATH, finding_path, findings_repo


def test_of_a_run(repo: GitRepo, stomper: Stomper) -> None:
    """A dry run that would fix all is 0; with the option for CI it is 1, and so is the run itself."""
    findings_repo(repo, 1)
    dry = stomper.run(repo, "fix", "--dry-run").check()
    assert dry.out.endswith("dry run: nothing was changed\nnothing left, 2 would be fixed: exit code 0\n")
    asked = stomper.run(repo, "fix", "--dry-run", "--exit-non-zero-on-fix").check(1)
    assert asked.out.endswith("nothing left, 2 would be fixed: exit code 1 (--exit-non-zero-on-fix)\n")
    done = stomper.run(repo, "fix", "--exit-non-zero-on-fix").check(1)
    assert done.out.endswith("nothing left: exit code 1 (--exit-non-zero-on-fix)\n")
    assert (report_of(repo)["exit_code"], report_of(repo)["ending"]["left"]) == (1, 0)
    stomper.run(repo, "fix", "--exit-non-zero-on-fix").check()


def test_something_is_left_and_that_is_no_error(repo: GitRepo, stomper: Stomper) -> None:
    """The code is in the report as well; a `resume` has the option of its run."""
    findings_repo(repo, 0, unfixable=True)
    result = stomper.run(repo, "fix", "--exit-zero").check()
    assert result.out.endswith("1 diagnostic left: exit code 0 (--exit-zero)\n")
    assert (report_of(repo)["exit_code"], report_of(repo)["ending"]["left"]) == (0, 1)
    assert json.loads((last_run(repo).path / "run.json").read_text())["settings"]["ending"]["exit_zero"] is True
    stomper.run(repo, "resume", "--only", "unchanged", "-q").check()
    stomper.run(repo, "resume", "--only", "unchanged", "-q", "--exit-non-zero-on-fix").check(1)
    stomper.run(repo, "check", UNFIXABLE_PATH).check(1)
    stomper.run(repo, "check", "--exit-zero").check()


@pytest.mark.parametrize("words", [("fix",), ("resume",), ("baseline", "suppress")])
def test_both_contradict_each_other(repo: GitRepo, stomper: Stomper, words: tuple[str, ...]) -> None:
    findings_repo(repo, 1)
    result = stomper.run(repo, *words, "--exit-zero", "--exit-non-zero-on-fix").check(2)
    assert "--exit-zero and --exit-non-zero-on-fix contradict each other" in result.err
    assert repo.read(finding_path(0)).startswith(b"import sys\nimport os")


def test_what_is_worse_stays(repo: GitRepo, stomper: Stomper) -> None:
    """Wrong usage is no diagnostic that is left."""
    findings_repo(repo, 1)
    stomper.run(repo, "fix", "--exit-zero", "no-such-file.py").check(2)
    stomper.run(repo, "check", "--exit-zero", "no-such-file.py").check(2)
