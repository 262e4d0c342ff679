"""A fleet as it was asked for: its repositories, and the terms that hold for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stomper.fleet.pulls.terms import PullTerms
from stomper.forges.model import Host

DEFAULT_MINUTES = 60.0
DEFAULT_CACHE = 20.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One repository of a fleet, by a `name` that no other has.

    `source` is an address of git, or an absolute path. With `in_place` the work is done in the checkout at that path,
    else in a clone of the fleet's own. `branch` is the one to work on; empty: the default branch, or what is checked
    out. `options` are those of `stomper fix`; `config` counts in a repository without settings of its own; `set_up` are
    commands that are run before; by "auto" `stomper fix` makes the environment. `skipped` says why nothing is done.
    """

    name: str
    source: str
    in_place: bool = False
    branch: str = ""
    options: tuple[str, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    set_up: tuple[str, ...] = ()
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a fleet. `max_parallel_files` counts files of all repositories; budgets are for all together.

    `repository_minutes` is the time that one repository may take. `depth` is how many commits are fetched, None for
    all; `partial` leaves files of old commits at their origin. The mirrors may take `cache_gigabytes`. `cluster` is the
    address of a scheduler of Dask, or the path of a scheduler file, for work on its workers; '': on this machine.
    `tracker` is told what begins and ends: issues of a forge, or `command:PROGRAM`; '' for nobody.
    """

    max_parallel_files: int = 4
    max_cost: float | None = None
    max_tokens: int | None = None
    max_minutes: float | None = None
    repository_minutes: float = DEFAULT_MINUTES
    trust: bool = False
    depth: int | None = None
    partial: bool = False
    cache_gigabytes: float = DEFAULT_CACHE
    cluster: str = ""
    tracker: str = ""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The repositories of a fleet, in their order, its terms, those of its pull requests, and forges to know."""

    entries: tuple[Entry, ...]
    terms: Terms = field(default_factory=Terms)
    pulls: PullTerms = field(default_factory=PullTerms)
    hosts: tuple[Host, ...] = ()
