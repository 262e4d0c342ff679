"""What keeps agents from the user's checkout, and what tells that one has been there all the same.

Where a sandbox works nothing has to be watched: a change is then the user's own doing. Where none does the
user's repository is looked at before and after each try of an agent. Who did it is not known where several
are at work, so each try that was under way is called an escape; nothing of it is ever undone by Stomper.
"""

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stomper import process
from stomper.errors import ToolError
from stomper.fixers import Fixer
from stomper.fixers.agents.fixer import AgentFixer
from stomper.git.commits import list_refs
from stomper.git.repository import Repository
from stomper.git.trees import staged_entries, untracked_paths
from stomper.metered import unmetered
from stomper.models import printable, shorten
from stomper.process import Sandbox
from stomper.settings import Settings

STASH = "refs/stash"
# A run makes refs of its own; the stash is looked at with all its entries.
NOT_REFS = ("refs/stomper/", STASH)
SHOWN = 5
SHORT = 12

Mark: TypeAlias = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a repository was at one moment. `facts` are small files below git's folders, `marks` those of the tree."""

    refs: Mapping[str, str]
    facts: Mapping[str, bytes]
    staged: Mapping[str, str]
    marks: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Watch:
    """A repository that agents could write to. Files that git ignores are not looked at."""

    repository: Repository

    def look(self) -> Sight:
        """Take everything down. Costs about two `git status`, 70 ms for ten thousand files."""
        top = self.repository.top
        staged = staged_entries(top)
        paths = {*staged, *untracked_paths(top)}
        refs = {name: commit for name, commit in list_refs(top, "refs").items() if not name.startswith(NOT_REFS)}
        return Sight(refs, dict(_facts(self.repository)), staged, dict(_marks(top, paths)))

    def changes_since(self, before: Sight) -> str:
        """What is not as it was, in words, with how to see it or to take it back; empty where all is."""
        now = self.look()
        found = [
            *_files(before.marks, now.marks),
            *_refs(before.refs, now.refs),
            *(f"changed {printable(name)}" for name in _differing(before.facts, now.facts)),
            *_index(_differing(before.staged, now.staged)),
        ]
        return "; ".join(found)


def _facts(repository: Repository) -> Iterator[tuple[str, bytes]]:
    """What git has in small files: HEAD, configuration, hooks, what is ignored, the stash's entries."""
    common = repository.common
    yield "HEAD", _content(repository.git_dir / "HEAD")
    names = ["config", "info/attributes", "info/exclude"]
    for name in [*names, *(f"hooks/{hook}" for hook in _hooks(common))]:
        yield f".git/{name}", _content(common / name)
    yield "the stash (see `git stash list`)", _content(common / STASH) + _content(common / "logs" / STASH)
    yield ".git/config.worktree", _content(repository.git_dir / "config.worktree")


def _hooks(common: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return sorted(hook.name for hook in (common / "hooks").iterdir() if hook.suffix != ".sample")
    return []


def _content(file: Path) -> bytes:
    """The mode and content of a file, which is as much as a hook or a setting is; empty where there is none."""
    try:
        return b"%o " % file.stat().st_mode + file.read_bytes()
    except OSError:
        return b""


def _marks(top: Path, paths: Iterable[str]) -> Iterator[tuple[str, Mark]]:
    """What the system knows of each file without reading it. As text: `pathlib` would cost more than the look."""
    folder = str(top)
    for path in paths:
        try:
            info = os.lstat(f"{folder}/{path}")
        except OSError:
            continue
        if not stat.S_ISDIR(info.st_mode):  # of a submodule
            yield path, (info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_mode)


def _differing(before: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _files(before: Mapping[str, Mark], now: Mapping[str, Mark]) -> Iterator[str]:
    changed = _differing(before, now)
    gone = [path for path in changed if path not in now]
    new = [path for path in changed if path not in before]
    written = [path for path in changed if path in before and path in now]
    for verb, paths in (("wrote", written), ("made", new), ("deleted", gone)):
        if paths:
            yield f"{verb} {_some(paths)} in your checkout (see `git status`)"


def _refs(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in _differing(before, now):
        old, new = before.get(name, ""), now.get(name, "")
        if not old:
            yield f"made {printable(name)} (it is at {new[:SHORT]})"
        else:
            verb = "moved" if new else "deleted"
            yield f"{verb} {printable(name)} (back: `git update-ref {printable(name)} {old[:SHORT]}`)"


def _index(paths: Sequence[str]) -> list[str]:
    return [f"changed {_some(paths)} in your index (see `git status`)"] if paths else []


def _some(paths: Sequence[str]) -> str:
    return shorten([printable(path) for path in paths], SHOWN)


def confine(
    repository: Repository, settings: Settings, fixers: Iterable[Fixer], *closed: Path
) -> tuple[Sandbox | None, Watch | None]:
    """The sandbox for the agents of a chain, or what watches the repository instead; neither where none needs it.

    An agent that starts no program writes nothing but its answer. `closed` are further folders to keep it
    from. Raises ToolError where a sandbox is required and none works.
    """
    if not any(isinstance(unmetered(fixer), AgentFixer) for fixer in fixers):
        return None, None
    if settings.sandbox == "off":
        return None, Watch(repository)
    sandbox = process.find_sandbox(repository.top, repository.common, repository.git_dir, *closed, *_home())
    if sandbox is None and settings.sandbox == "require":
        raise ToolError(
            'sandbox = "require", and agents cannot be kept from your checkout here',
            "Install bubblewrap, or allow user namespaces. `stomper doctor` says what works.",
        )
    return sandbox, None if sandbox else Watch(repository)


def _home() -> list[Path]:
    with contextlib.suppress(RuntimeError):  # a container's user may have none
        return [Path.home()]
    return []
