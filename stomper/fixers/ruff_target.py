"""The Python that ruff writes for.

By itself it takes that of the configuration above, also in a package of a monorepo, and its default if only a
`setup.py` says which Pythons are supported.
"""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from stomper import process
from stomper.errors import ToolError
from stomper.fixers.base import FixRequest

if TYPE_CHECKING:
    from stomper.metadata.versions import Python

TAKEN = re.compile(rb"^(?:linter|formatter)\.unresolved_target_version = (\d+)\.(\d+)$", re.MULTILINE)
"""The formatter's, below the linter's, is ruff's default where the linter's is `none`: no configuration says it."""
FIRST: "Python" = (3, 7)
"""The oldest that ruff knows."""
MOST_KNOWN = 64
MOST_FOLDERS = 1024
_known: dict[tuple[str, Path, str], tuple[str, ...]] = {}
_taken_in: dict[tuple[str, Path, str], "Python"] = {}


def target_words(program: str, request: FixRequest) -> tuple[str, ...]:
    """The option by which ruff writes for the Pythons of a file's promise; none if it does so by itself."""
    key = (program, request.root, request.path)
    if key not in _known:
        while len(_known) >= MOST_KNOWN:
            _known.pop(next(iter(_known)))
        _known[key] = _words(program, request)
    return _known[key]


def _words(program: str, request: FixRequest) -> tuple[str, ...]:
    from stomper.metadata.supported_pythons import read_promise

    promise = read_promise(request.root, request.path)
    taken = _taken(program, request) if promise.stated else None
    if taken is None or promise.oldest >= taken:
        return ()
    major, minor = max(promise.oldest, FIRST)
    return ("--target-version", f"py{major}{minor}")


def _taken(program: str, request: FixRequest) -> "Python | None":
    """The Python that ruff goes by for a file; None if it does not say. Asked once for each folder of a worktree.

    No fix may change a configuration, so that it is the same for each file that a worker puts there.
    """
    key = (program, request.root, os.path.dirname(request.path))  # noqa: PTH120  # a text that is only compared
    if key not in _taken_in and (taken := _ask(program, request)) is not None:
        while len(_taken_in) >= MOST_FOLDERS:
            _taken_in.pop(next(iter(_taken_in)))
        _taken_in[key] = taken
    return _taken_in.get(key)


def _ask(program: str, request: FixRequest) -> "Python | None":
    try:
        argv = [program, "check", "--no-cache", "--show-settings", "--", request.path]
        done = process.run(argv, cwd=request.root, env={"TMPDIR": str(request.scratch)}, timeout=60.0, contained=True)
    except ToolError:
        return None
    match = TAKEN.search(done.stdout)
    return (int(match[1]), int(match[2])) if match else None
