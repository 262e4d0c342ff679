"""The uses that the rest of a project makes of a module's functions and classes: one look at each of its files."""

import ast
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stomper.disk.regular_files import read_regular_text
from stomper.fixers.annotations.functions_as_values import uses
from stomper.fixers.annotations.harmless import CLASSES, OF_FUNCTIONS
from stomper.fixers.annotations.module_uses import Facts, project_facts
from stomper.fixers.annotations.modules import Module, Modules
from stomper.fixers.annotations.modules_as_values import gives, last_name
from stomper.fixers.annotations.reader_names import reads_annotations

CONFIGURATIONS = ("pyproject.toml", "pytest.ini", "setup.cfg", "tox.ini", ".pytest.ini")
PYPROJECT = "pyproject.toml"
PARTS = re.compile("[.:]")
CALL = "__call__"
UNREAD = "which cannot be read"
STANDARD = frozenset(full.rpartition(".")[2] for full in CLASSES | OF_FUNCTIONS)
"""Names of bases that say nothing of a class of the project."""
OPTIONS = re.compile(r"--(?:typeguard|beartype)-packages|typeguard-packages\s*=|beartype-packages\s*=")


@dataclass(slots=True)
class Sight:
    """`reader` says what reads annotations of anything, `whole` who is given the module with all that is in it.

    `told` is the reader that the project's configuration asks for, which is the first `reader`.
    `given` is what may read those of a name, by `Use.key`. `derived` are the classes that have
    a name for a base, with their file.
    """

    told: str = ""
    whole: str = ""
    given: dict[str, str] = field(default_factory=dict)
    derived: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    reader: str = field(init=False)

    def __post_init__(self) -> None:
        self.reader = self.told


def look(modules: Modules, path: str, names: Collection[str], methods: Mapping[str, str]) -> Sight:
    """Look at the files of a project but `path` and its tests. `methods` have the class they are in.

    A file that makes something of a class with a `__call__` may give that away, and it is its methods' as it is.
    """
    sight = Sight(_told(modules.root))
    wanted, itself = {*names, *methods}, last_name(path)
    files = list(project_facts(modules.root, path))
    near = {*_with_bases(methods.values(), modules.read(path), files), itself}
    for text, place in [
        *_entry_points(modules.root),
        *((text, other) for other, facts in files for text in facts.dotted),
    ]:
        _find_by_text(text, place, itself, wanted, sight)
    for other, facts in files:
        if facts.reads and not sight.reader:
            sight.reader = _reader(modules, other)
        for name, bases in facts.classes:
            for base in bases:
                sight.derived.setdefault(base, set()).add((other, name))
        callable_ = {name for method, name in methods.items() if method == CALL} & facts.words
        if given := callable_ | {*wanted, itself} & facts.values:
            known = methods if facts.words & near else {}
            module = modules.read(other)
            _look_at(module, sight, wanted, known) if module else _suspect(other, sight, given, known)
            sight.whole = sight.whole or _taken(module, other, path, itself in given)
    return sight


def _find_by_text(text: str, place: str, module: str, wanted: Collection[str], sight: Sight) -> None:
    """Take down what a text like `pkg.mod:Class` finds, if `mod` is the module: nobody knows what is done with it."""
    parts = PARTS.split(text)
    for name in parts[parts.index(module) + 1 :] if module in parts else ():
        if name in wanted:
            for key in (name, f".{name}"):
                sight.given.setdefault(key, f"what finds it by the text `{text}` ({place})")


def _entry_points(root: Path) -> Iterator[tuple[str, str]]:
    """The places that a project gives to others by its metadata, with the file; scripts are called and no more."""
    try:
        told = tomllib.loads(read_regular_text(root / PYPROJECT))
        groups = [*told["project"]["entry-points"].values()]
        yield from ((str(place), PYPROJECT) for group in groups for place in group.values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return


def _with_bases(names: Iterable[str], module: Module | None, files: Iterable[tuple[str, Facts]]) -> set[str]:
    """Classes with those that they are derived from, by name: whoever knows a base may be given any of them."""
    bases: dict[str, set[str]] = {}
    for _, facts in files:
        for name, words in facts.classes:
            bases.setdefault(name, set()).update(words)
    for node in ast.walk(module.tree) if module else ():
        if isinstance(node, ast.ClassDef):
            parts = (one for base in node.bases for one in ast.walk(base))
            bases.setdefault(node.name, set()).update(getattr(one, "id", getattr(one, "attr", "")) for one in parts)
    found, pending = set(names), list(names)
    while pending:
        more = bases.get(pending.pop(), set()) - found - STANDARD
        found |= more
        pending += more
    return found - {""}


def _taken(module: Module | None, other: str, path: str, named: bool) -> str:
    """Say where another file takes the module at `path` as a value; one that cannot be read may if it is `named`."""
    if module is None:
        return f"{other}, {UNREAD}" if named else ""
    line = gives(module, path)
    return f"what takes the module as a whole ({other}, line {line})" if line else ""


def _reader(modules: Modules, other: str) -> str:
    """Say what reads annotations in a file that has a word for it; '' if the word is none of its code."""
    if (module := modules.read(other)) is None:
        return f"{other}, {UNREAD}"
    words = reads_annotations(module.tree)
    return f"{other}, which has {words}" if words else ""


def _look_at(module: Module, sight: Sight, wanted: set[str], methods: Mapping[str, str]) -> None:
    """Give what a file does with these names. A method is one of `methods` only if its class may be known."""
    for use in uses(module.tree, module.names, wanted):
        if use.imported or (use.own and use.attribute and not use.made and use.name in methods):
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


def given_away(modules: Modules, names: Collection[str], called: bool) -> str:
    """Say what may read classes of these names, wherever they are defined; '' if nothing does.

    `called`: what they make counts too.
    """
    for path, facts in project_facts(modules.root, "") if names else ():
        if (facts.words if called else facts.values).isdisjoint(names):
            continue
        if (module := modules.read(path)) is None:
            return f"{path}, {UNREAD}"
        for use in uses(module.tree, module.names, names):
            if (use.imported or use.own) and use.made <= called:
                return f"{use.reader} ({path}, line {use.line})"
    return ""


def class_in(tree: ast.Module, name: str) -> ast.ClassDef | None:
    return next((n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name == name), None)
