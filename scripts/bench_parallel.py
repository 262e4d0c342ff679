"""Measure how parallel a run really is: a fixer that takes a fixed time, at several numbers of workers.

    python scripts/bench_parallel.py                        16 files of 2 s, with 1 and with 4 workers
    python scripts/bench_parallel.py --files 32 --seconds 1 --workers 1 2 8

Each run is `stomper fix` as a process of its own on a fresh repository. The pool stage is what the
report says: from the first file's start to the last one's end. Ends with 1 where a run used the time
of less than 90 % of its workers, or had more or fewer files at once than it was to have.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from stomper.commands.demo import make_sample
from stomper.project.find_tools import find_tool

ROOT = Path(__file__).resolve().parents[1]
BAR = 0.90


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. `pool` and `whole` are seconds: of the pool stage, and of the process from start to end."""

    files: int
    seconds: float
    workers: int
    peak: int
    pool: float
    whole: float

    @property
    def ideal(self) -> float:
        return math.ceil(self.files / self.workers) * self.seconds

    @property
    def efficiency(self) -> float:
        return self.ideal / self.pool

    @property
    def good(self) -> bool:
        return self.efficiency >= BAR and self.peak == min(self.workers, self.files)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=2.0, help="what the fixer takes for a file")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4])
    asked = parser.parse_args()
    print("files  workers  peak  ideal s   pool s  whole s  efficiency", flush=True)
    runs = []
    for workers in asked.workers:
        runs.append(run := measure(asked.files, asked.seconds, workers))
        print(
            f"{run.files:5}  {run.workers:7}  {run.peak:4}  {run.ideal:7.2f}  {run.pool:7.2f}  {run.whole:7.2f}"
            f"  {run.efficiency:10.3f}{'' if run.good else '  <- misses the bar'}",
            flush=True,
        )
    for run in runs[1:]:
        ratio = f"pool {runs[0].pool / run.pool:.2f}, whole {runs[0].whole / run.whole:.2f}"
        print(f"{runs[0].workers} to {run.workers} workers: {ratio} times as fast")
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
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "stomper", *words],
            cwd=ROOT,
            env={**os.environ, "STOMPER_TRUST": "1"},
            capture_output=True,
            text=True,
        )
        whole = time.monotonic() - began
        if done.returncode:
            raise SystemExit(f"stomper ended with {done.returncode}\n{done.stdout}{done.stderr}")
        facts = json.loads(report.read_text())
        if facts["summary"]["files_fixed"] != files:
            raise SystemExit(f"not all of the {files} files were fixed: {facts['summary']}")
        c = facts["concurrency"]
        return Measured(files, seconds, workers, c["peak"], c["wall_seconds"], whole)


def configuration(seconds: float) -> str:
    """The slow fixer: sleeps as an agent would think, then lets ruff fix."""
    ruff = find_tool("ruff", ROOT).path
    script = f'sleep {seconds}; exec "$0" check --fix-only --no-cache --quiet -- "$1"'
    command = ["/bin/sh", "-c", script, ruff, "{file}"]
    return f'fixers = ["slow"]\n[fixer.slow]\ncommand = {json.dumps(command)}\n'


if __name__ == "__main__":
    sys.exit(main())
