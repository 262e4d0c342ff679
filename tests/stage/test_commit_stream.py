"""Commits that are built in memory: the same trees and commits as git's own, and nothing that git would not take."""

import contextlib
import dataclasses
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.errors import GitError
from stomper.git import commit_stream, new_objects
from stomper.git.blobs import blob_id
from stomper.git.commit_stream import CommitStream, PatchRefusedError
from stomper.git.commits import commit_tree
from stomper.git.worktrees import changed_blobs, make_patch
from stomper.models import Blob, Patch
from tests.kit.contents import random_content, random_edit
from tests.kit.repo import GitRepo

PATHS = ("a.py", "pkg/b.py", "pkg/sub/c.py", "pkg/sub/d.py", "pkg-x/e.py", "pkg.y/f.py")


@pytest.fixture
def stream(repo: GitRepo, tmp_path: Path) -> Iterator[CommitStream]:
    with contextlib.closing(CommitStream(repo.path, tmp_path / "index")) as made:
        yield made


def change(repo: GitRepo, files: dict[str, bytes]) -> tuple[str, Patch]:
    """Change files of HEAD. Returns the tree of all of it, and the patch; HEAD stays as it was."""
    base = repo.head
    for path, content in files.items():
        repo.write(path, content)
    after = repo.commit()
    repo.git("reset", "--quiet", "--hard", base)
    return repo.tree(after), Patch(make_patch(repo.path, base, after), changed_blobs(repo.path, base, after))


def by_hand_only(stream: CommitStream) -> bool:
    """Say whether it has never called `git apply`, which would need the private index."""
    return not stream.index.exists()


def test_changes_of_lines_lead_to_gits_own_trees_without_git(repo: GitRepo, stream: CommitStream) -> None:
    draw = random.Random(7)
    for path in PATHS:
        repo.write(path, random_content(draw))
    repo.commit()
    for _ in range(12):
        files = {path: random_edit(draw, repo.read(path)) for path in draw.sample(PATHS, draw.randint(1, 3))}
        if all(repo.read(path) == content for path, content in files.items()):
            continue
        tree, patch = change(repo, files)
        assert stream.tree_with(repo.tree(), patch) == tree
        stream.store()
        assert repo.git("ls-tree", "-r", tree)


def test_a_plain_change_needs_no_private_index(repo: GitRepo, stream: CommitStream) -> None:
    for path in PATHS:
        repo.write(path, "one\ntwo\nthree")
    repo.commit()
    tree, patch = change(repo, dict.fromkeys(PATHS, b"zero\none\n2\nthree\n"))
    assert stream.tree_with(repo.tree(), patch) == tree
    assert by_hand_only(stream)


@pytest.mark.parametrize("small", [True, False])
def test_many_commits_one_on_the_other_are_whole_and_gits_own(
    small: bool, repo: GitRepo, stream: CommitStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if trees are forgotten at once, and if objects are stored one by one."""
    if small:
        monkeypatch.setattr(commit_stream, "MOST_BYTES", 1)
        monkeypatch.setattr(new_objects, "MOST_BYTES", 1)
    paths = [f"flat/m{number:03}.py" for number in range(120)]
    for path in paths:
        repo.write(path, "one\n")
    base = repo.commit()
    _, whole = change(repo, dict.fromkeys(paths, b"two\n"))
    sections = [b"diff --git " + section for section in whole.data.split(b"diff --git ")[1:]]
    head = base
    for number in range(12 if small else 120):
        patch = Patch(sections[number], whole.blobs[number : number + 1])
        head = stream.commit(stream.tree_with(stream.tree_of(head), patch), head, f"change {number}\n")
    stream.store()
    assert by_hand_only(stream)
    repo.git("fsck", "--strict", head)
    assert len(repo.git("rev-list", f"{base}..{head}").split()) == number + 1
    assert repo.git("diff", "--name-only", base, head).split() == paths[: number + 1]
    assert repo.git("diff", "--name-only", f"{head}~1", head) == paths[number]
    # The same by git's own index and tree writer.
    repo.git("read-tree", head)
    assert repo.git("write-tree") == repo.tree(head)
    repo.git("reset", "--quiet", "--hard")


@pytest.fixture
def in_india(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Kolkata")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_india")
@pytest.mark.parametrize("set_date", [True, False])
def test_a_commit_is_what_git_would_have_made(
    set_date: bool, repo: GitRepo, stream: CommitStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in ("AUTHOR", "COMMITTER"):
        if set_date:
            monkeypatch.setenv(f"GIT_{who}_DATE", "2001-02-03T04:05:06+0700")
        else:
            monkeypatch.delenv(f"GIT_{who}_DATE", raising=False)
    repo.config("user.name", "Zoë O'Neill")
    repo.config("i18n.commitEncoding", "latin-1")
    repo.config("commit.gpgSign", "true")
    repo.commit_file("a.py", "one\n")
    message = "Subject with ü\n\nbody  \n\n\nlast: line\n"
    for _ in range(3):  # the second may have just passed
        ours = stream.commit(repo.tree(), repo.head, message)
        theirs = commit_tree(repo.path, repo.tree(), [repo.head], message)
        if ours == theirs:
            break
    stream.store()
    assert repo.git_bytes("cat-file", "commit", ours) == repo.git_bytes("cat-file", "commit", theirs)


@pytest.mark.parametrize("name", [b"Andr\xe9 M\xc3\xbcller", b""])
def test_odd_and_missing_names_are_gits_own_too(
    name: bytes, repo: GitRepo, stream: CommitStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit_file("a.py", "one\n")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_DATE", "981173106 +0000")
        monkeypatch.delenv(f"GIT_{who}_NAME", raising=False)
        monkeypatch.delenv(f"GIT_{who}_EMAIL", raising=False)
    if name:
        with (repo.git_dir / "config").open("ab") as file:
            file.write(b"[user]\nname = " + name + b"\nemail = a@example.org\n")
        repo.agreed_settings = repo.settings()
    else:
        repo.config("user.useConfigOnly", "true")
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    made = stream.commit(repo.tree(), repo.head, "message\n")
    assert made == commit_tree(repo.path, repo.tree(), [repo.head], "message\n", nameless_too=True)


def test_a_blob_that_was_pruned_is_made_again_from_the_patch(repo: GitRepo, stream: CommitStream) -> None:
    repo.commit_file("a.py", "one\n")
    tree, patch = change(repo, {"a.py": b"two\n"})
    name = blob_id(b"two\n")
    (repo.git_dir / "objects" / name[:2] / name[2:]).unlink()
    assert stream.tree_with(repo.tree(), patch) == tree
    head = stream.commit(tree, repo.head, "message")
    stream.store()
    assert repo.content("a.py", head) == b"two\n"
    assert by_hand_only(stream)


def test_what_its_lines_do_not_lead_to_is_refused_whatever_else_the_patch_says(
    repo: GitRepo, stream: CommitStream
) -> None:
    """The ids that a patch names are its own word; they and the blobs it comes with may be both another's."""
    repo.commit_file("a.py", "one\ntwo\n")
    _, good = change(repo, {"a.py": b"one\n2\n"})
    _, other = change(repo, {"a.py": b"import evil\n"})
    swapped = good.data.replace(blob_id(b"one\n2\n").encode(), blob_id(b"import evil\n").encode())
    with pytest.raises(PatchRefusedError, match=r"led to other content than the worker's: a\.py"):
        stream.tree_with(repo.tree(), Patch(swapped, other.blobs))
    with pytest.raises(PatchRefusedError, match="led to other content"):
        stream.tree_with(repo.tree(), dataclasses.replace(good, blobs=other.blobs))


def test_a_patch_for_another_content_is_refused(repo: GitRepo, stream: CommitStream) -> None:
    repo.commit_file("a.py", "".join(f"{n}\n" for n in range(30)))
    _, patch = change(repo, {"a.py": "".join(f"{n}\n" for n in range(1, 30)).encode()})
    repo.commit_file("a.py", "".join(f"{n}\n" for n in range(29)))
    with pytest.raises(PatchRefusedError, match="led to other content"):
        stream.tree_with(repo.tree(), patch)


def test_files_that_come_go_and_change_their_mode_take_the_long_way(repo: GitRepo, stream: CommitStream) -> None:
    repo.commit_file("pkg/a.py", "one\n")
    base = repo.head
    repo.write("pkg/a.py", "one\n", executable=True)
    repo.write("new/b.py", "one\n")
    after = repo.commit()
    repo.git("reset", "--quiet", "--hard", base)
    there = Patch(make_patch(repo.path, base, after), changed_blobs(repo.path, base, after))
    back = Patch(make_patch(repo.path, after, base), changed_blobs(repo.path, after, base))
    assert stream.tree_with(repo.tree(base), there) == repo.tree(after)
    assert stream.tree_with(repo.tree(after), back) == repo.tree(base)
    assert not by_hand_only(stream)


def test_blobs_are_set_the_short_way_or_the_long_way(repo: GitRepo, stream: CommitStream) -> None:
    repo.commit_file("pkg/a.py", "one\n")
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"two\n")
    found = stream.tree_with_blobs(repo.tree(), [Blob("pkg/a.py", "100644", blob)])
    assert by_hand_only(stream)
    stream.store()
    assert repo.git("ls-tree", "-r", found) == f"100644 blob {blob}\tpkg/a.py"
    found = stream.tree_with_blobs(found, [Blob("pkg/a.py", None, None), Blob("b", "100755", blob)])
    assert repo.git("ls-tree", "-r", found) == f"100755 blob {blob}\tb"


def test_a_patch_is_merged_by_the_files_it_names(repo: GitRepo, stream: CommitStream) -> None:
    lines = [f"{n}\n" for n in range(30)]
    repo.commit_file("pkg/a.py", "".join(lines))
    _, patch = change(repo, {"pkg/a.py": "".join([*lines[:-1], "last\n"]).encode()})
    repo.commit_file("pkg/a.py", "".join(["first\n", *lines[1:]]))
    found = stream.tree_merged(repo.tree(), patch)
    stream.store()
    assert repo.git("cat-file", "blob", f"{found}:pkg/a.py").split("\n") == ["first", *map(str, range(1, 29)), "last"]
    repo.commit_file("pkg/a.py", "".join([*lines[:-1], "other\n"]))
    with pytest.raises(GitError):
        stream.tree_merged(repo.tree(), patch)
    assert stream.tree_with_blobs(repo.tree(), []) == repo.tree()


@pytest.mark.parametrize("most_loose", [0, 100])
def test_what_is_stored_is_on_the_disk_whatever_is_configured(
    most_loose: int, repo: GitRepo, stream: CommitStream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_objects, "MOST_LOOSE", most_loose)
    told = tmp_path / "trace"
    (tmp_path / "config").write_text(f"[trace2]\neventTarget = {told}\n[core]\nfsync = none\n")
    repo.commit_file("a.py", "one\n")
    stream.new.add("blob", b"two\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    stream.store()
    assert '"fsync/hardware-flush"' in told.read_text()


def test_replaced_objects_do_not_change_what_is_built(repo: GitRepo, stream: CommitStream) -> None:
    repo.commit_file("a.py", "one\n")
    tree, patch = change(repo, {"a.py": b"two\n"})
    other = repo.git("hash-object", "-w", "--stdin", stdin=b"other\n")
    repo.git("replace", blob_id(b"one\n"), other)
    assert stream.tree_with(repo.tree(), patch) == tree
    assert by_hand_only(stream)
    repo.git("replace", "-d", blob_id(b"one\n"))


def test_a_git_that_dies_is_started_again(repo: GitRepo, stream: CommitStream) -> None:
    repo.commit_file("a.py", "one\n")
    tree, patch = change(repo, {"a.py": b"two\n"})
    assert stream.reader.read("blob", blob_id(b"one\n"), "1" * 40) == [b"one\n", None]
    child = stream.reader.git.child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert stream.tree_with(repo.tree(), patch) == tree  # the long way, this time
    assert stream.reader.read("blob", blob_id(b"one\n")) == [b"one\n"]


def test_an_object_that_is_not_what_its_name_says_counts_as_missing(repo: GitRepo, stream: CommitStream) -> None:
    repo.commit_file("a.py", "one\n")
    good, bad = blob_id(b"one\n"), blob_id(b"evil\n")
    store = repo.git_dir / "objects"
    (store / bad[:2]).mkdir(exist_ok=True)
    content = (store / good[:2] / good[2:]).read_bytes()
    (store / bad[:2] / bad[2:]).write_bytes(content)
    try:
        assert stream.reader.read("blob", bad, good) == [None, b"one\n"]
        assert stream.reader.read("tree", good) == [None]
    finally:
        (store / bad[:2] / bad[2:]).unlink()
