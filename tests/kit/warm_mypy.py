"""mypy that knows the types of the standard library already: without them each new place costs two seconds."""

import contextlib
import functools
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.checkers import mypy_call, read_only_options
from stomper.checkers.caches import MYPY, cache_folder, own_mypy_cache
from stomper.checkers.mypy import MypyChecker
from stomper.checkers.mypy_call import Call
from tests.kit.cli import ROOT
from tests.kit.fakes import real_tool

NEEDED = "import collections, dataclasses, datetime, enum, functools, json, os, pathlib, re, sys, typing\n"
PROGRAM = real_tool("mypy") or "mypy"


@dataclass(frozen=True, slots=True)
class WarmMypy(MypyChecker):
    """The checker, of which each new cache begins with a copy of these types, as a worker's with that of the survey.

    mypy itself judges whether they are good: with other options than its own, they are not.
    """

    def _start(self, call: Call, words: Sequence[str]) -> process.Completed:
        own_mypy_cache(call.place)
        if not call.cache.exists():
            shutil.copytree(types_of(PROGRAM), call.cache)
        return MypyChecker._start(self, call, words)


@functools.cache
def types_of(program: str) -> Path:
    """Give the folder with the cache, which is made once for each version of mypy and of what it is called with."""
    told = subprocess.run([program, "--version"], capture_output=True, check=True).stdout
    called_by = b"".join(Path(module.__file__ or "").read_bytes() for module in (mypy_call, read_only_options))
    digest = hashlib.sha256(sys.version.encode() + told + called_by).hexdigest()[:12]
    place = ROOT / "build" / "work" / f"types-{digest}"
    if not place.is_dir():
        place.parent.mkdir(exist_ok=True)
        _make(program, place)
    return place


def _make(program: str, place: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="types-", dir=place.parent) as folder:
        top, scratch = Path(folder, "top"), Path(folder, "scratch")
        for one in (top, scratch):
            one.mkdir()
        (top / "mypy.ini").write_text("[mypy]\n")  # else our own configuration counts, which is above
        (top / "needs_types.py").write_text(NEEDED)
        assert MypyChecker(program, sys.executable).check(top, ["needs_types.py"], scratch) == ()
        with contextlib.suppress(OSError):  # another process of the tests was sooner
            next(cache_folder(scratch).glob(f"{MYPY}/in-*")).rename(place)
