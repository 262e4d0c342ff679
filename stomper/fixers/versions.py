"""The versions of the tools that fixers are or ask: what is known of one says nothing about another."""

import functools
from collections.abc import Callable
from pathlib import Path

from stomper import __version__, process
from stomper.config.keys import BUILT_IN_FIXERS
from stomper.errors import StomperError
from stomper.fixers.codemods import PREFIX
from stomper.project.find_tools import tool_of
from stomper.settings import Settings

TIMEOUT = 20.0
OF_RUFF = frozenset({"ruff", "ruff-format", "ruff-unsafe", "demo"})
OF_OTHERS = frozenset({"drill-sergeant", "lsp", "sarif"})


def versions_of(settings: Settings, top: Path) -> Callable[[str], str]:
    """Give a function from a fixer's name to the version of its tool, '' for what nobody knows.

    ruff is asked when its version is first wanted.
    """
    ruff = functools.cache(lambda: _ask_ruff(settings, top))

    def version_of(fixer: str) -> str:
        if fixer in OF_RUFF:
            return ruff()
        ours = fixer.startswith(PREFIX) or fixer in BUILT_IN_FIXERS - OF_OTHERS
        return __version__ if ours else ""

    return version_of


def _ask_ruff(settings: Settings, top: Path) -> str:
    try:
        program = tool_of(settings, "ruff", top).path
        done = process.run([program, "--version"], cwd=Path("/"), timeout=TIMEOUT, contained=True)
    except StomperError:
        return ""
    words = done.stdout.decode("utf-8", "replace").split()
    return words[1] if done.ended and done.returncode == 0 and len(words) > 1 else ""
