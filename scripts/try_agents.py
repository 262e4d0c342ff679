"""Thirty files that ruff cannot fix, a scripted endpoint, a real client of an agent, four workers: what came of it.

`try_agents.py [CLIENT]...` (claude-code, codex): says what landed, compares the tokens of the report with the
endpoint's own count, and looks at what must be as it was. Exit code 1 where anything is not as it should be.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.fakes.endpoint import Endpoint, Faults, Script  # noqa: E402  # the path comes first
from tests.kit.clients import CONTENT, GOOD, NEW, OLD, REAL, Real  # noqa: E402  # the path comes first

COUNT, WORKERS = 30, 4
MARK = "_TRY_AGENTS"
SUMS = ("input_tokens", "output_tokens", "cached_tokens")


def make_repository(top: Path, real: Real, url: str) -> list[str]:
    agent = {"client": real.name, "model": "scripted", "base_url": url + real.base, "program": real.program()}
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in agent.items())
    text = (
        f'[tool.stomper]\nfixers = ["ruff", "agent"]\n[tool.stomper.agent.agent]\n{lines}\nkey_variable = "TRY_KEY"\n'
    )
    paths = [f"app/part_{n % 4}/bad_{n:02}.py" for n in range(COUNT)]
    for path, content in {"pyproject.toml": text, **dict.fromkeys(paths, CONTENT)}.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(content)
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "sample"]):
        git(top, "-c", "user.name=Sam", "-c", "user.email=sam@example.org", *words)
    return paths


def git(top: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=top, check=True, capture_output=True, text=True).stdout


def fix(top: Path, home: Path) -> tuple[int, float]:
    """Run `stomper fix` with its own HOME; its exit code and the seconds it took."""
    names = {"GIT_AUTHOR_NAME": "Sam", "GIT_COMMITTER_NAME": "Sam"}
    mails = {"GIT_AUTHOR_EMAIL": "sam@example.org", "GIT_COMMITTER_EMAIL": "sam@example.org"}
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "TRY_KEY": "key", MARK: str(home), **names, **mails}
    env["STOMPER_TRUST"] = "1"  # the repository and its settings are ours
    began = time.monotonic()
    words = [str(Path(sys.executable).parent / "stomper"), "fix", "-q", "-j", str(WORKERS)]
    done = subprocess.run(words, cwd=top, env=env, check=False)
    return done.returncode, time.monotonic() - began


def left(home: Path) -> Iterator[str]:
    """Processes that the run has left: by the mark it was started with, or by a home of its agents."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            environ = process.environ()
            if environ.get(MARK) == str(home) or environ.get("HOME", "").startswith(str(home)):
                yield " ".join(process.cmdline())


def tokens(attempts: list[dict[str, Any]]) -> dict[str, int]:
    return {name: sum(attempt.get(name, 0) for attempt in attempts) for name in SUMS}


def try_client(real: Real, folder: Path) -> bool:
    top, home = folder / "repo", folder / "home"
    top.mkdir()
    home.mkdir()
    with Endpoint(Script(OLD, NEW, file_pattern=r"[\w/]*bad_\d+\.py"), Faults(delay=0.3)) as endpoint:
        paths = make_repository(top, real, endpoint.url)
        settings, base = (top / ".git/config").read_bytes(), git(top, "rev-parse", "HEAD").strip()
        code, seconds = fix(top, home)
        rows = endpoint.rows
    report = json.loads(next((top / ".git/stomper/runs").glob("*/report.json")).read_text())
    attempts = [attempt for file in report["files"] for attempt in file["attempts"]]
    counted = {name: sum(row.get(name, 0) for row in rows) for name in SUMS}
    seen = {
        "exit code 0": code == 0,
        f"{COUNT} commits": int(git(top, "rev-list", "--count", f"{base}..HEAD")) == COUNT,
        f"{COUNT} files as they should be": all((top / path).read_text() == GOOD for path in paths),
        "tokens of the attempts = the endpoint's own": tokens(attempts) == counted,
        "input and output of the run = the endpoint's own": all(report["usage"][n] == counted[n] for n in SUMS[:2]),
        "the checkout has no other change": git(top, "status", "--porcelain") == "",
        ".git/config as it was": (top / ".git/config").read_bytes() == settings,
        "no process left": not list(left(home)),
    }
    peak = max(row["now"] for row in rows)
    print(f"{real.name}: {seconds:.1f} s, {len(rows)} requests, {peak} at once at most")
    print(f"  report   {tokens(attempts)}\n  endpoint {counted}")
    for what, true in seen.items():
        print(f"  {'yes' if true else 'NO '} {what}")
    return all(seen.values())


def main() -> None:
    wanted = sys.argv[1:] or ["claude-code", "codex"]
    with tempfile.TemporaryDirectory(prefix="stomper-agents-") as folder:
        results = []
        for real in (real for real in REAL if real.name in wanted):
            (Path(folder) / real.name).mkdir()
            results.append(try_client(real, Path(folder) / real.name))
    sys.exit(0 if results and all(results) else 1)


if __name__ == "__main__":
    main()
