"""The versions of glibc that files need are those that readelf finds; what is damaged needs none."""

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from stomper.commands.doctor.glibc import floor_of, needed_by

RUFF = str(Path(sysconfig.get_path("scripts")) / "ruff")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is no glibc")


@pytest.mark.parametrize("path", ["/bin/sh", RUFF])
def test_versions_are_those_of_readelf(path: str) -> None:
    if shutil.which("readelf") is None:
        pytest.skip("there is no readelf")
    told = subprocess.run(["readelf", "--version-info", path], capture_output=True, text=True, check=True).stdout
    needs = told[told.index("Version needs") :]
    expected = {(int(major), int(minor)) for major, minor in re.findall(r"GLIBC_(\d+)\.(\d+)", needs)}
    assert needed_by(Path(path)) == expected


def test_the_floor_is_the_newest_of_all(tmp_path: Path) -> None:
    paths = [Path("/bin/sh"), Path(RUFF), tmp_path / "absent"]
    found = floor_of(paths)
    assert found is not None
    assert found == max((max(needed_by(path)), path) for path in paths[:2])
    assert floor_of(paths[2:]) is None


def test_what_is_damaged_is_no_error(tmp_path: Path) -> None:
    content = Path("/bin/sh").read_bytes()
    for number, damaged in enumerate(
        (
            b"",
            b"\x7fELF\x02\x01",
            content[:200],
            content[:-100],
            content[:40] + b"\xff" * 9,
        )
    ):
        file = tmp_path / str(number)
        file.write_bytes(damaged)
        assert needed_by(file) == frozenset()
