"""The program behind `tests.kit.warm`: it loads all of Stomper once, and forks for each command that it is asked for.

In the fork everything is put as a new process of Python has it, and then `stomper.__main__` runs.
"""

import ctypes
import gc
import importlib
import json
import os
import pkgutil
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import stomper
from tests.kit.warm_children import start_them_as_forks

SIZE = 200_000
"""Bytes of the longest message."""
ROOM = "_ROOM_FOR_AN_ENVIRONMENT"
_first_main = sys.modules["__main__"]  # its names are in use as long as this program runs


@dataclass(frozen=True)
class Command:
    """A command to become. `streams` are descriptors for stdin, stdout and stderr."""

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    umask: int
    streams: list[int]


LATE = ("libcst.matchers", "httpx", "jinja2", "pathspec", "platformdirs", "tomli_w", "tomlkit", "tqdm", "truststore")
"""What functions import that are called by many commands."""


def load_everything() -> None:
    for module in pkgutil.walk_packages(stomper.__path__, "stomper."):
        importlib.import_module(module.name)
    for name in LATE:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # a collection in a fork would copy all of this


def serve(calls: socket.socket) -> Command:
    """Fork for each command and tell its process id, or how such a process ended. Returns in the forks only."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(calls, SIZE, 3)
        if not message:
            os._exit(0)  # the tests are over
        asked: dict[str, Any] = json.loads(message)
        if "ended" in asked:
            answer = os.waitpid(asked["ended"], 0)[1]
        elif (answer := os.fork()) == 0:
            calls.close()
            return Command(**asked, streams=descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        calls.send(str(answer).encode())


def become(command: Command) -> None:
    """Make this fork what Popen makes of a new process, and what the interpreter makes of that."""
    os.setsid()
    for number, descriptor in enumerate(command.streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.umask(command.umask)
    os.chdir(command.folder)
    os.environ.clear()
    os.environ.update(command.environment)
    show_environment(command.environment)
    time.tzset()
    start_them_as_forks(show_environment)
    entry = importlib.import_module("stomper.__main__")
    sys.modules["__main__"] = entry  # as workers are told it
    sys.argv[:] = [str(entry.__file__), *command.arguments]


def show_environment(environment: dict[str, str]) -> None:
    """Have /proc show this environment, by which the leak check and `marked` know a process.

    The kernel reads it from where the first one was put, which nothing else reads after `os.environ` was cleared.
    """
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    start, end = int(fields[47]), int(fields[48])  # env_start and env_end: 50 and 51 of proc(5)
    text = b"".join(os.fsencode(f"{name}={value}") + b"\0" for name, value in environment.items())
    assert len(text) < end - start, "the first environment has too little room for this one"
    ctypes.memset(start, 0, end - start)
    ctypes.memmove(start, text, len(text))


if __name__ == "__main__":
    del sys.path[0]  # of the folder that it was started in
    load_everything()
    become(serve(socket.socket(fileno=int(sys.argv[1]))))
    sys.modules["__main__"].main()
