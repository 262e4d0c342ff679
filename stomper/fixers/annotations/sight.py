"""The uses that the rest of a project makes of a module's functions and classes: one look at each of its files."""

import ast
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from stomper.fixers.annotations.facts import project_facts
from stomper.fixers.annotations.modules import Modules
from stomper.fixers.annotations.uses import uses
from stomper.fixers.annotations.words import reads_annotations

CONFIGURATIONS = ("pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini", ".pytest.ini")
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
        if facts.reads and not sight.reader and (module := modules.read(other)):
            words = reads_annotations(module.tree)
            sight.reader = f"{other}, which has {words}" if words else ""
        for name, bases in facts.classes:
            for base in bases:
                sight.derived.setdefault(base, set()).add((other, name))
        if not wanted.isdisjoint(facts.values):
            _look_at(modules, other, sight, wanted, methods if facts.words & near else {})
    return sight


def _look_at(modules: Modules, other: str, sight: Sight, wanted: set[str], methods: Mapping[str, str]) -> None:
    """Give what a file does with these names. A method is one of `methods` only where its class may be known."""
    module = modules.read(other)
    for use in uses(module.tree, module.names, wanted) if module else ():
        if use.imported or (use.own and use.attribute and use.name in methods):
            sight.given.setdefault(use.key, f"{use.reader} ({other}, line {use.line})")


def _told(root: Path) -> str:
    """Give what a test runner is told to do with every annotation."""
    for name in CONFIGURATIONS:
        try:
            match = OPTIONS.search((root / name).read_text("utf-8"))
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
