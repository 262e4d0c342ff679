"""A checker that gives no result, in the survey, in a worker and on the whole: never taken for "clean"."""

from pathlib import Path

import pytest

from stomper.checkers.ruff import RuffChecker
from stomper.errors import CheckerError
from tests.kit.chains import chain_toml, file_report
from tests.kit.cli import Stomper
from tests.kit.fakes import FakeTool, fake_fixer, fake_tool
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states
from tests.kit.samples import FIXABLE, PYPROJECT, finding_paths, findings_repo

# Mode of the fake -> what must be said of it.
BROKEN = {
    "crash": "thread 'main' panicked at 'index out of bounds'",
    "half": "ruff's output is not JSON (exit code 1): ",
    "nothing": "ruff's output is not JSON (exit code 0): nothing",
    "nothing=1": "ruff's output is not JSON (exit code 1): nothing",
    "empty=1": "ruff's exit code 1 does not go with its output: []",
    "print={}": "does not go with its output: {}",
    'print=[{"code": "F401"}]': "ruff's output has an entry that cannot be read",
    "exit2=ruff failed: unknown rule XYZ": "ruff gave no result (exit code 2): ruff failed: unknown rule XYZ",
    "signal=SIGSEGV": "ruff gave no result (killed by SIGSEGV)",
}
CHECKER = "--output-format"  # the word that tells ruff the checker from ruff the fixer


def broken_ruff(tmp_path: Path, *modes: str) -> FakeTool:
    return fake_tool(tmp_path / "bin", "ruff", *modes, when=CHECKER)


@pytest.mark.matrix
@pytest.mark.parametrize("mode", BROKEN)
def test_in_the_survey(repo: GitRepo, stomper: Stomper, tmp_path: Path, mode: str) -> None:
    findings_repo(repo, 2)
    state, refs = repo.checkout_state(), repo.refs()
    for command in ("fix", "check"):
        fake = broken_ruff(tmp_path / command, mode)
        result = stomper.run(repo, command, env=fake.on_path()).check(3)
        assert BROKEN[mode] in result.err.partition("error: ")[2]
        assert (result.out, "Traceback" in result.err) == ("", False)
        assert len(fake.calls()) == 1
    assert (repo.checkout_state(), repo.refs()) == (state, refs)


@pytest.mark.matrix
@pytest.mark.parametrize("mode", BROKEN)
def test_in_the_check_of_a_worker(repo: GitRepo, stomper: Stomper, tmp_path: Path, mode: str) -> None:
    """The first two calls are the survey's, in a worktree and in the checkout; the third is that of the first file."""
    findings_repo(repo, 2)
    bad, good = finding_paths(2)
    before = repo.read(bad)
    fake = broken_ruff(tmp_path, "real", "real", mode, "real")
    result = stomper.run(repo, "fix", "-j", "1", env=fake.on_path()).check(1)
    assert states(repo) == {bad: "failed", good: "fixed"}
    assert BROKEN[mode] in file_report(repo, bad)["reason"]
    assert f"failed {bad}: F401, I001 left; ruff: " in result.out
    assert repo.read(bad) == before
    assert report_of(repo)["summary"]["diagnostics_after"] == 2


@pytest.mark.matrix
@pytest.mark.parametrize("mode", BROKEN)
def test_in_the_check_of_the_whole(repo: GitRepo, stomper: Stomper, leaks: Leaks, tmp_path: Path, mode: str) -> None:
    leaks.expect("ref", "refs/stomper/*/head", reason="the only place that has the untrusted result")
    findings_repo(repo, 2)
    state, branches = repo.checkout_state(), repo.refs("refs/heads")
    fake = broken_ruff(tmp_path, "real", "real", "real", "real", mode)
    result = stomper.run(repo, "fix", "-j", "1", env=fake.on_path()).check(3)
    assert (repo.checkout_state(), repo.refs("refs/heads")) == (state, branches)
    words = result.out.partition("not to be trusted: ")[2]
    assert BROKEN[mode] in words
    (ref,) = repo.refs("refs/stomper")
    assert f"git log {repo.head[:12]}..{ref}" in words
    report = report_of(repo)
    assert report["exit_code"] == 3
    assert report["summary"]["diagnostics_fixed"] == 0
    assert report["branch"] == ref
    assert len(fake.calls()) == 5


@pytest.mark.thorough
def test_check_of_the_whole_that_contradicts_the_workers(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    """A file that looks fixed in its worker only because its checker said `[]` is not fixed on the landed tree."""
    lie = fake_fixer("--append", "# nothing fixed\n")
    findings_repo(repo, 1, pyproject=chain_toml({"lie": lie}))
    fake = broken_ruff(tmp_path, "real", "real", "empty", "real")
    stomper.run(repo, "fix", env=fake.on_path()).check(1)
    assert file_report(repo, "module_000.py")["after"] == 2
    assert report_of(repo)["summary"]["diagnostics_after"] == 2


def test_configured_program_is_the_one_that_is_used(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    fake = broken_ruff(tmp_path, "exit2=the configured one")
    findings_repo(repo, 1, pyproject=f'[tool.stomper.tools]\nruff = "{fake.path}"')
    result = stomper.run(repo, "check").check(3)
    assert result.err.startswith("error: ruff gave no result (exit code 2): the configured one\nhint: ")


def test_broken_configuration_of_ruff_itself(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", PYPROJECT + "[tool.ruff.format]\nno-such-setting = true\n")
    repo.commit_file("a.py", FIXABLE.format(n=1))
    for command in ("fix", "check"):
        result = stomper.run(repo, command).check(3)
        assert "ruff gave no result (exit code 2): " in result.err
        assert "no-such-setting" in result.err


def test_checker_that_hangs(repo: GitRepo, tmp_path: Path) -> None:
    """Its limit is ten minutes, so that only the checker itself is asked here. It does not outlive its limit."""
    fake = broken_ruff(tmp_path, "hang")
    repo.commit_file("a.py", "import os\n")
    with pytest.raises(CheckerError, match="ruff gave no result \\(still running after "):
        RuffChecker(str(fake.path), timeout=1).check(repo.path, ["a.py"])
