"""`stomper fix` as a whole: commits, concurrency, reports, exit code, nothing left."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kit.chains import chain_toml
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer, peak, read_log
from tests.kit.repo import GitRepo
from tests.kit.runs import copy_of, real_ruff
from tests.kit.samples import UNFIXABLE_PATH, finding_paths, findings_repo

pytestmark = [pytest.mark.cache, pytest.mark.crew]
FILES = 40
# design.md section 6, word for word.
KEYS = {
    "schema_version", "run", "stomper_version", "repository", "base_commit", "head_commit", "branch", "started",
    "finished", "exit_code", "summary", "concurrency", "tests", "codes", "files", "delivered", "ending", "fixers",
}  # fmt: skip
STAGES = ["survey_seconds", "fix_seconds", "gate_seconds", "deliver_seconds"]
SUMMARY_KEYS = {
    "files_total", "files_fixed", "files_partial", "files_unchanged", "files_skipped", "files_rejected",
    "files_failed", "files_suppressed", "diagnostics_before", "diagnostics_after", "diagnostics_fixed",
    "diagnostics_suppressed", "withheld", "dropped", "grades", "files_waiting",
}  # fmt: skip
CONCURRENCY_KEYS = {"max_parallel_files", "peak", "wall_seconds", "worker_seconds", "speedup", "efficiency"}
FILE_KEYS = {
    "path", "status", "reason", "before", "after", "fixed_codes", "seconds", "commit", "attempts", "patch", "log",
}  # fmt: skip
ATTEMPT_KEYS = {"fixer", "result", "before", "after", "seconds", "detail"}


def barrier(folder: Path, count: int) -> list[str]:
    """A fixer that changes nothing and ends only after `count` of its kind were at work at the same time."""
    folder.mkdir()
    wait = f"touch '{folder}'/$$; until [ $(ls '{folder}' | wc -l) -ge {count} ]; do sleep 0.01; done"
    return fake_fixer("--log", folder.with_suffix(".log"), "--run", wait)


def ruff_fixed_tree(repo: GitRepo, folder: Path) -> str:
    """The tree that `ruff check --fix` makes of a copy."""
    copy = copy_of(repo, folder)
    subprocess.run([real_ruff(), "check", "--fix", "--quiet", "--no-cache", "."], cwd=copy.path, check=False)
    copy.commit("by ruff itself")
    return copy.tree()


def nulls(data: Any) -> bool:
    if isinstance(data, dict):
        return any(nulls(value) for value in data.values())
    return any(nulls(value) for value in data) if isinstance(data, list) else data is None


def texts(data: Any) -> Iterator[str]:
    """All texts in a report but those of the names of its keys."""
    if isinstance(data, str):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from texts(value)


@pytest.mark.matrix
@pytest.mark.slow
@pytest.mark.parametrize("unfixable", [True, False])
def test_many_files_in_parallel(repo: GitRepo, stomper: Stomper, tmp_path: Path, unfixable: bool) -> None:
    toml = chain_toml({"wait": barrier(tmp_path / "barrier", 4), "ruff": None})
    findings_repo(repo, FILES, unfixable=unfixable, pyproject=toml)
    base, wanted = repo.head, ruff_fixed_tree(repo, tmp_path / "copy")
    reports = [tmp_path / "r.json", tmp_path / "r.toml"]
    result = stomper.run(repo, "fix", "-j", "4", *(word for path in reports for word in ("--report", path)))
    result.check(1 if unfixable else 0)

    touched = [
        repo.git("diff-tree", "-r", "--no-commit-id", "--name-only", commit).splitlines()
        for commit in repo.git("rev-list", "--reverse", f"{base}..HEAD").splitlines()
    ]
    assert touched == [[path] for path in finding_paths(FILES)]
    assert repo.tree() == wanted
    assert repo.git("worktree", "list").count("\n") == 0
    assert repo.status() == []

    report = json.loads(reports[0].read_text())
    assert report == tomllib.loads(reports[1].read_text())
    assert report["concurrency"]["peak"] == report["concurrency"]["max_parallel_files"] == 4
    assert peak(read_log(tmp_path / "barrier.log")) == 4
    assert (report["base_commit"], report["head_commit"], report["branch"]) == (base, repo.head, "refs/heads/main")
    assert report["summary"]["files_fixed"] == FILES
    assert report["summary"]["diagnostics_fixed"] == 2 * FILES
    assert report["summary"]["diagnostics_after"] == unfixable
    unfixed = f"unchanged {UNFIXABLE_PATH}: F821 left; wait found no fix for F821"
    assert (unfixed in result.out.splitlines()) is unfixable
    assert result.out.count("unchanged ") == unfixable
    assert f"{FILES} commits on main: git log --stat {base[:12]}..{repo.head[:12]}" in result.out


@pytest.mark.cold  # each process of Python orders its sets by a seed of its own
def test_same_commits_at_any_number_of_jobs(
    make_repo: Callable[[str], GitRepo], stomper: Stomper, tmp_path: Path
) -> None:
    # The file that comes first in the plan is not finished before the one that comes last.
    late = fake_fixer("--only-if", "module_002", "--until", tmp_path / "gate")
    early = fake_fixer("--only-if", "module_004", "--run", f"touch {tmp_path / 'gate'}")
    toml = chain_toml({"late": late, "early": early, "ruff": None})
    first = findings_repo(make_repo("first"), 6, unfixable=True, pyproject=toml)
    logs = []
    for jobs in (8, 3, 1):  # with one job nobody else opens the gate: by then it is open
        repo = copy_of(first, tmp_path / f"jobs-{jobs}")
        stomper.run(repo, "fix", "-j", str(jobs)).check(1)
        logs.append(repo.log())
    assert logs[0] == logs[1] == logs[2]
    subjects = [f"fix(quality): resolve 2 issues in {path}" for path in finding_paths(6)]
    assert [subject for subject, _ in logs[0]] == ["sample", *subjects]


def test_report_has_the_keys_of_the_contract(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    toml = chain_toml({"ruff": None, "bad": fake_fixer("--only-if", "undefined_name", "--exit", "3")})
    findings_repo(repo, 1, unfixable=True, pyproject=toml)
    repo.git("remote", "add", "origin", "https://me:hunter2@example.org/team/shop.git")
    reports = [tmp_path / "new" / "r.json", tmp_path / "r.toml"]
    stomper.run(repo, "fix", "--report", reports[0], "--report", reports[1]).check(1)
    report = json.loads(reports[0].read_text())
    assert report == tomllib.loads(reports[1].read_text())
    assert not nulls(report)
    tested = {"tested", "tests_run", "not_tested"}
    assert set(report) == {*KEYS, *tested, "stages", "looked_at", "seconds", "tools", "options", "remote"}
    assert [text for text in texts(report) if text.startswith("/") or str(repo.path) in text] == []
    assert (report["repository"], report["remote"]) == (repo.path.name, "https://example.org/team/shop.git")
    assert set(report["tools"]) == {"git", "ruff"}
    assert report["options"]["fixers"] == ["ruff", "bad"]
    assert report["options"]["commands"][0]["command"][0] == Path(sys.executable).name
    assert report["seconds"] >= sum(report["stages"].values()) - 0.01
    assert list(report["stages"]) == STAGES
    assert report["stages"]["fix_seconds"] >= report["concurrency"]["wall_seconds"]
    assert set(report["summary"]) == SUMMARY_KEYS
    assert set(report["concurrency"]) == CONCURRENCY_KEYS
    failed, fixed = report["files"]
    assert set(fixed) == FILE_KEYS - {"reason", "log"} | {"grades"}
    assert set(failed) == FILE_KEYS - {"commit", "patch"}
    assert set(fixed["attempts"][0]) == ATTEMPT_KEYS - {"detail"} | {"grade"}
    assert set(failed["attempts"][0]) == ATTEMPT_KEYS
    assert fixed["fixed_codes"] == {"F401": 1, "I001": 1}
    assert (fixed["before"], fixed["after"], failed["before"], failed["after"]) == (2, 0, 1, 1)
    assert fixed["commit"] == report["head_commit"] == repo.head
    assert (repo.path / fixed["patch"]).read_bytes() == repo.git_bytes(
        "diff", "--binary", "--full-index", "--no-renames", "HEAD~", "HEAD"
    )
    assert "exit code 3" in (repo.path / failed["log"]).read_text()
    assert report["exit_code"] == 1


@pytest.mark.thorough
def test_commit_message(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1)
    stomper.run(repo, "fix").check()
    subject, body, trailers = repo.message().strip().split("\n\n")
    assert subject == "fix(quality): resolve 2 issues in module_000.py"
    assert body == "- F401 (ruff): 1, proved\n- I001 (ruff): 1, proved"
    parsed = repo.git("interpret-trailers", "--parse", stdin=repo.message().encode()).splitlines()
    assert parsed == trailers.splitlines()
    assert [line.partition(": ")[0] for line in parsed] == ["Stomper-Run", "Stomper-Fixer"]
    assert parsed[1] == "Stomper-Fixer: ruff"
    assert repo.git("log", "-1", "--format=%an <%ae>") == "Sam Sample <sam@example.org>"


def test_clean_repository_is_left_alone(repo: GitRepo, stomper: Stomper) -> None:
    repo.commit_file("good.py", "X = 1\n")
    state, refs = repo.checkout_state(), repo.refs()
    assert "nothing to fix" in stomper.run(repo, "fix").check().out
    assert (repo.checkout_state(), repo.refs()) == (state, refs)
