"""The way of a change: committed, made in a worktree, carried over as a patch, applied to a private index."""

import os
from collections.abc import Mapping
from pathlib import Path

from stomper.git.commits import apply_patch, fill_index, index_blobs, write_index_tree
from stomper.git.worktrees import (
    changed_blobs,
    make_patch,
    populate_worktree,
    register_worktree,
    restore,
    snapshot,
    unregister_worktree,
)
from tests.kit.repo import GitRepo

Files = Mapping[bytes, bytes | None]


def write(root: Path, files: Files) -> None:
    for name, content in files.items():
        file = root / os.fsdecode(name)
        if content is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def commit_exactly(repo: GitRepo, files: Files) -> None:
    """Commit these bytes as they are, whatever the configuration would make of them."""
    for name, content in files.items():
        blob = repo.git("hash-object", "-w", "--stdin", "--no-filters", stdin=content or b"")
        repo.git("update-index", "--add", "-z", "--index-info", stdin=f"100644 {blob}\t".encode() + name + b"\0")
    repo.git("commit", "--quiet", "--allow-empty", "-m", "base")


def assert_round_trip(repo: GitRepo, tmp_path: Path, before: Files, after: Files) -> bytes:
    """Commit `before`, make `after` of it in a worktree, carry it over as a patch. Returns the patch."""
    commit_exactly(repo, before)
    tree = tmp_path / "tree"
    register_worktree(repo.path, tree, repo.head, "test")
    try:
        populate_worktree(tree)
        for name, content in before.items():
            assert (tree / os.fsdecode(name)).read_bytes() == content
        clean = snapshot(tree)
        assert clean == repo.tree()
        write(tree, after)
        changed = snapshot(tree)
        blobs = changed_blobs(repo.path, repo.head, changed)
        patch = make_patch(repo.path, repo.head, changed)
        restore(tree, clean)
        assert snapshot(tree) == clean
    finally:
        unregister_worktree(repo.path, tree)
    assert {os.fsencode(blob.path) for blob in blobs} == {
        name for name, content in after.items() if content != before.get(name)
    }
    index = tmp_path / "index"
    fill_index(repo.path, index, repo.head)
    if patch:
        apply_patch(repo.path, index, patch)
    assert index_blobs(repo.path, index, [blob.path for blob in blobs]) == blobs
    assert write_index_tree(repo.path, index) == changed
    for name, content in after.items():
        if content is not None:
            assert repo.git_bytes("cat-file", "blob", f"{changed}:{os.fsdecode(name)}") == content
    return patch
