"""Files that go through a filter: what is in the repository is not what the user sees in the checkout."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from stomper.git.command import git, git_result, lines

NO_DRIVER = ("unspecified", "unset", "set")
DRIVERS = r"^filter\..*\.(clean|smudge|process)$"


def filtered_paths(top: Path, paths: Sequence[str]) -> Mapping[str, str]:
    """Path -> name of the filter, for those of `paths` that git puts through one between repository and working tree.

    By the user's own attributes and configuration. A filter that is named and not configured does nothing.
    """
    drivers = _drivers(top)
    if not drivers:
        return {}
    request = b"".join(os.fsencode(path) + b"\0" for path in paths)
    records = lines(git(top, "check-attr", "-z", "--stdin", "filter", exact=False, stdin=request))
    named = zip(records[::3], records[2::3], strict=True)
    return {path: name for path, name in named if name not in NO_DRIVER and name in drivers}


def _drivers(top: Path) -> frozenset[str]:
    done = git_result(top, "config", "-z", "--name-only", "--get-regexp", DRIVERS, exact=False, accept=(0, 1))
    return frozenset(name.removeprefix("filter.").rpartition(".")[0] for name in lines(done.stdout))
