"""The endpoint as a program: `python -m tests.fakes.endpoint --help`, from the top of the repository.

It prints its address as its first line, and ends with its stdin.
"""

import argparse
import fcntl
import socket
import struct
import sys
from pathlib import Path

from tests.fakes.endpoint.script import Script, Usage
from tests.fakes.endpoint.server import FOREVER, Endpoint, Faults

SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--old", default=Script().old, help="whole lines that the edit replaces")
    parser.add_argument("--new", default="", help="what it replaces them by")
    parser.add_argument("--steps", default="read,edit", help="read, edit, cheat, look, other, shell; empty: only talk")
    parser.add_argument("--other", default="", help="the file of the step other")
    parser.add_argument("--command", default="true", help="what the step shell runs")
    parser.add_argument("--words", default="Done.")
    parser.add_argument("--refuse", action="store_true", help="say no, in the way of the wire format")
    parser.add_argument("--file-pattern", default=Script().file_pattern, help="finds the file in the prompt")
    parser.add_argument("--usage", default="1200,34,200", help="tokens of each answer: input, output, cached")
    parser.add_argument("--fail-first", type=int, default=0, metavar="N", help="-1: always")
    parser.add_argument("--status", type=int, default=503, help="what the first N get")
    parser.add_argument("--retry-after", default="", metavar="SECONDS")
    parser.add_argument("--at-once", type=int, default=FOREVER, metavar="K", help="429 for more than K at a time")
    parser.add_argument("--stall", action="store_true", help="never answer")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that each answer takes")
    parser.add_argument("--log", type=Path, help="a line of JSON for each answer")
    parser.add_argument("--bodies", type=Path, help="a folder for whole requests")
    parser.add_argument("--loopback-up", action="store_true", help="in a network namespace of its own")
    return parser.parse_args()


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as anything:
        fcntl.ioctl(anything, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def main() -> None:
    words = _arguments()
    if words.loopback_up:
        _loopback_up()
    script = Script(
        words.old,
        words.new,
        tuple(step for step in words.steps.split(",") if step),
        words.other,
        words.command,
        words.words,
        words.refuse,
        words.file_pattern,
        Usage(*map(int, words.usage.split(","))),
    )
    first = FOREVER if words.fail_first < 0 else words.fail_first
    faults = Faults(first, words.status, words.retry_after, words.at_once, words.stall, words.delay)
    with Endpoint(script, faults, words.log, words.bodies) as endpoint:
        print(endpoint.url, flush=True)
        sys.stdin.read()


main()
