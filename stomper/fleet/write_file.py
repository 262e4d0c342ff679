"""Write a fleet as a fleet.toml that leads to the same fleet again."""

import dataclasses
import shlex
from pathlib import Path
from typing import Any

from stomper.fleet.addresses import is_address
from stomper.fleet.lists import is_checkout
from stomper.fleet.model import Entry, Fleet, Terms
from stomper.text.toml import toml_document


def to_fleet_file(fleet: Fleet) -> str:
    """Give the file; what is as by default is not in it. Skipped repositories are left out."""
    usual = dataclasses.asdict(Terms())
    terms = {name: value for name, value in dataclasses.asdict(fleet.terms).items() if value != usual[name]}
    return toml_document({**terms, "repository": [_table(entry) for entry in fleet.entries if not entry.skipped]})


def _table(entry: Entry) -> dict[str, Any]:
    where = "url" if is_address(entry.source) else "path"
    aside = is_checkout(entry.source) and not entry.in_place
    facts = {
        "name": entry.name,
        where: entry.source,
        "in_place": False if aside else None,
        "branch": entry.branch or None,
        "options": [shlex.join(entry.options)] if entry.options else None,
        "set_up": list(entry.set_up) or None,
        "config": dict(entry.config) or None,
    }
    return {key: value for key, value in facts.items() if value is not None}


def default_state(folder: Path) -> Path:
    """Give the folder of a fleet that is called for in `folder`, unless another one is named."""
    return folder / "stomper-fleet"
