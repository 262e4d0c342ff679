"""Measure how many fixes land in a second, beside `git apply --index && git commit` in the same run.

    python scripts/bench_landing.py                       100, 1,000 and 10,000 tracked files, flat and in folders
    python scripts/bench_landing.py --tracked 100000      another number
    python scripts/bench_landing.py --commits 1000        of so many fixes each; git by hand takes a tenth of them

Each fix changes one line of one file of a hundred lines. Ours go the way of a run: the patch is proved against the blob
that it must lead to, commits are stored in groups, their ids are in a journal on the disk before the run's ref moves.
Ends with 1 if the result is another tree than the one that the fixes were made from.
"""

import argparse
import contextlib
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.git.worktrees import changed_blobs, make_patch
from stomper.journal.run_folder import RunFolder
from stomper.landing.lander import Lander
from stomper.landing.wording import Wording
from stomper.models import Diagnostic, Fixed, FixTask, Patch, Timing
from stomper.settings import GitSettings

LINES = [f"value_{n} = {n}\n" for n in range(100)]
WIDEST = 20  # files in a folder, and folders in a folder


@dataclass(frozen=True, slots=True)
class Case:
    """A repository of so many files, all in one folder or in folders of twenty."""

    tracked: int
    flat: bool

    def paths(self) -> list[str]:
        if self.flat:
            return [f"m{n:06}.py" for n in range(self.tracked)]
        return [f"p{n // WIDEST**2:04}/q{n // WIDEST % WIDEST:02}/m{n % WIDEST:02}.py" for n in range(self.tracked)]


@dataclass(frozen=True, slots=True)
class Measured:
    """Commits in a second, ours and git's by hand; `..._cpu` by the CPU time of all processes."""

    ours: float
    ours_cpu: float
    by_hand: float
    by_hand_cpu: float
    same: bool


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracked", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--commits", type=int, default=500)
    asked = parser.parse_args()
    print("                                 a second       a CPU second   times as many")
    print("tracked files  layout   commits  ours  by hand  ours  by hand  a CPU second", flush=True)
    good = True
    for case in (Case(tracked, flat) for tracked in asked.tracked for flat in (True, False)):
        commits = min(asked.commits, case.tracked)
        found = measure(case, commits)
        good &= found.same
        layout = "flat" if case.flat else "folders"
        row = f"{case.tracked:13,}  {layout:7}  {commits:7}  {found.ours:4.0f}  {found.by_hand:7.0f}"
        row += f"  {found.ours_cpu:4.0f}  {found.by_hand_cpu:7.0f}  {found.ours_cpu / found.by_hand_cpu:12.1f}"
        print(row if found.same else f"{row}  <- ANOTHER TREE", flush=True)
    return 0 if good else 1


def measure(case: Case, commits: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="stomper-bench-") as folder:
        top = Path(folder) / "repository"
        base, fixed, patches = make(top, case, commits)
        wall, cpu, same = land(top, Path(folder), base, fixed, patches)
        some = patches[: max(10, commits // 10)]
        began, spent = time.monotonic(), cpu_seconds()
        apply_and_commit(top, some)
        by_hand, by_hand_cpu = time.monotonic() - began, cpu_seconds() - spent
        return Measured(commits / wall, commits / cpu, len(some) / by_hand, len(some) / by_hand_cpu, same)


def make(top: Path, case: Case, commits: int) -> tuple[str, str, list[Patch]]:
    """The repository; returns its commit, one with all fixes in it, and the fixes."""
    paths = case.paths()
    for number, path in enumerate(paths):
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text("".join([f"number = {number}\n", *LINES]))
    git(top, "init", "--quiet")
    for name, value in (("user.name", "Bench"), ("user.email", "bench@example.org"), ("gc.auto", "0")):
        git(top, "config", name, value)
    base = commit(top, "base")
    for number, path in enumerate(paths[:: len(paths) // commits][:commits]):
        (top / path).write_text("".join([f"number = {number}\n", "import os\n", *LINES]))
    fixed = commit(top, "fixed")
    git(top, "reset", "--quiet", "--hard", base)
    sections = re.split(rb"(?m)^(?=diff --git )", make_patch(top, base, fixed))[1:]
    blobs = changed_blobs(top, base, fixed)
    return base, fixed, [Patch(data, (blob,)) for data, blob in zip(sections, blobs, strict=True)]


def commit(top: Path, message: str) -> str:
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", message)
    return git(top, "rev-parse", "HEAD")


def land(top: Path, folder: Path, base: str, fixed: str, patches: Sequence[Patch]) -> tuple[float, float, bool]:
    """Land the fixes. Returns the seconds, those of CPUs, and whether the result is the tree of `fixed`."""
    journal = RunFolder(folder / "run")
    journal.path.mkdir()
    began, spent = time.monotonic(), cpu_seconds()
    with begun(top, folder, base, journal) as lander:
        for index, patch in enumerate(patches):
            landed = lander.land(FixTask(index, patch.blobs[0].path, ()), outcome_of(patch))
            if landed.commit is None:
                raise SystemExit(f"{patch.blobs[0].path} did not land: {landed.outcome}")
        lander.settle()
    wall, cpu = time.monotonic() - began, cpu_seconds() - spent
    trees = {git(top, "rev-parse", f"{name}^{{tree}}") for name in (lander.ref, fixed)}
    git(top, "fsck", "--no-dangling", lander.ref)
    return wall, cpu, len(trees) == 1


@contextlib.contextmanager
def begun(top: Path, folder: Path, base: str, journal: RunFolder) -> Iterator[Lander]:
    index = folder / "index"
    with contextlib.closing(Lander.begin(top, index, base, Wording("bench", GitSettings()), journal.landing)) as lander:
        yield lander


def outcome_of(patch: Patch) -> Fixed:
    path = patch.blobs[0].path
    found = Diagnostic("ruff", "F401", "`os` imported but unused", path, 1, 1)
    return Fixed(path=path, before=(found,), patch=patch, attempts=(), timing=Timing(0.0, 1.0, 1))


def apply_and_commit(top: Path, patches: Sequence[Patch]) -> None:
    """Do the same by hand in the checkout."""
    for patch in patches:
        git(top, "apply", "--index", "-", stdin=patch.data)
        git(top, "commit", "--quiet", "--message", f"fix {patch.blobs[0].path}")


def cpu_seconds() -> float:
    """The CPU time so far, of this process and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def git(top: Path, *words: str, stdin: bytes | None = None) -> str:
    return (
        subprocess.run(["git", *words], cwd=top, check=True, capture_output=True, input=stdin).stdout.decode().strip()
    )


if __name__ == "__main__":
    sys.exit(main())
