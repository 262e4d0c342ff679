"""The names at the top of a module that a rewrite adds or takes away, and the files that can tell."""

import ast
from collections.abc import Iterator

from stomper.fixers.annotations.module_uses import Facts, project_facts
from stomper.fixers.annotations.modules import Module, Modules
from stomper.fixers.annotations.modules_as_values import last_name
from stomper.fixers.annotations.names import source_of

ALL = "__all__"


def who_tells(modules: Modules, before: Module, after: Module) -> str:
    """Say which file of the project sees that a module has other names at its top than before; '' if none does.

    A file sees one that it imports or looks up by its name, and what `import *` brings in the place of its own.
    """
    changed = {name for name in _names(before) ^ _names(after) if name != ALL}
    if not changed:
        return ""
    files = [(path, facts) for path, facts in project_facts(modules.root, before.path)]
    leaking = set() if ALL in _names(before) else _star_importers(before.path, files)
    for path, facts in files:
        if changed.isdisjoint(facts.words):
            continue
        module = modules.read(path)
        found = (
            changed & facts.words
            if module is None
            else set(_seen(module, before.path, changed, path in leaking, after))
        )
        if found:
            return f"`{min(found)}` at the top of the file may be seen by {path}"
    return ""


def _names(module: Module) -> set[str]:
    return set(module.names.meanings)


def _star_importers(path: str, files: list[tuple[str, Facts]]) -> set[str]:
    """The files that get all names of the module at `path`, by others too."""
    found: set[str] = set()
    names = {last_name(path), ""}  # `from . import *` may be that of any package
    while True:
        more = {other for other, facts in files if other not in found and not facts.stars.isdisjoint(names)}
        if not more:
            return found
        found |= more
        names |= {last_name(other) for other in more}


def _seen(module: Module, path: str, changed: set[str], leaking: bool, after: Module) -> Iterator[str]:
    """The changed names that a file asks the module at `path` for, and those of its own that an `import *` replaces."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and _ends(source_of(node, module.names.package), path):
            yield from changed & {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute) and node.attr in changed and _ends(module.names.full(node.value), path):
            yield node.attr
        elif leaking and isinstance(node, ast.Name) and node.id in changed:
            meaning = module.names.meanings.get(node.id)
            if meaning is None or meaning != after.names.meanings.get(node.id):
                yield node.id


def _ends(full: str, path: str) -> bool:
    """Say whether a full name may be that of the module at `path`."""
    return full.rpartition(".")[2] == last_name(path)
