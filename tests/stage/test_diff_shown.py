"""A diff on a terminal: in colours, by the user's pager if it is long, and without effect whatever is in it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.cli import ROOT

SHORT = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-- old\n+\tnew \x1b[2J\n same\n"
LONG = SHORT + b" line\n" * 60
SCRIPT = "import sys; from stomper.cli.printing import tell_diff; tell_diff(sys.argv[1].encode('latin-1'))"


def on_terminal(diff: bytes, **env: str) -> str:
    """What a terminal of 24 lines is given."""
    ours, theirs = os.openpty()
    argv = [sys.executable, "-c", SCRIPT, diff.decode("latin-1")]
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "LINES": "24", "COLUMNS": "80", **env}
    child = subprocess.Popen(argv, stdin=theirs, stdout=theirs, stderr=theirs, env=variables)
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 65536):
            said += part
    except OSError:  # the other end is closed
        pass
    finally:
        child.wait()
        os.close(ours)
    return said.decode().replace("\r\n", "\n")


def test_it_has_colours_and_no_effect() -> None:
    assert on_terminal(SHORT).splitlines() == [
        "\x1b[1mdiff --git a/x b/x\x1b[0m",
        "\x1b[1m--- a/x\x1b[0m",
        "\x1b[1m+++ b/x\x1b[0m",
        "\x1b[36m@@ -1,2 +1,2 @@\x1b[0m",
        "\x1b[31m-- old\x1b[0m",
        "\x1b[32m+       new \\x1b[2J\x1b[0m".replace("       ", "\t"),
        " same",
    ]
    assert "\x1b" not in on_terminal(SHORT, NO_COLOR="1")


@pytest.mark.parametrize(("diff", "paged"), [(SHORT, False), (LONG, True)])
def test_a_long_one_goes_to_the_pager(diff: bytes, paged: bool, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text(f"#!/bin/sh\ncat > {tmp_path}/paged\n")
    pager.chmod(0o755)
    said = on_terminal(diff, PAGER=str(pager))
    assert ((tmp_path / "paged").exists(), "same" in said) == (paged, not paged)
    if paged:
        assert "\x1b[31m-- old\x1b[0m\n" in (tmp_path / "paged").read_text()
