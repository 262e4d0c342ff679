"""The leak check: what a test must not leave behind, looked for after every test (promise 7)."""

import contextlib
import fcntl
import fnmatch
import os
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import psutil

from stomper.process.environment import RUN_MARK
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.wait import PATIENCE, eventually

Kind: TypeAlias = Literal["process", "worktree", "ref", "lock", "stash", "settings", "fsck", "temp", "cache", "mount"]

# multiprocessing keeps these for the life of *this* process, started in whichever test came first.
MULTIPROCESSING = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
IN_PROC = Path("/proc/self/environ").exists()


@dataclass(frozen=True, order=True)
class Leak:
    kind: Kind
    what: str


@dataclass(frozen=True)
class Expectation:
    """Leaks of a kind whose words match a glob pattern. A `certain` one must be there."""

    kind: Kind
    pattern: str
    reason: str
    certain: bool

    def covers(self, leak: Leak) -> bool:
        return leak.kind == self.kind and fnmatch.fnmatchcase(leak.what, self.pattern)


@dataclass
class Leaks:
    """Knows the test's folders and repositories; `expect` and `allow` name what may stay, and why.

    What ran `earlier` cannot know the test's folder, and is not looked at.
    """

    hermetic: Hermetic
    repos: list[GitRepo] = field(default_factory=list)
    expectations: list[Expectation] = field(default_factory=list)
    earlier: frozenset[int] = field(default_factory=lambda: frozenset(psutil.pids()))

    def watch(self, repo: GitRepo) -> GitRepo:
        self.repos.append(repo)
        return repo

    def expect(self, kind: Kind, pattern: str, *, reason: str) -> None:
        """This is left on purpose: the test fails if it is not."""
        self.expectations.append(Expectation(kind, pattern, reason, certain=True))

    def allow(self, kind: Kind, pattern: str, *, reason: str) -> None:
        """This may be left, or not."""
        self.expectations.append(Expectation(kind, pattern, reason, certain=False))

    def find(self) -> list[Leak]:
        """Everything that is left now, expected or not."""
        found = [*_processes(self.hermetic, self.earlier), *_temporary(self.hermetic), *_mounts(self.hermetic)]
        for repo in self.repos:
            if repo.path.exists():
                found += _repository(repo)
        return sorted(set(found))

    def check(self) -> None:
        """Fail for what is left unexpectedly, and for what was expected and is not there. Kills what still runs."""
        found = self.find()
        if self._surprises(found):
            with contextlib.suppress(AssertionError):
                eventually(lambda: not self._surprises(self.find()), patience=PATIENCE if self._dying() else 0)
            found = self.find()
        surprises = [f"left behind: {leak.kind}: {leak.what}" for leak in self._surprises(found)]
        missing = [
            f"expected, but not there: {e.kind}: {e.pattern} ({e.reason})"
            for e in self.expectations
            if e.certain and not any(map(e.covers, found))
        ]
        if any(leak.kind == "process" for leak in found):
            kill_all(self.hermetic)
        assert not surprises + missing, "\n".join(surprises + missing)

    def _surprises(self, found: list[Leak]) -> list[Leak]:
        return [leak for leak in found if not any(e.covers(leak) for e in self.expectations)]

    def _dying(self) -> bool:
        """Whether there are processes about that may be ending just now, which is worth a wait."""
        return not any(e.kind == "process" for e in self.expectations) and any(of_test(self.hermetic, self.earlier))


def of_test(hermetic: Hermetic, earlier: Collection[int] = ()) -> Iterator[psutil.Process]:
    """Processes born of this test: its HOME in their environment, or (environment wiped) its folder in their words.

    Those that are known to be `earlier` than it are not looked at, which is most of the cost.
    """
    for pid in psutil.pids():
        if pid in earlier:
            continue
        with contextlib.suppress(psutil.Error, OSError):
            if pid == os.getpid() or not _may_be_of(pid, hermetic):
                continue
            process = psutil.Process(pid)
            words = " ".join(process.cmdline())
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
            if any(name in words for name in MULTIPROCESSING) and process.ppid() == os.getpid():
                continue
            if process.environ().get("HOME") == str(hermetic.home) or f"{hermetic.root}/" in words:
                yield process


def _may_be_of(pid: int, hermetic: Hermetic) -> bool:
    """Whether its folder is named there at all, at a fraction of the cost. True where there is no /proc to tell."""
    if not IN_PROC:
        return True
    root = os.fsencode(hermetic.root)
    return any(root in Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))


def kill_all(hermetic: Hermetic) -> None:
    """Leave no process of this test. What it finds has been reported before."""
    while found := list(of_test(hermetic)):
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=1)


def _processes(hermetic: Hermetic, earlier: Collection[int]) -> Iterator[Leak]:
    for process in of_test(hermetic, earlier):
        with contextlib.suppress(psutil.Error):
            mark = process.environ().get(RUN_MARK)
            words = " ".join(process.cmdline()).replace("\n", " ")[:200]
            yield Leak("process", f"{words} [pid {process.pid}{f', run {mark}' if mark else ''}]")


def _temporary(hermetic: Hermetic) -> Iterator[Leak]:
    for path in hermetic.tmp.iterdir():
        yield Leak("temp", path.name)
    ours = hermetic.cache / "stomper"
    for path in ours.rglob("*") if ours.exists() else ():
        if len(path.relative_to(ours).parts) <= 2:
            yield Leak("cache", str(path.relative_to(ours)))


def _mounts(hermetic: Hermetic) -> Iterator[Leak]:
    table = Path("/proc/self/mountinfo")
    for line in table.read_text().splitlines() if table.exists() else ():
        if f" {hermetic.root}/" in line:
            yield Leak("mount", line)


def _repository(repo: GitRepo) -> Iterator[Leak]:
    if (repo.git_dir / "worktrees").exists():
        for extra in set(repo.worktrees()) - {repo.path.resolve(), *repo.own_worktrees}:
            yield Leak("worktree", str(extra))
    refs = repo.refs()
    for ref in refs:
        if ref.startswith("refs/stomper/"):
            yield Leak("ref", ref)
    for lock in _locks(repo.git_dir):
        yield Leak("lock", str(lock.relative_to(repo.git_dir)))
    if "refs/stash" in refs:
        for entry in repo.stash():
            yield Leak("stash", entry)
    now, agreed = repo.settings(), repo.agreed_settings
    for name in sorted(now.keys() | agreed.keys()):
        if now.get(name) != agreed.get(name):
            yield Leak("settings", name)
    done = subprocess.run(["git", "fsck", "--strict", "--no-dangling"], cwd=repo.path, capture_output=True, text=True)
    if done.returncode:
        yield Leak("fsck", (done.stdout + done.stderr).strip())


def _locks(git_dir: Path) -> Iterator[Path]:
    """git's lock files, which are locks by being there; and Stomper's own files, where someone holds them."""
    for file in git_dir.rglob("*.lock"):
        if "stomper" not in file.relative_to(git_dir).parts or _is_held(file):
            yield file


def _is_held(file: Path) -> bool:
    with file.open("rb") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
