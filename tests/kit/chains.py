"""Chains of fixers to order, and what a report says of one file."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.kit.fakes import fixer_table
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of

PATIENCE = 60.0


def chain_toml(
    fixers: Mapping[str, Sequence[str] | None], keys: str = "", tables: str = "", timeout: float = PATIENCE
) -> str:
    """The TOML of these fixers in their order; those without a command are built in.

    `keys` are lines of [tool.stomper] itself, `tables` go below it.
    """
    commands = [fixer_table(name, list(command), timeout) for name, command in fixers.items() if command]
    return "\n".join(["[tool.stomper]", f"fixers = {json.dumps(list(fixers))}", keys, tables, *commands])


def file_report(repo: GitRepo, path: str) -> dict[str, Any]:
    """What the report of the last run says of one file."""
    found: list[dict[str, Any]] = [file for file in report_of(repo)["files"] if file["path"] == path]
    assert len(found) == 1, f"{path}: {found}"
    return found[0]


def results(repo: GitRepo, path: str) -> list[tuple[str, str]]:
    """(fixer, result) of every try at a file in the last run."""
    return [(attempt["fixer"], attempt["result"]) for attempt in file_report(repo, path)["attempts"]]
