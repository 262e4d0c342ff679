"""From a change in a worktree to the same blobs in the parent's index: every byte and every name."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from stomper.errors import GitError
from stomper.git.commits import apply_patch, fill_index, index_blobs, write_index_tree
from stomper.git.worktrees import changed_blobs, make_patch
from stomper.models import Blob
from tests.kit.contents import CONTENTS, ODD_NAMES, random_content, random_edit, random_name
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import assert_round_trip


@pytest.mark.parametrize(("before", "after"), CONTENTS.values(), ids=CONTENTS.keys())
def test_contents_arrive_byte_for_byte(repo: GitRepo, tmp_path: Path, before: bytes, after: bytes) -> None:
    assert_round_trip(repo, tmp_path, {b"a.py": before}, {b"a.py": after})


@pytest.mark.parametrize("name", ODD_NAMES, ids=repr)
def test_names_arrive_byte_for_byte(repo: GitRepo, tmp_path: Path, name: bytes) -> None:
    assert_round_trip(repo, tmp_path, {name: b"one\n", b"other": b"x\n"}, {name: b"two\n"})


def test_all_odd_names_at_once(repo: GitRepo, tmp_path: Path) -> None:
    names = [name for name in ODD_NAMES if name not in (b"a/b/c", b"b/a/c")]
    after: dict[bytes, bytes | None] = {name: os.urandom(3) for name in names[1:]}
    after |= {names[0]: None, b"new " + names[1]: b"created\r\n"}
    assert_round_trip(repo, tmp_path, dict.fromkeys(names, b"one\n"), after)


def test_files_that_come_and_go(repo: GitRepo, tmp_path: Path) -> None:
    before = {b"gone.py": b"same\n" * 50, b"empty.py": b"", b"bin": b"\0" * 500, b"stays.py": b""}
    after = {b"gone.py": None, b"came.py": b"same\n" * 50, b"empty.py": None, b"bin": None, b"deep/er/bin": b"\0" * 500}
    assert_round_trip(repo, tmp_path, before, after)


def test_modes_and_links_arrive(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("plain", "x")
    repo.write("program", "x", executable=True)
    repo.path.joinpath("link").symlink_to("plain")
    base = repo.commit()
    repo.path.joinpath("plain").chmod(0o755)
    repo.path.joinpath("program").chmod(0o644)
    repo.path.joinpath("link").unlink()
    repo.path.joinpath("link").symlink_to("program")
    after = repo.commit()
    index = tmp_path / "index"
    fill_index(repo.path, index, base)
    apply_patch(repo.path, index, make_patch(repo.path, base, after))
    blobs = changed_blobs(repo.path, base, after)
    assert [(blob.path, blob.mode) for blob in blobs] == [
        ("link", "120000"),
        ("plain", "100755"),
        ("program", "100644"),
    ]
    assert index_blobs(repo.path, index, ["link", "plain", "program"]) == blobs
    assert write_index_tree(repo.path, index) == repo.tree()


def test_a_patch_holds_all_that_is_needed(repo: GitRepo, make_repo: Callable[[str], GitRepo], tmp_path: Path) -> None:
    """The objects it was made from may be gone when it is applied: after `gc`, or in a clone."""
    before = {f"{number}": content for number, (content, _) in enumerate(CONTENTS.values())}
    after = {f"{number}": content for number, (_, content) in enumerate(CONTENTS.values())}
    commits = []
    for files in (before, after):
        for name, content in files.items():
            repo.write(name, content)
        commits.append(repo.commit())
    patch = make_patch(repo.path, *commits)
    clone = make_repo("clone")
    repo.git("branch", "base", commits[0])
    clone.git("fetch", "--quiet", repo.path, "base")
    index = tmp_path / "index"
    fill_index(clone.path, index, commits[0])
    apply_patch(clone.path, index, patch)
    assert write_index_tree(clone.path, index) == repo.tree()


@pytest.mark.parametrize("seed", range(12))
def test_random_changes_arrive(repo: GitRepo, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    names = {b"%d/" % n + random_name(rng) for n in range(8)}
    before = {name: random_content(rng) for name in sorted(names)}
    after: dict[bytes, bytes | None] = {
        name: rng.choice([random_edit(rng, content), random_content(rng), None]) for name, content in before.items()
    }
    after[b"new/" + random_name(rng)] = random_content(rng)
    assert_round_trip(repo, tmp_path, before, after)


def test_a_patch_that_does_not_apply_is_refused_and_leaves_the_index(repo: GitRepo, tmp_path: Path) -> None:
    base = repo.commit_file("a.py", "one\ntwo\n")
    patch = make_patch(repo.path, base, repo.commit_file("a.py", "one\n2\n"))
    other = repo.commit_file("a.py", "something else\n")
    index = tmp_path / "index"
    fill_index(repo.path, index, other)
    for three_way in (False, True):
        with pytest.raises(GitError):
            apply_patch(repo.path, index, patch, three_way=three_way)
        assert three_way or write_index_tree(repo.path, index) == repo.tree(other)
        fill_index(repo.path, index, other)


def test_a_three_way_patch_is_merged(repo: GitRepo, tmp_path: Path) -> None:
    lines = [f"{n}\n" for n in range(20)]
    base = repo.commit_file("a.py", "".join(lines))
    patch = make_patch(repo.path, base, repo.commit_file("a.py", "".join([*lines[:-1], "last\n"])))
    moved = repo.commit_file("a.py", "".join(["first\n", "more\n", *lines[1:]]))
    index = tmp_path / "index"
    fill_index(repo.path, index, moved)
    apply_patch(repo.path, index, patch, three_way=True)
    (blob,) = index_blobs(repo.path, index, ["a.py"])
    assert repo.git("cat-file", "blob", blob.id or "").splitlines()[::21] == ["first"]
    assert repo.git("cat-file", "blob", blob.id or "").endswith("last")


def test_what_an_index_does_not_hold_has_no_blob(repo: GitRepo, tmp_path: Path) -> None:
    commit = repo.commit_file("a*.py", "x")
    index = tmp_path / "index"
    fill_index(repo.path, index, commit)
    found = index_blobs(repo.path, index, ["a*.py", "abc.py", "*"])
    assert [blob.id is None for blob in found] == [False, True, True]
    assert found[1] == Blob("abc.py", None, None)


def test_the_users_index_and_files_are_not_touched(repo: GitRepo, tmp_path: Path) -> None:
    base = repo.commit_file("a.py", "one\n")
    after = repo.commit_file("a.py", "two\n")
    repo.write("a.py", "edited\n")
    repo.write("staged.py", "")
    repo.git("add", "staged.py")
    before, raw = repo.checkout_state(), (repo.git_dir / "index").read_bytes()
    index = tmp_path / "index"
    fill_index(repo.path, index, base)
    apply_patch(repo.path, index, make_patch(repo.path, base, after))
    write_index_tree(repo.path, index)
    assert repo.checkout_state() == before
    assert (repo.git_dir / "index").read_bytes() == raw
