"""Read fleet.toml, and make its entries and terms out of it."""

import dataclasses
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stomper.cluster.place import place_of_cluster
from stomper.config.one_file import read_toml
from stomper.config.problems import Problem, config_error, describe, show, validate
from stomper.errors import ConfigError
from stomper.fleet.addresses import is_address, names_for, source_of
from stomper.fleet.forge_lists import ForgeList
from stomper.fleet.lists import is_checkout
from stomper.fleet.model import Entry, Fleet, Terms
from stomper.fleet.read_pulls import hosts_of, pull_terms
from stomper.text.printable import printable
from stomper.text.suggestions import did_you_mean

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from stomper.fleet.raw import RawFleet, RawRepository, RawShared, RawSource

DEFAULT_NAME = "fleet.toml"
TERMS = tuple(field.name for field in dataclasses.fields(Terms))


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A fleet as a file describes it: what holds for all, globs by which it chooses, and lists to ask forges for."""

    fleet: Fleet
    shared: Entry
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    lists: tuple[ForgeList, ...] = ()


def read_fleet(path: Path) -> Asked:
    """Read a fleet from its file; paths in it count from its folder.

    Raises ConfigError for what is no such file, UsageError for a source that is none.
    """
    if not path.is_file():
        raise ConfigError(f"there is no file {printable(str(path))}", "Name the file with the repositories.")
    raw = _validated(path, read_toml(path))
    shared = _shared(path, raw)
    entries = _entries(path, raw, shared)
    given = {name: value for name in TERMS if (value := getattr(raw, name)) is not None}
    if raw.cluster is not None:
        given["cluster"] = place_of_cluster(raw.cluster, path.absolute().parent)
    fleet = Fleet(tuple(entries), Terms(**given), pull_terms(path, raw.push), hosts_of(raw.forge))
    lists = tuple(_list(path, one, shared) for one in raw.source or ())
    return Asked(fleet, shared, tuple(raw.only or ()), tuple(raw.skip or ()), lists)


def _list(path: Path, one: "RawSource", shared: Entry) -> ForgeList:
    if one.in_place:
        raise ConfigError(f"{printable(str(path))}: source {one.from_}: in_place is for a path")
    return ForgeList(one.from_, _under(path, one, shared), bool(one.archived), bool(one.forks))


def _validated(path: Path, tables: Mapping[str, object]) -> "RawFleet":
    from pydantic import ValidationError

    from stomper.fleet.raw import RawFleet

    try:
        return RawFleet.model_validate(tables)
    except ValidationError as error:
        problems = [_problem(details) for details in error.errors(include_url=False)]
        raise config_error(printable(str(path)), problems) from None


def _problem(details: "ErrorDetails") -> Problem:
    """Explain one finding of pydantic; that of a repository begins with its number."""
    from stomper.config.raw_table import RawTable
    from stomper.fleet.raw import RawFleet, RawRepository, RawSource
    from stomper.fleet.raw_pulls import RawForge, RawPush

    place = details["loc"]
    tables: dict[str, type[RawTable]] = {"repository": RawRepository, "source": RawSource}
    own = place[0] in tables and len(place) > 2
    where = f"{place[0]} {int(place[1]) + 1}: " if own else ""
    tables |= {"push": RawPush, "forge": RawForge}
    if details["type"] == "extra_forbidden":
        name, model = str(place[-1]), tables.get(str(place[0]), RawFleet) if len(place) > 1 else RawFleet
        found = Problem(
            f'unknown key "{printable(name)}"', did_you_mean(name, [one.rstrip("_") for one in model.model_fields])
        )
    else:
        found = describe(details, lambda key: key.removeprefix("repository.").removeprefix("source."))
    return Problem(where + found.text, found.hint)


def _shared(path: Path, raw: "RawShared") -> Entry:
    """Give what holds for all repositories, as an entry without a source."""
    return Entry(
        "",
        "",
        in_place=bool(raw.in_place),
        branch=raw.branch or "",
        options=tuple(_words(path, "options", raw.options or ())),
        config=_config(path, raw.config or {}),
        set_up=tuple(raw.set_up or ()),
    )


def _entries(path: Path, raw: "RawFleet", shared: Entry) -> list[Entry]:
    repositories = raw.repository or []
    sources = [_source(path, number, one) for number, one in enumerate(repositories, 1)]
    if doubles := [source for at, source in enumerate(sources) if source in sources[:at]]:
        raise ConfigError(f"{printable(str(path))}: {printable(doubles[0])} is there twice", "Keep one of them.")
    named = [one.name or name for one, name in zip(repositories, names_for(sources), strict=True)]
    _require_different(path, named)
    rows = zip(repositories, sources, named, strict=True)
    return [_entry(path, one, source, name, shared, raw.in_place) for one, source, name in rows]


def _require_different(path: Path, names: Sequence[str]) -> None:
    seen = set[str]()
    for name in names:
        if name.lower() in seen:
            raise ConfigError(f"{printable(str(path))}: two repositories are called {name}", "Give one another name.")
        seen.add(name.lower())


def _source(path: Path, number: int, one: "RawRepository") -> str:
    if (one.url is None) == (one.path is None):
        raise ConfigError(f"{printable(str(path))}: repository {number}: expected either url or path")
    if one.path is not None:
        return source_of(f"./{one.path}" if is_address(one.path) else one.path, path.absolute().parent)
    assert one.url is not None
    if not is_address(one.url):
        raise ConfigError(f"{printable(str(path))}: repository {number}: url: found {show(one.url)}", "Say path = ...")
    return one.url


def _entry(path: Path, one: "RawRepository", source: str, name: str, shared: Entry, in_place: bool | None) -> Entry:
    """Give the entry of a repository: its own words, and for the rest those for all."""
    wanted = one.in_place if one.in_place is not None else in_place
    if one.in_place and is_address(source):
        raise ConfigError(f"{printable(str(path))}: {name}: in_place is for a path")
    at_it = is_checkout(source) and wanted is not False
    return dataclasses.replace(_under(path, one, shared), name=name, source=source, in_place=at_it)


def _under(path: Path, one: "RawShared", shared: Entry) -> Entry:
    """Give what holds by the words of a table and, where it has none, by those for all."""
    own = _shared(path, one)
    return dataclasses.replace(
        shared,
        branch=own.branch or shared.branch,
        options=shared.options + own.options,
        config=laid_over(shared.config, own.config),
        set_up=shared.set_up + own.set_up,
    )


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Give two tables as one; where both have a value, that of the upper one counts."""
    both = {
        key: laid_over(below[key], value)
        if isinstance(value, Mapping) and isinstance(below.get(key), Mapping)
        else value
        for key, value in above.items()
    }
    return {**below, **both}


def _config(path: Path, tables: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give settings as they are. Raises ConfigError for what no configuration can have."""
    _, problems = validate(tables)
    if problems:
        raise config_error(f"{printable(str(path))} [config]", problems)
    return tables


def _words(path: Path, key: str, texts: Sequence[str]) -> list[str]:
    try:
        return [word for text in texts for word in shlex.split(text)]
    except ValueError as error:
        raise ConfigError(f"{printable(str(path))}: {key}: {error}") from None
