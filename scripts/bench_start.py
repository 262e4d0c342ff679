"""Measure what it costs to start: wall and processor time of whole processes, those that they start included.

    python scripts/bench_start.py [--runs 20] [--against OTHER_CHECKOUT]

Each case runs in turn with the others, so that a machine that is busy for a while is so for all of them. A case is
shown by its medians, and by the median of its ratios to `ruff --version` of the same turn. The builds of `make binary`
and `make binary-dir` are among them where they were made. With `--against`, another checkout (which has a `.venv` of
its own) takes turns with this one; the share is the median of the ratios of neighbouring runs' processor time.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
CONFIGURATION = '[tool.stomper]\ncheckers = ["ruff"]\nmax_retries = 2\n[tool.stomper.ignores]\nerrors = ["E501"]\n'
WORKER = "import stomper.worker.fix_file"  # what a worker imports before it can read its first task
GUARDIAN = "import stomper.process.guardian"
REFERENCE = "ruff --version"
BUILDS = {"one file": "dist/stomper", "folder": "dist/stomper-folder/stomper"}


@dataclass(frozen=True)
class Case:
    """One program to start: its words for a checkout, and the folder that it starts in."""

    name: str
    words: Callable[[Path], Sequence[str]]
    folder: Path


@dataclass(frozen=True)
class Cost:
    """Seconds of one start."""

    wall: float
    cpu: float


def cases(place: Path) -> list[Case]:
    plain = _repository(place / "plain", "")
    configured = _repository(place / "configured", CONFIGURATION)
    broken = _repository(place / "broken", "", unused=2)
    return [
        Case(REFERENCE, lambda top: (_bin(top, "ruff"), "--version"), plain),
        Case("python -c pass", lambda top: (_bin(top, "python"), "-c", "pass"), plain),
        Case("--version", _stomper("--version"), plain),
        *(Case(f"--version, {name}", _built(place, "--version"), plain) for name, place in _builds()),
        Case("--help", _stomper("--help"), plain),
        Case("check", _stomper("check"), plain),
        *(Case(f"check, {name}", _built(place, "check"), plain) for name, place in _builds()),
        Case("check, configured", _stomper("check"), configured),
        Case("a worker's imports", lambda top: (_bin(top, "python"), "-c", WORKER), plain),
        Case("the guardian's imports", lambda top: (_bin(top, "python"), "-c", GUARDIAN), plain),
        Case("fix --dry-run, 2 files", _stomper("fix", "-qj2", "--dry-run"), broken),
    ]


def _bin(top: Path, name: str) -> str:
    return str(top / ".venv" / "bin" / name)


def _stomper(*words: str) -> Callable[[Path], Sequence[str]]:
    return lambda top: (_bin(top, "python"), "-m", "stomper", *words)


def _builds() -> Sequence[tuple[str, str]]:
    return [(name, place) for name, place in BUILDS.items() if (HERE / place).is_file()]


def _built(place: str, *words: str) -> Callable[[Path], Sequence[str]]:
    """The words for a build of a checkout, of this one where the other has none."""
    return lambda top: (str(top / place if (top / place).is_file() else HERE / place), *words)


def _repository(path: Path, configuration: str, unused: int = 0) -> Path:
    """Make a repository with one clean file, and some with an unused import."""
    path.mkdir()
    for number in range(unused):
        (path / f"unused{number}.py").write_text(f"import os\n\nX = {number}\n")
    (path / "clean.py").write_text("ONE = 1\n")
    (path / "pyproject.toml").write_text(configuration)
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=b", "-c", "user.email=b@b", "commit", "-qm", "b"]):
        subprocess.run(["git", "-C", str(path), *words], check=True)
    return path


def environment(cache: Path) -> Mapping[str, str]:
    """Give the variables for all programs: compiled code is kept, in a folder of our own, as on a user's machine."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(cache)}


def cost_of(words: Sequence[str], folder: Path, env: Mapping[str, str]) -> Cost:
    """Run a program to its end. Raises SystemExit if it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(words, cwd=folder, env=env, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: a dry run of an earlier version
        raise SystemExit(f"{' '.join(words)}: exit code {process.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime)


def measure(
    all_cases: Sequence[Case], tops: Sequence[Path], runs: int, env: Mapping[str, str]
) -> Mapping[tuple[str, Path], list[Cost]]:
    """Run all cases by turns, each once before it counts."""
    costs: dict[tuple[str, Path], list[Cost]] = {(c.name, top): [] for c in all_cases for top in tops}
    for run in range(-1, runs):
        for case in all_cases:
            for top in tops:
                cost = cost_of(case.words(top), case.folder, env)
                if run >= 0:
                    costs[case.name, top].append(cost)
    return costs


def table(costs: Mapping[tuple[str, Path], list[Cost]], here: Path, other: Path | None) -> list[str]:
    head = f"{'case':<26}{'wall ms':>8}{'x ruff':>8}{'CPU ms':>8}{'x ruff':>8}"
    lines = [head + (f"{'CPU of the other':>18}" if other else "")]
    reference = costs[REFERENCE, here]
    for name in dict.fromkeys(name for name, _ in costs):
        own = costs[name, here]
        wall, cpu = (statistics.median(times) * 1000 for times in ([c.wall for c in own], [c.cpu for c in own]))
        turns = list(zip(own, reference, strict=True))
        times_wall = statistics.median(a.wall / b.wall for a, b in turns)
        times_cpu = statistics.median(a.cpu / b.cpu for a, b in turns)
        line = f"{name:<26}{wall:>8.0f}{times_wall:>8.1f}{cpu:>8.0f}{times_cpu:>8.1f}"
        if other:
            line += f"{statistics.median(a.cpu / b.cpu for a, b in zip(own, costs[name, other], strict=True)):>18.2f}"
        lines.append(line)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--against", type=Path, help="another checkout")
    given = parser.parse_args()
    tops = [HERE, *([given.against.resolve()] if given.against else [])]
    with tempfile.TemporaryDirectory() as place:
        costs = measure(cases(Path(place)), tops, given.runs, environment(Path(place) / "cache"))
    sys.stdout.write("\n".join([*table(costs, HERE, tops[1] if given.against else None), ""]))


if __name__ == "__main__":
    main()
