"""A folder of this user alone is there afterwards, whoever else makes it at the same moment."""

import threading
from pathlib import Path

import pytest

from stomper.disk.private_files import make_folder

THREADS, ROUNDS, DEPTH = 4, 60, 6


def test_many_make_the_same_folder_at_once(tmp_path: Path) -> None:
    places = [tmp_path.joinpath(str(number), *"abcdef"[:DEPTH]) for number in range(ROUNDS)]
    together, failed = threading.Barrier(THREADS), list[OSError]()

    def make_all() -> None:
        for place in places:
            together.wait()
            try:
                make_folder(place)
            except OSError as error:
                failed.append(error)

    threads = [threading.Thread(target=make_all) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert all(place.is_dir() for place in places)


def test_a_link_that_leads_nowhere_takes_no_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(FileNotFoundError):
        make_folder(tmp_path / "link" / "a")
