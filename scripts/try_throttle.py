"""Measure what limits do to a run: a provider that takes few requests at once, one that says no for a while, a budget.

    python scripts/try_throttle.py                     30 files, eight workers
    python scripts/try_throttle.py --files 100 -j 16

The model is the scripted endpoint of the tests, on loopback, and the agent `openai`. Under limits every file must be
fixed with at most twice as many requests as there are files; a limit in money must be passed by one attempt of each
worker at most. Ends with 1 where that is missed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.fakes.endpoint import Endpoint, Faults, Script  # noqa: E402  # the path comes first

FILE = "import os\n\nx{n} = {n}\n"
TOML = """\
[tool.stomper]
fixers = ["local"]
[tool.stomper.agent.local]
client = "openai"
model = "scripted"
base_url = "{url}/v1"
input_price = 100
output_price = 991
"""
PRICE = 0.153694  # of one answer: 1200 tokens read, 34 written


@dataclass(frozen=True, slots=True)
class Case:
    """What the endpoint does, and after how many files' worth of money the run has to end; 0: never."""

    name: str
    faults: Faults
    affordable: int = 0


CASES = (
    Case("no limits", Faults(delay=0.2)),
    Case("4 at once", Faults(at_once=4, retry_after="0.5", delay=0.2)),
    Case("2 at once", Faults(at_once=2, retry_after="0.5", delay=0.2)),
    Case("1 at once, no Retry-After", Faults(at_once=1, delay=0.2)),
    Case("the first 20 are turned away", Faults(fail_first=20, status=529, retry_after="1", delay=0.2)),
    Case("--max-cost for a third", Faults(delay=0.2), affordable=3),
)


def make_repository(folder: Path, files: int, url: str) -> None:
    folder.mkdir()
    for n in range(files):
        (folder / f"m{n:03}.py").write_text(FILE.format(n=n))
    (folder / "pyproject.toml").write_text(TOML.format(url=url))
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "sample"]):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@x", *words], cwd=folder, check=True)
    for name, value in (("user.name", "x"), ("user.email", "x@x")):
        subprocess.run(["git", "config", name, value], cwd=folder, check=True)


def fix(folder: Path, workers: int, *words: str) -> dict[str, Any]:
    """The report of a run."""
    report = folder.with_suffix(".json")
    argv = [sys.executable, "-m", "stomper", "fix", "-q", "-j", str(workers), "--report", str(report), *words]
    subprocess.run(argv, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), "STOMPER_TRUST": "1"}, check=False)
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def measure(case: Case, files: int, workers: int, folder: Path) -> bool:
    """Run a case and print a line of figures; whether they are as they must be."""
    limit = files // case.affordable if case.affordable else 0
    with Endpoint(Script(), case.faults) as endpoint:
        make_repository(folder, files, endpoint.url)
        began = time.monotonic()
        words = ("--max-cost", f"{PRICE * limit - 0.01:.2f}") if limit else ()
        report = fix(folder, workers, *words)
        seconds, rows = time.monotonic() - began, endpoint.rows
    fixed, refused = report["summary"]["files_fixed"], sum(row["status"] != 200 for row in rows)
    if limit:
        good = limit <= len(rows) <= limit + workers - 1 and fixed == len(rows)
    else:
        good = fixed == files and len(rows) <= 2 * files
    told = report["usage"].get("input_tokens", 0) == sum(row.get("input_tokens", 0) for row in rows)
    verdict = "ok" if good and told else "MISSED"
    print(f"{case.name:32} {fixed:5} {len(rows):8} {refused:8} {seconds:7.1f}  {verdict}", flush=True)
    return good and told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=30)
    parser.add_argument("-j", "--workers", type=int, default=8)
    asked = parser.parse_args()
    print(f"{asked.files} files, {asked.workers} workers\n{'':32} fixed requests  refused seconds")
    with tempfile.TemporaryDirectory() as folder:
        places = [(case, Path(folder) / str(number)) for number, case in enumerate(CASES)]
        good = [measure(case, asked.files, asked.workers, place) for case, place in places]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
