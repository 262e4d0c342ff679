"""Writes a name of a module at a place: by what the file has for it there, else by an import of its own."""

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.imports import with_statement
from stomper.fixers.codemods.scopes import Imported, Scopes

INIT = "__init__.py"
NOT_TO_BE_HAD = "code looks at the names of the module by their text, or another module may be found for the import"


@dataclass(frozen=True, slots=True)
class Spelling:
    """The text to write for a name, and the import that it needs first, if any."""

    words: str
    statement: str = ""

    def imported(self, text: str) -> str:
        """A rewritten text, with the import at its top."""
        return with_statement(text, self.statement) if self.statement else text


def spell(
    source: Source, lines: Collection[int], modules: Sequence[str], name: str, attribute: bool = False
) -> Spelling | None:
    """Say how to write `name` of one of these modules so that it means that on all of these lines of the file.

    What the file has imported for sure at all these places is used. Else the first of the modules is imported (the
    name from it, or for an `attribute` the module), under another name where the plain one is, or may be, anything
    else in the file. None if an import could give another module, or code looks at names by their text.
    """
    scopes = Scopes(source.text)
    for words in _given(scopes, lines, modules, name):
        return Spelling(words)
    if scopes.sees_names_of_module() or _is_hidden(source, modules[0]):
        return None
    plain = modules[0] if attribute else name
    for local in (plain, f"_{plain}", f"_{plain}_of_{modules[0]}"):
        if local == plain and not _is_free(scopes, source, plain, Imported(modules[0], None if attribute else name)):
            continue
        if local != plain and scopes.occurs(local):
            continue
        called = "" if local == plain else f" as {local}"
        if attribute:
            return Spelling(f"{local}.{name}", f"import {modules[0]}{called}")
        return Spelling(local, f"from {modules[0]} import {name}{called}")
    return None


def _given(scopes: Scopes, lines: Collection[int], modules: Collection[str], name: str) -> Iterator[str]:
    """The ways to write a name that the file has at all these places, those without a dot first."""
    ways = {
        "{}": {Imported(module, name) for module in modules},
        f"{{}}.{name}": {Imported(module) for module in modules},
    }
    for words, wanted in ways.items():
        for local in scopes.imports():
            meant = [scopes.meanings(local, line) for line in lines]
            if all(meanings and meanings <= wanted for meanings in meant):
                yield words.format(local)


def _is_free(scopes: Scopes, source: Source, local: str, wanted: Imported) -> bool:
    """Say whether a name at the top of the module would take nothing's place, nor anything its own."""
    if scopes.has_star or _has_getattr(scopes.tree) or _has_submodule(source, local):
        return False
    if not scopes.occurs(local):
        return True
    return scopes.only_later(local) and scopes.meanings(local, len(source.lines) + 1) == {wanted}


def _has_getattr(tree: ast.Module) -> bool:
    """Say whether the module itself gives what others ask it for and it has not."""
    return any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in tree.body)


def _has_submodule(source: Source, local: str) -> bool:
    """Say whether a package has a module that would be called as the import is."""
    folder = (source.root / source.path).parent
    return PurePosixPath(source.path).name == INIT and _is_module(folder / local)


def _is_hidden(source: Source, module: str) -> bool:
    """Say whether another module of that name may be found first: beside the file, as for scripts, or above it."""
    folders = {source.root, source.root / "src", (source.root / source.path).parent}
    return any(_is_module(folder / module) for folder in folders)


def _is_module(path: Path) -> bool:
    return path.with_name(f"{path.name}.py").is_file() or (path / INIT).is_file()
