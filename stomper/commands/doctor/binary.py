"""`stomper doctor --binary`: what the binary is made of, and whether all of that works on this machine."""

import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from stomper import process
from stomper.commands.doctor.finding import Finding
from stomper.commands.doctor.glibc import floor_of
from stomper.commands.doctor.versions import UNKNOWN, version_of
from stomper.disk.private_files import why_not_own
from stomper.errors import UsageError
from stomper.version import packages, version_text

AREA = "binary"
MEGA = 2**20


def examine_binary() -> tuple[Finding, ...]:
    """Look at the binary that this is. Raises UsageError if it is none."""
    if not process.is_frozen():
        raise UsageError(
            "--binary is for the binary, and this is none", f"It is a package of Python: {Path(sys.prefix)}"
        )
    folder = Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent))
    return (*_itself(folder), *_libc(folder), *_unpacked(folder), _ruff(folder), *_native(), *_inside())


def _itself(folder: Path) -> Iterator[Finding]:
    kind = "one file" if process.unpacked_folder() else "a folder"
    yield Finding(AREA, "version", "ok", f"{version_text()}, {kind}: {sys.executable}")
    yield Finding(AREA, "machine", "ok", f"{sys.platform} {platform.machine()}, {_size(folder)} MB unpacked")


def _libc(folder: Path) -> Iterator[Finding]:
    """Say how old a glibc may be, and which part asks for that."""
    if sys.platform != "linux":
        return
    files = [Path(sys.executable), *(path for path in folder.rglob("*") if path.is_file())]
    floor = floor_of(files)
    here = " ".join(platform.libc_ver()) or "no glibc"
    if floor is None:
        yield Finding(AREA, "glibc", "problem", f"what it needs cannot be read; here: {here}", "Build it anew.")
        return
    (major, minor), path = floor
    yield Finding(AREA, "glibc", "ok", f"needs {major}.{minor} or later ({path.name}); here: {here}")


def _unpacked(folder: Path) -> Iterator[Finding]:
    """Look at the folder that one file is unpacked to: whether others could change it, and how much room there is."""
    if process.unpacked_folder() is None:
        return
    why = why_not_own(folder)
    if why:
        hint = "Name a folder that is yours alone: TMPDIR=..."
        yield Finding(AREA, "unpacked to", "problem", f"{folder}: {why}", hint)
        return
    free = shutil.disk_usage(folder).free // MEGA
    yield Finding(AREA, "unpacked to", "ok", f"{folder}, {free} MB free; TMPDIR names another place")


def _ruff(folder: Path) -> Finding:
    program = str(folder / "bin" / "ruff")
    version = version_of([program], Path("/"))
    if version == UNKNOWN:
        return Finding(AREA, "ruff", "problem", f"the one inside does not run: {program}", "Build it anew.")
    return Finding(AREA, "ruff", "ok", f"{version}, inside")


def _native() -> Iterator[Finding]:
    """Try the libraries that are compiled: each would fail here if it did not go with this machine."""
    for name, trial in (("libcst", _try_libcst), ("openssl", _try_openssl)):
        try:
            text = trial()
        except Exception as error:
            yield Finding(AREA, name, "problem", f"{type(error).__name__}: {error}", "Build it anew.")
        else:
            yield Finding(AREA, name, "ok", text)


def _try_libcst() -> str:
    import libcst

    return "reads Python" if libcst.parse_module("x = 1\n").code == "x = 1\n" else "reads Python wrongly"


def _try_openssl() -> str:
    import ssl

    ssl.create_default_context()
    return ssl.OPENSSL_VERSION


def _inside() -> Iterator[Finding]:
    """List what it was built from."""
    inside = packages()
    words = ", ".join(f"{name} {version}" for name, version in sorted(inside.items()))
    yield Finding(AREA, "python", "ok", f"{platform.python_version()}, inside")
    if words:
        yield Finding(AREA, "packages", "ok", words)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // MEGA
