"""Measure `annotate` alone on real packages: findings of `mypy --strict`, slots by proposer, seconds a file.

    python scripts/bench_annotate.py                                   # five packages, default grades
    python scripts/bench_annotate.py --packages toolz,mako --proof none --keep /tmp/bench

The packages are those of `bench_fix_rate.py --suites`, unpacked and configured as there; nothing but `annotate` and
`annotate-used` is run, with the gate; `--no-tests` leaves out the tests, and with them the types that they show. Slots
are counted from the logs of files, which a file that has nothing left does not keep. Writes a table in Markdown to
stdout, progress to stderr.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench_fix_rate import (
    ANNOTATING,
    BIN,
    chosen,
    commit,
    configure,
    count,
    kept_slots,
    read_report,
    surroundings,
    unpack,
)

FEW = "toolz,pystache,sqlparse,mako,tinydb"


@dataclass(slots=True)
class Trial:
    """One package: findings before and after, kept slots by proposer, seconds of each file, files by state."""

    name: str
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    results: Counter[str] = field(default_factory=Counter)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", default=FEW, help="names from the list, comma-separated; all where empty")
    parser.add_argument("--proof", default="tested", help="the grade that fixes need: safe, proved, tested or none")
    parser.add_argument("--stomper", type=Path, default=BIN / "stomper")
    parser.add_argument("--keep", type=Path, help="a folder for the repositories, which stay there")
    parser.add_argument("--downloads", type=Path, help="a folder of downloads, used again where they are there")
    parser.add_argument("--no-tests", action="store_true", help="leave the packages' own tests out")
    parser.add_argument("-j", type=int, default=2)
    options = parser.parse_args()
    options.suites = True
    with tempfile.TemporaryDirectory(prefix="annotate-") as temporary:
        work = options.keep or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        trials = [run(pinned, path, options, work) for pinned, path in chosen(options)]
    print("\n".join(report(trials)))
    return 0


def run(pinned: str, path: str, options: argparse.Namespace, work: Path) -> Trial:
    trial = Trial(pinned)
    top = unpack(pinned, options.downloads or work / "downloads", work, source=True)
    configure(top, ["mypy"], path)
    environment = surroundings(work)
    commit(top, environment)
    trial.before = of_mypy(count(top, path, ["mypy"]))
    told = work / f"{top.name}.json"
    words = ["fix", "-q", "-j", str(options.j), "--no-ruff", "--mypy", "--proof", options.proof]
    words += [word for name in ANNOTATING for word in ("--fixer", name)]
    words += ["--test-validation", "none" if options.no_tests else "final", "--report", str(told), path]
    done = subprocess.run([options.stomper, *words], cwd=top, env=environment, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        print(done.stderr[-2000:], file=sys.stderr)
    trial.after = of_mypy(count(top, path, ["mypy"]))
    trial.seconds, trial.results = read_report(told), results_of(told)
    trial.kept = kept_slots(top)
    print(line_of(trial), file=sys.stderr, flush=True)
    return trial


def results_of(told: Path) -> Counter[str]:
    """Count the attempts at annotating by their results."""
    files = json.loads(told.read_text())["files"]
    attempts = (one for file in files for one in file.get("attempts", []) if one["fixer"] in ANNOTATING)
    return Counter(one["result"] for one in attempts)


def of_mypy(found: Counter[str]) -> Counter[str]:
    return Counter({code: number for code, number in found.items() if code.startswith("mypy ")})


def report(trials: list[Trial]) -> list[str]:
    lines = ["| package | before | after | removed | slots by proposer | seconds a file, median | attempts |"]
    lines += ["|---|---:|---:|---:|---|---:|---|", *map(line_of, trials)]
    total = Trial("all")
    for trial in trials:
        for part in ("before", "after", "kept", "results"):
            getattr(total, part).update(getattr(trial, part))
        total.seconds += trial.seconds
    lines += [line_of(total), "", "| code | before | after |", "|---|---:|---:|"]
    return [*lines, *(f"| {code} | {number} | {total.after[code]} |" for code, number in total.before.most_common(15))]


def line_of(trial: Trial) -> str:
    before, after = trial.before.total(), trial.after.total()
    share = f"{100 * (before - after) / before:.1f} %" if before else "-"
    kept = ", ".join(f"{name} {number}" for name, number in trial.kept.most_common()) or "-"
    results = ", ".join(f"{name} {number}" for name, number in trial.results.most_common())
    median = f"{statistics.median(trial.seconds):.1f}" if trial.seconds else "-"
    return f"| {trial.name} | {before} | {after} | {share} | {kept} | {median} | {results} |"


if __name__ == "__main__":
    sys.exit(main())
