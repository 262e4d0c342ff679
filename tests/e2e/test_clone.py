"""Plain clones for tests: like the user's checkout in what git says there, and nothing in them leads back to it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.git.commits import commit_tree, fill_index, write_index_tree
from stomper.workspace.clone import Clones, carry_over, make_clones
from stomper.workspace.worktree import Site, clear_site, worktree
from tests.kit.cli import Stomper
from tests.kit.gates import changed_paths, dropped, gate_repo, modules
from tests.kit.kills import KILLED, crash_at
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

pytestmark = pytest.mark.unproved  # the gate has something to say of what proof would withhold

BRANCH = "refs/heads/main"
ON_A_BRANCH = """\
from pathlib import Path

def test_branch():
    import m01
    assert Path(".git/HEAD").read_text().startswith("ref: refs/heads/")
    assert m01.dumps
"""


@pytest.fixture
def site(repo: GitRepo, tmp_path: Path) -> Iterator[Site]:
    """A repository with a branch, a tag, a remote, a hook and a run of ours."""
    repo.git("checkout", "-q", "-b", "main")
    repo.write("run.sh", "#!/bin/sh\n", executable=True)
    repo.commit_file("a.py", "A = 1\n")
    repo.git("tag", "-a", "v1", "-m", "one")
    repo.commit_file("b.py", "B = 1\n")
    repo.git("update-ref", "refs/remotes/origin/main", repo.head)
    repo.git("update-ref", "refs/stomper/old/head", repo.head)
    repo.git("config", "remote.origin.url", "/nowhere")
    repo.hook("post-checkout", f"touch {tmp_path}/hooked")
    repo.agreed_settings = repo.settings()
    site = Site(repo.path, repo.git_dir / "stomper", tmp_path / "stomper" / "run-1", "run-1")
    site.state.mkdir(exist_ok=True)
    site.folder.mkdir(parents=True)
    yield site
    clear_site(site)
    assert not site.folder.exists()
    repo.git("update-ref", "-d", "refs/stomper/old/head")
    assert not (tmp_path / "hooked").exists()


def git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def clones_of(site: Site, repo: GitRepo) -> Clones:
    return make_clones(site, repo.head, BRANCH)


def test_a_clone_is_like_the_checkout(site: Site, repo: GitRepo) -> None:
    with clones_of(site, repo).open("a", repo.head) as clone:
        root = clone.root
        assert (root / ".git").is_dir()
        assert root.name == repo.path.name
        assert git(root, "symbolic-ref", "HEAD") == BRANCH
        assert git(root, "rev-parse", "HEAD") == repo.head
        assert git(root, "rev-parse", "--git-dir") == ".git"
        assert git(root, "describe") == git(repo.path, "describe")
        assert git(root, "status", "--porcelain") == ""
        assert git(root, "log", "--format=%H") == git(repo.path, "log", "--format=%H")
        assert os.access(root / "run.sh", os.X_OK)
        assert git(root, "rev-parse", "origin/main") == repo.head
        (root / "a.py").write_text("A = 2\n")
        clone.restore({})
        assert (root / "a.py").read_text() == "A = 1\n"
    assert not root.exists()


def test_nothing_in_a_clone_leads_back(site: Site, repo: GitRepo) -> None:
    state, refs = repo.checkout_state(), repo.refs()
    objects = {file: file.stat() for file in (repo.git_dir / "objects").rglob("*") if file.is_file()}
    with clones_of(site, repo).open("a", repo.head) as clone:
        root = clone.root
        assert git(root, "remote") == ""
        assert git(root, "for-each-ref", "refs/stomper") == ""
        assert git(root, "config", "core.hooksPath") == os.devnull
        assert str(repo.path) not in "".join(
            file.read_text(errors="replace") for file in (root / ".git").rglob("*") if file.is_file()
        )
        git(root, "commit", "--allow-empty", "-m", "by a test")
        git(root, "gc", "--prune=now")
        assert git(root, "rev-parse", f"HEAD~1:{'a.py'}") == git(repo.path, "rev-parse", "HEAD:a.py")
    assert not (site.folder / "clone-store" / "objects" / "info" / "alternates").exists()
    assert all(file.stat().st_nlink == facts.st_nlink == 1 for file, facts in objects.items())
    assert (repo.checkout_state(), repo.refs()) == (state, refs)


def test_a_clone_of_a_commit_that_came_later(site: Site, repo: GitRepo) -> None:
    clones = clones_of(site, repo)
    base, index = repo.head, site.folder / "index"
    fill_index(repo.path, index, base)
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"NEW = 1\n")
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},new.py", env={"GIT_INDEX_FILE": str(index)})
    commit = commit_tree(repo.path, write_index_tree(repo.path, index), [base], "later", nameless_too=True)
    with clones.open("a", commit) as clone:
        assert (clone.root / "new.py").read_text() == "NEW = 1\n"
        assert git(clone.root, "log", "--format=%H").split() == [commit, *git(repo.path, "log", "--format=%H").split()]
        assert git(clone.root, "symbolic-ref", "HEAD") == BRANCH


def test_a_detached_head_is_one_in_a_clone_too(site: Site, repo: GitRepo) -> None:
    with make_clones(site, repo.head, None).open("a", repo.head) as clone:
        assert (clone.root / ".git" / "HEAD").read_text() == f"{repo.head}\n"


def test_what_a_repository_borrows_is_copied(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file("a.py", "A = 1\n")
    borrower = GitRepo(tmp_path / "borrower")
    alternates = borrower.git_dir / "objects" / "info" / "alternates"
    alternates.write_text(f"{repo.git_dir}/objects\n")
    borrower.git("update-ref", "HEAD", repo.head)
    site = Site(borrower.path, borrower.git_dir / "stomper", tmp_path / "worktrees" / "run-1", "run-1")
    site.state.mkdir()
    site.folder.mkdir(parents=True)
    with make_clones(site, repo.head, None).open("a", repo.head) as clone:
        alternates.write_text("")
        (repo.git_dir / "objects").rename(tmp_path / "away")
        assert git(clone.root, "show", "HEAD:a.py") == "A = 1"
        (tmp_path / "away").rename(repo.git_dir / "objects")
    clear_site(site)


def test_what_was_changed_is_carried_over(site: Site, repo: GitRepo) -> None:
    with worktree(site, "b", repo.head) as tree, clones_of(site, repo).open("a", repo.head) as clone:
        (tree.root / "a.py").write_text("A = 2\n")
        (tree.root / "b.py").unlink()
        (tree.root / "new").mkdir()
        (tree.root / "new" / "link").symlink_to("../a.py")
        carry_over(tree.snapshot(), tree.root, clone.root)
        assert clone.snapshot() == tree.snapshot()


@pytest.mark.parametrize("mode", ["final", pytest.param("full", marks=pytest.mark.matrix)])
def test_a_test_that_needs_a_branch_guards(mode: str, repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 3, mode=mode, files={"tests/test_more.py": ON_A_BRANCH})
    base = repo.head
    result = stomper.run(repo, "fix").check(1)
    name = "tests.test_more::test_branch"
    assert f"the worktree is not representative: only in a plain clone can {name} pass" in result.err
    assert dropped(repo) == {"m01.py": [name]}
    assert changed_paths(repo, base) == modules(0, 2)
    tests = report_of(repo)["tests"]
    assert tests["only_in_clone"] == [name]
    assert tests["baseline"] == {"passed": 2, "failed": 0, "known_failures": []}
    assert "not guard" not in result.out


@pytest.mark.thorough
def test_a_conftest_that_needs_a_branch(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 2, needed=[1], files={"conftest.py": "open('.git/HEAD').close()\n"})
    result = stomper.run(repo, "fix").check(1)
    assert "the worktree is not representative" in result.err
    assert set(dropped(repo)) == {"m01.py"}


@pytest.mark.thorough
def test_what_is_red_in_a_clone_too_is_red(repo: GitRepo, stomper: Stomper) -> None:
    untracked = "import pathlib, pytest\ndef test_untracked(): assert pathlib.Path('local.txt').exists()\n"
    untracked += "@pytest.mark.skip\ndef test_skipped(): pass\n"
    gate_repo(repo, 2, files={"tests/test_more.py": untracked, ".gitignore": "local.txt\n"})
    repo.write("local.txt", "")
    result = stomper.run(repo, "fix").check()
    assert "representative" not in result.err
    assert "2 of 3 tests do not guard: 1 failed before, 1 is skipped\n" in result.out


@pytest.mark.thorough
def test_a_run_killed_among_its_clones_leaves_none(repo: GitRepo, stomper: Stomper) -> None:
    gate_repo(repo, 2, files={"tests/test_more.py": ON_A_BRANCH})
    assert stomper.run(repo, "fix", env=crash_at("recheck")).code == KILLED
    stomper.run(repo, "cleanup").check()
