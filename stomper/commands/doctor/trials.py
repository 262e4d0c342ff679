"""Try what looking cannot tell: make and remove a worktree, end a program that tries to escape."""

import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from stomper import process
from stomper.commands.doctor.finding import Finding
from stomper.commands.status import read_status
from stomper.disk.private_files import ForeignError, make_folder
from stomper.errors import StomperError, ToolError, UsageError
from stomper.git.blobs import blob_sizes
from stomper.git.repository import Repository, read_head
from stomper.git.trees import tree_entries
from stomper.git.worktrees import registered_worktrees
from stomper.journal.run_lock import is_held, run_lock
from stomper.landing.writable import require_writable_git
from stomper.outcome_cache.rules import why_never
from stomper.outcome_cache.store import Store
from stomper.process.process_trees import is_alive
from stomper.settings import Settings, Worktrees
from stomper.text.counts import plural
from stomper.workspace.ladder import ORDER, choose, try_rung
from stomper.workspace.worktree import Site, clear_site, worktree, worktrees_folder

NAME = "doctor"
TIMEOUT = 20.0
ELSEWHERE = "Name a folder with room that you may write to: XDG_CACHE_HOME=/path"
# Beside one worktree for each worker there are those that the whole is checked and tested in.
MORE_TREES = 2
NO_NETWORK = ("unshare", "--map-root-user", "--net", "--")
MEANING: dict[Worktrees, str] = {
    "overlay": "each file has an empty layer above one frozen tree",
    "clone": "each worker has one, which shares its bytes with a frozen tree",
    "recycled": "each worker has one, which is put back after each file",
    "fresh": "one is written for each file",
}
WHAT_HELPS: dict[Worktrees, str] = {
    "overlay": "It takes user namespaces, or root that may mount; docs/performance.md says how in a container.",
    "clone": "It takes a file system with reflinks (btrfs, XFS, APFS): XDG_CACHE_HOME=/path names one.",
}
ESCAPE = "setsid sleep 300 & echo $!"
ESCAPE_BY_PYTHON = """\
import subprocess, sys
quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
words = [sys.executable, "-c", "import time; time.sleep(300)"]
print(subprocess.Popen(words, start_new_session=True, **quiet).pid)
"""
BUBBLEWRAP = ("bwrap", "--ro-bind", "/", "/", "--unshare-net", "--", "true")


def try_worktrees(repository: Repository, settings: Settings) -> Iterator[Finding]:
    """Try to make a worktree, and tell its place; nothing if there is no commit, or no room in git's folder for it."""
    place = worktrees_folder(repository.top)
    try:
        require_writable_git(repository)
        commit = read_head(repository).commit
    except StomperError:
        return
    try:
        fits, text, hint = _room(repository, commit, settings, place)
    except (OSError, StomperError) as error:
        yield Finding("worktrees", "folder", "problem", f"{place} cannot be used: {error}", ELSEWHERE)
        return
    yield Finding("worktrees", "folder", "ok", str(place))
    yield Finding("worktrees", "room", "ok" if fits else "problem", text, "" if fits else hint)
    yield from _trial(repository, commit, place, settings.workflow.worktrees)


def _room(repository: Repository, commit: str, settings: Settings, place: Path) -> tuple[bool, str, str]:
    """Tell whether the worktrees of a run fit on their disk, and whether the repository shares it."""
    made = not place.exists()
    make_folder(place)
    with tempfile.TemporaryFile(dir=place):
        free = shutil.disk_usage(place).free
    same = place.stat().st_dev == repository.common.stat().st_dev
    if made:
        with contextlib.suppress(OSError):
            place.rmdir()
    entries = tree_entries(repository.top, commit).values()
    sizes = blob_sizes(repository.top, [entry.blob for entry in entries])
    size = sum(sizes.get(entry.blob, 0) for entry in entries)
    needed = size * (settings.workflow.max_parallel_files + MORE_TREES)
    text = f"{_size(free)} free, about {_size(needed)} needed; {'the same' if same else 'another'} file system"
    return free > needed, text, f"{ELSEWHERE}; or fewer files at once: -j 1"


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GB" if count >= 2**30 else f"{max(1, round(count / 2**20))} MB"


def _trial(repository: Repository, commit: str, place: Path, wanted: Worktrees) -> Iterator[Finding]:
    """Make a real worktree and remove it, and try each faster way.

    Beside a living run nothing is tried: it has proved it already.
    """
    site = Site(repository.top, repository.state, place / NAME, NAME)
    began = time.monotonic()
    try:
        with run_lock(repository.state, NAME):
            clear_site(site)  # of one that was killed here
            try:
                with worktree(site, "trial", commit) as tree:
                    count = len(tree.contents.entries)
                    ways = list(_ways(site.folder, wanted))
            finally:
                clear_site(site)
    except UsageError as error:
        yield Finding("worktrees", "trial", "note", f"not tried: {error.message}", error.hint or "")
        return
    except (OSError, StomperError) as error:
        hint = error.hint if isinstance(error, StomperError) else None
        yield Finding("worktrees", "trial", "problem", f"could not be made: {error}", hint or ELSEWHERE)
        return
    yield Finding("worktrees", "trial", "ok", f"{count} files, made and removed in {time.monotonic() - began:.2f} s")
    yield from ways


def _ways(folder: Path, wanted: Worktrees) -> Iterator[Finding]:
    """Tell the way that a run takes to have worktrees, and try each faster one."""
    taken = choose(wanted, folder)
    where = "" if taken.on_disk else ", its layers in memory"
    asked = f" (workflow.worktrees = {wanted})"
    yield Finding("worktrees", "way", "ok", f"{taken.mode}{where}{asked}: {MEANING[taken.mode]}")
    passed_over = () if wanted == "auto" else ORDER[: ORDER.index(wanted)]
    for mode in ORDER[: ORDER.index(taken.mode)]:
        rung, problem = try_rung(mode, folder)
        if rung is not None:
            yield Finding("worktrees", mode, "ok", "works, and is faster: workflow.worktrees passes over it")
        elif mode in passed_over:
            yield Finding("worktrees", mode, "ok", f"does not work here, and is not asked for: {problem}")
        else:
            hint = f"A run is slower without it in a large repository. {WHAT_HELPS[mode]}"
            yield Finding("worktrees", mode, "note", f"does not work here: {problem}", hint)


def try_containment() -> Iterator[Finding]:
    """Try to find and end a program that a tool left behind, also in a session of its own."""
    command = _escaping()
    if not command:
        text = "not tried, for want of `sh` and `sleep`: neither Stomper nor ruff needs them"
        yield Finding("containment", "programs", "note", text, "Fixers, set-up and tests of yours may need them.")
        return
    try:
        done = process.run(command, cwd=Path("/"), timeout=TIMEOUT, contained=True)
        escaped = int(done.stdout)
    except (ToolError, ValueError) as error:
        yield Finding("containment", "programs", "problem", f"could not be tried: {error}", "Check `sh` and `sleep`.")
        return
    if is_alive(escaped):
        with contextlib.suppress(psutil.Error):
            psutil.Process(escaped).kill()
        hint = "Tools could outlive a run here. Is /proc mounted, and readable?"
        yield Finding("containment", "programs", "problem", "a program that escaped its tool was not ended", hint)
    else:
        yield Finding("containment", "programs", "ok", "what a tool leaves behind is found and ended")


def _escaping() -> list[str]:
    """The command of a program that escapes and prints its process id: by a shell, else by Python; empty if by none."""
    there = {name for name in ("sh", "sleep", "setsid") if shutil.which(name, path=process.search_path())}
    if {"sh", "sleep"} <= there:
        return ["sh", "-c", ESCAPE if "setsid" in there else ESCAPE.removeprefix("setsid ")]
    return [] if process.is_frozen() else [sys.executable, "-I", "-c", ESCAPE_BY_PYTHON]


def try_walls() -> tuple[list[Finding], tuple[str, ...]]:
    """Try to keep a program from the network, and give the command for that; empty if there is none."""
    sealed = NO_NETWORK if _works(*NO_NETWORK, "true") else ()
    wrapped = _works(*BUBBLEWRAP)
    how = " and ".join(name for name, works in (("user namespaces", sealed), ("bubblewrap", wrapped)) if works)
    text = f"a program can be kept from the network: {how}" if how else "no user namespaces and no bubblewrap"
    hint = "" if how else "Not needed: no checker or fixer uses the network by itself."
    return [Finding("containment", "network", "ok" if how else "note", text, hint)], sealed


def _works(*argv: str) -> bool:
    try:
        return process.run(argv, cwd=Path("/"), timeout=TIMEOUT, contained=True).returncode == 0
    except ToolError:
        return False


def look_for_leftovers(repository: Repository) -> Iterator[Finding]:
    """Find what earlier runs left: runs to resume, worktrees to remove."""
    try:
        runs = read_status(repository)
    except ForeignError as error:
        yield Finding("earlier runs", "folder", "problem", error.message, error.hint or "")
        return
    cut_off = [run for run in runs if run.state in ("killed", "interrupted")]
    for run in cut_off[-3:]:
        text = f"{run.state}, {run.done} of {run.total} files done"
        yield Finding("earlier runs", run.run, "note", text, f"To take it up: stomper resume {run.run}")
    for run in (run for run in runs if run.state == "unreadable"):
        hint = f"Another version may have written it. To forget it, delete {repository.state / 'runs' / run.run}"
        yield Finding("earlier runs", run.run, "note", "cannot be read", hint)
    trees = [] if is_held(repository.state) else _left_trees(repository)
    if trees:
        yield Finding("earlier runs", "worktrees", "note", f"{len(trees)} left", "To remove them: stomper cleanup")
    if not cut_off and not trees:
        yield Finding("earlier runs", "leftovers", "ok", "none")


def look_at_cache(repository: Repository, settings: Settings) -> Iterator[Finding]:
    """Tell where the cache of outcomes is, how full it is, and why it is not used, if so."""
    store = Store(repository.state, settings.cache.size * 2**20)
    filling = store.filling()
    if why := why_never(settings):
        yield Finding("cache", "use", "note", f"not used: {why}")
    if filling.entries or not why:
        size = f"{filling.size / 2**20:.1f} of {settings.cache.size} MiB"
        text = f"{plural(filling.entries, 'outcome')}, {size}, in {store.path}"
        yield Finding("cache", "filling", "ok", text, "To empty it: stomper cleanup --cache" if filling.entries else "")


def _left_trees(repository: Repository) -> list[Path]:
    place = worktrees_folder(repository.top)
    try:
        return [tree for tree in registered_worktrees(repository.top)[1:] if tree.is_relative_to(place)]
    except StomperError:
        return []
