"""Ask programs for their version."""

import re
from collections.abc import Sequence
from pathlib import Path

from stomper import process
from stomper.checkers.read_only_options import NO_BYTECODE
from stomper.errors import ToolError

TIMEOUT = 20.0
VERSION = re.compile(r"\d+\.\d+[\w.+-]*")
UNKNOWN = "version unknown"


def version_of(command: Sequence[str], where: Path, env: dict[str, str] | None = None) -> str:
    """Ask a program for its version."""
    try:
        argv = [*command, "--version"]
        return version_in(
            process.run(argv, cwd=where, env={**NO_BYTECODE, **(env or {})}, timeout=TIMEOUT, contained=True)
        )
    except ToolError:
        return UNKNOWN


def version_in(done: process.Completed) -> str:
    """The version in what a program printed."""
    found = VERSION.search((done.stdout or done.stderr).decode("utf-8", "replace"))
    return found[0] if done.ended and done.returncode == 0 and found else UNKNOWN
