"""The end of the process: quick, and yet with all that belongs to one."""

import sys
from pathlib import Path

import pytest

from stomper import process
from tests.kit.cli import ROOT

HEAD = "import atexit, sys, threading, time\nfrom stomper.process.ending import end\n"
WAYS = {
    "output in a buffer": "sys.stdout.write('out'); sys.stderr.write('err'); end(3)",
    "work that was registered": "sys.stderr.write('err'); atexit.register(sys.stdout.write, 'out'); end(3)",
    "a thread that is to be waited for": "sys.stderr.write('err'); begun = threading.Event()\n"
    "def work():\n    begun.wait(); time.sleep(0.2); sys.stdout.write('out')\n"
    "threading.Thread(target=work).start(); begun.set(); end(3)",
}


@pytest.mark.parametrize("code", WAYS.values(), ids=WAYS.keys())
def test_what_belongs_to_an_end_is_done(tmp_path: Path, code: str) -> None:
    done = process.run([sys.executable, "-c", HEAD + code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (3, b"out", b"err")


def test_the_interpreter_is_not_taken_apart(tmp_path: Path) -> None:
    code = "class Kept:\n    def __del__(self): print('taken apart')\nkept = Kept()\nend(0)"
    done = process.run([sys.executable, "-c", HEAD + code], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
