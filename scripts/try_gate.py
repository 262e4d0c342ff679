"""Try the gate on real packages, with their own tests.

    python scripts/try_gate.py pluggy==1.5.0 cachetools==5.3.3
    python scripts/try_gate.py click==8.1.7 --max-errors 20 --requirement colorama

Each package is fetched as an sdist and put into a repository of its own, with a virtual environment
that has pytest and an editable install of it. `stomper fix` then runs with test validation `none`,
`final`, `quick` and `full`, each from the same commit onto a branch of its own. Printed are the times,
as ratios to `none`, the number of test runs, and the files that each mode refused with the tests that
they break.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MODES = ("none", "final", "quick", "full")
RULES = "E,F,I,UP,B,SIM,C4,RET,PIE,PERF,RUF,PT"
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Tried:
    """One run: its exit code, seconds, and its report."""

    code: int
    seconds: float
    report: dict[str, Any]
    words: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="+", metavar="NAME==VERSION")
    parser.add_argument("--max-errors", type=int, help="take up so many diagnostics at most")
    parser.add_argument("--requirement", action="append", default=[], help="what the tests need beside pytest")
    parser.add_argument("--safe-only", action="store_true", help="without ruff's unsafe fixes, which break more")
    asked = parser.parse_args()
    options = [] if asked.safe_only else ["--unsafe-fixes"]
    options += ["--max-errors", str(asked.max_errors)] if asked.max_errors else []
    for package in asked.packages:
        with tempfile.TemporaryDirectory(prefix="stomper-gate-") as folder:
            top = fetch(package, Path(folder), asked.requirement)
            tell(package, {mode: attempt(top, Path(folder), mode, options) for mode in MODES})
    return 0


def fetch(package: str, folder: Path, requirements: Sequence[str]) -> Path:
    """The package as a repository in `folder`, installed editable into its own environment."""
    download = ["download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(folder), package]
    call([sys.executable, "-m", "pip", *download], folder)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder / "unpacked", filter="data")
    (top,) = (folder / "unpacked").iterdir()
    environment = folder / "environment"
    call([sys.executable, "-m", "venv", str(environment)], folder)
    wanted = ["pytest", *requirements, "--editable", str(top)]
    call([str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", *wanted], folder)
    settings = {"python": str(environment / "bin" / "python")}
    (top / "stomper.toml").write_text(f"[environment]\npython = {json.dumps(settings['python'])}\n")
    (top / ".ruff.toml").write_text(f"[lint]\nselect = {json.dumps(RULES.split(','))}\n")
    git = ["git", "-c", "user.name=Try", "-c", "user.email=try@example.org"]
    for words in (["init", "--quiet"], ["add", "--all", "--force"], ["commit", "--quiet", "--message", "base"]):
        call([*git, *words], top)
    return top


def attempt(top: Path, folder: Path, mode: str, options: Sequence[str]) -> Tried:
    """Run from the same commit as the others, onto a branch of its own, so that the environment is the same for all."""
    base = call(["git", "rev-parse", "HEAD"], top).strip()
    report = folder / f"{mode}.json"
    words = ["fix", "--quiet", "--test-validation", mode, "--branch", f"try/{mode}", "--report", str(report), *options]
    identity = {f"GIT_{who}_{what}": "try@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **identity, "PYTHONPATH": str(ROOT), "STOMPER_TRUST": "1"}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "stomper", *words], cwd=top, env=environment, capture_output=True, text=True
    )
    seconds = time.monotonic() - began
    if call(["git", "rev-parse", "HEAD"], top).strip() != base:
        raise SystemExit("the branch that is checked out was moved")
    facts = json.loads(report.read_text()) if report.exists() else {}
    shutil.rmtree(top / ".git" / "stomper" / "runs", ignore_errors=True)
    return Tried(done.returncode, seconds, facts, (done.stdout + done.stderr).strip())


def tell(package: str, tried: dict[str, Tried]) -> None:
    print(f"\n{package}\nmode   exit  seconds  ratio  runs  part  landed  refused by tests", flush=True)
    for mode, run in tried.items():
        if not run.report:
            print(f"{mode:5}  {run.code:4}  {run.seconds:7.1f}  no report: {run.words[-300:]}")
            continue
        tests = run.report["tests"]
        landed = sum("commit" in file for file in run.report["files"])
        ratio = run.seconds / tried["none"].seconds
        figures = f"{ratio:5.2f}  {tests['runs']:4}  {tests['partial_runs']:4}  {landed:6}"
        print(f"{mode:5}  {run.code:4}  {run.seconds:7.1f}  {figures}  {len(tests['dropped'])}", flush=True)
        if tests.get("reason"):
            print(f"       no tests: {tests['reason'][:300]}")
        for entry in tests["dropped"]:
            more = f" and {len(entry['tests']) - SHOWN} more" if len(entry["tests"]) > SHOWN else ""
            print(f"       {entry['path']}: {', '.join(entry['tests'][:SHOWN])}{more}")
    facts = next((run.report for run in tried.values() if run.report), None)
    if facts:
        print(f"{facts['summary']['diagnostics_before']} diagnostics in {facts['summary']['files_total']} files")


def call(argv: Sequence[str], cwd: Path) -> str:
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(argv)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
