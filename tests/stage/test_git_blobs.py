"""Blobs in and out of the object store, unconverted."""

import os
from pathlib import Path

import pytest

from stomper.errors import GitError
from stomper.git import blobs as blobs_module
from stomper.git.blobs import hash_files, hash_links, read_blobs, stage_blobs
from stomper.git.commits import fill_index, index_blobs, write_index_tree
from stomper.git.ignores import Rules, users_rules
from stomper.git.trees import GITLINK, tree_entries
from stomper.models import Blob
from tests.kit.contents import ODD_NAMES
from tests.kit.repo import GitRepo

ODD = sorted(os.fsdecode(name) for name in ODD_NAMES)


def test_blobs_are_read_in_order_byte_for_byte(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs_module, "BATCH", 3)
    contents = [b"", b"\n", b"one\r\n\0\xff", b"blob 3\nabc", b"x" * 100, b"same", b"same"]
    for number, content in enumerate(contents):
        repo.write(f"{number}", content)
    repo.commit()
    entries = tree_entries(repo.path, "HEAD").values()
    assert [(entry.path, content) for entry, content in read_blobs(repo.path, entries)] == [
        (str(number), content) for number, content in enumerate(contents)
    ]
    assert list(read_blobs(repo.path, [])) == []


def test_a_missing_object_is_named(repo: GitRepo) -> None:
    repo.commit_file("a.py", "one\n")
    entries = list(tree_entries(repo.path, "HEAD").values())
    place = repo.git_dir / "objects" / entries[0].blob[:2] / entries[0].blob[2:]
    away = place.rename(repo.git_dir / "away")
    with pytest.raises(GitError, match=r"of a\.py is not here") as caught:
        list(read_blobs(repo.path, entries))
    assert caught.value.hint
    away.rename(place)


def test_files_are_stored_as_they_are(repo: GitRepo, tmp_path: Path) -> None:
    repo.config("core.autocrlf", "true")
    repo.write(".gitattributes", "* text eol=crlf ident\n")
    for name in ODD:
        repo.write(name, "one\r\n$Id: x $\r\n")
    stored = hash_files(repo.path, repo.path, ODD, tmp_path)
    assert list(stored) == ODD
    assert {repo.git_bytes("cat-file", "blob", blob) for blob in stored.values()} == {b"one\r\n$Id: x $\r\n"}
    assert hash_files(repo.path, repo.path, [], tmp_path) == {}


def test_links_are_stored_by_their_target(repo: GitRepo) -> None:
    target = b"no such \xe9\n"
    repo.path.joinpath("link").symlink_to(os.fsdecode(target))
    assert repo.git_bytes("cat-file", "blob", hash_links(repo.path, repo.path, ["link"])["link"]) == target


def test_ignored_paths_are_found_among_names_of_every_kind(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit_file(".gitignore", "*.log\n")
    rules = Rules(repo.path, tmp_path, tree_entries(repo.path, "HEAD"), users_rules(repo.path, repo.git_dir))
    assert rules.ignored([*ODD, *(f"{name}.log" for name in ODD)]) == {f"{name}.log" for name in ODD}
    assert rules.ignored(ODD) == frozenset()


def test_blobs_are_staged_into_a_private_index(repo: GitRepo, tmp_path: Path) -> None:
    for name in ODD:
        repo.write(name, "one\n")
    repo.write("gone.py", "one\n")
    repo.git("update-index", "--add", "--cacheinfo", f"{GITLINK},{'1' * 40},sub")
    repo.git("add", "--all", "--", ".", ":!sub")
    repo.git("commit", "--quiet", "-m", "base")
    raw = (repo.git_dir / "index").read_bytes()
    new = repo.git("hash-object", "-w", "--stdin", stdin=b"two\n")
    wanted = [*(Blob(name, "100755", new) for name in ODD), Blob("gone.py", None, None), Blob("new.py", "100644", new)]
    index = tmp_path / "index"
    fill_index(repo.path, index, repo.head)
    stage_blobs(repo.path, index, wanted)
    assert index_blobs(repo.path, index, [blob.path for blob in wanted]) == tuple(wanted)
    after = tree_entries(repo.path, write_index_tree(repo.path, index))
    assert sorted(after) == sorted([*ODD, "new.py", "sub"])
    assert (repo.git_dir / "index").read_bytes() == raw
