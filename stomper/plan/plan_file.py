"""The plan file: what `stomper plan -o` writes, a person may edit, and `stomper fix --plan` does."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stomper.disk.parse import parse_json, parse_toml
from stomper.disk.regular_files import read_regular
from stomper.errors import ConfigError
from stomper.git.repository import Repository
from stomper.git.trees import tree_entries
from stomper.models import Plan, printable
from stomper.settings import AgendaFile, ScopeSettings, Settings
from stomper.text.printable import json_text

if TYPE_CHECKING:
    from stomper.config.rawplan import RawPlan

SCHEMA_VERSION = 1
MOST_BYTES = 16 * 2**20
MAKE_ONE = "Make one: stomper plan -o FILE"
HEAD_LINES = """\
# What `stomper fix --plan FILE` will do, and nothing else. Remove the files and the codes that are not to be done:
# a line of [codes] for all files, a word of `codes` for one. `wave`, [estimate] and counts in [codes] are to read.
"""


@dataclass(frozen=True, slots=True)
class Agenda:
    """A plan file as read: what to do in which files, and what those files were when it was made."""

    base: str
    files: tuple[AgendaFile, ...]
    blobs: dict[str, str]
    checkers: tuple[str, ...] | None
    fixers: tuple[str, ...] | None
    unsafe_fixes: bool | None
    fix_baseline: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """The changes of a repository since a plan was made; `changed` and `gone` are files of the plan."""

    moved: bool
    changed: tuple[str, ...]
    gone: tuple[str, ...]


def read_agenda(path: Path) -> Agenda:
    """Read a plan file. Raises ConfigError for what is no such file, naming the key and the nearest right one."""
    from stomper.config.rawplan import validate_plan

    try:
        text = read_regular(path, MOST_BYTES).decode("utf-8-sig")
        document = parse_json(text) if is_json(path) else parse_toml(text)
    except OSError as error:
        raise ConfigError(f"the plan {path} cannot be read: {error.strerror}", MAKE_ONE) from None
    except ValueError as error:
        form = "JSON" if is_json(path) else "TOML"
        raise ConfigError(f"the plan {path} is not valid {form}: {error}", MAKE_ONE) from None
    return _agenda(validate_plan(document, printable(str(path))))


def _agenda(raw: "RawPlan") -> Agenda:
    files = []
    for file in raw.files:
        codes = {code: n for code, n in file.codes.items() if raw.codes is None or code in raw.codes}
        if codes:
            files.append(AgendaFile(file.path, tuple(sorted(codes.items()))))
    return Agenda(
        base=raw.base_commit,
        files=tuple(sorted(files, key=lambda file: file.path)),
        blobs={file.path: file.blob for file in raw.files if file.blob is not None},
        checkers=None if raw.checkers is None else tuple(raw.checkers),
        fixers=None if raw.fixers is None else tuple(raw.fixers),
        unsafe_fixes=raw.unsafe_fixes,
        fix_baseline=bool(raw.fix_baseline),
    )


def compare(agenda: Agenda, repository: Repository, head: str) -> Moved:
    """Find the changes to the plan's files since it was made."""
    entries = tree_entries(repository.top, head)
    paths = [file.path for file in agenda.files]
    changed = [p for p in paths if p in entries and agenda.blobs.get(p, entries[p].blob) != entries[p].blob]
    return Moved(agenda.base != head, tuple(changed), tuple(path for path in paths if path not in entries))


def follow(settings: Settings, agenda: Agenda, gone: Iterable[str] = ()) -> Settings:
    """The settings of a run that does what the agenda says, whatever the configuration would take up or leave."""
    lost = set(gone)
    files = tuple(file for file in agenda.files if file.path not in lost)
    return dataclasses.replace(
        settings,
        checkers=settings.checkers if agenda.checkers is None else agenda.checkers,
        fixers=settings.fixers if agenda.fixers is None else agenda.fixers,
        unsafe_fixes=settings.unsafe_fixes if agenda.unsafe_fixes is None else agenda.unsafe_fixes,
        error_types=(),
        max_errors=None,
        max_files=None,
        severity="hint",
        strategy="all",
        ignores=dataclasses.replace(settings.ignores, errors=()),
        scope=ScopeSettings(fix_baseline=agenda.fix_baseline, agenda=files),
    )


def missing(plan: Plan, settings: Settings) -> list[str]:
    """Name the plan's entries that no checker found: they were fixed meanwhile, or are misspelt."""
    found: dict[tuple[str, str], int] = {}
    skipped = ((s.path, s.before) for s in plan.skipped)
    for path, diagnostics in [*((task.path, task.diagnostics) for task in plan.tasks), *skipped]:
        for diagnostic in diagnostics:
            found[path, diagnostic.code] = found.get((path, diagnostic.code), 0) + 1
    return [
        f"{code} in {printable(file.path)} ({found.get((file.path, code), 0)} of {count} found)"
        for file in settings.scope.agenda or ()
        for code, count in file.codes
        if found.get((file.path, code), 0) < count
    ]


def is_json(path: Path) -> bool:
    """Say whether a plan file is one of JSON, by its name; all others are TOML."""
    return path.suffix.lower() == ".json"


def to_text(facts: Mapping[str, Any], path: Path) -> str:
    """Give the text of a plan file by that name."""
    return json_text(facts, indent=2) + "\n" if is_json(path) else to_toml(facts)


def to_toml(facts: Mapping[str, Any]) -> str:
    """A plan file: one line a code and four a file, to be edited by hand. A tuple is an array of tables."""
    plain = {key: value for key, value in facts.items() if not isinstance(value, dict | tuple)}
    lines = [HEAD_LINES + _pairs(plain)]
    for name, table in facts.items():
        if isinstance(table, dict):
            lines.append(f"[{name}]\n{_pairs(table)}")
        elif isinstance(table, tuple):
            lines += [f"[[{name}]]\n{_pairs(row)}" for row in table]
    return "\n".join(lines)


def _pairs(table: Mapping[str, Any]) -> str:
    return "".join(f"{line}\n" for line in _lines(table))


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    """Give `key = value` for each, with a table inside on the same line."""
    import tomlkit  # only for who writes a plan

    for key, value in table.items():
        yield f"{tomlkit.key(key).as_string()} = {_value(value)}"


def _value(value: Any) -> str:
    import tomlkit

    if isinstance(value, dict):
        inside = ", ".join(_lines(value))
        return f"{{ {inside} }}" if inside else "{}"
    text: str = tomlkit.item(value).as_string()
    return text
