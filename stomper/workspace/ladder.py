"""The ladder of worktrees: the ways to have one, the fastest first. A run takes the first one that works here.

`overlay`: a frozen tree of the base commit below, an empty layer above, for each task. `clone`: a worktree for each
worker, whose files share their bytes with a frozen tree. `recycled`: one that is written. Both are put back after each
task. `fresh`: a worktree written for each task.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from stomper.disk.remove_trees import delete_folder, temporary_folder
from stomper.process import mounts
from stomper.settings import Worktrees
from stomper.workspace.layered import is_opaque, is_whiteout
from stomper.workspace.reflinks import clone_file

ORDER: tuple[Worktrees, ...] = ("overlay", "clone", "recycled", "fresh")


@dataclass(frozen=True, slots=True)
class Rung:
    """A way to have worktrees: its `mode`, and whether the layers of an overlay can be `on_disk` and `in_memory`.

    `why` says, for each faster one that was tried, why it does not work here.
    """

    mode: Worktrees
    on_disk: bool = True
    in_memory: bool = False
    why: tuple[str, ...] = ()

    @property
    def remark(self) -> str:
        """One line for people; empty for the fastest."""
        return f"worktrees: {self.mode}, since {'; '.join(self.why)}" if self.why else ""


FRESH = Rung("fresh")


def choose(wanted: Worktrees, folder: Path) -> Rung:
    """Give the first rung, from the one that is `wanted` on, that works for worktrees in `folder`, which is there."""
    why: list[str] = []
    for mode in ORDER if wanted == "auto" else ORDER[ORDER.index(wanted) :]:
        rung, problem = try_rung(mode, folder)
        if rung is not None:
            return replace(rung, why=tuple(why))
        why.append(f"{mode} does not work here ({problem})")
    raise AssertionError("a fresh worktree is always possible")


def try_rung(mode: Worktrees, folder: Path) -> tuple[Rung | None, str]:
    """Try one rung in a folder. Gives it, or None and the reason."""
    if mode == "overlay":
        return _try_overlay(folder)
    problem = _try_clone(folder) if mode == "clone" else ""
    return (None, problem) if problem else (Rung(mode), "")


def _try_overlay(folder: Path) -> tuple[Rung | None, str]:
    """Try it with the layers on the disk, then in memory: none can be on another overlay, say a container's root."""
    problem, on_memory = _tried(folder, in_memory=False), _tried(folder, in_memory=True)
    if problem and on_memory:
        return None, problem
    return Rung("overlay", on_disk=not problem, in_memory=not on_memory), ""


def _tried(folder: Path, *, in_memory: bool) -> str:
    with temporary_folder("trial-", folder) as place:
        for name in ("frozen/full", "at", "layers"):
            (place / name).mkdir(parents=True)
        (place / "frozen" / "file").write_text("old")
        (place / "frozen" / "full" / "inner").write_text("old")
        return mounts.try_in_child(lambda: _change(place, in_memory=in_memory))


def _change(place: Path, *, in_memory: bool) -> None:
    """Change a mounted tree in each way that there is, and see that its layer tells of it. Raises OSError if not."""
    mounts.enter_namespace()
    layers, seen = place / "layers", place / "at"
    if in_memory:
        mounts.mount_memory(layers)
    for name in ("upper", "work"):
        (layers / name).mkdir()
    with mounts.mounted([place / "frozen"], layers / "upper", layers / "work", seen):
        word = secrets.token_hex(8)
        delete_folder(seen / "full")
        (seen / "full").mkdir()
        (seen / "new").write_text(word)
        (seen / "file").unlink()
        upper = layers / "upper"
        told = {
            "a deleted file": is_whiteout(upper / "file", (upper / "file").lstat()),
            "a folder made anew": is_opaque(upper / "full") and not any((seen / "full").iterdir()),
            "a new file": (upper / "new").read_text() == word,
        }
    if missing := [what for what, is_told in told.items() if not is_told]:
        raise OSError(f"its layer does not tell of {', '.join(missing)}")


def _try_clone(folder: Path) -> str:
    return _problem_of(_clone_in, folder)


def _clone_in(folder: Path) -> None:
    with temporary_folder("trial-", folder) as place:
        (place / "file").write_text("old")
        clone_file(place / "file", place / "copy")


def _problem_of(action: Callable[[Path], None], folder: Path) -> str:
    try:
        action(folder)
    except OSError as error:
        return error.strerror or str(error)
    return ""
