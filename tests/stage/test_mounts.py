"""A mount namespace of one's own: overlays in it, and nothing else that the user had not before."""

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stomper.disk.remove_trees import delete_folder
from stomper.process import mounts

NOBODY = 65534
PR_SET_DUMPABLE = 4
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there are no namespaces elsewhere")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder of a plain user's, with what an overlay needs; pytest's own folders are closed to him."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    for name in ("frozen", "upper", "work", "at"):
        (folder / name).mkdir()
    (folder / "frozen" / "closed").write_text("secret")
    (folder / "frozen" / "closed").chmod(0)
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


def become_plain() -> None:
    """Be a user without any capability."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # else its own /proc is not his


def why_not(action: Callable[[], object]) -> str:
    """Do something as a plain user, and say why it failed."""

    def plainly() -> None:
        become_plain()
        action()

    return mounts.try_in_child(plainly)


def test_a_plain_user_can_mount_if_the_system_lets_him(place: Path) -> None:
    def mount() -> None:
        mounts.enter_namespace()
        for _ in range(2):
            with mounts.mounted([place / "frozen"], place / "upper", place / "work", place / "at"):
                (place / "at" / "new").write_text("x")
            assert (place / "upper" / "new").exists()
            delete_folder(place / "work")
            (place / "work").mkdir()

    refused = why_not(mounts.enter_namespace)
    if refused:
        pytest.skip(refused)
    assert why_not(mount) == ""


def test_he_reads_nothing_that_he_could_not_read_before(place: Path) -> None:
    def read() -> None:
        mounts.enter_namespace()
        with mounts.mounted([place / "frozen"], place / "upper", place / "work", place / "at"):
            (place / "at" / "closed").read_text()

    if refused := why_not(mounts.enter_namespace):
        pytest.skip(refused)
    assert why_not(read) == "Permission denied"
    assert why_not(lambda: (place / "frozen" / "closed").read_text()) == "Permission denied"
