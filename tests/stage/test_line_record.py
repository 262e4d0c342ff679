"""The record of lines on disk: kept by content, read file by file, and believed only if it is this user's."""

import json
import pickle
import shutil
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from stomper.project_tests.kept_records import INDEX, MOST, NAME, find_record, keep_record, key_of, trim
from stomper.project_tests.line_record import FORM, LineRecord, name_of
from stomper.project_tests.recorded_lines import Recorded, Rows
from tests.kit.projects import suite_of
from tests.kit.repo import GitRepo

ROWS: dict[str, dict[Rows, frozenset[str]]] = {
    "a.py": {
        ((1, 2),): frozenset({""}),
        ((3, 3), (5, 6)): frozenset({"one", "two"}),
        ((5, 5),): frozenset({"three", "red", ""}),
    },
    "untracked.py": {((1, 1),): frozenset({"one"})},
}
PASSED = {"one", "two", "three"}
KEY = "a" * 40


@pytest.fixture
def record(tmp_path: Path) -> LineRecord:
    return keep_record(tmp_path, KEY, Recorded(ROWS), PASSED, {"a.py", "b.py"})


def test_what_was_kept_is_read(record: LineRecord) -> None:
    assert dict(record.runs("a.py")) == {3: {"one", "two"}, 5: {"one", "two", "three"}, 6: {"one", "two"}}
    assert record.imported("a.py") == {1, 2, 5}
    assert record.tests_of("a.py", [1, 2, 3]) == {"one", "two"}
    assert (record.why, record.knows("a.py"), len(record.runs("a.py"))) == ("", True, 3)


def test_a_file_that_is_not_git_s_or_was_not_run_has_no_lines(record: LineRecord) -> None:
    for path in ("untracked.py", "b.py"):
        assert (dict(record.runs(path)), record.imported(path), record.knows(path)) == ({}, frozenset(), False)


def test_lines_that_moved_since_are_found_and_new_ones_are_not(record: LineRecord) -> None:
    moved = replace(record, moves={"a.py": {4: 3, 7: 6, 8: 2, 9: 4}})
    assert dict(moved.runs("a.py")) == {4: {"one", "two"}, 7: {"one", "two"}}
    assert moved.imported("a.py") == {8}
    assert dict(replace(moved, gone=frozenset({"one"})).runs("a.py")) == {4: {"two"}, 7: {"two"}}


def test_no_record_has_no_lines() -> None:
    assert not LineRecord(why="no").runs("a.py")


def test_it_travels_to_workers(record: LineRecord) -> None:
    assert pickle.loads(pickle.dumps(record)).tests_of("a.py", [3]) == {"one", "two"}


def test_it_is_found_again(record: LineRecord, tmp_path: Path) -> None:
    assert find_record(tmp_path, KEY, PASSED) == record
    assert find_record(tmp_path, "b" * 40, PASSED) is None


def test_a_test_that_does_not_pass_any_more_does_not_count(record: LineRecord, tmp_path: Path) -> None:
    again = find_record(tmp_path, KEY, {"two", "three"})
    assert again is not None
    assert again.runs("a.py")[3] == {"two"}


def test_one_that_is_not_whole_is_used_and_not_found_again(tmp_path: Path) -> None:
    record = keep_record(tmp_path, KEY, Recorded(ROWS, "somebody traces"), PASSED, {"a.py"})
    assert record.why == "somebody traces"
    assert record.tests_of("a.py", [3]) == {"one", "two"}
    assert find_record(tmp_path, KEY, PASSED) is None


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:-4]), id="cut off"),
        pytest.param(lambda file: file.write_bytes(b""), id="empty"),
        pytest.param(lambda file: file.write_bytes(b"\xff" * 99), id="no text"),
        pytest.param(lambda file: _forge(file, {"path": "a.py", "tests": ["one"]}), id="another's"),
        pytest.param(lambda file: (file.unlink(), file.mkdir()), id="folder"),
        pytest.param(lambda file: (file.unlink(), file.symlink_to("/dev/zero")), id="device"),
        pytest.param(lambda file: file.unlink(), id="gone"),
    ],
)
@pytest.mark.parametrize("name", [INDEX, name_of("a.py")])
def test_what_others_made_of_it_is_no_record(name: str, spoil: object, tmp_path: Path) -> None:
    keep_record(tmp_path, KEY, Recorded(ROWS), PASSED, {"a.py"})
    assert callable(spoil)
    spoil(tmp_path / NAME / KEY / name)
    if name == INDEX:
        assert find_record(tmp_path, KEY, PASSED) is None
    else:
        fresh = LineRecord(tmp_path / NAME / KEY)
        assert (dict(fresh.runs("a.py")), fresh.knows("a.py")) == ({}, False)


def _forge(file: Path, facts: object) -> None:
    file.write_bytes(FORM + b" " + b"0" * 64 + b"\n" + zlib.compress(json.dumps(facts).encode()))


def test_a_record_of_another_commit_or_file_is_none(tmp_path: Path) -> None:
    keep_record(tmp_path, KEY, Recorded(ROWS), PASSED, {"a.py"})
    place = tmp_path / NAME
    shutil.copytree(place / KEY, place / ("b" * 40))
    assert find_record(tmp_path, "b" * 40, PASSED) is None
    shutil.copy(place / KEY / name_of("a.py"), place / KEY / name_of("b.py"))
    assert not LineRecord(place / KEY).knows("b.py")


def test_the_last_few_are_kept(tmp_path: Path) -> None:
    for number in range(MOST + 2):
        keep_record(tmp_path, f"{number}" * 40, Recorded(ROWS), PASSED, {"a.py"})
    (tmp_path / NAME / (KEY + ".part")).mkdir()
    keep_record(tmp_path, KEY, Recorded(ROWS), PASSED, {"a.py"})
    names = {entry.name for entry in (tmp_path / NAME).iterdir()}
    assert len(names) == MOST
    assert KEY in names
    trim(tmp_path / NAME, 0)
    assert not list((tmp_path / NAME).iterdir())


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / NAME).symlink_to(tmp_path / "elsewhere")
    record = keep_record(tmp_path, KEY, Recorded(ROWS), PASSED, {"a.py"})
    assert "symbolic link" in record.why
    assert record.folder is None
    assert not list((tmp_path / "elsewhere").iterdir())


def test_without_a_place_for_a_key_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "state").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    record = keep_record(tmp_path, KEY, Recorded(ROWS), PASSED, {"a.py"})
    assert (record.folder, "key" in record.why) == (None, True)
    assert not list((tmp_path / NAME).iterdir())


def test_a_key_stands_for_command_and_content(repo: GitRepo) -> None:
    from stomper.git.trees import tree_entries

    repo.write("a.py", "x = 1\n")
    repo.commit()
    suite, before = suite_of(repo), tree_entries(repo.path, "HEAD")
    repo.write("a.py", "x = 2\n")
    repo.commit()
    keys = {
        key_of(suite, before),
        key_of(suite, tree_entries(repo.path, "HEAD")),
        key_of(suite.with_words("-x"), before),
    }
    assert len(keys) == 3
    assert key_of(suite, before) in keys
