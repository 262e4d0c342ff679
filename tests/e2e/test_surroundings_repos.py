"""A run in every kind of repository and checkout gives the same commits."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kit.cli import Result, Running, Stomper
from tests.kit.fakes import fake_fixer, fixer_table
from tests.kit.hermetic import Hermetic
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.twin import FIXED, RUN, SAMPLE, Twin, sample_repo

LFS = {"filter.lfs.clean": "git-lfs clean -- %f", "filter.lfs.smudge": "git-lfs smudge -- %f"}
LFS |= {"filter.lfs.process": "git-lfs filter-process", "filter.lfs.required": "true"}
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"

MakeRepo = Callable[[str], GitRepo]


def fixes_only(repo: GitRepo, base: str, result: Result, code: int = 0) -> None:
    """Fail unless the run fixed what is in the sample, and nothing else in a repository that has more."""
    result.check(code)
    changed = repo.git("diff", "--name-only", "-z", "--no-renames", base, "HEAD").split("\0")
    assert [path for path in changed if path] == sorted(FIXED)
    assert all(repo.content(path) == content for path, content in FIXED.items())
    assert repo.status() == []


def report_of(repo: GitRepo) -> dict[str, dict[str, object]]:
    """The files of the last run's report, by path."""
    newest = max((repo.git_dir / "stomper" / "runs").iterdir())
    return {file["path"]: file for file in json.loads((newest / "report.json").read_text())["files"]}


def test_in_a_sub_folder(stomper: Stomper, repo: GitRepo, twin: Twin) -> None:
    sample_repo(repo)
    twin.check(repo, stomper.run(repo.path / "app", *RUN, ".."))


@pytest.mark.thorough
def test_in_a_sub_folder_the_work_is_there(stomper: Stomper, repo: GitRepo) -> None:
    sample_repo(repo)
    done = stomper.run(repo.path / "app", *RUN)
    assert f"only app/, the current folder; for all: stomper -C {repo.path} fix\n" in done.err
    assert {path.partition("/")[0] for path in report_of(repo)} == {"app"}


def test_in_a_linked_worktree(stomper: Stomper, repo: GitRepo, twin: Twin, tmp_path: Path) -> None:
    sample_repo(repo)
    before = repo.checkout_state()
    linked = repo.add_worktree(tmp_path / "linked", "-b", "linked")
    twin.check(repo, stomper.run(linked, *RUN), "linked")
    assert repo.checkout_state() == before
    assert all((linked / path).read_bytes() == content for path, content in FIXED.items())
    assert subprocess.run(["git", "status", "--porcelain"], cwd=linked, capture_output=True).stdout == b""


def test_on_a_detached_head(stomper: Stomper, repo: GitRepo, twin: Twin) -> None:
    base = sample_repo(repo).head
    repo.git("checkout", "--quiet", "--detach")
    twin.check(repo, stomper.run(repo, *RUN))
    assert repo.branch == ""
    assert repo.rev("main") == base


@pytest.mark.thorough
def test_with_a_git_directory_elsewhere(stomper: Stomper, repo: GitRepo, twin: Twin, tmp_path: Path) -> None:
    sample_repo(repo)
    repo.git("init", "--quiet", "--template=", "--separate-git-dir", tmp_path / "elsewhere")
    repo.git_dir = tmp_path / "elsewhere"
    repo.agreed_settings = repo.settings()
    repo.own_worktrees.append(repo.git_dir)  # what `git worktree list` calls the main one
    twin.check(repo, stomper.run(repo, *RUN))


@pytest.mark.thorough
def test_with_a_working_tree_elsewhere(stomper: Stomper, repo: GitRepo, twin: Twin, tmp_path: Path) -> None:
    sample_repo(repo)
    repo.config("core.worktree", str(repo.path))
    twin.check(repo, stomper.run(repo, *RUN))


@pytest.mark.thorough
def test_with_configuration_per_worktree(stomper: Stomper, repo: GitRepo, twin: Twin) -> None:
    sample_repo(repo)
    repo.config("extensions.worktreeConfig", "true")
    repo.git("config", "--worktree", "core.autocrlf", "true")
    repo.git("config", "--worktree", "core.hooksPath", "/nowhere")
    twin.check(repo, stomper.run(repo, *RUN))


def test_in_a_path_with_odd_characters(stomper: Stomper, make_repo: MakeRepo, twin: Twin) -> None:
    repo = sample_repo(make_repo("sp ace/new\nline/qu'o\"te$(x) é"))
    twin.check(repo, stomper.run(repo, *RUN))


def clone(make_repo: MakeRepo, *options: str) -> GitRepo:
    """A clone of the sample, whose origin can be taken away."""
    origin = sample_repo(make_repo("origin"))
    origin.config("uploadpack.allowFilter", "true")
    origin.config("uploadpack.allowAnySHA1InWant", "true")
    made = make_repo("clone")
    made.git("remote", "add", "origin", origin.path.as_uri())
    if "--filter=blob:none" in options:
        made.config("remote.origin.promisor", "true")
        made.config("remote.origin.partialCloneFilter", "blob:none")
    made.git("fetch", "--quiet", *options, "origin", "main")
    return made


def cut_off(made: GitRepo) -> None:
    origin = made.path.with_name("origin")
    origin.rename(origin.with_name("gone"))


def test_in_a_shallow_clone(stomper: Stomper, make_repo: MakeRepo, twin: Twin) -> None:
    made = clone(make_repo, "--depth=1")
    made.git("checkout", "--quiet", "-B", "main", "FETCH_HEAD")
    cut_off(made)
    assert made.git("rev-parse", "--is-shallow-repository") == "true"
    twin.check(made, stomper.run(made, *RUN))


@pytest.mark.thorough
def test_in_a_partial_clone_without_its_origin(stomper: Stomper, make_repo: MakeRepo, twin: Twin) -> None:
    made = clone(make_repo, "--filter=blob:none")
    made.git("checkout", "--quiet", "-B", "main", "FETCH_HEAD")
    cut_off(made)
    twin.check(made, stomper.run(made, *RUN))


@pytest.mark.matrix
@pytest.mark.parametrize("cut", [True, False], ids=["offline", "online"])
@pytest.mark.parametrize("old_git", [False, True], ids=["", "a git that cannot be told"])
def test_missing_blobs_of_a_partial_clone_are_not_fetched(
    stomper: Stomper, make_repo: MakeRepo, tmp_path: Path, cut: bool, old_git: bool
) -> None:
    made = clone(make_repo, "--filter=blob:none")
    made.git("sparse-checkout", "set", "--no-cone", "/pyproject.toml", "/app/")
    made.git("checkout", "--quiet", "-B", "main", "FETCH_HEAD")
    if cut:
        cut_off(made)
    before = made.checkout_state()
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    git.write_text(f"#!/bin/sh\nunset GIT_NO_LAZY_FETCH\nexec '{shutil.which('git')}' \"$@\"\n")
    git.chmod(0o755 if old_git else 0o644)
    result = stomper.run(made, *RUN, env={"PATH": f"{git.parent}:{os.environ['PATH']}"}).check(3)
    assert "In a partial clone, fetch it first" in result.err
    assert made.checkout_state() == before
    assert "?" in made.git("rev-list", "--objects", "--missing=print", "HEAD")


@pytest.mark.parametrize("mode", ["--cone", "--no-cone"])
def test_in_a_sparse_checkout(stomper: Stomper, repo: GitRepo, mode: str) -> None:
    sample_repo(repo)
    repo.write("lib/deep/outside.py", SAMPLE["b.py"])
    base = repo.commit("more")
    repo.git("sparse-checkout", "set", mode, *(["app"] if mode == "--cone" else ["/*", "!/lib/"]))
    index = repo.git("ls-files", "-t")
    assert "S lib/deep/outside.py" in index
    fixes_only(repo, base, stomper.run(repo, *RUN), code=1)
    assert repo.git("ls-files", "-t") == index
    assert not (repo.path / "lib").exists()
    assert report_of(repo)["lib/deep/outside.py"]["reason"] == "outside the sparse checkout"


def test_with_a_submodule(stomper: Stomper, repo: GitRepo, make_repo: MakeRepo, hermetic: Hermetic) -> None:
    sample_repo(repo)
    inner = make_repo("repo/sub")
    inner.write("bad.py", SAMPLE["b.py"])
    commit = inner.commit("inner")
    repo.write(".gitmodules", '[submodule "sub"]\n\tpath = sub\n\turl = ../inner\n')
    base = repo.commit("with submodule")
    inner.write("bad.py", SAMPLE["b.py"] + b"\n")
    hermetic.set_git_config("submodule.recurse", "true")
    result = stomper.run(repo, *RUN)
    assert inner.status() == [" M bad.py"]
    inner.write("bad.py", SAMPLE["b.py"])
    fixes_only(repo, base, result)
    assert repo.git("rev-parse", "HEAD:sub") == inner.head == commit


@pytest.mark.thorough
def test_with_a_gitlink_that_is_not_there(stomper: Stomper, repo: GitRepo) -> None:
    sample_repo(repo)
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub.py")
    repo.path.joinpath("sub.py").mkdir()
    base = repo.commit("gitlink")
    fixes_only(repo, base, stomper.run(repo, *RUN), code=1)
    assert report_of(repo)["sub.py"]["reason"] == "is a submodule"


@pytest.mark.thorough
def test_with_lfs_pointers_and_no_lfs(stomper: Stomper, repo: GitRepo, hermetic: Hermetic) -> None:
    sample_repo(repo)
    repo.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
    pointer = repo.write("big.bin", POINTER)
    os.utime(pointer, (1_000_000_000, 1_000_000_000))
    base = repo.commit("pointers")
    for name, value in LFS.items():
        hermetic.set_git_config(name, value)
    fixes_only(repo, base, stomper.run(repo, *RUN))
    assert repo.read("big.bin") == POINTER.encode()


def test_a_filter_that_fails_keeps_the_result_on_its_ref(
    stomper: Stomper, repo: GitRepo, leaks: Leaks, tmp_path: Path
) -> None:
    """A filter that comes during the run: files of those that are there before are left alone."""
    attributes = repo.git_dir / "info" / "attributes"
    settings = {"clean": "cat", "smudge": f"{tmp_path}/no-such-program", "required": "true"}
    arm = "; ".join(f"git config filter.broken.{name} {value}" for name, value in settings.items())
    sample_repo(repo, pyproject=fixer_table("armer", fake_fixer("--run", arm)))
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text("b.py filter=broken\n")
    before = repo.checkout_state()
    result = stomper.run(repo, *RUN, "--fixer", "armer", "--fixer", "ruff").check(3)
    repo.agreed_settings = repo.settings()
    assert "not delivered: a filter of the working tree fails for b.py" in result.out
    assert "The result is safe on refs/stomper/" in result.out
    leaks.expect("ref", "refs/stomper/*/head", reason="git could not write the files")
    (ref,) = repo.refs("refs/stomper")
    assert all(repo.content(path, ref) == content for path, content in FIXED.items())
    assert repo.checkout_state() == before
    assert repo.status() == []


def test_with_links_to_the_outside(stomper: Stomper, repo: GitRepo, tmp_path: Path) -> None:
    outside = tmp_path / "outside" / "bad.py"
    outside.parent.mkdir()
    outside.write_bytes(SAMPLE["b.py"])
    sample_repo(repo)
    (repo.path / "link.py").symlink_to(outside)
    (repo.path / "folder").symlink_to(outside.parent)
    (repo.path / "dangling.py").symlink_to("nowhere.py")
    base = repo.commit("links")
    fixes_only(repo, base, stomper.run(repo, *RUN))
    assert outside.read_bytes() == SAMPLE["b.py"]
    assert (repo.path / "link.py").readlink() == outside


@pytest.mark.thorough
def test_beside_gc_and_prune(stomper: Stomper, repo: GitRepo, twin: Twin, hermetic: Hermetic, tmp_path: Path) -> None:
    sample_repo(repo)
    loop = "while [ ! -e ../stop ]; do git worktree prune --expire=now; git gc --quiet; echo . >> ../turns; done"
    beside = Running(["sh", "-c", loop], repo.path, os.environ, hermetic.logs, None)
    result = stomper.run(repo, *RUN)
    (tmp_path / "stop").touch()
    beside.result().check(0)
    assert (tmp_path / "turns").stat().st_size > 2
    twin.check(repo, result)
