"""The scripted endpoint as a process: alone with its clients in a network of their own, where the kernel allows it."""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from stomper.process import containment
from tests.kit.cli import ROOT

UNSHARE = ("unshare", "--map-root-user", "--net")


@cache
def may_unshare() -> bool:
    """Whether a network namespace can be made here."""
    try:
        done = subprocess.run([*UNSHARE, "true"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


@dataclass(frozen=True)
class Served:
    """An endpoint that runs. `folder` has its log and, whole, what it was asked."""

    url: str
    folder: Path
    pid: int

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its answers so far."""
        log = self.folder / "log.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    @property
    def statuses(self) -> list[int]:
        return [row["status"] for row in self.rows]

    def tokens(self) -> tuple[int, int, int]:
        """Input (cached included), output and cached tokens of all its answers."""
        input_tokens, output, cached = (
            sum(row.get(name, 0) for row in self.rows) for name in ("input_tokens", "output_tokens", "cached_tokens")
        )
        return input_tokens, output, cached

    def texts(self) -> list[str]:
        """Everything that it was sent: head, empty line, body."""
        return [file.read_text(errors="replace") for file in sorted(self.folder.glob("*.txt"))]

    def asked(self) -> str:
        return "\n".join(self.texts())

    @property
    def entering(self) -> tuple[str, ...]:
        """The words before a command that make it run in the endpoint's network."""
        enter = ("nsenter", "--preserve-credentials", "--user", "--net", f"--target={self.pid}", "--")
        return enter if may_unshare() else ()

    def client(self, program: str) -> str:
        """A program that is `program` in the endpoint's network, with no way to any other.

        What is installed beside it, such as a Node, is found first.
        """
        place, beside = self.folder / Path(program).name, shlex.quote(str(Path(program).parent))
        place.write_text(f'#!/bin/sh\nPATH={beside}:$PATH exec {shlex.join([*self.entering, program])} "$@"\n')
        place.chmod(0o755)
        return str(place)


@contextmanager
def served(folder: Path, *flags: str | float) -> Iterator[Served]:
    """Start an endpoint with these flags (`python -m tests.fakes.endpoint --help`); it ends with the `with`."""
    folder.mkdir(parents=True)
    command = [
        sys.executable,
        "-m",
        "tests.fakes.endpoint",
        "--log",
        str(folder / "log.jsonl"),
        "--bodies",
        str(folder),
    ]
    command += map(str, flags)
    if may_unshare():
        command = [*UNSHARE, *command, "--loopback-up"]
    pipe = subprocess.PIPE
    # Adopted: a sweep for what a client left behind would take it for that.
    child = containment.adopt(lambda: subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True))
    try:
        assert child.stdin
        assert child.stdout
        yield Served(child.stdout.readline().strip(), folder, child.pid)
    finally:
        child.communicate()
        containment.disown(child.pid)
