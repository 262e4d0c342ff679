"""Measure the gate: does it drop exactly the guilty parts, and in how many runs of the tests?

    python scripts/bench_gate.py                  64 files, one of 151 fixes, pairs, a module of 4,500 lines
    python scripts/bench_gate.py --files 16 --fixes 30 --only pair

Each fix is an unused import that goes, and a guilty one is needed by a test. Each case is run twice: with pytest, whose
probes run only the tests that were red (partial runs), and with a command of which only the exit code is known: then
all runs are full, and no red test is run once more. The bound on full runs is 2 where nothing is guilty, else
k (log2 N + log2 S + 3) + 3 for k guilty parts of N files of at most S fixes; a pair counts as two. Ends with 1 where it
is missed or anything but the guilty parts is dropped. Seconds are those of the gate, for ratios within one run.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

GATE_BEGINS = "checking the result as a whole"
ROOT = Path(__file__).resolve().parents[1]
NEEDS = "\n\ndef test_m{file:03}_{fix:03}():\n    import m{file:03}\n    assert hasattr(m{file:03}, 'name{fix:03}')\n"
PAIR = (
    "\n\ndef test_pair():\n    import m{a[0]:03}, m{b[0]:03}\n"
    "    assert hasattr(m{a[0]:03}, 'name{a[1]:03}') or hasattr(m{b[0]:03}, 'name{b[1]:03}')\n"
)
WAYS = ("pytest", "exit code")
Place: TypeAlias = tuple[int, int]
"""The number of a file, and of a fix in it."""


@dataclass(frozen=True, slots=True)
class Case:
    """`files` with so many fixes each (the first has `fixes`), which `needed` ones and one of each `pair` break.

    `dropped` are those that must go; of each fix there are `lines` of code beside it.
    """

    name: str
    files: int
    fixes: int
    needed: tuple[Place, ...] = ()
    pair: tuple[Place, Place] | None = None
    lines: int = 4
    others: int = 1

    @property
    def dropped(self) -> set[Place]:
        return {*self.needed, *(self.pair[1:] if self.pair else ())}

    @property
    def bound(self) -> int:
        k = len(self.needed) + (2 if self.pair else 0)
        return math.floor(k * (math.log2(self.files) + math.log2(self.fixes) + 3) + 3) if k else 2

    def count(self, file: int) -> int:
        """The number of fixes of a file."""
        return self.fixes if file == 0 else self.others


@dataclass(frozen=True, slots=True)
class Measured:
    """`left` are the fixes that did not land; runs are of the whole suite, or of some of its tests."""

    left: set[Place]
    runs: int
    partial: int
    gate: float
    total: int = field(default=0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=64)
    parser.add_argument("--fixes", type=int, default=200, help="the most fixes that a file has")
    parser.add_argument("--by", choices=WAYS, action="append", help="one of the two ways")
    parser.add_argument("--only", default="", help="cases with this in their name")
    asked = parser.parse_args()
    print("case                             by         dropped  exactly  full  bound  partial  gate s", flush=True)
    good = True
    for case in cases(asked.files, asked.fixes):
        if asked.only in case.name:
            for by in asked.by or WAYS:
                good &= tell(case, by, measure(case, by))
    return 0 if good else 1


def cases(files: int, most: int) -> Iterator[Case]:
    last = files - 1
    yield Case("nothing is guilty", files, most)
    yield Case("1 of 151 fixes of one file", 1, min(151, most), ((0, min(151, most) // 2),))
    yield Case("2 parts in 2 of the files", files, most, ((0, most * 2 // 3), (last // 2, 3)), others=8)
    yield Case("a pair in 2 of the files", files, most, (), ((0, most // 5), (last, 5)), others=8)
    yield Case("a pair in one of the files", files, most, (), ((0, most // 5), (0, most * 4 // 5)))
    yield Case("a whole file", files, 1, ((last // 3, 0),))
    yield Case("1 of 150 in 4,500 lines", 1, min(150, most), ((0, min(150, most) // 3),), lines=29)


def tell(case: Case, by: str, found: Measured) -> bool:
    exact = found.left == case.dropped
    kept = exact and found.runs <= case.bound
    words = f"{len(found.left):7}  {'yes' if exact else 'NO':>7}  {found.runs:4}  {case.bound:5}  {found.partial:7}"
    share = f"  {100 * len(found.left) / found.total:.1f} % of the fixes stay out" if found.left else ""
    print(f"{case.name:31}  {by:9}  {words}  {found.gate:6.1f}{share}{'' if kept else '  <- MISSED'}", flush=True)
    return kept


def measure(case: Case, by: str) -> Measured:
    """Run once on a fresh repository. Raises SystemExit where the run did not end as it should."""
    with tempfile.TemporaryDirectory(prefix="stomper-bench-") as folder:
        top = Path(folder) / "repository"
        make(top, case, by)
        report = Path(folder) / "report.json"
        words = ["-C", str(top), "fix", "-j", "2", "--unproved", "--report", str(report)]
        code, gate = timed([sys.executable, "-m", "stomper", *words], top)
        if code not in (0, 1):
            raise SystemExit(f"stomper ended with {code}")
        tests = json.loads(report.read_text())["tests"]
        left = {(file, fix) for file in range(case.files) for fix in imports(top, file)}
        total = sum(case.count(file) for file in range(case.files))
        return Measured(left, tests["runs"], tests["partial_runs"], gate, total)


def imports(top: Path, file: int) -> Iterator[int]:
    """The fixes of a file that did not land."""
    for line in git(top, "show", f"HEAD:m{file:03}.py").splitlines():
        if line.startswith("from names import"):
            yield int(line[-3:])


def timed(argv: Sequence[str], cwd: Path) -> tuple[int, float]:
    """Run Stomper: its exit code, and the seconds after it began to check the whole."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "STOMPER_TRUST": "1", "DRILL_SERGEANT_ENABLED": "false"}
    last = time.monotonic()
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=pipe, text=True) as child:
        for line in child.stderr or ():
            if GATE_BEGINS in line:
                last = time.monotonic()
    return child.returncode, time.monotonic() - last


def make(top: Path, case: Case, by: str) -> None:
    """The repository of a case, committed."""
    top.mkdir()
    (top / "names.py").write_text("".join(f"name{n:03} = {n}\n" for n in range(case.fixes)))
    for file in range(case.files):
        (top / f"m{file:03}.py").write_text("".join(place(n, case.lines) for n in range(case.count(file))))
    tests = ["def test_good():\n    pass\n"]
    tests += [NEEDS.format(file=file, fix=fix) for file, fix in case.needed]
    tests += [PAIR.format(a=case.pair[0], b=case.pair[1])] if case.pair else []
    (top / "test_all.py").write_text("".join(tests))
    (top / "ruff.toml").write_text("lint.select = ['F401']\n")
    settings = f"[environment]\npython = {json.dumps(sys.executable)}\n"
    if by != "pytest":
        command = ["sh", "-c", f"exec {sys.executable} -m pytest -q -p no:cacheprovider"]
        settings += f"[tests]\ncommand = {json.dumps(command)}\nreruns = 0\n"
    (top / "stomper.toml").write_text(settings)
    git(top, "init", "--quiet")
    git(top, "config", "user.name", "Bench")
    git(top, "config", "user.email", "bench@example.org")
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "base")


def place(number: int, lines: int) -> str:
    """One unused import, with so many lines of other code behind it."""
    code = "".join(f"    value += {n}\n" for n in range(lines - 3))
    return f"from names import name{number:03}\ndef f{number:03}(value):\n{code}    return value\n\n"


def git(top: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=top, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
