"""Measure what it costs to start: processor time of whole processes, those that they start included.

    python scripts/bench_start.py [--runs 20] [--against OTHER_CHECKOUT]

Each case runs in turn with the others, so that a machine that is busy for a while is so for all of them. A case is
shown as its median and as a multiple of an empty Python's start. With `--against`, another checkout (which has a
`.venv` of its own) takes turns with this one, and the share is the median of the ratios of neighbouring runs.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
CONFIGURATION = '[tool.stomper]\ncheckers = ["ruff"]\nmax_retries = 2\n[tool.stomper.ignores]\nerrors = ["E501"]\n'
WORKER = "import stomper.worker.pool"  # what a worker imports before it can read its first task


@dataclass(frozen=True)
class Case:
    """One program to start: its words for a Python, and the folder that it starts in."""

    name: str
    words: Callable[[str], Sequence[str]]
    folder: Path


def cases(place: Path) -> list[Case]:
    plain = _repository(place / "plain", "")
    configured = _repository(place / "configured", CONFIGURATION)
    broken = _repository(place / "broken", "", unused=2)
    return [
        Case("python -c pass", lambda python: (python, "-c", "pass"), plain),
        Case("--version", lambda python: (python, "-m", "stomper", "--version"), plain),
        Case("check", lambda python: (python, "-m", "stomper", "check"), plain),
        Case("check, configured", lambda python: (python, "-m", "stomper", "check"), configured),
        Case("a worker", lambda python: (python, "-c", WORKER), plain),
        Case("fix --dry-run, 2 files", lambda python: (python, "-m", "stomper", "fix", "-qj2", "--dry-run"), broken),
    ]


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


def processor_seconds(words: Sequence[str], folder: Path, env: Mapping[str, str]) -> float:
    """Run a program to its end. Raises SystemExit if it fails."""
    process = subprocess.Popen(words, cwd=folder, env=env, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: a dry run leaves its files to be fixed
        raise SystemExit(f"{' '.join(words)}: exit code {process.returncode}")
    return used.ru_utime + used.ru_stime


def measure(
    all_cases: Sequence[Case], pythons: Sequence[str], runs: int, env: Mapping[str, str]
) -> Mapping[tuple[str, str], list[float]]:
    """Run all cases by turns, each once before it counts."""
    times: dict[tuple[str, str], list[float]] = {(c.name, python): [] for c in all_cases for python in pythons}
    for run in range(-1, runs):
        for case in all_cases:
            for python in pythons:
                seconds = processor_seconds(case.words(python), case.folder, env)
                if run >= 0:
                    times[case.name, python].append(seconds)
    return times


def table(times: Mapping[tuple[str, str], list[float]], here: str, other: str | None) -> list[str]:
    empty = statistics.median(times["python -c pass", here])
    lines = [f"{'case':<24}{'CPU ms':>8}{'x python':>10}" + (f"{'of the other':>14}" if other else "")]
    for name in dict.fromkeys(name for name, _ in times):
        own = times[name, here]
        line = f"{name:<24}{statistics.median(own) * 1000:>8.0f}{statistics.median(own) / empty:>10.1f}"
        if other:
            share = statistics.median(a / b for a, b in zip(own, times[name, other], strict=True))
            line += f"{share:>14.2f}"
        lines.append(line)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--against", type=Path, help="another checkout")
    given = parser.parse_args()
    other = str(given.against.resolve() / ".venv" / "bin" / "python") if given.against else None
    here = str(HERE / ".venv" / "bin" / "python")
    with tempfile.TemporaryDirectory() as place:
        pythons = [here, other] if other else [here]
        times = measure(cases(Path(place)), pythons, given.runs, environment(Path(place) / "cache"))
    sys.stdout.write("\n".join([*table(times, here, other), ""]))


if __name__ == "__main__":
    main()
