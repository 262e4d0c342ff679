"""Whole runs with a checker of the user's own that writes SARIF, here ruff's, and what happens where it breaks."""

import sysconfig
from pathlib import Path

import pytest

from tests.kit.chains import results
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_tool
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states
from tests.kit.samples import UNFIXABLE_PATH, finding_paths, findings_repo, fixed_content

RUFF = str(Path(sysconfig.get_path("scripts")) / "ruff")
CONFIG = """\
[tool.stomper]
checkers = ["mine"]
fixers = ["sarif"]
[tool.stomper.checker.mine]
command = ["{program}", "check", "--no-cache", "--output-format", "sarif"]
format = "sarif"
timeout = 60
"""


@pytest.mark.unproved
def test_fixes_of_a_log_land(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 3, unfixable=True, pyproject=CONFIG.format(program=RUFF))
    stomper.run(repo, "fix", "-j2").check(1)
    assert states(repo) == {**dict.fromkeys(finding_paths(3), "fixed"), UNFIXABLE_PATH: "unchanged"}
    assert [repo.content(path) for path in ("module_000.py", "app/module_001.py")] == [fixed_content(n) for n in (0, 1)]
    assert results(repo, "module_000.py") == [("sarif", "kept")]
    assert results(repo, UNFIXABLE_PATH) == []
    assert len(repo.log()) == 4


@pytest.mark.unproved
def test_only_the_codes_asked_for_are_fixed(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1, pyproject=CONFIG.format(program=RUFF))
    stomper.run(repo, "fix", "--error-type", "I001").check()
    assert repo.content("module_000.py").startswith(b"import os\nimport sys\n")


BROKEN = {
    "crash": "mine gave no result (exit code 101): thread 'main' panicked",
    "half": "mine's output is not JSON: [{",
}


@pytest.mark.unproved
@pytest.mark.parametrize("mode", BROKEN)
def test_a_checker_without_a_result_is_never_clean(repo: GitRepo, stomper: Stomper, tmp_path: Path, mode: str) -> None:
    """In the survey nothing is done at all; in a worker its file has failed and is as it was."""
    for number, modes in enumerate([(mode,), ("real", mode, "real")]):
        fake = fake_tool(tmp_path / str(number), "mine", *modes, real=RUFF)
        findings_repo(repo, 1 + number, pyproject=CONFIG.format(program=fake.path))
        state = repo.checkout_state()
        result = stomper.run(repo, "fix", "-j1").check(1 if number else 3)
        assert BROKEN[mode] in result.out + result.err
        if number:
            bad, good = finding_paths(2)
            assert (states(repo)[good], repo.read(bad)) == ("fixed", state.files[bad][1])
            assert states(repo)[bad] == "failed"
            assert report_of(repo)["summary"]["diagnostics_after"] == 2
        else:
            assert repo.checkout_state() == state
