"""Files of JSON lines: what a kill left torn costs that line and no other."""

import json
import multiprocessing
from pathlib import Path

import pytest

from stomper.disk import file_locks, jsonl


@pytest.mark.parametrize("torn", [b'{"n": 2', b'{"n": 2}', b"\xff\xfe", b"[2]", b""])
def test_a_torn_line_swallows_no_other(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "x.jsonl"
    jsonl.append(path, {"n": 1})
    with path.open("ab") as file:
        file.write(torn)
    jsonl.append(path, {"n": 3})
    entries, _ = jsonl.read(path)
    assert [entry["n"] for entry in entries if entry["n"] != 2] == [1, 3]


def test_half_an_entry_is_none(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    for n in range(2):
        jsonl.append_torn(path, {"n": n, "torn": True})
        jsonl.append(path, {"n": n})
    assert jsonl.read(path)[0] == [{"n": 0}, {"n": 1}]


def test_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    assert jsonl.read(path) == ([], 0)
    jsonl.append(path, {"n": 1})
    entries, offset = jsonl.read(path)
    assert entries == [{"n": 1}]
    with path.open("ab") as file:
        file.write(b'{"n"')  # half of a line that another process is writing
    assert jsonl.read(path, offset) == ([], offset)
    with path.open("ab") as file:
        file.write(b": 2}\n")
    assert jsonl.read(path, offset)[0] == [{"n": 2}]


def count_up(path: Path, times: int) -> None:
    for _ in range(times):
        with file_locks.locked(path.with_suffix(".lock")):
            path.write_text(json.dumps(json.loads(path.read_text()) + 1))


def test_a_lock_is_for_one_process_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "count"
    path.write_text("0")
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=count_up, args=(path, 200)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert json.loads(path.read_text()) == 600


def test_entries_come_one_by_one_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"n": 1}\n{"n"\n[2]\n{"n": "\xc3\xa4"}')  # one is torn, the last has no end
    with path.open("rb") as file:
        found = list(jsonl.entries(file))
        assert found == [(0, {"n": 1}), (14, [2]), (18, {"n": "ä"})]
        assert [jsonl.entry_at(file, place) for place, _ in found] == [entry for _, entry in found]
        with pytest.raises(ValueError, match="Expecting"):
            jsonl.entry_at(file, 9)
