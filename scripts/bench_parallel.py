"""Measure how parallel a run really is: a fixer that takes a fixed time, at several numbers of workers.

    python scripts/bench_parallel.py                        16 files of 2 s, with 1 and with 4 workers
    python scripts/bench_parallel.py --files 32 --seconds 1 --workers 1 2 8

Each run is `stomper fix` as a process of its own on a fresh repository. The ideal is the time of the fixers alone; the
whole is that of the process, and what it takes beyond the ideal is told apart: until the first file is begun (start),
at work on files beside the fixer (around it), between one file and the next of a worker (between), because the last
ones do not end together (tail), and from there to the end of the process (end). The whole is the sum of all.
The cpu is the processor time of all processes. Ends with 1 where a run needs more than its ideal by more than the
bar allows, or had more or fewer files at once than it was to have.
"""

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from stomper.commands.demo import make_sample
from stomper.journal.find_run import all_runs
from stomper.models import Fixed, Timing
from stomper.project.find_tools import find_tool

ROOT = Path(__file__).resolve().parents[1]
BAR = 0.97


@dataclass(frozen=True, slots=True)
class Measured:
    """One run, in seconds; `works` is when its workers were at work on files, by the clock that `began` is of."""

    files: int
    seconds: float
    workers: int
    peak: int
    began: float
    ended: float
    cpu: float
    works: tuple[Timing, ...]

    @property
    def whole(self) -> float:
        return self.ended - self.began

    @property
    def ideal(self) -> float:
        return math.ceil(self.files / self.workers) * self.seconds

    @property
    def efficiency(self) -> float:
        return self.ideal / self.whole

    @property
    def start(self) -> float:
        return min(work.started for work in self.works) - self.began

    @property
    def end(self) -> float:
        return self.ended - max(work.finished for work in self.works)

    @property
    def around(self) -> float:
        """The time of a worker at work on files, less the fixer's, and so for `tail` and `between`."""
        return sum(work.finished - work.started for work in self.works) / self.workers - self.ideal

    @property
    def tail(self) -> float:
        last = max(work.finished for work in self.works)
        lasts = {work.pid: work.finished for work in sorted(self.works, key=lambda work: work.finished)}
        return sum(last - ended for ended in lasts.values()) / self.workers

    @property
    def between(self) -> float:
        return self.whole - self.ideal - self.start - self.around - self.tail - self.end

    @property
    def good(self) -> bool:
        return self.efficiency >= BAR and self.peak == min(self.workers, self.files)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=2.0, help="what the fixer takes for a file")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4])
    asked = parser.parse_args()
    print("files  workers  peak  ideal  whole  ideal/whole   start  around  between  tail   end   cpu", flush=True)
    runs = []
    for workers in asked.workers:
        runs.append(run := measure(asked.files, asked.seconds, workers))
        rest = (
            f"{run.start:5.2f}  {run.around:6.2f}  {run.between:7.2f}  {run.tail:4.2f}  {run.end:4.2f}  {run.cpu:4.1f}"
        )
        ratio = f"{run.ideal:5.2f}  {run.whole:5.2f}  {run.efficiency:11.3f}"
        missed = "" if run.good else "  <- misses the bar"
        print(f"{run.files:5}  {run.workers:7}  {run.peak:4}  {ratio}   {rest}{missed}", flush=True)
    for run in runs[1:]:
        print(f"{runs[0].workers} to {run.workers} workers: {runs[0].whole / run.whole:.2f} times as fast")
    return 0 if all(run.good for run in runs) else 1


def measure(files: int, seconds: float, workers: int) -> Measured:
    """Run once on a fresh repository. Raises SystemExit where the run did not fix everything."""
    with tempfile.TemporaryDirectory(prefix="stomper-bench-") as folder:
        repository = Path(folder) / "repository"
        repository.mkdir()
        make_sample(repository, files)
        (repository / "stomper.toml").write_text(configuration(seconds))
        report = Path(folder) / "report.json"
        words = ["-C", str(repository), "fix", "-j", str(workers), "--no-run-tests", "--quiet", "--report", str(report)]
        before, began = processor_time(), time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "stomper", *words],
            cwd=ROOT,
            env={**os.environ, "STOMPER_TRUST": "1"},
            capture_output=True,
            text=True,
        )
        ended, cpu = time.monotonic(), processor_time() - before
        if done.returncode:
            raise SystemExit(f"stomper ended with {done.returncode}\n{done.stdout}{done.stderr}")
        facts = json.loads(report.read_text())
        if facts["summary"]["files_fixed"] != files:
            raise SystemExit(f"not all of the {files} files were fixed: {facts['summary']}")
        outcomes = all_runs(repository / ".git" / "stomper")[-1].history().outcomes.values()
        works = tuple(outcome.timing for outcome in outcomes if isinstance(outcome, Fixed))
        return Measured(files, seconds, workers, facts["concurrency"]["peak"], began, ended, cpu, works)


def processor_time() -> float:
    """The processor time of all children that have ended, theirs included."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def configuration(seconds: float) -> str:
    """The slow fixer: sleeps as an agent would think, then lets ruff fix."""
    ruff = find_tool("ruff", ROOT).path
    script = f'sleep {seconds}; exec "$0" check --fix-only --no-cache --quiet -- "$1"'
    command = ["/bin/sh", "-c", script, ruff, "{file}"]
    return f'fixers = ["slow"]\n[fixer.slow]\ncommand = {json.dumps(command)}\n'


if __name__ == "__main__":
    sys.exit(main())
