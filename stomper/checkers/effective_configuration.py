"""Configuration as the tools themselves say they see it, in a form that can be compared between two checkouts."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from stomper import process
from stomper.checkers.pytest_start import ask_pytest
from stomper.checkers.read_only_options import RUFF
from stomper.checkers.result import no_result
from stomper.disk.regular_files import read_regular
from stomper.errors import ToolError

TIMEOUT = 60.0
COMPILED = re.compile(r"^ +(?:set: GlobSet \{|tokens: Tokens\(|re: |cache_key: )", re.MULTILINE)
# Asked before any conftest.py is loaded: nothing of the project runs.
PROBE = """
import json, os
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    facts = {"rootdir": str(early_config.rootpath), "ini": str(early_config.inipath or "")}
    with open(os.environ["STOMPER_SIGHT"], "w") as file:
        json.dump(facts, file)
    os._exit(0)
"""


def ruff_settings(program: str, root: Path, path: str, levels: int) -> str:
    """All settings that ruff has for a file, the same text wherever the checkout `root` is. Raises CheckerError.

    Paths in it are relative to `root`, as far as `levels` folders above it.
    """
    argv = [program, "check", "--no-cache", *RUFF, "--no-force-exclude", "--show-settings", "--", path]
    done = process.run(argv, cwd=root, timeout=TIMEOUT, contained=True)
    if not done.ended or done.returncode:
        raise no_result("ruff", done)
    return without_place(without_compiled(done.stdout.decode("utf-8", "replace")), root, levels)


def without_compiled(text: str) -> str:
    """The settings as a ruff before 0.3 prints them, without what it has made of patterns: the place is all over it."""
    kept, end = [], ""
    for line in text.splitlines() if COMPILED.search(text) else ():
        if end:
            end = "" if line.startswith(end) else end
        elif not COMPILED.match(line):
            kept.append(line)
        elif line.endswith(("{", "(")):
            end = line[: len(line) - len(line.lstrip())] + {"{": "}", "(": ")"}[line[-1]]
    return "\n".join(kept) or text


def without_place(text: str, root: Path, levels: int) -> str:
    """A text in which quoted paths are told from the checkout's top."""
    for up, folder in enumerate((root, *root.parents[:levels])):
        if folder != Path(folder.anchor):
            text = re.sub(f'"{re.escape(str(folder))}(?=[/"])', '"' + ("../" * up or "./"), text)
    return text


def pytest_sight(python: str, root: Path, place: Path, env: Mapping[str, str]) -> tuple[str, str, bytes] | None:
    """pytest's root folder and configuration file, both from the checkout's top, and what is in the file.

    `place` is an empty folder of ours. None if pytest says nothing of it: there is none, or a very old one.
    """
    answer = place / "sight.json"
    (place / "stomper_sight.py").write_text(PROBE)
    paths = os.pathsep.join(filter(None, [env.get("PYTHONPATH"), str(place)]))
    # Plugins have no say in this, and some start programs in the checkout: `git describe` rewrites the index.
    env = {**env, "PYTHONPATH": paths, "STOMPER_SIGHT": str(answer), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    argv = [*ask_pytest(python), "-p", "stomper_sight", "--collect-only", "-q"]
    try:
        process.run(argv, cwd=root, env=env, timeout=TIMEOUT, contained=True)
        facts = json.loads(answer.read_text())
        ini = Path(facts["ini"]) if facts["ini"] else None
        name = os.path.relpath(ini, root) if ini else ""
        return os.path.relpath(facts["rootdir"], root), name, read_regular(ini) if ini else b""
    except (ToolError, OSError, ValueError):
        return None
