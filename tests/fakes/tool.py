"""A tool that misbehaves to order and is the real one otherwise: `tool.py SCRIPT.json ARGUMENTS...`.

The script is {"real": PATH or null, "modes": [...], "when": WORD, "calls": FOLDER}. The n-th call whose
arguments hold WORD ('' is any call) does the n-th mode, the last one for ever; other calls are real.
Every such call leaves its arguments as a file in `calls`.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

HALF = '[{"code": "F401", "message": "`os` imported but un'


def main(script: dict[str, Any], arguments: list[str]) -> int:
    if script["when"] and script["when"] not in arguments:
        real(script, arguments)
    modes = script["modes"]
    mode, _, value = modes[min(count(Path(script["calls"]), arguments), len(modes) - 1)].partition("=")
    match mode:
        case "real":
            real(script, arguments)
        case "until":
            while not Path(value).exists():
                time.sleep(0.02)
            real(script, arguments)
        case "crash":
            print("thread 'main' panicked at 'index out of bounds'", file=sys.stderr)
            return 101
        case "half":
            print(HALF, end="")
            return 1
        case "nothing":
            return int(value or 0)
        case "empty":
            print("[]")
            return int(value or 0)
        case "print":
            print(value)
            return 1
        case "exit2":
            print(value or "error: invalid configuration", file=sys.stderr)
            return 2
        case "signal":
            sys.stdout.flush()
            os.kill(os.getpid(), getattr(signal, value or "SIGKILL"))
        case "hang":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                time.sleep(1)
        case _:
            pass
    raise SystemExit(f"unknown mode: {mode}")


def count(calls: Path, arguments: list[str]) -> int:
    """How many calls came before this one. Safe beside others: a file name can be taken once only."""
    number = 0
    while True:
        try:
            with (calls / f"{number:06}").open("x") as opened:
                json.dump({"arguments": arguments, "cwd": str(Path.cwd())}, opened)
        except FileExistsError:
            number += 1
        else:
            return number


def real(script: dict[str, Any], arguments: list[str]) -> NoReturn:
    if not script["real"]:
        raise SystemExit("this fake has no real tool behind it")
    os.execv(script["real"], [script["real"], *arguments])


if __name__ == "__main__":
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2:]))
