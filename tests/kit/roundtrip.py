"""The way of a change: committed, made in a worktree, carried over as a patch, applied to a private index."""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from stomper.git.commits import apply_patch, fill_index, index_blobs, write_index_tree
from stomper.git.worktrees import changed_blobs
from stomper.models import Patch
from stomper.settings import Worktrees
from stomper.workspace.ladder import Rung
from stomper.workspace.shelf import Shelf
from stomper.workspace.worktree import Site, Worktree, clear_site
from tests.kit.repo import GitRepo

Files = Mapping[bytes, bytes | None]


@contextlib.contextmanager
def opened_worktree(repo: GitRepo, tmp_path: Path, commit: str | None = None) -> Iterator[Worktree]:
    """A worktree of `commit` (or HEAD), made and removed as in a run.

    It is made as the variable TEST_WORKTREES says; one that can be used again has been used before.
    """
    site = Site(repo.path, repo.git_dir / "stomper", tmp_path / "stomper" / "run-1", "run-1")
    site.state.mkdir(exist_ok=True)
    mode = cast("Worktrees", os.environ.get("TEST_WORKTREES", "fresh"))
    with contextlib.closing(Shelf(site, Rung(mode), "ours-")) as ours:
        frozen = ours.freeze(commit or repo.head)
        with contextlib.closing(Shelf(site, Rung(mode), "worker-", frozen)) as shelf:
            with shelf.open("0", commit or repo.head) as used:
                soil(used.root)
            with shelf.open("1", commit or repo.head) as tree:
                yield tree
    clear_site(site)


def soil(root: Path) -> None:
    """Leave a worktree as a careless program does."""
    for place in sorted(root.iterdir()):
        if place.is_dir() and not place.is_symlink() and place.name != ".git":
            shutil.rmtree(place)
            place.write_text("no folder any more")
        elif place.name != ".git":
            place.unlink()
    (root / "left" / "empty").mkdir(parents=True)
    (root / "left" / "trace.log").write_text("ignored, or not")
    os.mkfifo(root / "left" / "pipe")


def write(root: Path, files: Files) -> None:
    """Make the files what they are to be; None deletes."""
    for name, content in files.items():
        file = root / os.fsdecode(name)
        if content is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def commit_exactly(repo: GitRepo, files: Files) -> None:
    """Commit these bytes as they are, whatever configuration and attributes would make of them."""
    for name, content in files.items():
        blob = repo.git("hash-object", "-w", "--stdin", "--no-filters", stdin=content or b"")
        repo.git("update-index", "--add", "-z", "--index-info", stdin=f"100644 {blob}\t".encode() + name + b"\0")
    repo.git("commit", "--quiet", "--allow-empty", "-m", "base")


def patch_of(repo: GitRepo, tmp_path: Path, before: Files, after: Files) -> Patch:
    """Make `after` of `before` in a worktree, which is checked to be `before` first and again when rolled back."""
    with opened_worktree(repo, tmp_path) as tree:
        assert {name: (tree.root / os.fsdecode(name)).read_bytes() for name in before} == before
        clean = tree.snapshot()
        assert clean == {}
        write(tree.root, after)
        patch = tree.patch(tree.snapshot())
        tree.restore(clean)
        assert tree.snapshot() == clean
        assert {name: (tree.root / os.fsdecode(name)).read_bytes() for name in before} == before
    return patch


def assert_round_trip(repo: GitRepo, tmp_path: Path, before: Files, after: Files) -> bytes:
    """Commit `before`, make `after` of it in a worktree, carry it over as a patch. Returns the patch."""
    commit_exactly(repo, before)
    patch = patch_of(repo, tmp_path, before, after)
    different = {name for name, content in after.items() if content != before.get(name)}
    assert {os.fsencode(blob.path) for blob in patch.blobs} == different
    index = tmp_path / "index"
    fill_index(repo.path, index, repo.head)
    if patch.data:
        apply_patch(repo.path, index, patch.data)
    assert index_blobs(repo.path, index, [blob.path for blob in patch.blobs]) == patch.blobs
    landed = write_index_tree(repo.path, index)
    assert set(changed_blobs(repo.path, repo.head, landed)) == set(patch.blobs)
    for name, content in after.items():
        if content is not None:
            assert repo.content(os.fsdecode(name), landed) == content
    return patch.data
