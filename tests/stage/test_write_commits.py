"""The pass that makes the final commits: what a hook refuses or edits, and what stands on that."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stomper.git.blobs import blob_id
from stomper.git.commit_stream import CommitStream
from stomper.git.worktrees import changed_blobs, make_patch
from stomper.landing.grouping import Group, Piece
from stomper.landing.shares import Share
from stomper.landing.wording import Wording
from stomper.models import Blob, FixTask, Patch, Step
from stomper.run.commit_hooks import Hooked
from stomper.run.write_commits import HOOK_CHANGED, STANDS_ON, UNDONE, Writer
from stomper.settings.commits import GitSettings
from tests.kit.repo import GitRepo

LINES = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n"
Said = Callable[[str, str], Hooked]


@dataclass
class Asked:
    """Stands for the hooks: answers as a test says, by the commit and its message, and counts."""

    answer: Said
    commits: list[str] = field(default_factory=list)

    def run(self, commit: str, parent: str, message: str) -> Hooked:
        self.commits.append(commit)
        return self.answer(commit, message)


@dataclass
class Desk:
    """A repository, changes of files in it one after the other, and what becomes of them."""

    repo: GitRepo
    stream: CommitStream
    base: str
    groups: list[Group] = field(default_factory=list)

    def change(self, task: int, path: str, old: str, new: str) -> None:
        """Change a file once more, as a part of a task."""
        before = self.repo.head
        self.repo.write(path, self.repo.read(path).decode().replace(old, new))
        after = self.repo.commit()
        patch = Patch(make_patch(self.repo.path, before, after), changed_blobs(self.repo.path, before, after))
        share = Share(path, Step((), (), patch, ()))
        self.groups.append(Group("", (Piece(FixTask(task, path, ()), share, after),)))

    def write(self, answer: Said) -> tuple[dict[int, str], str, int]:
        """Why tasks were refused, what the last commit has of all files, and how often the hooks were asked."""
        asked = Asked(answer)
        writer = Writer(self.stream, Wording("run-1", GitSettings()), False, asked, lambda: None)  # type: ignore[arg-type]
        written = writer.write(self.groups, self.base)
        self.stream.store()
        files = [self.repo.content(path, written.head).decode() for path in ("a.py", "b.py")]
        return written.refused, "".join(files), len(asked.commits)


@pytest.fixture
def desk(repo: GitRepo, tmp_path: Path) -> Iterator[Desk]:
    for path in ("a.py", "b.py"):
        repo.write(path, LINES)
    base = repo.commit()
    with contextlib.closing(CommitStream(repo.path, tmp_path / "index")) as stream:
        yield Desk(repo, stream, base)


def fine(commit: str, message: str) -> Hooked:
    return Hooked(message)


def refuse(desk: Desk, path: str, word: str, hung: bool = False) -> Said:
    """Refuse commits whose file has a word."""

    def answer(commit: str, message: str) -> Hooked:
        bad = word in desk.repo.content(path, commit).decode()
        return Hooked(message, refusal="no" if bad else "", log="why", hung=bad and hung)

    return answer


def edit(desk: Desk, path: str, old: str, new: str) -> Said:
    """Edit a file wherever it has some text."""

    def answer(commit: str, message: str) -> Hooked:
        content = desk.repo.content(path, commit)
        made = content.replace(old.encode(), new.encode())
        edited = {Blob(path, "100644", blob_id(made)): made} if made != content else {}
        return Hooked(message, edited)

    return answer


def test_all_is_made_if_nothing_is_refused(desk: Desk) -> None:
    desk.change(0, "a.py", "one", "1")
    desk.change(1, "b.py", "two", "2")
    assert desk.write(fine) == ({}, LINES.replace("one", "1") + LINES.replace("two", "2"), 2)


def test_a_file_is_refused_with_its_earlier_parts(desk: Desk) -> None:
    desk.change(0, "a.py", "one", "1")
    desk.change(1, "b.py", "two", "2")
    desk.change(0, "a.py", "nine", "9")
    refused, files, asked = desk.write(refuse(desk, "a.py", "9"))
    assert (refused, files) == ({0: "no"}, LINES + LINES.replace("two", "2"))
    assert asked == 4, "once more for b.py"


def test_what_stands_on_a_refused_change_goes_with_it(desk: Desk) -> None:
    """The same file in a later round is another task."""
    desk.change(0, "a.py", "one", "1")
    desk.change(1, "a.py", "nine", "9")
    assert desk.write(refuse(desk, "a.py", "1\n")) == ({0: "no", 1: STANDS_ON}, LINES + LINES, 1)


def test_a_change_of_other_lines_is_merged_with_what_a_hook_edits(desk: Desk) -> None:
    desk.change(0, "a.py", "one", "1")
    desk.change(1, "a.py", "nine", "9")
    expected = LINES.replace("one", "first").replace("nine", "9") + LINES
    assert desk.write(edit(desk, "a.py", "1\n", "first\n")) == ({}, expected, 2)


def test_a_change_of_the_same_lines_is_refused(desk: Desk) -> None:
    desk.change(0, "a.py", "one", "1")
    desk.change(1, "a.py", "1", "11")
    refused, files, _ = desk.write(edit(desk, "a.py", "1\n", "first\n"))
    assert (refused, files) == ({1: HOOK_CHANGED}, LINES.replace("one", "first") + LINES)


def test_a_change_that_a_hook_undoes_makes_no_commit(desk: Desk) -> None:
    desk.change(0, "a.py", "one", "1")
    assert desk.write(edit(desk, "a.py", "1\n", "one\n")) == ({0: UNDONE}, LINES + LINES, 1)


def test_nobody_is_asked_after_a_hook_that_hung(desk: Desk) -> None:
    desk.change(0, "a.py", "one", "1")
    desk.change(1, "b.py", "two", "2")
    assert desk.write(refuse(desk, "a.py", "1\n", hung=True)) == ({0: "no", 1: "no"}, LINES + LINES, 1)
