"""See whether a set-up has written into the user's checkout, where it has no business."""

import hashlib
import os
from collections.abc import Iterator

from stomper.errors import ToolError
from stomper.git.command import git, lines
from stomper.git.repository import Repository
from stomper.text.counts import shorten

SHOWN = 5
State = dict[str, str]


def state_of(repository: Repository) -> State:
    """The state of a checkout: what differs from HEAD, each with a mark of its content, and the refs."""
    return dict(_marks(repository))


def _marks(repository: Repository) -> Iterator[tuple[str, str]]:
    status = git(repository.top, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", exact=False)
    for line in lines(status):
        path = line[3:]
        try:
            info = os.lstat(repository.top / path)
            mark = f"{info.st_mtime_ns} {info.st_size}"
        except OSError:
            mark = "gone"
        yield path, f"{line[:2]} {mark}"
    refs = git(repository.top, "for-each-ref", "--format=%(objectname) %(refname)")
    yield "its refs", hashlib.sha256(refs).hexdigest()


def require_untouched(repository: Repository, before: State, commands: str) -> None:
    """Raises ToolError if the checkout is not as it was."""
    now = state_of(repository)
    if changed := sorted(path for path in now.keys() | before.keys() if now.get(path) != before.get(path)):
        raise ToolError(
            f"the checkout has changed while the environment was made: {shorten(changed, SHOWN)}",
            f"Nothing was undone. If you did not do it, one of these did: {commands}. To do without: --no-setup.",
        )
