"""An agent that was outside of its worktree: seen, named, refused; and one that only had git do things inside."""

import dataclasses
import math
from pathlib import Path

import pytest

from stomper.fixers import Fixer
from stomper.metering.metered_fixer import meter
from stomper.models import AttemptResult, Fixed, FixTask, Outcome, Rejected, Timing
from stomper.process import find_sandbox
from stomper.settings import Settings
from stomper.worker.chain import Chain
from stomper.worker.checkout_watch import Watch, confine
from stomper.worker.conclude import judge
from stomper.worker.fix_file import fix_file
from stomper.workspace.worktree import Worktree
from tests.kit.agents import GOOD, stub_agent
from tests.kit.chains import file_report
from tests.kit.cli import Stomper
from tests.kit.jobs import Editing, LineChecker, commit_files, found_in, job_on
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree
from tests.kit.samples import findings_repo

PATH = "0.txt"
CONTENT = "bad A\nbad B\n"

# What a program does with TOP, the user's checkout, and the words by which that is named.
ESCAPES = {
    "writes": ("echo more >> TOP/README.md", "wrote README.md in your checkout (see `git status`)"),
    "makes": ("mkdir TOP/new; touch TOP/new/file", "made new/file in your checkout"),
    "deletes": ("rm TOP/README.md", "deleted README.md in your checkout"),
    "opens": ("chmod 777 TOP/README.md", "wrote README.md in your checkout"),
    "branches": ("git branch mine", "made refs/heads/mine (it is at "),
    "switches": ("git switch -qc mine", "made refs/heads/mine (it is at "),
    "tags": ("git tag v1", "made refs/tags/v1 (it is at "),
    "moves": ("git update-ref refs/heads/old HEAD", "moved refs/heads/old (back: `git update-ref refs/heads/old "),
    "drops": ("git branch -qD old", "deleted refs/heads/old (back: `git update-ref refs/heads/old "),
    "stashes": ("echo x >> 0.txt; git stash -q", "changed the stash (see `git stash list`)"),
    "configures": ("git config user.name Mallory", "changed .git/config"),
    "hooks": ("mkdir -p TOP/.git/hooks; echo evil > TOP/.git/hooks/pre-commit", "changed .git/hooks/pre-commit"),
    "stages": ("git -C TOP rm -q --cached README.md", "changed README.md in your index"),
    "checks out": ("git -C TOP checkout -q --detach", "changed HEAD"),
    "excludes": ("mkdir -p TOP/.git/info; echo x > TOP/.git/info/exclude", "changed .git/info/exclude"),
}
# git's own work inside of the worktree: not kept, and nobody is to blame.
COMMIT = "git -c user.name=Agent -c user.email=agent@example.org commit -q"
INSIDE = {
    "commits": f"{COMMIT} -am mine",
    "commits and amends": f"{COMMIT} -am mine; {COMMIT} --amend -m 'mine again'",
    "commits and goes on": f"{COMMIT} -am mine; echo 'good C' >> 0.txt",
    "stages": "git add -A",
    "goes elsewhere": "git checkout -q -f --detach HEAD~1; git restore --source=ORIG .; sed -i s/bad/good/ 0.txt",
    "leaves a lock": "git add -A; touch $(git rev-parse --git-dir)/index.lock",
    "leads git elsewhere": "git init -q --bare x.git; echo gitdir: $PWD/x.git > .git; mv x.git $TMPDIR",
    "has a repository of its own": "rm .git; git init -q .; git add -A",
}


@pytest.fixture
def kept(repo: GitRepo) -> GitRepo:
    """A repository with a README, a second branch and a file to fix."""
    repo.commit_file("README.md", "read me\n")
    repo.git("branch", "old")
    commit_files(repo, CONTENT)
    return repo


def worked(repo: GitRepo, tree: Worktree, *fixers: Fixer) -> tuple[Chain, Outcome]:
    """A chain that ran with these fixers, and the outcome of that."""
    task = FixTask(0, PATH, tuple(found_in(PATH, CONTENT)))
    watch = Watch(repo.opened(), tree.scratch.parents[1])
    chain = Chain(tree, task, (LineChecker(),), Settings(), lambda _: None, lambda _f, _n: None, None, watch)
    return chain, judge(task, chain.run(fixers), Timing(0, 1, 1))


def escaping(repo: GitRepo, command: str) -> Fixer:
    return stub_agent(*GOOD, "--run", command.replace("TOP", str(repo.path)))


@pytest.mark.parametrize(("command", "words"), ESCAPES.values(), ids=ESCAPES.keys())
def test_what_is_changed_outside_is_named_and_the_file_rejected(
    kept: GitRepo, tmp_path: Path, leaks: Leaks, command: str, words: str
) -> None:
    leaks.allow("stash", "*", reason="the stub stashes")
    leaks.allow("settings", "*", reason="the stub configures")
    with opened_worktree(kept, tmp_path) as tree:
        chain, outcome = worked(kept, tree, escaping(kept, command))
        assert [attempt.result for attempt in chain.attempts] == [AttemptResult.ESCAPED]
        assert isinstance(outcome, Rejected)
        assert outcome.reason.startswith("escaped: ")
        assert words in outcome.reason
        assert chain.best == {} == tree.snapshot()


def test_what_was_kept_before_is_rejected_too_and_nothing_more_is_tried(kept: GitRepo, tmp_path: Path) -> None:
    half = Editing((("A", "bad A", "good A"),), name="half")
    after = Editing((("B", "bad B", "good B"),), name="after")
    with opened_worktree(kept, tmp_path) as tree:
        chain, outcome = worked(kept, tree, half, escaping(kept, ESCAPES["writes"][0]), after)
        assert [attempt.fixer for attempt in chain.attempts] == ["half", "stub"]
        assert isinstance(outcome, Rejected)


@pytest.mark.parametrize("command", INSIDE.values(), ids=INSIDE.keys())
def test_what_git_is_made_to_do_inside_neither_lands_nor_stays(kept: GitRepo, tmp_path: Path, command: str) -> None:
    base, refs = kept.head, kept.refs()
    with opened_worktree(kept, tmp_path) as tree:
        chain, outcome = worked(kept, tree, stub_agent(*GOOD, "--run", command.replace("ORIG", base)))
        assert isinstance(outcome, Fixed), chain.attempts
        assert b"+good A\n+good B\n" in outcome.patch.data
        assert [blob.path for blob in outcome.patch.blobs] == [PATH]
        assert kept.git("-C", tree.root, "rev-parse", "HEAD", "--abbrev-ref", "HEAD").split() == [base, "HEAD"]
        assert kept.git("-C", tree.root, "diff", "--cached", "--name-only") == ""
        assert tree.snapshot() == chain.best
    assert (kept.head, kept.refs()) == (base, refs)


def test_a_job_that_is_watched(kept: GitRepo, tmp_path: Path) -> None:
    (task,) = commit_files(kept, CONTENT.replace("B", "C"))
    with job_on(kept, tmp_path / "job", escaping(kept, ESCAPES["writes"][0])) as job:
        outcome = fix_file(dataclasses.replace(job, watch=Watch(kept.opened(), job.site.folder)), task)
        assert isinstance(outcome, Rejected)
        assert [attempt.result for attempt in outcome.attempts] == [AttemptResult.ESCAPED]


def test_what_the_user_had_changed_before_is_nobodys_doing(kept: GitRepo, tmp_path: Path) -> None:
    kept.write("README.md", "mine\n")
    kept.write("notes.txt", "mine\n")
    with opened_worktree(kept, tmp_path) as tree:
        assert isinstance(worked(kept, tree, stub_agent(*GOOD))[1], Fixed)


def test_a_runs_own_refs_worktrees_and_files_do_not_count(kept: GitRepo) -> None:
    watch = Watch(kept.opened(), kept.path.parent / "run-1")
    before = watch.look()
    kept.git("update-ref", "refs/stomper/run-1/head", "HEAD")
    kept.git("worktree", "add", "-q", "--detach", kept.path.parent / "run-1" / "tree")
    note = kept.git_dir / "stomper" / "runs" / "run-1" / "note"
    note.parent.mkdir(parents=True)
    note.touch()
    assert watch.changes_since(before) == ""
    kept.git("worktree", "remove", "--force", kept.path.parent / "run-1" / "tree")
    kept.git("update-ref", "-d", "refs/stomper/run-1/head")


def test_a_refreshed_index_is_no_change(kept: GitRepo) -> None:
    """As an editor does at any time, by `git status`."""
    watch = Watch(kept.opened(), kept.path.parent / "run-1")
    before = watch.look()
    kept.git("update-index", "--really-refresh")
    (kept.git_dir / "index").touch()
    assert watch.changes_since(before) == ""


def test_only_agents_that_start_a_program_are_confined(kept: GitRepo) -> None:
    opened = kept.opened()
    assert confine(opened, Settings(), [Editing(())], kept.path.parent) == (None, None)
    watch = Watch(opened, kept.path.parent)
    assert confine(opened, Settings(sandbox="off"), [stub_agent()], kept.path.parent) == (None, watch)


def test_a_metered_agent_is_confined_as_any_other(kept: GitRepo, tmp_path: Path) -> None:
    settings = Settings(sandbox="off")
    agent = stub_agent()
    metered = meter([agent], dataclasses.replace(settings, agents=(agent.agent,)), tmp_path, math.inf, ())
    assert metered != (agent,)
    assert confine(kept.opened(), settings, metered, tmp_path) == (None, Watch(kept.opened(), tmp_path))


@pytest.mark.parametrize("mode", ["auto", "off"])
def test_a_run_keeps_its_agents_in_or_says_that_one_was_out(
    repo: GitRepo, stomper: Stomper, tmp_path: Path, mode: str
) -> None:
    """An agent of the configuration, with all that a run puts around it."""
    client = tmp_path / "client"
    client.write_text(f"#!/bin/sh\nsed -i '/import os/d' module_000.py\necho more >> {repo.path}/README.md\n")
    client.chmod(0o755)
    table = f'[tool.stomper.agent.mine]\nclient = "claude-code"\nprogram = "{client}"\n'
    repo.write("README.md", "read me\n")
    findings_repo(repo, 1, pyproject=f'[tool.stomper]\nfixers = ["mine"]\nsandbox = "{mode}"\n{table}')
    if mode == "auto" and find_sandbox(repo.path) is None:
        pytest.skip("no sandbox works here")
    done = stomper.run(repo, "fix", "-q", "-j", "1")
    assert (repo.read("README.md") == b"read me\n") is (mode == "auto"), done
    warning = "escaped: wrote README.md in your checkout (see `git status`)"
    assert (f"warning: an agent at work on module_000.py {warning}" in done.err) is (mode == "off"), done
    assert (warning in file_report(repo, "module_000.py").get("reason", "")) is (mode == "off")
