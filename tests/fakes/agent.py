"""An agent's client to order: `agent.py FILE FOLDER [flags]`. It notes each request in FOLDER, which is its provider.

Run with `python -IS`. What it says of its work is JSON on stdout: limited, retry_after, usage.
"""

import argparse
import fcntl
import json
import os
import sys
import time
from pathlib import Path


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at-once", type=int, default=100, metavar="K", help="limit more than K requests at a time")
    parser.add_argument("--limit-first", type=int, default=0, metavar="N", help="limit the first N requests")
    parser.add_argument("--retry-after", type=float, metavar="SECONDS")
    parser.add_argument("--replace", nargs=2, default=("bad ", "good "), metavar=("OLD", "NEW"))
    parser.add_argument("--edit-anyway", action="store_true", help="also when limited")
    parser.add_argument("--usage", default="{}", metavar="JSON", help="what each answer takes")
    parser.add_argument("--seconds", type=float, default=0.0, help="how long an answer takes")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    asked = parse(argv)
    number = note(asked.folder, asked.file)
    limited = number <= asked.limit_first or not enter(asked.folder, asked.at_once)
    if not limited:
        time.sleep(asked.seconds)
    if not limited or asked.edit_anyway:
        asked.file.write_text(asked.file.read_text().replace(*asked.replace))
    usage = {} if limited else json.loads(asked.usage)
    print(json.dumps({"limited": limited, "retry_after": asked.retry_after, "usage": usage}))
    return 0


def note(folder: Path, file: Path) -> int:
    """Write a request down; its number, from 1."""
    with (folder / "requests").open("a+") as requests:
        fcntl.flock(requests, fcntl.LOCK_EX)
        requests.seek(0)
        number = len(requests.readlines()) + 1
        requests.write(f"{file}\n")
        requests.flush()
        return number


def enter(folder: Path, at_once: int) -> bool:
    """Whether there is room for one more; it is held until this process ends."""
    for place in range(at_once):
        descriptor = os.open(folder / f"answering-{place}", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            os.close(descriptor)
    return False


sys.exit(main(sys.argv[1:]))
