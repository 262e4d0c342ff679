"""The uses that the rest of a project makes of a module's functions and classes: one look at each of its files."""

import ast
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from stomper.fixers.annotations.facts import project_facts
from stomper.fixers.annotations.modules import Module, Modules
from stomper.fixers.annotations.uses import uses
from stomper.fixers.annotations.words import reads_annotations
from stomper.regular import read_regular_text

CONFIGURATIONS = ("pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini", ".pytest.ini")
UNREAD = "which cannot be read"
OPTIONS = re.compile(r"--(?:typeguard|beartype)-packages|typeguard-packages\s*=|beartype-packages\s*=")


@dataclass(slots=True)
class Sight:
    """`reader` says what reads annotations of anything. `given` is what may read those of a name, by `Use.key`.

    `derived` are the classes that have a name for a base, with their file.
    """

    reader: str = ""
    given: dict[str, str] = field(default_factory=dict)
    derived: dict[str, set[tuple[str, str]]] = field(default_factory=dict)


def look(modules: Modules, path: str, names: Collection[str], methods: Mapping[str, str]) -> Sight:
    """Look at the files of a project but `path` and its tests. `methods` have the class they are in."""
    sight = Sight(_told(modules.root))
    wanted = {*names, *methods}
    near = {*methods.values(), PurePosixPath(path).stem}
    for other, facts in project_facts(modules.root, path):
        if facts.reads and not sight.reader:
            sight.reader = _reader(modules, other)
        for name, bases in facts.classes:
            for base in bases:
                sight.derived.setdefault(base, set()).add((other, name))
        if given := wanted & facts.values:
            known = methods if facts.words & near else {}
            module = modules.read(other)
            _look_at(module, sight, wanted, known) if module else _suspect(other, sight, given, known)
    return sight


def _reader(modules: Modules, other: str) -> str:
    """Say what reads annotations in a file that has a word for it; '' where the word is none of its code."""
    if (module := modules.read(other)) is None:
        return f"{other}, {UNREAD}"
    words = reads_annotations(module.tree)
    return f"{other}, which has {words}" if words else ""


def _look_at(module: Module, sight: Sight, wanted: set[str], methods: Mapping[str, str]) -> None:
    """Give what a file does with these names. A method is one of `methods` only where its class may be known."""
    for use in uses(module.tree, module.names, wanted):
        if use.imported or (use.own and use.attribute and use.name in methods):
            sight.given.setdefault(use.key, f"{use.reader} ({module.path}, line {use.line})")


def _suspect(other: str, sight: Sight, given: set[str], methods: Mapping[str, str]) -> None:
    """A file that cannot be read may do anything with the names that may be values in it."""
    for name in given:
        for key in (name, f".{name}") if name in methods else (name,):
            sight.given.setdefault(key, f"{other}, {UNREAD}")


def _told(root: Path) -> str:
    """Give what a test runner is told to do with every annotation."""
    for name in CONFIGURATIONS:
        try:
            match = OPTIONS.search(read_regular_text(root / name))
        except (OSError, ValueError):
            continue
        if match:
            return f"{name}, which has {match[0].strip(' =')}"
    return ""


def derived_from(sight: Sight, names: Collection[str]) -> set[tuple[str, str]]:
    """The classes, with their files, that are derived from one of these names, by others too."""
    found: set[tuple[str, str]] = set()
    pending = list(names)
    while pending:
        for path, name in sight.derived.get(pending.pop(), ()):
            if (path, name) not in found:
                found.add((path, name))
                pending.append(name)
    return found


def class_in(tree: ast.Module, name: str) -> ast.ClassDef | None:
    return next((n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name == name), None)
