"""Measure what the record of lines costs: a suite of tests with and without it, in turns, on one machine.

    python scripts/bench_record.py [CHECKOUT [PYTEST WORD ...]] [--python PYTHON] [--runs 5]
        [--without-coverage] [--types]

Without a checkout a sample of twenty modules is made, each with tests that do little but run lines: nothing is dearer
to record. A checkout is one of a project whose tests pass, and `--python` the interpreter that has its packages. Shown
are the medians of processor time and of wall time, and the median ratio of neighbouring runs; what is between two runs
of one kind is the noise. With `--without-coverage` the recorder finds no coverage.py, so that on Pythons before 3.12
our own tracer is measured. With `--types` the record of lines and types is measured against that of lines.
"""

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper.checkers import injected_files
from stomper.project_tests import recorded_lines

MODULES = 20
CODE = """\
def collatz(n):
    steps = 0
    while n != 1:
        if n % 2:
            n = 3 * n + 1
        else:
            n //= 2
        steps += 1
    return steps
"""
TEST = """\
import pytest
from code_{0} import collatz

@pytest.mark.parametrize("n", range(1000, 1050))
def test_collatz(n):
    assert collatz(n) >= 0
"""
HIDE_COVERAGE = "raise ImportError('not for this measurement')\n"


@dataclass(frozen=True)
class Cost:
    """Seconds of one run."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Bench:
    """A suite to run: pytest with some words in a checkout, with a `place` for the recorder outside of it."""

    python: str
    checkout: Path
    words: tuple[str, ...]
    place: Path
    hidden: Path | None

    def run(self, recorded: bool, types: bool = False) -> Cost:
        """Run it once, with lines and `types` recorded or without. Raises CalledProcessError if a test fails."""
        recorded_lines.remove(self.place)
        if recorded:
            recorded_lines.install(self.place, self.checkout, types)
        words = recorded_lines.options() if recorded else ()
        argv = [self.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words, *self.words]
        began, before = time.monotonic(), os.times()
        subprocess.run(argv, cwd=self.checkout, env=self._environment(), check=True, stdout=subprocess.DEVNULL)
        after = os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return Cost(time.monotonic() - began, cpu)

    def _environment(self) -> Mapping[str, str]:
        env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        if self.hidden is not None:
            env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(self.hidden), env.get("PYTHONPATH", "")]))
        return injected_files.variables(self.place, env)


def make_sample(folder: Path) -> Path:
    """Write the sample."""
    folder.mkdir()
    for number in range(MODULES):
        (folder / f"code_{number}.py").write_text(CODE)
        (folder / f"test_{number}.py").write_text(TEST.format(number))
    return folder


def main() -> None:
    """Run the suite in turns, and print what came of it."""
    parser = argparse.ArgumentParser(description="Measure what the record of lines costs.")
    parser.add_argument("checkout", nargs="?", type=Path)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--without-coverage", action="store_true")
    parser.add_argument("--types", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        top = Path(os.path.realpath(folder))
        checkout = options.checkout.resolve() if options.checkout else make_sample(top / "sample")
        place = top / "place"
        place.mkdir()
        hidden = None
        if options.without_coverage:
            hidden = top / "hidden"
            hidden.mkdir()
            (hidden / "coverage.py").write_text(HIDE_COVERAGE)
        bench = Bench(options.python, checkout, tuple(options.words), place, hidden)
        one, other = (options.types, False), (True, options.types)
        bench.run(*one)  # what is read from the disk for the first time is nobody's cost
        pairs = [(bench.run(*one), bench.run(*other)) for _ in range(max(2, options.runs))]
        _show(pairs, place)
        shutil.rmtree(place)


def _show(pairs: list[tuple[Cost, Cost]], place: Path) -> None:
    recorded = recorded_lines.read(place, str)
    size = sum(file.stat().st_size for file in place.rglob("*.jsonl"))
    print(f"{len(recorded.rows)} files recorded, {size / 2**20:.1f} MiB; {recorded.why or 'whole'}")
    for name in ("cpu", "wall"):
        without, with_ = ([getattr(cost, name) for cost in costs] for costs in zip(*pairs, strict=True))
        ratio = statistics.median(b / a for a, b in zip(without, with_, strict=True))
        noise = statistics.median(b / a for a, b in itertools.pairwise(without))
        medians = f"{statistics.median(without):.2f} s without, {statistics.median(with_):.2f} s with"
        print(f"{name}: {medians}; ratio {ratio:.2f} (without against without: {noise:.2f})")


if __name__ == "__main__":
    main()
