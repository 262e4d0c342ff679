"""What the sandbox costs a run: seconds of an agent's attempt and of a run of the tests, with one and without.

.venv/bin/python scripts/bench_attempts.py [CLIENT]...    (claude-code, codex; each must be installed by `make test`)

Each client is the real one, its endpoint is scripted and answers at once, so that little but the start is measured.
One worker; a run without a sandbox and a run with one follow each other ROUNDS times. Medians, and their ratios.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.fakes.endpoint import Endpoint, Faults, Script  # noqa: E402  # the path comes first
from tests.kit.clients import CONTENT, NEW, OLD, REAL, Real  # noqa: E402  # the path comes first

ROUNDS, FILES = 3, 3
TEST = "def test_it() -> None:\n    assert sum([1, 2]) == 3\n"
OFF = {"STOMPER_SANDBOX": "off", "STOMPER_TOOL_SANDBOX": "off", "STOMPER_TESTS_SANDBOX": "off"}
WHO = {f"GIT_{role}_{part}": "sam@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
# The repository is ours, and plugins that are installed here would judge its test.
OURS = {"STOMPER_TRUST": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TRY_KEY": "key"}


@dataclass
class Seconds:
    """The seconds of attempts and of test runs, as reports say them."""

    attempts: list[float] = field(default_factory=list)
    tests: list[float] = field(default_factory=list)

    def add(self, runs: Path) -> None:
        """Add what the only run below `runs` has recorded."""
        run = next(runs.iterdir())
        report = json.loads((run / "report.json").read_text())
        tried = [attempt for file in report["files"] for attempt in file["attempts"] if attempt["fixer"] == "agent"]
        assert [attempt["result"] for attempt in tried] == ["kept"] * FILES, report
        self.attempts += [attempt["seconds"] for attempt in tried]
        self.tests += [json.loads(line)["seconds"] for line in (run / "test-runs.jsonl").read_text().splitlines()]


def make_repository(top: Path, real: Real, url: str) -> None:
    """Make a repository with FILES files that only an agent can fix, and one test."""
    agent = {"client": real.name, "model": "scripted", "base_url": url + real.base, "program": real.program()}
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in agent.items())
    settings = f'fixers = ["ruff", "agent"]\n[agent.agent]\n{lines}\nkey_variable = "TRY_KEY"\n'
    files = {"stomper.toml": settings, "test_it.py": TEST} | {f"bad_{n}.py": CONTENT for n in range(FILES)}
    for path, content in files.items():
        (top / path).write_text(content)
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "sample"]):
        subprocess.run(["git", *words], cwd=top, env={**os.environ, **WHO}, check=True)


def run_once(real: Real, folder: Path, variables: dict[str, str], seconds: Seconds) -> None:
    """Run `stomper fix` on a new repository below `folder`, and add its seconds."""
    top, home = folder / "repo", folder / "home"
    top.mkdir()
    home.mkdir()
    env = {"PATH": os.environ["PATH"], "HOME": str(home), **WHO, **OURS, **variables}
    with Endpoint(Script(OLD, NEW, file_pattern=r"bad_\d+\.py"), Faults()) as endpoint:
        make_repository(top, real, endpoint.url)
        words = [sys.executable, "-m", "stomper", "fix", "-q", "-j", "1"]
        subprocess.run(words, cwd=top, env=env, check=True, stdout=subprocess.DEVNULL)
    seconds.add(top / ".git/stomper/runs")


def measure(real: Real) -> None:
    """Print the line of one client."""
    with_one, without = Seconds(), Seconds()
    for _ in range(ROUNDS):
        for variables, seconds in ((OFF, without), ({}, with_one)):
            with tempfile.TemporaryDirectory(prefix="stomper-bench-", dir="/var/tmp") as folder:
                run_once(real, Path(folder), variables, seconds)
    for what in ("attempts", "tests"):
        plain, boxed = (statistics.median(getattr(one, what)) for one in (without, with_one))
        print(f"{real.name:12} {what:9} {plain:7.2f} s {boxed:7.2f} s  x{boxed / plain:.2f}", flush=True)


def main() -> None:
    """Print a table."""
    print(f"{'client':12} {'seconds':9} {'without':>9} {'with':>9}")
    for real in REAL:
        if real.name in (sys.argv[1:] or ["claude-code", "codex"]):
            measure(real)


if __name__ == "__main__":
    main()
