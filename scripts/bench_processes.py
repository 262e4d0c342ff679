"""Measure what it costs to start a program contained: `process.run` against a bare start of the same program.

    .venv/bin/python scripts/bench_processes.py [--rounds 100] [--memory 0,60,250]

Each way takes its turn in each round, so that a machine that is busy for a while is so for all of them. Times are
medians of wall time, and CPU time of this process and the program; shares are of the bare start in the same run.
`--memory` is in MiB: a start that copies this process costs more in a large one.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stomper import process
from stomper.process import Room, Sandbox

PROGRAMS = {"true": ["/bin/true"], "ruff --version": [str(Path(sys.executable).parent / "ruff"), "--version"]}
PAGE = 4096


@dataclass
class Times:
    """The times of one way to start a program."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def ways(argv: Sequence[str], place: Path) -> Mapping[str, Callable[[], object]]:
    """The ways to start a program and wait for it: bare, as a short call of ours, contained, in each sandbox."""
    found: dict[str, Callable[[], object]] = {
        "bare": lambda: subprocess.Popen(argv, stdout=subprocess.DEVNULL).wait(),
        "run": lambda: process.run(argv, cwd=place),
        "contained": lambda: process.run(argv, cwd=place, contained=True),
    }
    for box in process.candidates():
        found |= _in_a_room(box.seeing("all"), argv, place)
    return found


def _in_a_room(box: Sandbox, argv: Sequence[str], place: Path) -> Mapping[str, Callable[[], object]]:
    """The program in a sandbox by the command alone, and contained."""
    root, scratch = place / "root", place / "scratch"
    words = box.showing([root]).opened(root, scratch).around(argv, root, process.clean_environment(), 1)

    def contained() -> object:
        with Room(box).entered(root, scratch):
            return process.run(argv, cwd=root, contained=True)

    def bare() -> object:
        return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait()

    return {f"{box.kind}, bare": bare, f"{box.kind}, contained": contained}


def processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure(all_ways: Mapping[str, Callable[[], object]], rounds: int) -> Mapping[str, Times]:
    """Start by all ways in turn, each once before it counts."""
    found = {name: Times() for name in all_ways}
    for count in range(-1, rounds):
        for name, start in all_ways.items():
            before, began = processor_seconds(), time.perf_counter()
            start()
            wall, cpu = time.perf_counter() - began, processor_seconds() - before
            if count >= 0:
                found[name].wall.append(wall)
                found[name].cpu.append(cpu)
    return found


def lines(found: Mapping[str, Times]) -> list[str]:
    """A line for each way. That of a sandbox is compared with the bare command of the sandbox, of which only the wall
    time is known: its processes are not ours."""
    shown = []
    for name, times in found.items():
        bare = found.get(f"{name.split(',')[0]}, bare", found["bare"])
        wall, cpu = statistics.median(times.wall), statistics.mean(times.cpu)
        line = f"{name:<24}{wall * 1000:>8.2f} ms{wall / statistics.median(bare.wall):>7.2f}"
        if "," not in name:
            line += f"{cpu * 1000:>10.2f} ms{cpu / statistics.mean(bare.cpu):>7.2f}"
        shown.append(line)
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--memory", default="0,60,250", help="MiB that this process holds, separated by commas")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stomper-bench-") as folder:
        place = Path(folder).resolve()
        for name in ("root", "scratch"):
            (place / name).mkdir()
        for size in map(int, given.memory.split(",")):
            held = bytearray(size * 2**20)
            held[::PAGE] = bytes(b"x" * len(held[::PAGE]))
            for name, argv in PROGRAMS.items():
                head = f"{name}, {size} MiB held"
                text = [f"{head:<24}{'wall':>11}{'share':>7}{'CPU':>13}{'share':>7}"]
                text += lines(measure(ways(argv, place), given.rounds))
                sys.stdout.write("\n".join([*text, "", ""]))
                sys.stdout.flush()


if __name__ == "__main__":
    main()
