"""Make the fleet that a command is about: from its file, a list, folders that are looked through, and options."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stomper.config.load import resolve_parallel, usable_cpus
from stomper.fleet.addresses import is_address, names_for, numbered
from stomper.fleet.choose import choose
from stomper.fleet.forge_lists import ForgeList, entries_from
from stomper.fleet.lists import discover, is_checkout, listed_sources
from stomper.fleet.model import Entry, Fleet
from stomper.fleet.read_file import Asked, read_fleet
from stomper.fleet.tracking.chosen import check_tracker
from stomper.forges.hosts import known_hosts
from stomper.forges.model import Host
from stomper.settings import AUTO


@dataclass(frozen=True, slots=True)
class Options:
    """What a command line says of a fleet. `terms` are by name; `in_place` is None where nothing is said of it.

    `set_up` says whether environments are made, or nothing is run before, None where nothing is said of it. `state` is
    the fleet's own folder, in which no repository is looked for. `lists` are asked of forges, `hosts` are forges to
    know; `tell` hears what is waited for.
    """

    discovered: tuple[Path, ...] = ()
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    in_place: bool | None = None
    branch: str = ""
    options: tuple[str, ...] = ()
    set_up: bool | None = None
    terms: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    state: Path = Path("stomper-fleet")
    lists: tuple[str, ...] = ()
    archived: bool = False
    forks: bool = False
    hosts: tuple[Host, ...] = ()
    tell: Callable[[str], None] = lambda _: None


def fleet_of_file(path: Path, options: Options) -> Fleet:
    """Make a fleet of a fleet.toml. Raises ConfigError or UsageError."""
    return _made(read_fleet(path), [], options)


def fleet_of_list(text: str, folder: Path, options: Options) -> Fleet:
    """Make a fleet of a list, in which paths count from `folder`. Raises UsageError."""
    return _made(Asked(Fleet(()), Entry("", "")), listed_sources(text, folder), options)


def _made(asked: Asked, listed: Sequence[str], options: Options) -> Fleet:
    shared = _with_words(asked.shared, options)
    entries = [_with_words(entry, options) for entry in asked.fleet.entries]
    entries += _more(entries, listed, shared, named=options.in_place is not False)
    found = [source for folder in options.discovered for source in discover(folder, [options.state])]
    entries += _more(entries, found, shared, named=options.in_place is True)
    fleet = dataclasses.replace(asked.fleet, hosts=_told(asked.fleet.hosts, options.hosts))
    for wanted in _lists(asked, shared, options):
        entries += entries_from(wanted, known_hosts(fleet.hosts), entries, options.tell)
    if options.in_place is not None:
        entries = [dataclasses.replace(e, in_place=options.in_place and is_checkout(e.source)) for e in entries]
    chosen = choose(entries, options.only or asked.only, (*asked.skip, *options.skip))
    terms = dataclasses.replace(asked.fleet.terms, **options.terms)
    if terms.tracker:
        check_tracker(terms.tracker, known_hosts(fleet.hosts))
    at_once = resolve_parallel(terms.max_parallel_files, usable_cpus())
    terms = dataclasses.replace(terms, max_parallel_files=at_once)
    return dataclasses.replace(fleet, entries=chosen, terms=terms)


def _told(*rows: Sequence[Host]) -> tuple[Host, ...]:
    """Give forges by their hosts; what is said last of a host counts."""
    return tuple({host.name: host for hosts in rows for host in hosts}.values())


def _lists(asked: Asked, shared: Entry, options: Options) -> list[ForgeList]:
    own = [
        dataclasses.replace(
            one,
            shared=_with_words(one.shared, options),
            archived=one.archived or options.archived,
            forks=one.forks or options.forks,
        )
        for one in asked.lists
    ]
    return [*own, *(ForgeList(text, shared, options.archived, options.forks) for text in options.lists)]


def _with_words(entry: Entry, options: Options) -> Entry:
    entry = _set_up(entry, options.set_up)
    return dataclasses.replace(entry, branch=options.branch or entry.branch, options=(*entry.options, *options.options))


def _set_up(entry: Entry, wanted: bool | None) -> Entry:
    """The entry with a set-up found by itself, or without any, that of the repository's own settings included."""
    if wanted is None:
        return entry
    if wanted:
        return dataclasses.replace(entry, set_up=tuple(dict.fromkeys((*entry.set_up, AUTO))))
    return dataclasses.replace(entry, set_up=(), options=("--no-setup", *entry.options))


def _more(entries: Sequence[Entry], sources: Sequence[str], shared: Entry, named: bool) -> list[Entry]:
    """Make entries for what is not there yet. A checkout that was `named`, not found, is worked on where it is."""
    there = {entry.source for entry in entries}
    new = [source for source in dict.fromkeys(sources) if source not in there]
    names = numbered([*(entry.name for entry in entries), *names_for(new)])[len(entries) :]
    return [
        dataclasses.replace(
            shared, name=name, source=source, in_place=named and not is_address(source) and is_checkout(source)
        )
        for name, source in zip(names, new, strict=True)
    ]
