"""The journal after kills: torn lines cost themselves only, and starts are counted by sessions that were cut off."""

from pathlib import Path

import pytest

from stomper.journal.run_folder import RunFolder


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path)


def tear(folder: RunFolder, text: str) -> None:
    with (folder.path / "journal.jsonl").open("a") as file:
        file.write(text)


@pytest.mark.parametrize("torn", ["{", '{"event": "finis', '{"event": "started", "index": 1', "{}x"])
def test_what_follows_a_torn_line_counts(folder: RunFolder, torn: str) -> None:
    folder.append("started", index=0, path="a.py")
    tear(folder, torn)
    assert folder.history().starts == {0: 1}
    folder.append("landing", index=0, commit="c")
    folder.append("finished", exit_code=0)
    history = folder.history()
    assert (history.commits, history.exit_code) == ({0: "c"}, 0)


def test_a_whole_line_that_lacks_only_its_end_counts(folder: RunFolder) -> None:
    folder.append("started", index=0, path="a.py")
    tear(folder, '{"event": "finished", "exit_code": 0}')
    folder.append("undone")
    assert (folder.history().exit_code, folder.history().undone) == (0, True)


def test_a_start_counts_once_a_session(folder: RunFolder) -> None:
    """A retry alone, after a worker's death, is no second kill."""
    for _ in range(2):
        folder.append("started", index=0, path="a.py")
        folder.append("started", index=0, path="a.py")
        folder.append("started", index=1, path="b.py")
        folder.append("resumed", at=0.0)
    assert folder.history().starts == {0: 2, 1: 2}


def test_a_session_that_ended_by_itself_counts_for_nothing(folder: RunFolder) -> None:
    folder.append("started", index=0, path="a.py")
    folder.append("finished", exit_code=130)
    folder.append("resumed", at=0.0)
    assert folder.history().starts == {}
    folder.append("started", index=0, path="a.py")
    assert folder.history().starts == {0: 1}
