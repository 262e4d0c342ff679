"""Measure the gate: does it drop exactly the bad ones, and in how many runs of the tests?

    python scripts/bench_gate.py                  64 files; 0, 1 and 3 bad ones, and a pair only red together
    python scripts/bench_gate.py --files 16 --seconds 0.5

Each file has one unused import, and a bad one's is needed by a test. The bound is 2 runs where nothing
is bad (before and after), else 2 + k * (log2 N + 2) + 1; a pair counts as two. The last lines compare
the time that the gate takes for a slow suite with `tests.parallel` off and on: parallel probes are more
runs in less time, where there are CPUs for them. Ends with 1 where a bound is missed or anything but
the bad ones is dropped.
"""

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

GATE_BEGINS = "checking the result as a whole"
ROOT = Path(__file__).resolve().parents[1]
FILE = "from json import dumps\n\n\ndef number():\n    return {n}\n"
SLOW = "import time\n\n\ndef test_slow():\n    time.sleep({seconds})\n"
NEEDS = "\n\ndef test_{n}():\n    from m{n:03} import dumps\n    assert dumps\n"
PAIR = """

def test_{a}_or_{b}():
    import m{a:03}, m{b:03}
    assert hasattr(m{a:03}, "dumps") or hasattr(m{b:03}, "dumps")
"""


@dataclass(frozen=True, slots=True)
class Case:
    """`count` files, of which the `needed` are bad, and of a `pair` one is needed."""

    name: str
    count: int
    needed: tuple[int, ...] = ()
    pair: tuple[int, int] | None = None
    parallel: bool = False
    seconds: float = 0.0

    @property
    def culprits(self) -> set[str]:
        bad = (*self.needed, *(self.pair[1:] if self.pair else ()))
        return {f"m{n:03}.py" for n in bad}

    @property
    def bound(self) -> int:
        k = len(self.needed) + (2 if self.pair else 0)
        return math.floor(2 + k * (math.log2(self.count) + 2) + 1) if k else 2


@dataclass(frozen=True, slots=True)
class Measured:
    """`runs` are of the whole suite, `reruns` of a single file to make sure; `wall` and `gate` are seconds."""

    exact: bool
    runs: int
    reruns: int
    wall: float
    gate: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=1.0, help="what the slow suite sleeps")
    asked = parser.parse_args()
    print("case                  exactly dropped  runs  bound  reruns  wall s  gate s", flush=True)
    good = True
    for case in cases(asked.files):
        found = measure(case)
        kept = found.exact and found.runs <= case.bound
        good &= kept
        tell(case, found, str(case.bound), "" if kept else "  <- misses the bound")
    slow = [
        Case(name, asked.files, (asked.files * 3 // 4 - 1,), None, on, asked.seconds)
        for name, on in (("slow, parallel off", False), ("slow, parallel on", True))
    ]
    gates = []
    for case in slow:
        found = measure(case)
        good &= found.exact
        gates.append(found.gate)
        tell(case, found, "-" if case.parallel else str(case.bound))
    print(f"with parallel probes the gate is {gates[0] / gates[1]:.2f} times as fast")
    return 0 if good else 1


def cases(count: int) -> list[Case]:
    draw = random.Random(count)
    some = sorted(draw.sample(range(count), 5))
    return [
        Case("0 bad", count),
        Case("1 bad", count, (some[2],)),
        Case("3 bad", count, (some[0], some[2], some[4])),
        Case("a pair", count, (), (some[1], some[3])),
    ]


def tell(case: Case, found: Measured, bound: str, remark: str = "") -> None:
    figures = f"{found.runs:4}  {bound:>5}  {found.reruns:6}  {found.wall:6.1f}  {found.gate:6.1f}"
    print(f"{case.name:20}  {'yes' if found.exact else 'NO':>15}  {figures}{remark}", flush=True)


def measure(case: Case) -> Measured:
    """Run once on a fresh repository. Raises SystemExit where the run did not end as it should."""
    with tempfile.TemporaryDirectory(prefix="stomper-bench-") as folder:
        top = Path(folder) / "repository"
        make(top, case)
        base = git(top, "rev-parse", "HEAD").strip()
        report = Path(folder) / "report.json"
        words = ["-C", str(top), "fix", "-j", "4", "--report", str(report)]
        code, wall, gate = timed([sys.executable, "-m", "stomper", *words], top)
        if code not in (0, 1):
            raise SystemExit(f"stomper ended with {code}")
        tests = json.loads(report.read_text())["tests"]
        dropped = {entry["path"] for entry in tests["dropped"]}
        changed = set(git(top, "diff", "--name-only", base, "HEAD").split())
        exact = dropped == case.culprits and len(changed) == case.count - len(dropped) and not changed & dropped
        return Measured(exact, tests["runs"], tests["partial_runs"], wall, gate)


def timed(argv: Sequence[str], cwd: Path) -> tuple[int, float, float]:
    """Run Stomper: its exit code, the seconds from start to end, and those after it began to check the whole."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "STOMPER_TRUST": "1"}
    began = last = time.monotonic()
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=pipe, text=True) as child:
        for line in child.stderr or ():
            if GATE_BEGINS in line:
                last = time.monotonic()
    ended = time.monotonic()
    return child.returncode, ended - began, ended - last


def make(top: Path, case: Case) -> None:
    """The repository of a case, committed."""
    top.mkdir()
    for n in range(case.count):
        (top / f"m{n:03}.py").write_text(FILE.format(n=n))
    tests = [SLOW.format(seconds=case.seconds), *(NEEDS.format(n=n) for n in case.needed)]
    if case.pair:
        tests.append(PAIR.format(a=case.pair[0], b=case.pair[1]))
    (top / "test_all.py").write_text("".join(tests))
    (top / "ruff.toml").write_text("lint.select = ['F401']\n")
    (top / "stomper.toml").write_text(
        f"[environment]\npython = {json.dumps(sys.executable)}\n[tests]\nparallel = {json.dumps(case.parallel)}\n"
    )
    git(top, "init", "--quiet")
    git(top, "config", "user.name", "Bench")
    git(top, "config", "user.email", "bench@example.org")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "base")


def git(top: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=top, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
