"""Where no sandbox works: a fixer that has changed what git, we or the user's tools go by is seen, and named."""

import subprocess
from pathlib import Path

import pytest

from stomper.worker.checkout_watch import Watch
from tests.kit.leaks import Kind, Leaks
from tests.kit.repo import GitRepo

# What a program does in the user's checkout, and the words by which that is named.
OUTSIDE = {
    "borrows objects": ("echo /elsewhere > .git/objects/info/alternates", "changed .git/objects/info/alternates"),
    "configures a submodule": ("echo x >> .git/modules/sub/config", "changed .git/modules/sub/config"),
    "gives a submodule a hook": ("echo x > .git/modules/sub/hooks/post-checkout", "sub/hooks/post-checkout"),
    "moves the ref of another run": ("git update-ref refs/stomper/other/head HEAD~1", "moved refs/stomper/other/head"),
    "leads a worktree of the user's elsewhere": (
        "echo /home/.git > .git/worktrees/theirs/gitdir",
        "changed .git/worktrees/theirs/gitdir",
    ),
    "makes a worktree": ("git worktree add -q --detach ../another", "changed .git/worktrees/another/gitdir"),
    "forges a reflog": ("echo x >> .git/logs/HEAD", "changed .git/logs/HEAD"),
    "forges what is learned": ("echo x > .git/stomper/learning.jsonl", "changed .git/stomper/learning.jsonl"),
    "forges the journal of another run": ("echo x > .git/stomper/runs/other/run.json", "stomper/runs/other/run.json"),
    "edits what git ignores": ("echo x >> .env", "wrote .env in your checkout (git ignores that"),
    "adds to an environment": (
        "echo x > .venv/lib/sitecustomize.py",
        "made .venv/lib/sitecustomize.py",
    ),
    "takes what git ignores away": ("rm .env", "deleted .env in your checkout (git ignores that"),
    "edits it and sets its time back": ("touch -r .env t; echo y > .env; touch -r t .env; rm t", "wrote .env"),
    "puts a pipe where rules are": ("mkfifo .git/hooks/pre-push", "changed .git/hooks/pre-push"),
}


KINDS: tuple[Kind, ...] = ("worktree", "ref", "settings", "fsck", "lock")


@pytest.fixture
def watched(repo: GitRepo) -> GitRepo:
    """A repository with all that: a submodule's folder, a worktree, runs of ours, files that are ignored."""
    repo.commit_file("a.py", "x = 1\n")
    repo.commit_file(".gitignore", ".env\n.venv/\n__pycache__/\n")
    repo.write(".env", "KEY=1\n")
    repo.write(".venv/lib/site.py", "")
    for name in ("modules/sub/config", "modules/sub/hooks/x", "stomper/learning.jsonl", "stomper/runs/other/run.json"):
        repo.write(f".git/{name}", "old\n")
    repo.write(".git/worktrees/theirs/gitdir", "/home/me/theirs/.git\n")
    repo.write(".git/info/exclude", "")
    repo.write(".git/hooks/x.sample", "")
    repo.git("update-ref", "refs/stomper/other/head", "HEAD")
    return repo


def allow(leaks: Leaks) -> None:
    for kind in KINDS:
        leaks.allow(kind, "*", reason="made here, or the attack")


def shell(repo: GitRepo, script: str) -> None:
    subprocess.run(script, shell=True, cwd=repo.path, check=True)


@pytest.mark.parametrize("what", OUTSIDE)
def test_it_is_named(watched: GitRepo, tmp_path: Path, leaks: Leaks, what: str) -> None:
    allow(leaks)
    script, words = OUTSIDE[what]
    watch = Watch(watched.opened(), tmp_path / "run-1")
    before = watch.look()
    shell(watched, script)
    assert words in watch.changes_since(before)


def test_what_tools_keep_for_themselves_is_not_looked_at(watched: GitRepo, tmp_path: Path, leaks: Leaks) -> None:
    allow(leaks)
    watch = Watch(watched.opened(), tmp_path / "run-1")
    before = watch.look()
    shell(watched, "mkdir -p .venv/__pycache__ __pycache__; touch .venv/__pycache__/x.pyc __pycache__/a.pyc")
    assert watch.changes_since(before) == ""
