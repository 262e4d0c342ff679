"""The real programs of the checkers that are presets: where `make setup` has put them, and settings that name them."""

import dataclasses
import os
import shutil
import sysconfig
from pathlib import Path

import pytest

from stomper.checkers import Checker, make_checkers
from stomper.checkers.command import CommandChecker
from stomper.checkers.scope import Scoped
from stomper.config import load_settings
from tests.kit.cli import ROOT

NODE = ROOT / "build" / "work" / "node" / "node_modules" / ".bin"
NOT_INSTALLED = ("biome", "cargo", "gofmt", "markdownlint", "rubocop", "rustfmt")
"""Those of other languages, or large ones, that `make setup` leaves to the machine: where it has them, they are run."""
FOLDERS = os.pathsep.join([sysconfig.get_path("scripts"), str(NODE)])


def program_of(name: str) -> str:
    """The path of a tool. Skips the test where `make setup` could not install it."""
    # basedpyright installs a program of this name too.
    own = NODE.parent / name / "index.js" if name == "pyright" else None
    path = None if name in NOT_INSTALLED else FOLDERS
    found = str(own) if own and own.exists() else shutil.which(name, path=path)
    if found is None:
        why = "this machine has none" if path is None else "`make setup` could not install it"
        pytest.skip(f"there is no {name}: {why}")
    return found


def on_path(*names: str) -> dict[str, str]:
    """The environment in which these tools are on PATH."""
    folders = dict.fromkeys(str(Path(program_of(name)).parent) for name in names)
    return {"PATH": os.pathsep.join([*folders, os.environ["PATH"]])}


def tool_checker(top: Path, name: str, program: str = "", timeout: float | None = None) -> Checker:
    """The checker that a preset makes in the project at `top`, with this program, the real one by default."""
    settings = load_settings(top, {"checkers": [name]}, {})
    settings = dataclasses.replace(settings, tools=((name, program or program_of(name)),))
    if timeout is not None:
        own = tuple(dataclasses.replace(one, timeout=timeout) for one in settings.own_checkers)
        settings = dataclasses.replace(settings, own_checkers=own)
    (checker,) = make_checkers(settings, top)
    return checker


def command_checker(top: Path, name: str) -> CommandChecker:
    """The same checker without the patterns of files that it is for."""
    scoped = tool_checker(top, name)
    assert isinstance(scoped, Scoped)
    assert isinstance(scoped.checker, CommandChecker)
    return scoped.checker
