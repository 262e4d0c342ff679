"""Nothing twice: a second run on the same files does no fixer's work, gives the same, and says so."""

import json
import shutil
from pathlib import Path

import pytest

from stomper.commands.plan import estimate
from stomper.settings import Settings
from tests.kit.caches import cached, dry_run, entries
from tests.kit.chains import results
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer, fixer_table
from tests.kit.hermetic import Hermetic
from tests.kit.kills import KILLED, crash_at, seconds_until_none_is_marked
from tests.kit.repo import GitRepo
from tests.kit.runs import copy_of, report_of, states
from tests.kit.samples import UNFIXABLE_PATH, finding_path, finding_paths, findings_repo

pytestmark = pytest.mark.cache
COUNT = 4


def test_a_second_dry_run_does_no_fixers_work(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, COUNT, unfixable=True)
    dry_run(repo, stomper)
    first = report_of(repo)
    assert not any(cached(repo).values())
    result = dry_run(repo, stomper)
    second = report_of(repo)
    assert all(cached(repo).values())
    assert f"{COUNT + 1} files as in an earlier run" in result.err
    assert second["concurrency"]["peak"] == 0
    for one, other in zip(first["files"], second["files"], strict=True):
        assert other["seconds"] == 0.0
        assert {k: v for k, v in one.items() if k not in OWN} == {k: v for k, v in other.items() if k not in OWN}
        if "patch" in one:
            assert (repo.path / other["patch"]).read_bytes() == (repo.path / one["patch"]).read_bytes()


OWN = ("seconds", "cached", "patch", "log")


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_the_commits_are_the_same_with_and_without_the_cache(
    jobs: str, repo: GitRepo, stomper: Stomper, tmp_path: Path
) -> None:
    findings_repo(repo, COUNT, unfixable=True)
    other = copy_of(repo, tmp_path / "other")
    dry_run(repo, stomper)
    stomper.run(repo, "fix", f"-j{jobs}").check(1)
    assert all(cached(repo).values())
    stomper.run(other, "fix", f"-j{jobs}", "--no-cache").check(1)
    assert repo.log() == other.log()
    assert repo.checkout_state().files == other.checkout_state().files
    assert entries(other) == []


def test_only_what_was_changed_is_worked_on(repo: GitRepo, stomper: Stomper) -> None:
    """Where nothing else has a say: what becomes of an import depends on who asks for its names."""
    for number in range(COUNT):
        repo.write(finding_path(number), f"x = not {number} in []\n")
    repo.write("pyproject.toml", '[tool.ruff.lint]\nselect = ["E713"]\n')
    repo.commit()
    dry_run(repo, stomper)
    repo.commit_file(finding_path(1), "x = not 100 in []\n")
    dry_run(repo, stomper)
    assert [path for path, known in cached(repo).items() if not known] == [finding_path(1)]


def test_what_a_codemod_does_depends_on_all_source(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", '[tool.ruff.lint]\nselect = ["SIM105", "F401"]\n')
    repo.write("a.py", "try:\n    print()\nexcept OSError:\n    pass\n")
    repo.write("b.py", "import os\n")
    repo.commit()
    dry_run(repo, stomper)
    dry_run(repo, stomper)
    assert cached(repo) == {"a.py": True, "b.py": True}
    repo.commit_file("b.py", "import os\nimport sys\n")
    dry_run(repo, stomper)
    assert cached(repo) == {"a.py": False, "b.py": False}


@pytest.mark.thorough
def test_no_cache_neither_asks_nor_keeps(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, COUNT)
    dry_run(repo, stomper, "--no-cache")
    assert entries(repo) == []
    dry_run(repo, stomper)
    assert len(entries(repo)) == COUNT
    dry_run(repo, stomper, "--no-cache")
    assert not any(cached(repo).values())


def test_a_variable_switches_it_off(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1)
    stomper.run(repo, "fix", "--dry-run", env={"STOMPER_CACHE_ENABLED": "false"}).check()
    assert entries(repo) == []


@pytest.mark.unproved
def test_a_command_is_asked_each_time(repo: GitRepo, stomper: Stomper) -> None:
    command = fake_fixer("--only-if", "undefined_name", "--replace", "undefined_name", "0")
    table = f'[tool.stomper]\nfixers = ["ruff", "mine"]\n{fixer_table("mine", command)}'
    findings_repo(repo, 1, unfixable=True, pyproject=table)
    for known in (False, True):
        dry_run(repo, stomper)
        assert cached(repo) == {finding_path(0): known, UNFIXABLE_PATH: False}
        assert results(repo, UNFIXABLE_PATH) == [("mine", "kept")]


@pytest.mark.thorough
def test_a_worktree_of_the_repository_has_the_same_cache(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    findings_repo(repo, COUNT)
    dry_run(repo, stomper)
    tree = repo.add_worktree(tmp_path / "tree", "-b", "other")
    stomper.run(tree, "fix", "--dry-run").check()
    assert all(cached(repo).values())


def test_what_git_has_forgotten_is_brought_again(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, COUNT)
    dry_run(repo, stomper)
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "--quiet", "--prune=now")
    stomper.run(repo, "fix").check()
    assert all(cached(repo).values())
    assert set(states(repo).values()) == {"fixed"}


@pytest.mark.thorough
def test_a_resumed_run_takes_up_what_came_from_the_cache(
    repo: GitRepo, stomper: Stomper, hermetic: Hermetic, tmp_path: Path
) -> None:
    findings_repo(repo, COUNT)
    other = copy_of(repo, tmp_path / "other")
    dry_run(repo, stomper)
    stomper.run(repo, "fix", "-j1", env=crash_at("stored:3")).check(KILLED)
    seconds_until_none_is_marked(hermetic)
    stomper.run(repo, "resume").check()
    assert all(cached(repo).values())
    stomper.run(other, "fix", "--no-cache").check()
    assert repo.log() == other.log()


@pytest.mark.thorough
def test_a_kill_in_the_middle_of_a_write_costs_time_only(repo: GitRepo, stomper: Stomper, hermetic: Hermetic) -> None:
    findings_repo(repo, COUNT)
    stomper.run(repo, "fix", "-j1", "--dry-run", env=crash_at("cache-torn:2")).check(KILLED)
    seconds_until_none_is_marked(hermetic)
    assert len(entries(repo)) == 2
    dry_run(repo, stomper)
    assert sorted(cached(repo).values()) == [False] * (COUNT - 1) + [True]
    dry_run(repo, stomper)
    assert all(cached(repo).values())


@pytest.mark.thorough
def test_the_cache_takes_no_time_of_an_estimate(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, COUNT)
    for _ in range(2):
        dry_run(repo, stomper)
    seen = estimate(repo.git_dir / "stomper", Settings(), COUNT)
    assert seen is not None
    assert seen.a_file > 0.0
    assert seen.runs == 1


@pytest.mark.thorough
def test_doctor_tells_of_it_and_cleanup_empties_it(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, COUNT)
    dry_run(repo, stomper)
    facts = json.loads(stomper.run(repo, "doctor", "--format", "json").out)
    found = next(finding for finding in facts["findings"] if finding["area"] == "cache")
    assert found["text"].startswith(f"{COUNT} outcomes, ")
    assert str(repo.git_dir / "stomper" / "cache") in found["text"]
    stomper.run(repo, "cleanup").check()
    assert len(entries(repo)) == COUNT
    assert f"emptied the cache: {COUNT} outcomes" in stomper.run(repo, "cleanup", "--cache").check().out
    assert entries(repo) == []


@pytest.mark.thorough
def test_a_small_cache_stays_small(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1, pyproject="[tool.stomper.cache]\nsize = 1\n")
    folder = repo.git_dir / "stomper" / "cache"
    dry_run(repo, stomper)
    for number in range(400):
        shutil.copy(entries(repo)[0], folder / f"{number:040}-file-{'0' * 40}")
    dry_run(repo, stomper)
    assert sum(file.stat().st_blocks * 512 for file in folder.iterdir()) <= 2**20
    dry_run(repo, stomper)
    assert all(cached(repo).values()), "what was used last is still there"


@pytest.mark.thorough
def test_the_order_of_files_is_that_of_the_plan(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, COUNT)
    dry_run(repo, stomper, finding_path(1), finding_path(3))
    stomper.run(repo, "fix", "-j3").check()
    assert sum(cached(repo).values()) == 2
    subjects = [subject for subject, _ in repo.log()][-COUNT:]
    assert [subject.rpartition(" ")[2] for subject in subjects] == finding_paths(COUNT)
