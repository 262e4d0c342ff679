"""The gits that stay: an answer is that to the question, whatever happened to the one before."""

import contextlib
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.git.objects import Objects
from stomper.git.trees import tree_entries
from stomper.models import Blob
from stomper.process.companion import Companion
from stomper.process.own_time import OverTimeError
from tests.kit.repo import GitRepo


@pytest.fixture
def objects(repo: GitRepo, tmp_path: Path) -> Iterator[Objects]:
    repo.write("a.py", "one\n")
    repo.write("b.py", "two\n")
    repo.commit()
    scratch = tmp_path / 'of\n"o\\urs'
    scratch.mkdir()
    with contextlib.closing(Objects(repo.path, repo.git_dir, scratch)) as made:
        yield made


def cut_off(*_: object) -> None:
    raise OverTimeError


def test_who_is_cut_off_leaves_no_answer_for_the_next(
    objects: Objects, repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = tree_entries(repo.path, repo.head)
    with monkeypatch.context() as patch:
        patch.setattr(Companion, "line", cut_off)
        with pytest.raises(OverTimeError):
            objects.read(entries["a.py"])
    assert objects.read(entries["b.py"]) == b"two\n"
    before, after = [Blob("a.py", "100644", entries["a.py"].blob)], [Blob("a.py", "100644", entries["b.py"].blob)]
    with monkeypatch.context() as patch:
        patch.setattr(Companion, "line", cut_off)
        with pytest.raises(OverTimeError):
            objects.patch(before, before)
    assert b"+two" in objects.patch(before, after)


def test_contents_are_stored_from_a_folder_of_any_name(objects: Objects, repo: GitRepo) -> None:
    name = objects.keep(b"new\n")
    objects.store([name])
    assert repo.git("cat-file", "blob", name) == "new"


def test_a_process_with_many_open_files_has_gits_too(objects: Objects, repo: GitRepo) -> None:
    entries, (soft, hard) = tree_entries(repo.path, repo.head), resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2000:
        pytest.skip("so many cannot be opened")
    resource.setrlimit(resource.RLIMIT_NOFILE, (2000, hard))
    taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        assert objects.read(entries["a.py"]) == b"one\n"
    finally:
        objects.close()
        for descriptor in taken:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
