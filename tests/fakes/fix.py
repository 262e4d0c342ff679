"""Stands in for `stomper fix` in tests of fleets: it commits what `behave.json` of the repository says, and reports.

Keys: `fixed` and `left` diagnostics, `exit` code, `seconds` that it takes, `deaf` to a request to stop, `error` that is
said without a report, `cost` in dollars, `flaky` tests. It counts how many of its kind are at work in the folder
FAKE_FIX_LOG, and notes its options there.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    words = sys.argv[1:]
    top, report = Path(words[words.index("-C") + 1]), Path(words[words.index("--report") + 1])
    behave = json.loads((top / "behave.json").read_text())
    log = Path(os.environ["FAKE_FIX_LOG"])
    mine = log / f"{os.getpid()}.now"
    mine.touch()
    with (log / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps({"top": str(top), "words": words, "at_once": len([*log.glob("*.now")])}) + "\n")
    try:
        return work(top, report, behave)
    finally:
        mine.unlink()


def work(top: Path, report: Path, behave: dict[str, object]) -> int:
    signal.signal(signal.SIGTERM, signal.SIG_IGN if behave.get("deaf") else stop)
    time.sleep(float(str(behave.get("seconds", 0))))
    if error := behave.get("error"):
        print(f"error: {error}", file=sys.stderr)
        return int(str(behave.get("exit", 2)))
    fixed, left = int(str(behave.get("fixed", 0))), int(str(behave.get("left", 0)))
    base = head(top)
    if fixed:
        (top / "fixed.txt").write_text(f"{fixed}\n")
        subprocess.run(["git", "add", "fixed.txt"], cwd=top, check=True)
        subprocess.run(["git", "commit", "-qm", "fixed"], cwd=top, check=True)
    code = int(str(behave.get("exit", int(left > 0))))
    report.write_text(json.dumps(facts(top, base, fixed, left, code, behave)))
    return code


def stop(_number: int, _frame: object) -> None:
    sys.exit(130)


def head(top: Path) -> str:
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=top, capture_output=True, text=True).stdout.strip()


def facts(top: Path, base: str, fixed: int, left: int, code: int, behave: dict[str, object]) -> dict[str, object]:
    summary = {"files_total": 1, "diagnostics_before": fixed + left, "diagnostics_after": left}
    row = {"tool": "ruff", "code": "F401", "before": fixed + left, "fixed": fixed, "suppressed": 0, "left": left}
    return {
        "run": f"run-{os.getpid()}",
        "base_commit": base,
        "head_commit": head(top),
        "branch": "refs/heads/main",
        "exit_code": code,
        "summary": {**summary, "diagnostics_fixed": fixed, "diagnostics_suppressed": 0},
        "ending": {"left": left},
        "looked_at": {"ruff": 1},
        "codes": [row],
        "usage": {"cost_estimate": behave["cost"], "input_tokens": 10} if "cost" in behave else {},
        "tests": {"final": {"flaky": behave.get("flaky", [])}},
    }


sys.exit(main())
