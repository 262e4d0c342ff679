"""Let a checker look once more, at a copy of what was there before: what it changes there it has changed."""

import contextlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.checkers import Checker
from stomper.disk.remove_trees import delete_folder
from stomper.errors import StomperError
from stomper.git.commits import put_ref
from stomper.git.repository import Repository
from stomper.git.trial_copies import copy_repository, exclude_also, own_files, write_index_files
from stomper.unchanged_checkout.before import Kept, UnknownError, write_value
from stomper.unchanged_checkout.marks import GIT, INDEX, REFS, Value, git_state, value_of, walk


@dataclass(frozen=True, slots=True)
class Again:
    """A copy `before` a second look and after it. `whole` says that the checker came to its end there."""

    top: Path
    before: Mapping[str, object]
    git: Mapping[str, object]
    whole: bool

    def value(self, path: str) -> Value:
        """Give what is at a path of the copy."""
        return value_of(self.top, path)


def replay(checker: Checker, paths: Sequence[str], kept: Kept, folder: Path) -> Again:
    """Have the checker look at a copy below `folder`, of which nothing was there before.

    Folders that git ignores are seen by links: environments, what was built. A copy that cannot be made shows nothing.
    """
    top = folder / kept.repository.top.name
    copy = Repository(top, top / ".git", top / ".git")
    try:
        delete_folder(folder)
        top.mkdir(parents=True)
        _fill(copy, kept)
        before = git_state(copy)
        with contextlib.suppress(StomperError):
            checker.check(top, [path for path in paths if (top / path).exists()])
            return Again(top, before, git_state(copy), True)
        return Again(top, before, git_state(copy), False)
    except (OSError, StomperError, shutil.Error):
        return Again(top, {}, {}, False)


def _fill(copy: Repository, kept: Kept) -> None:
    """Make the copy what the checkout was."""
    copy_repository(kept.repository, copy.top)
    _rewind(copy, kept)
    own_files(copy.top)
    shutil.copy2(kept.folder / "index", copy.git_dir / "index")
    write_index_files(kept.repository, copy.top, kept.folder / "index")
    there = kept.sight.files
    for path in walk(copy.top, frozenset())[0].keys() - there.keys():
        (copy.top / path).unlink()
    for path in kept.copies:
        with contextlib.suppress(UnknownError):
            write_value(copy.top / path, kept.original(path))
    for path in sorted(kept.sight.folders - kept.eye.closed):
        (copy.top / path).mkdir(parents=True, exist_ok=True)
    closed = [path for path in sorted(kept.eye.closed) if (kept.repository.top / path).is_dir()]
    for path in closed:
        (copy.top / path).parent.mkdir(parents=True, exist_ok=True)
        (copy.top / path).symlink_to(kept.repository.top / path)
    # A pattern for folders does not match a link to one.
    exclude_also(copy.top, closed)


def _rewind(copy: Repository, kept: Kept) -> None:
    """Take back, in the copy, what has been done to HEAD, refs and settings since."""
    now = git_state(kept.repository)
    # A ref that is put adds a line to its log: files come after all refs.
    for name in sorted(now.keys() | kept.sight.git.keys(), key=lambda name: name.startswith(GIT)):
        before = kept.sight.git.get(name)
        if before == now.get(name) or name == INDEX:
            continue
        if name.startswith(REFS):
            put_ref(copy.top, name, str(before or ""), str(now.get(name) or ""))
        elif before is None or isinstance(before, tuple):
            write_value(copy.top / name, before)
