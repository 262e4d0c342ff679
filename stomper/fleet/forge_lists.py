"""Take repositories of a fleet from the lists of forges."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from stomper.errors import UsageError
from stomper.fleet.addresses import names_for, numbered
from stomper.fleet.model import Entry
from stomper.forges.listing import Listed, list_repositories
from stomper.forges.model import Host
from stomper.forges.source import source_in

ARCHIVED, FORK = "it is archived", "it is a fork"


@dataclass(frozen=True, slots=True)
class ForgeList:
    """A list to ask a forge for: `text` is FORGE:WAY/WHAT, `shared` holds for each repository of it.

    Archived repositories and forks are skipped, unless they are wanted.
    """

    text: str
    shared: Entry
    archived: bool = False
    forks: bool = False


def entries_from(
    asked: ForgeList, hosts: Mapping[str, Host], there: Sequence[Entry], tell: Callable[[str], None]
) -> list[Entry]:
    """Ask for a list, and give entries for what is not `there` yet. Raises ForgeError, or UsageError if it is empty."""
    source = source_in(asked.text, hosts)
    found = {one.address: one for one in list_repositories(source, lambda: False, tell)}
    if not found:
        raise UsageError(f"{source} has no repository that can be seen")
    known = {entry.source for entry in there}
    new = [one for address, one in found.items() if address not in known]
    names = numbered([*(entry.name for entry in there), *names_for([one.address for one in new])])[len(there) :]
    return [_entry(asked, one, name) for one, name in zip(new, names, strict=True)]


def _entry(asked: ForgeList, one: Listed, name: str) -> Entry:
    why = ARCHIVED if one.archived and not asked.archived else FORK if one.is_fork and not asked.forks else ""
    return dataclasses.replace(asked.shared, name=name, source=one.address, in_place=False, skipped=why)
