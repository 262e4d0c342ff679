"""The options on proof: what they set, and what is refused before any work is done."""

import json

import pytest

from stomper.journal.find_run import own_runs
from stomper.settings import ProofSettings
from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo

WRONG: dict[str, tuple[list[str], str]] = {
    "a word that is none": (["fix", "--proof", "sure"], "'sure' is not one of 'safe', 'proved', 'tested', 'none'"),
    "both": (["fix", "--proof", "safe", "--unproved"], "--unproved and --proof say the same: use one of them"),
    "both, for a plan": (["plan", "--proof", "none", "--unproved"], "use one of them"),
    "both, for a run of before": (["resume", "--unproved", "--proof", "none"], "use one of them"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_level_is_refused(repo: GitRepo, stomper: Stomper, what: str) -> None:
    words, told = WRONG[what]
    result = stomper.run(repo, *words).check(2)
    assert told in result.err


@pytest.mark.parametrize(
    ("words", "level"), [(["--proof", "proved"], "proved"), (["--unproved"], "none"), ([], "safe")]
)
def test_the_level_of_a_run(repo: GitRepo, stomper: Stomper, words: list[str], level: str) -> None:
    repo.commit_file("stomper.toml", '[proof]\nlevel = "safe"\n')
    repo.commit_file("a.py", "import os\n")
    stomper.run(repo, "fix", "--dry-run", "--exit-zero", *words).check()
    (run,) = own_runs(repo.path / ".git" / "stomper")
    header = run.read_header()
    assert header.settings.proof.level == level
    assert ("proof.level" in header.given) == bool(words)


def test_a_finished_run_is_tried_again_with_another_level(repo: GitRepo, stomper: Stomper) -> None:
    repo.commit_file("a.py", "print(x == None)\n")
    stomper.run(repo, "fix", "--fixer", "ruff", "--dry-run").check(1)
    stomper.run(repo, "resume", "--only", "unchanged", "--unproved").check(1)
    levels = [run.read_header().settings.proof for run in own_runs(repo.path / ".git" / "stomper")]
    assert levels == [ProofSettings(), ProofSettings("none")]


def test_a_run_folder_alone_does_not_lower_the_level(repo: GitRepo, stomper: Stomper) -> None:
    repo.commit_file("a.py", "print(x == None)\n")
    stomper.run(repo, "fix", "--fixer", "ruff", "--dry-run").check(1)
    (run,) = own_runs(repo.path / ".git" / "stomper")
    facts = json.loads((run.path / "run.json").read_text())
    facts["settings"]["proof"]["level"] = "none"
    (run.path / "run.json").write_text(json.dumps(facts))
    told = stomper.run(repo, "resume", "--only", "unchanged").check(2).err
    assert "was told something else than the project says now: proof.level" in told
