"""Fixes of uncommitted work brought to files and index, and taken back: byte for byte, or not at all."""

import os
from pathlib import Path

import pytest

from stomper.errors import UsageError
from stomper.landing.deliver_uncommitted import RECORD, misfit_of
from stomper.settings import ChoiceSettings
from tests.kit.repo import GitRepo
from tests.kit.unfinished import LINES, begin, changed

STAGED = ChoiceSettings(uncommitted="staged")
KEPT = ChoiceSettings(uncommitted="staged", stage=False)
CHANGED = ChoiceSettings(uncommitted="changed")
MINE = (12, "not staged, with spaces at its end  \n")
ODD = "odd \N{SNOWMAN} 'name'\n.py"


@pytest.fixture
def partly(repo: GitRepo) -> GitRepo:
    """a.py with line 2 staged and line 12 not; b.py staged; new.py staged as new and then changed."""
    for path in ("a.py", "b.py", ODD):
        repo.write(path, LINES)
    repo.commit("base")
    repo.write("a.py", changed(LINES, (2, "staged\n")))
    repo.write("b.py", changed(LINES, (2, "staged\n")), executable=True)
    repo.write(ODD, changed(LINES, (2, "staged\n")))
    repo.write("new.py", LINES)
    repo.git("add", "--all")
    repo.write("a.py", changed(LINES, (2, "staged\n"), MINE))
    repo.write("new.py", changed(LINES, MINE))
    return repo


FIX = {path: changed(LINES, (2, "fixed\n")).encode() for path in ("a.py", "b.py", "new.py", ODD)}
EXECUTABLE = {"b.py": "100755"}


def test_a_fix_goes_into_the_index_and_beside_what_is_not_staged(partly: GitRepo, tmp_path: Path) -> None:
    before, unfinished = partly.checkout_state(), begin(partly, STAGED, tmp_path)
    assert unfinished.bring(unfinished.fixed(FIX, EXECUTABLE)) == ""
    assert {path: unfinished.staged(path) for path in FIX} == FIX
    merged = changed(LINES, (2, "fixed\n"), MINE).encode()
    assert [partly.read(path) for path in ("a.py", "b.py", "new.py", ODD)] == [merged, FIX["b.py"], merged, FIX[ODD]]
    assert os.access(partly.path / "b.py", os.X_OK)
    assert not os.access(partly.path / "a.py", os.X_OK)
    after = partly.checkout_state()
    assert (after.head, after.branch) == (before.head, before.branch)
    unfinished.undo()
    assert partly.checkout_state() == before
    unfinished.undo(back=False)
    assert partly.checkout_state() == after
    unfinished.undo(back=False)
    assert partly.checkout_state() == after


def test_without_staging_the_index_stays_as_it_is(partly: GitRepo, tmp_path: Path) -> None:
    before, unfinished = partly.checkout_state(), begin(partly, KEPT, tmp_path)
    assert unfinished.bring(unfinished.fixed(FIX, EXECUTABLE)) == ""
    assert partly.checkout_state().index == before.index
    assert partly.read("a.py") == changed(LINES, (2, "fixed\n"), MINE).encode()
    unfinished.undo()
    assert partly.checkout_state() == before


def test_changed_files_are_fixed_where_they_are(partly: GitRepo, tmp_path: Path) -> None:
    partly.write("untracked.py", LINES)
    before, unfinished = partly.checkout_state(), begin(partly, CHANGED, tmp_path)
    fix = {"a.py": changed(LINES, (2, "fixed\n"), MINE).encode(), "untracked.py": b"fixed\n"}
    assert unfinished.bring(unfinished.fixed(fix)) == ""
    assert {path: partly.read(path) for path in fix} == fix
    assert partly.checkout_state().index == before.index
    unfinished.undo()
    assert partly.checkout_state() == before


@pytest.mark.parametrize("way", ["same line", "next line", "deleted", "link", "binary"])
def test_a_fix_that_does_not_merge_is_named_and_changes_nothing(partly: GitRepo, tmp_path: Path, way: str) -> None:
    file = partly.path / "a.py"
    if way in ("same line", "next line"):
        partly.write("a.py", changed(LINES, (2 if way == "same line" else 3, "mine\n")))
    elif way == "binary":
        file.write_bytes(b"\0" + file.read_bytes())
    else:
        file.unlink()
        file.symlink_to("b.py") if way == "link" else None
    before, unfinished = partly.checkout_state(), begin(partly, STAGED, tmp_path)
    head = unfinished.fixed(FIX, EXECUTABLE)
    problem = unfinished.bring(head)
    assert problem.startswith("a.py")
    assert ("no plain file" if way == "link" else "cannot be merged with the changes") in problem
    assert partly.checkout_state() == before
    assert not (unfinished.folder.path / RECORD).exists()


def test_nothing_is_written_through_a_link(repo: GitRepo, tmp_path: Path) -> None:
    """The folder of a staged file is a link out of the repository now, to a folder with such a file."""
    repo.write("app/a.py", LINES)
    repo.git("add", "app")
    repo.commit_file("b.py", LINES)
    repo.write("app/a.py", changed(LINES, (2, "staged\n")))
    repo.git("add", "app")
    outside = tmp_path / "outside"
    (repo.path / "app").rename(outside)
    (repo.path / "app").symlink_to(outside)
    unfinished = begin(repo, STAGED, tmp_path)
    problem = unfinished.bring(unfinished.fixed({"app/a.py": b"fixed\n"}))
    assert problem == "app/a.py is no plain file"
    assert (outside / "a.py").read_text() == changed(LINES, (2, "staged\n"))


def test_what_is_staged_or_edited_during_the_run_stops_it(partly: GitRepo, tmp_path: Path) -> None:
    staged, changed_ones = begin(partly, STAGED, tmp_path), begin(partly, CHANGED, tmp_path)
    partly.write("b.py", "edited since\n")
    partly.git("add", "b.py")
    before = partly.checkout_state()
    assert staged.bring(staged.fixed(FIX, EXECUTABLE)) == "b.py was staged anew during the run"
    assert changed_ones.bring(changed_ones.fixed({"b.py": b"fixed\n"})) == "b.py changed during the run"
    assert partly.checkout_state() == before


def test_new_and_deleted_files_and_modes(partly: GitRepo, tmp_path: Path) -> None:
    before, unfinished = partly.checkout_state(), begin(partly, STAGED, tmp_path)
    head = unfinished.fixed(
        {"b.py": None, "sub/made.py": b"x\n", ODD: LINES.encode()}, {"sub/made.py": "100755", ODD: "100755"}
    )
    assert unfinished.bring(head) == ""
    assert not (partly.path / "b.py").exists()
    assert os.access(partly.path / "sub/made.py", os.X_OK)
    assert os.access(partly.path / ODD, os.X_OK)
    assert partly.git("ls-files", "-s", "sub").startswith("100755 ")
    assert partly.git("ls-files", "b.py") == ""
    unfinished.undo()
    (partly.path / "sub").rmdir()
    assert partly.checkout_state() == before
    partly.write("sub/made.py", "somebody else's\n")
    assert unfinished.bring(head) == "sub/made.py is there already"


@pytest.mark.parametrize("autocrlf", ["true", "input", "false"])
@pytest.mark.parametrize("on_disk", ["\n", "\r\n"])
@pytest.mark.parametrize("later", [False, True], ids=["staged", "partly staged"])
def test_line_ends_stay_what_they_are_on_the_disk(
    repo: GitRepo, tmp_path: Path, autocrlf: str, on_disk: str, later: bool
) -> None:
    repo.commit_file("a.py", LINES)
    repo.config("core.autocrlf", autocrlf)
    repo.config("core.safecrlf", "false")
    text = changed(LINES, (2, "staged\n"))
    repo.write("a.py", text.replace("\n", on_disk))
    repo.git("add", "a.py")
    if later:
        repo.write("a.py", changed(text, MINE).replace("\n", on_disk))
    before, unfinished = repo.checkout_state(), begin(repo, STAGED, tmp_path)
    stored = unfinished.staged("a.py")
    fixed = stored.replace(b"staged", b"fixed")
    assert unfinished.bring(unfinished.fixed({"a.py": fixed})) == ""
    assert unfinished.staged("a.py") == fixed
    assert repo.read("a.py") == before.files["a.py"][1].replace(b"staged", b"fixed", 1).replace(
        b"not fixed", b"not staged"
    )
    unfinished.undo()
    assert repo.checkout_state() == before


def test_undo_refuses_where_one_file_was_edited_since(partly: GitRepo, tmp_path: Path) -> None:
    unfinished = begin(partly, STAGED, tmp_path)
    unfinished.bring(unfinished.fixed(FIX, EXECUTABLE))
    partly.write("new.py", "edited since\n")
    before = partly.checkout_state()
    with pytest.raises(UsageError, match=r"new\.py is not as the run left it"):
        unfinished.undo()
    assert partly.checkout_state() == before


def test_undo_works_after_git_forgot_what_was_staged_before(partly: GitRepo, tmp_path: Path) -> None:
    before, unfinished = partly.checkout_state(), begin(partly, STAGED, tmp_path)
    unfinished.bring(unfinished.fixed(FIX, EXECUTABLE))
    partly.git("prune", "--expire=now")
    unfinished.undo()
    assert partly.checkout_state() == before
    partly.git("fsck", "--strict")
    assert partly.git_bytes("cat-file", "blob", ":a.py") == changed(LINES, (2, "staged\n")).encode()


def test_half_of_it_is_completed_or_taken_back(partly: GitRepo, tmp_path: Path) -> None:
    """As if everything was killed between two files: each step can be taken again."""
    before, unfinished = partly.checkout_state(), begin(partly, STAGED, tmp_path)
    head = unfinished.fixed(FIX, EXECUTABLE)
    unfinished.bring(head)
    after = partly.checkout_state()
    for half in (before, after):
        unfinished.undo(back=half is before)
        partly.write("a.py", (after if half is before else before).files["a.py"][1])
        assert unfinished.bring(head) == ""
        assert partly.checkout_state() == after
    partly.write("a.py", before.files["a.py"][1])
    unfinished.undo()
    assert partly.checkout_state() == before


def test_a_later_session_brings_the_rest_and_undo_takes_back_all(partly: GitRepo, tmp_path: Path) -> None:
    before, unfinished = partly.checkout_state(), begin(partly, STAGED, tmp_path)
    assert unfinished.bring(unfinished.fixed({"a.py": FIX["a.py"], ODD: FIX[ODD]})) == ""
    blobs = [path for path in FIX if path != ODD]
    head = unfinished.fixed({path: FIX[path] for path in blobs}, EXECUTABLE)  # and ODD was dropped meanwhile
    assert unfinished.bring(head) == ""
    assert {path: unfinished.staged(path) for path in blobs} == {path: FIX[path] for path in blobs}
    assert partly.read(ODD) == unfinished.staged(ODD) == before.files[ODD][1]
    unfinished.undo()
    assert partly.checkout_state() == before


def test_a_held_index_changes_nothing(partly: GitRepo, tmp_path: Path) -> None:
    before, unfinished = partly.checkout_state(), begin(partly, STAGED, tmp_path)
    head = unfinished.fixed(FIX, EXECUTABLE)
    (partly.git_dir / "index.lock").touch()
    with pytest.raises(Exception, match=r"index\.lock"):
        unfinished.bring(head)
    (partly.git_dir / "index.lock").unlink()
    assert partly.checkout_state() == before


def test_files_that_cannot_be_written_are_put_back_all(partly: GitRepo, tmp_path: Path) -> None:
    """A folder in the place of the last file makes its step fail after the others were taken."""
    before, unfinished = partly.checkout_state(), begin(partly, STAGED, tmp_path)
    head = unfinished.fixed({**FIX, "z/made.py": b"x\n"}, EXECUTABLE)
    partly.write("z", "a file where a folder must be\n")
    with pytest.raises(Exception, match="could not be put in place"):
        unfinished.bring(head)
    (partly.path / "z").unlink()
    assert partly.checkout_state() == before


def test_misfits_are_known_before_anything_lands(partly: GitRepo, tmp_path: Path) -> None:
    from stomper.git.worktrees import changed_blobs

    unfinished = begin(partly, STAGED, tmp_path)
    blobs = changed_blobs(partly.path, unfinished.base, unfinished.fixed(FIX, EXECUTABLE))
    state = (partly.opened(), unfinished.folder, STAGED, unfinished.base)
    assert [misfit_of(*state, [blob]) for blob in blobs] == [""] * 4
    partly.write("a.py", changed(LINES, (2, "mine\n")))
    assert "a.py: its fix cannot be merged" in misfit_of(*state, blobs)
