"""A fixer to order: `fixer.py FILE [flags]`. What the flags ask for is done in the order of `main`.

Run with `python -IS`: standard library only, and nothing of the tests can be imported.
"""

import argparse
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("file", type=Path)
    parser.add_argument("--only-if", metavar="SUBSTRING", help="do nothing for a file whose path or content lacks it")
    parser.add_argument("--once", type=Path, metavar="MARKER", help="do nothing if MARKER exists, else make it")
    parser.add_argument("--log", type=Path, help="append a JSON line when beginning, and one when done")
    parser.add_argument("--print-env", type=Path, metavar="PATH", help="write the environment as JSON")
    parser.add_argument("--started", type=Path, metavar="PATH", help="make this file, so that a test knows")
    parser.add_argument("--until", type=Path, metavar="PATH", help="wait until this file is there")
    parser.add_argument("--sleep", type=float, default=0, metavar="S")
    parser.add_argument("--replace", nargs=2, action="append", default=[], metavar=("OLD", "NEW"))
    parser.add_argument("--remove-import", action="append", default=[], metavar="NAME")
    parser.add_argument("--append", action="append", default=[], metavar="TEXT")
    parser.add_argument("--delete", action="store_true")
    parser.add_argument("--chmod", type=lambda text: int(text, 8), metavar="MODE")
    parser.add_argument("--touch-other", action="append", default=[], metavar="PATH")
    parser.add_argument("--commit", action="store_true", help="git commit -am")
    parser.add_argument("--run", action="append", default=[], metavar="COMMAND", help="a shell command")
    parser.add_argument("--spawn-setsid", type=float, metavar="SECONDS", help="leave a sleeper in a session of its own")
    parser.add_argument("--wipe-env", action="store_true", help="without environment, for --spawn-setsid")
    parser.add_argument("--mark", default="", help="a word on the sleeper's command line")
    parser.add_argument("--flood", action="store_true", help="write to stdout without end")
    parser.add_argument("--hang", action="store_true", help="never end; SIGTERM is ignored")
    parser.add_argument("--kill-parent", action="store_true")
    parser.add_argument("--kill-parent-if", metavar="SUBSTRING", help="only for a file whose path or content has it")
    parser.add_argument("--say", default="", metavar="TEXT", help="on stderr")
    parser.add_argument("--signal", type=int, metavar="N", help="end by a signal")
    parser.add_argument("--exit", type=int, default=0, metavar="N")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    asked = parse(argv)
    if (asked.only_if and not holds(asked.file, asked.only_if)) or (asked.once and not first(asked.once)):
        return 0
    log(asked, "begin")
    if asked.print_env:
        asked.print_env.write_text(json.dumps(dict(os.environ)))
    if asked.started:
        asked.started.touch()
    while asked.until and not asked.until.exists():
        time.sleep(0.01)
    time.sleep(asked.sleep)
    change(asked)
    misbehave(asked)
    log(asked, "end")
    sys.stderr.write(asked.say)
    sys.stderr.flush()
    if asked.signal:
        os.kill(os.getpid(), asked.signal)
    return int(asked.exit)


def change(asked: argparse.Namespace) -> None:
    if asked.replace or asked.append or asked.remove_import:
        content = os.fsdecode(asked.file.read_bytes())
        for old, new in asked.replace:
            content = content.replace(old, new)
        for name in asked.remove_import:
            content = "".join(line for line in content.splitlines(True) if line.split()[:2] != ["import", name])
        asked.file.write_bytes(os.fsencode(content + "".join(asked.append)))
    if asked.chmod is not None:
        asked.file.chmod(asked.chmod)
    if asked.delete:
        asked.file.unlink()
    for other in map(Path, asked.touch_other):
        other.parent.mkdir(parents=True, exist_ok=True)
        with other.open("a") as opened:
            opened.write("touched = True\n")
    if asked.commit:
        subprocess.run(["git", "commit", "--quiet", "-am", "the fixer's own commit"], check=False)
    for command in asked.run:
        subprocess.run(command, shell=True, check=False)


def misbehave(asked: argparse.Namespace) -> None:
    if asked.spawn_setsid is not None:
        subprocess.Popen(
            [sys.executable, "-IS", "-c", f"import time; time.sleep({asked.spawn_setsid})", asked.mark],
            start_new_session=True,
            env={} if asked.wipe_env else None,
        )
    if asked.kill_parent or (asked.kill_parent_if and holds(asked.file, asked.kill_parent_if)):
        os.kill(os.getppid(), signal.SIGKILL)
    if asked.hang:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            time.sleep(1)
    while asked.flood:
        os.write(1, b"flood " * 10_000)


def holds(file: Path, text: str) -> bool:
    return text in str(file) or os.fsencode(text) in (file.read_bytes() if file.exists() else b"")


def first(marker: Path) -> bool:
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def log(asked: argparse.Namespace, event: str) -> None:
    if asked.log:
        where = {"file": str(asked.file), "cwd": str(Path.cwd()), "pid": os.getpid()}
        row = {"event": event, "time": time.monotonic(), **where}
        with asked.log.open("a") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX)
            opened.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
