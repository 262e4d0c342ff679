"""Keep agents from the user's checkout by a sandbox, or notice that one has changed it.

If a sandbox works nothing has to be watched: a change is then the user's own doing. If none does the
user's repository is looked at before and after each attempt of an agent. Who did it is not known where several
are at work, so each attempt that was under way is called an escape; nothing of it is ever undone by Stomper.
"""

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.disk.marks import Mark
from stomper.disk.regular_files import read_regular
from stomper.errors import ToolError
from stomper.fixers import Fixer
from stomper.fixers.base import roams
from stomper.git.commits import list_refs
from stomper.git.object_stores import git_folders
from stomper.git.repository import Repository
from stomper.git.trees import staged_entries, untracked_paths
from stomper.models import printable
from stomper.process import Sandbox
from stomper.settings import Settings
from stomper.text.counts import shorten
from stomper.workspace.footprints import foreign_worktrees, git_marks, ignored_marks, marks

STASH = "refs/stash"
LOGS = ".git/logs/"
MOST_BYTES = 10_000_000
SHOWN = 5
SHORT = 12


@dataclass(frozen=True, slots=True)
class Sight:
    """The state of a repository at one moment. `facts` are small files of git, `marks` those of the tree.

    `kept` are the marks of other files of git and of ours, `ignored` of those in the tree that git ignores.
    """

    refs: Mapping[str, str]
    facts: Mapping[str, bytes]
    staged: Mapping[str, str]
    marks: Mapping[str, Mark]
    kept: Mapping[str, Mark]
    ignored: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Watch:
    """A repository that agents could write to, during a run whose worktrees are in `folder`, which is called as it is.

    The run's own ref is moved from a known commit only, and its own files are rewritten all the time: these are not
    looked at. Nor is what tools keep for themselves, such as bytecode, nor the objects.
    """

    repository: Repository
    folder: Path

    def look(self) -> Sight:
        """Take everything down. Costs about three `git status`, and a `stat` for each file that git ignores."""
        top, run = self.repository.top, self.folder.name
        staged = staged_entries(top)
        paths = {*staged, *untracked_paths(top)}
        # The stash is looked at with all its entries.
        not_refs = (f"refs/stomper/{run}/", STASH)
        refs = {name: commit for name, commit in list_refs(top, "refs").items() if not name.startswith(not_refs)}
        facts = {**dict(_facts(self.repository)), **foreign_worktrees(self.repository, self.folder)}
        kept = dict(git_marks(self.repository, run))
        return Sight(refs, facts, staged, dict(marks(top, paths)), kept, dict(ignored_marks(top)))

    def changes_since(self, before: Sight) -> str:
        """Describe the changes, with how to see them or to take them back; empty if there are none."""
        now = self.look()
        found = [
            *_files(before.marks, now.marks, "(see `git status`)"),
            *_files(before.ignored, now.ignored, "(git ignores that: see `git status --ignored`)"),
            *_refs(before.refs, now.refs),
            *(f"changed {printable(name)}" for name in _differing(before.facts, now.facts)),
            *_index(_differing(before.staged, now.staged)),
        ]
        kept = _differing(before.kept, now.kept)
        told = {*before.facts, *now.facts}
        # What moves a ref writes its log: that is said once.
        found += _kept([name for name in kept if name not in told and not (found and name.startswith(LOGS))])
        return "; ".join(found)


def _facts(repository: Repository) -> Iterator[tuple[str, bytes]]:
    """Read git's small files: HEAD, configuration, hooks, ignore rules, the stash's entries."""
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
    """The mode and content of a file, which is as much as a hook or a setting is; empty if there is none."""
    try:
        return b"%o " % file.stat().st_mode + read_regular(file, MOST_BYTES)
    except FileNotFoundError:
        return b""
    except OSError as error:
        return str(error.strerror).encode()


def _differing(before: Mapping[str, object], now: Mapping[str, object]) -> list[str]:
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _files(before: Mapping[str, Mark], now: Mapping[str, Mark], hint: str) -> Iterator[str]:
    changed = _differing(before, now)
    gone = [path for path in changed if path not in now]
    new = [path for path in changed if path not in before]
    written = [path for path in changed if path in before and path in now]
    for verb, paths in (("wrote", written), ("made", new), ("deleted", gone)):
        if paths:
            yield f"{verb} {_some(paths)} in your checkout {hint}"


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


def _kept(names: Sequence[str]) -> list[str]:
    return [f"changed {_some(names)}"] if names else []


def _some(paths: Sequence[str]) -> str:
    return shorten([printable(path) for path in paths], SHOWN)


def confine(
    repository: Repository, settings: Settings, fixers: Iterable[Fixer], folder: Path
) -> tuple[Sandbox | None, Watch | None]:
    """The sandbox for the agents of a chain, or what watches the repository instead; neither if none needs it.

    An agent that starts no program writes nothing but its answer. `folder` is that of the run's worktrees, which
    it is kept from too, all but its own. It sees of the repository what git needs in a worktree. Raises ToolError
    where a sandbox is required and none works.
    """
    if not any(map(roams, fixers)):
        return None, None
    sandbox = agents_sandbox(repository, settings, folder)
    return (None, Watch(repository, folder)) if sandbox is None else (sandbox.online(), None)


def agents_sandbox(repository: Repository, settings: Settings, folder: Path) -> Sandbox | None:
    """The sandbox for an agent, as yet without a network; None if none works, or none is wanted.

    `folder` is that of the run's worktrees. Raises ToolError if a sandbox is required and none works.
    """
    if settings.sandbox == "off":
        return None
    sandbox = process.find_sandbox(repository.top, repository.common, repository.git_dir, folder, *_home())
    if sandbox is None and settings.sandbox == "require":
        raise ToolError(
            'sandbox = "require", and agents cannot be kept from your checkout here',
            "Install bubblewrap, or allow user namespaces. `stomper doctor` says what works.",
        )
    if sandbox is None:
        return None
    more = (repository.top / os.path.expanduser(place) for place in settings.sandbox_readable)  # noqa: PTH111
    return sandbox.showing((*git_folders(repository), *more)).without(repository.state)


def _home() -> list[Path]:
    with contextlib.suppress(RuntimeError):  # a container's user may have none
        return [Path.home()]
    return []
