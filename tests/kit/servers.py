"""Language servers for tests: a fake one that does as a test says, and the real ones of this machine."""

import json
import shutil
import sysconfig
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from stomper.checkers.language_server import LanguageServerChecker
from stomper.settings import CheckerSettings
from tests.kit.cli import ROOT
from tests.kit.fakes import FAKES, PYTHON

PATIENCE = 60.0
NODE = ROOT / "build" / "work" / "node" / "node_modules" / ".bin"


def fake_server(*flags: str | Path | float) -> tuple[str, ...]:
    """The command of a server that does what the flags say (`tests/fakes/language_server.py --help`)."""
    return (*PYTHON, str(FAKES / "language_server.py"), *map(str, flags))


def server_checker(*flags: str | Path | float, timeout: float = PATIENCE, quiet: float = 0.1) -> LanguageServerChecker:
    """A checker that asks the fake server."""
    command = fake_server(*flags)
    return LanguageServerChecker(CheckerSettings("fake", command, "lsp", timeout, quiet_time=quiet), command)


def server_toml(
    servers: Mapping[str, Sequence[str]],
    keys: str = 'fixers = ["lsp"]',
    include: str = "*.txt",
    timeout: float = PATIENCE,
    more: str = "",
) -> str:
    """The stomper.toml of these servers and the fixer `lsp`. `more` are lines of each server's table."""
    tables = [
        f'[checker.{name}]\nformat = "lsp"\ncommand = {json.dumps(list(command))}\n'
        f"include = {json.dumps([include])}\ntimeout = {timeout}\n{more}"
        for name, command in servers.items()
    ]
    return "\n".join([f"checkers = {json.dumps(list(servers))}", keys, *tables])


def real_server(program: str) -> str | None:
    """A server that `make setup` installs, or that is on PATH; None if there is none."""
    places = (sysconfig.get_path("scripts"), str(NODE), None)
    return next((found for place in places if (found := shutil.which(program, path=place))), None)


def logged(log: Path) -> list[tuple[str, str]]:
    """What fake servers have noted: process ids, and words."""
    lines = log.read_text().splitlines() if log.exists() else []
    return [(pid, word) for pid, _, word in (line.partition(" ") for line in lines)]


def counted(log: Path) -> Counter[str]:
    return Counter(word for _, word in logged(log))
