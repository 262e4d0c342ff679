"""The names that a shell is offered for options and arguments. What cannot be found out is left out, and no error."""

import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import click
from click.shell_completion import CompletionItem

Complete: TypeAlias = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def offering(find: Callable[[Path], Iterable[str]], several: bool = False) -> Complete:
    """Make what click calls to complete a name; `several` may stand in one word, with commas between them."""

    def complete(ctx: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
        before, comma, last = begun.rpartition(",") if several else ("", "", begun)
        names: set[str] = set()
        with contextlib.suppress(Exception):
            names = set(find(_top(ctx)))
        return [CompletionItem(f"{before}{comma}{name}") for name in sorted(names) if name.startswith(last)]

    return complete


def _top(ctx: click.Context) -> Path:
    """Give the top of the repository that the command line is about, or the current folder."""
    from stomper.git.repository import open_repository

    here = Path(ctx.find_root().params.get("directory") or ".").resolve()
    with contextlib.suppress(Exception):
        return open_repository(here).top
    return here


def _configured(top: Path) -> dict[str, Any]:
    """Give the repository's settings as they are written, without those of other files."""
    from stomper.config.one_file import PROJECT, read_toml

    for path in (top / "stomper.toml", top / PROJECT):
        if path.is_file():
            tables: Any = read_toml(path)
            found = tables if path.name != PROJECT else tables.get("tool", {}).get("stomper", {})
            if found:
                return dict(found)
    return {}


def _own(top: Path, table: str) -> set[str]:
    with contextlib.suppress(Exception):
        return set(_configured(top).get(table, {}))
    return set()


def _checkers(top: Path) -> set[str]:
    from stomper.config.keys import BUILT_IN_CHECKERS
    from stomper.config.preset_names import preset_names

    return {*BUILT_IN_CHECKERS, *preset_names(), *_own(top, "checker")}


def _fixers(top: Path) -> set[str]:
    from stomper.config.keys import BUILT_IN_FIXERS
    from stomper.config.preset_names import preset_names
    from stomper.config.presets import shipped

    with_fixer = {name for name in preset_names() if "fixer" in shipped(name).tables}
    return {*BUILT_IN_FIXERS, *with_fixer, *_own(top, "fixer"), *_agents(top)}


def _agents(top: Path) -> set[str]:
    from typing import get_args

    from stomper.settings import Client

    return {*get_args(Client), *_own(top, "agent")}


def _presets(_top: Path) -> Iterable[str]:
    from stomper.config.preset_names import preset_names

    return preset_names()


def _runs(top: Path) -> Iterable[str]:
    from stomper.git.repository import open_repository
    from stomper.journal.find_run import all_runs

    return [folder.run for folder in all_runs(open_repository(top).state)]


offer_checkers = offering(_checkers, several=True)
offer_fixers = offering(_fixers)
offer_agents = offering(_agents)
offer_profiles = offering(lambda top: _own(top, "profiles"))
offer_presets = offering(_presets)
offer_runs = offering(_runs)
