"""Measure what a file costs, and that it does not depend on the size of the repository.

    python scripts/bench_scale.py                                 100/100, 1000/1000, 10000/1000, 100000/1000
    python scripts/bench_scale.py --rows 100/100 10000/5000 --worktrees overlay recycled
    python scripts/bench_scale.py --keep /var/tmp/scale --loop 20 --patience 600

A row is a repository: so many tracked files, of which so many are to fix, with three unused imports each. In it run,
one after the other and from the same commit:

- `stomper fix`, ruff as the only checker and fixer, no tests, `-j 2`, once for each kind of worktree that is asked for.
  `fix ms` is the report's `fix_seconds` by the files that were fixed: workers' start and landing are in it, survey and
  gate are beside it. `cpu` and `sys` are ms of processor time a file, of the whole run with all its programs.
  `parent` and `worker` are MiB: the highest resident memory of the main process and of the largest other one.
- in rows of up to `--programs` tracked files: the programs that are started for a file (execve, seen by strace), as the
  difference between two runs of few files.
- the loop that one would write in a shell: `git worktree add`, `ruff check --fix`, `git apply`, `git commit`, `git
  worktree remove` for each file. After `--loop` seconds it is stopped, and what it has done counts.
- one `ruff check --fix` over the whole tree.

`x row` is the cost of a file in multiples of the first row's with the same kind of worktree, `x loop` in parts of the
loop's. Ends with 1 if a tree is not that of `ruff check --fix`, or if in a row of up to 200 files to fix the commits
are not the same with `-j 1`, `-j 3`, `-j 8` and each kind of worktree. A run that takes longer than `--patience` gets
a ^C: its files count, its tree proves nothing. 100,000 files need 2 GB of disk while the row runs.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from scale_repository import RUFF, Repository, Row, make, place_of

JOBS = (1, 3, 8)
MOST_PROVED = 200  # files to fix: a row with more is not run again for each number of jobs
FEW, MORE = 4, 24  # files in the two runs whose difference says what is started for one
MIB = 1024.0
LOOP = """
while read -r path; do
  git worktree add --quiet --detach "$PLACE" HEAD &&
  (cd "$PLACE" && "$RUFF" check --fix --quiet --no-cache "$path") &&
  git -C "$PLACE" diff --binary | git apply --index &&
  git commit --quiet --message "fix $path" &&
  git worktree remove --force "$PLACE" && echo "$path" || exit 1
done
"""
HEAD = (
    ("tracked/to fix", 15), ("worktrees", 10), ("survey s", 9), ("fix ms", 8), ("gate s", 7), ("whole s", 8),
    ("cpu", 7), ("sys", 7), ("parent", 7), ("worker", 7), ("x row", 7), ("loop ms", 8), ("x loop", 8),
    ("ruff s", 7), ("tree", 5),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ran:
    """One `stomper fix`: seconds of its stages, of the whole, of processor time; peaks of memory in KiB."""

    fixed: int
    stages: Mapping[str, float]
    whole: float
    user: float
    system: float
    parent: int
    worker: int
    tree: str
    cut: bool
    commits: tuple[str, ...]

    def each(self, seconds: float) -> float:
        """Milliseconds for each file that was fixed."""
        return 1000 * seconds / max(1, self.fixed)

    @property
    def fix_ms(self) -> float:
        return self.each(self.stages.get("fix_seconds", self.whole))


@dataclass(frozen=True, slots=True)
class Beside:
    """The others that run in the same repository: ms a file of the loop, and ruff over the whole tree."""

    loop_ms: float
    ruff_seconds: float
    tree: str


@dataclass(slots=True)
class Peaks:
    """Watches the resident memory of a process and of those below it. KiB."""

    pid: int
    parent: int = 0
    worker: int = 0

    def watch(self, ended: threading.Event) -> None:
        while not ended.wait(0.2):
            with contextlib.suppress(psutil.Error, OSError):
                self.parent = max(self.parent, high_water(self.pid))
                for child in psutil.Process(self.pid).children(recursive=True):
                    if child.exe() == os.path.realpath(sys.executable):
                        self.worker = max(self.worker, high_water(child.pid))


def high_water(pid: int) -> int:
    """The highest resident memory of a process so far, in KiB; where the system does not keep that, the present one."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return int(psutil.Process(pid).memory_info().rss // 1024)
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def main() -> int:
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # what is temporary goes then too
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a shell's background
    print("  ".join(f"{name:>{width}}" for name, width in HEAD), flush=True)
    good, first = True, dict[str, float]()
    for row in asked.rows:
        with place_of(asked.keep, row) as place:
            good &= measure_row(make(row, place), asked, first)
    return 0 if good else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    rows = [Row(100, 100), Row(1000, 1000), Row(10_000, 1000), Row(100_000, 1000)]
    parser.add_argument("--rows", type=Row.read, nargs="+", default=rows, metavar="TRACKED/TO_FIX")
    parser.add_argument("--worktrees", nargs="+", default=[""], help="kinds of worktree; else the one that is chosen")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--loop", type=float, default=60.0, help="seconds for the loop in each row; 0 for no loop")
    parser.add_argument("--patience", type=float, default=3600.0, help="seconds for a run of Stomper")
    parser.add_argument("--keep", type=Path, help="a folder for the repositories, where they stay for the next time")
    counted = 1000 if shutil.which("strace") else 0
    parser.add_argument("--programs", type=int, default=counted, help="0 to count none; strace is slow in large rows")
    parser.add_argument("--proof", action=argparse.BooleanOptionalAction, default=True, help="run with other -j too")
    return parser.parse_args()


def measure_row(repository: Repository, asked: argparse.Namespace, first: dict[str, float]) -> bool:
    """Print the row, a line for each kind of worktree; False if something is not what it has to be."""
    beside = Beside(run_loop(repository, asked.loop), *run_ruff(repository))
    good, commits = True, None
    for kind in asked.worktrees:
        repository.reset()
        ran = run_stomper(repository, kind, asked.jobs, asked.patience)
        same = ran.tree == beside.tree
        base = first.setdefault(kind, ran.fix_ms)
        print(line(repository.row, kind, ran, beside, base, same), flush=True)
        if repository.row.tracked <= asked.programs and repository.row.dirty >= MORE:
            tell(kind, f"started for a file: {programs_each(repository, kind, asked.jobs)}")
        good &= same or ran.cut
        if asked.proof and repository.row.dirty <= MOST_PROVED and not ran.cut:
            commits = commits or ran.commits
            good &= prove(repository, kind, asked.patience, commits)
    return good


def prove(repository: Repository, kind: str, patience: float, commits: Sequence[str]) -> bool:
    """Say whether each number of jobs gives the commits that the row's first run has made."""
    differing = []
    for jobs in JOBS:
        repository.reset()
        if list(run_stomper(repository, kind, jobs, patience).commits) != list(commits):
            differing.append(f"-j {jobs}")
    words = f"NOT the same commits with {', '.join(differing)}" if differing else "the same commits"
    tell(kind, f"{words} ({len(commits)}; -j {', '.join(map(str, JOBS))})")
    return not differing


def line(row: Row, kind: str, ran: Ran, beside: Beside, first: float, same: bool) -> str:
    s = ran.stages
    cells = (
        f"{row.tracked}/{row.dirty}", kind or "auto", f"{s.get('survey_seconds', 0):.2f}", f"{ran.fix_ms:.1f}",
        f"{s.get('gate_seconds', 0):.2f}", f"{ran.whole:.2f}", f"{ran.each(ran.user + ran.system):.1f}",
        f"{ran.each(ran.system):.1f}",
        f"{ran.parent / MIB:.0f}", f"{ran.worker / MIB:.0f}", f"{ran.fix_ms / first:.2f}",
        f"{beside.loop_ms:.1f}" if beside.loop_ms else "-",
        f"{ran.fix_ms / beside.loop_ms:.3f}" if beside.loop_ms else "-", f"{beside.ruff_seconds:.2f}",
        "cut" if ran.cut else "same" if same else "NOT",
    )  # fmt: skip
    return "  ".join(f"{cell:>{width}}" for cell, (_, width) in zip(cells, HEAD, strict=True))


def tell(kind: str, words: str) -> None:
    """Print what there is to say below a row."""
    print(f"{'':15}  {kind or 'auto':>10}  {words}", flush=True)


def words_of(kind: str, jobs: int, *more: str) -> list[str]:
    options = [
        "--no-run-tests",
        "--no-mypy",
        "--no-pytest",
        "--quiet",
        "--test-validation",
        "none",
        "--fixer",
        "ruff",
        "--no-cache",
    ]
    return [sys.executable, "-m", "stomper", "fix", "-j", str(jobs), *options, *more]


def chosen(repository: Repository, kind: str) -> dict[str, str]:
    return {**repository.around, **({"STOMPER_WORKTREES": kind} if kind else {})}


def run_stomper(repository: Repository, kind: str, jobs: int, patience: float) -> Ran:
    """Fix the repository once. Raises SystemExit where the run did not end as it should."""
    report, errors = repository.top.parent / "report.json", repository.top.parent / "errors"
    report.unlink(missing_ok=True)
    argv = words_of(kind, jobs, "--report", str(report))
    began = time.monotonic()
    with errors.open("wb") as err:
        child = subprocess.Popen(
            argv, cwd=repository.top, env=chosen(repository, kind), stdout=subprocess.DEVNULL, stderr=err
        )
    ended, peaks = threading.Event(), Peaks(child.pid)
    watching = threading.Thread(target=peaks.watch, args=(ended,))
    watching.start()
    alarm = threading.Timer(patience, child.send_signal, (signal.SIGINT,))
    alarm.start()
    try:
        _, status, used = os.wait4(child.pid, 0)
    except BaseException:
        child.terminate()
        child.wait()
        raise
    finally:
        alarm.cancel()
        ended.set()
        watching.join()
    whole = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 130) or not report.exists():
        raise SystemExit(f"stomper ended with {child.returncode}\n{errors.read_text()}")
    facts = json.loads(report.read_text())
    fixed, tree = facts["summary"]["files_fixed"], repository.git("rev-parse", "HEAD^{tree}")
    cut = child.returncode == 130
    times = (facts.get("stages", {}), whole, used.ru_utime, used.ru_stime)
    return Ran(fixed, *times, peaks.parent, peaks.worker, tree, cut, tuple(repository.commits()))


def programs_each(repository: Repository, kind: str, jobs: int) -> str:
    """Say what `MORE` files start above what `FEW` do, for one file: in all, and by name."""
    few, more = (count_programs(repository, kind, jobs, files) for files in (FEW, MORE))
    more.subtract(few)
    files = MORE - FEW
    each = ", ".join(f"{name} {count / files:.1f}" for name, count in more.most_common() if count)
    return f"{more.total() / files:.1f} ({each})"


def count_programs(repository: Repository, kind: str, jobs: int, files: int) -> Counter[str]:
    """Run under strace, which sees each execve and is too slow to be timed."""
    repository.reset()
    trace = repository.top.parent / "trace"
    tracer = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=execve", "-e", "status=successful", "-o", str(trace)]
    argv = [*tracer, *words_of(kind, jobs, "--max-files", str(files))]
    subprocess.run(argv, cwd=repository.top, env=chosen(repository, kind), capture_output=True, check=False)
    return Counter(Path(name).name for name in re.findall(r'execve\("([^"]+)"', trace.read_text()))


def run_ruff(repository: Repository) -> tuple[float, str]:
    """Seconds of `ruff check --fix` over a fresh tree of all files, and the tree that it gives."""
    repository.reset()
    began = time.monotonic()
    argv = [RUFF, "check", "--fix", "--quiet", "--no-cache", "."]
    subprocess.run(argv, cwd=repository.top, check=True, env=repository.around)
    seconds = time.monotonic() - began
    repository.git("add", "-A")
    return seconds, repository.git("write-tree")


def run_loop(repository: Repository, limit: float) -> float:
    """Milliseconds a file of the loop in a shell, by the files that it has done when the time is over."""
    if not limit:
        return 0.0
    repository.reset()
    began = last = time.monotonic()
    done, pipe = 0, subprocess.PIPE
    with subprocess.Popen(
        ["sh", "-c", LOOP], cwd=repository.top, env=repository.around, stdin=pipe, stdout=pipe, text=True,
        start_new_session=True,
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        for path in repository.row.dirty_paths:
            child.stdin.write(f"{path}\n")
            child.stdin.flush()
            if not child.stdout.readline():
                raise SystemExit(f"the loop ended with {child.wait()} at {path}")
            done, last = done + 1, time.monotonic()
            if last - began > limit:
                break
    return 1000 * (last - began) / done


if __name__ == "__main__":
    sys.exit(main())
