"""Find the origin of names that a package imports from its own modules."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper.disk.atomic_write import is_file
from stomper.disk.regular_files import read_regular
from stomper.fixers.codemods.base import Source
from stomper.python import CannotReadError, decode, read_tree

MOST_STEPS = 5
INIT = "__init__.py"
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Definition:
    """The module below a package, dotted, and what the name is called there."""

    module: str
    name: str


def find_definition(source: Source, package: str, name: str) -> Definition | None:
    """The module of `package` that defines a name, which the package imports from it once and in any case.

    The package is looked for in the folders above the file that imports it.
    """
    top = _folder(source, package)
    below: list[str] = []
    for _ in range(MOST_STEPS):
        file = _file(top, below) if top else None
        bound = _bindings(file, name) if file else []
        if file is None or not bound:
            return None
        if _is_defined(bound):
            return Definition(".".join(below), name) if below else None
        (node, certain), here = bound[0], below if file.name == INIT else below[:-1]
        if len(bound) > 1 or not certain or not isinstance(node, ast.ImportFrom):
            return None
        alias = next(alias for alias in node.names if (alias.asname or alias.name) == name)
        if below and alias.asname == alias.name:
            return Definition(".".join(below), name)
        below, name = _target(node, package, here), alias.name
        if not below:
            return None
    return None


def _target(node: ast.ImportFrom, package: str, here: Sequence[str]) -> list[str]:
    """Give the module that an import below `package` names, as parts below it; an empty list for another package."""
    parts = node.module.split(".") if node.module else []
    if node.level:
        up = node.level - 1
        return [*here[: len(here) - up], *parts] if up <= len(here) else []
    above = package.split(".")
    return parts[len(above) :] if parts[: len(above)] == above else []


def _folder(source: Source, package: str) -> Path | None:
    """The package in the nearest folder above that is none itself: names of modules begin there."""
    roots = [source.root / parent for parent in PurePosixPath(source.path).parents]
    folders = (root / package.replace(".", "/") for root in roots if not is_file(root / INIT))
    return next((folder for folder in folders if is_file(folder / INIT)), None)


def _file(top: Path, below: Sequence[str]) -> Path | None:
    path = top.joinpath(*below)
    files = (path / INIT, path.with_name(f"{path.name}.py")) if below else (path / INIT,)
    return next(filter(is_file, files), None)


def _bindings(file: Path, name: str) -> list[tuple[ast.stmt, bool]]:
    """The statements of a module that bind a name, outside of functions and classes, and whether it does so always."""
    try:
        tree = read_tree(decode(read_regular(file)))
    except (OSError, CannotReadError):
        return []
    if any(isinstance(node, ast.Global) and name in node.names for node in ast.walk(tree)):
        return []  # who imported it before a function gave it another value has the old one
    found = [(node, certain) for node, certain in _statements(tree.body, True) if name in _bound(node)]
    return found if _is_defined(found) else [(node, sure and not _has_star(tree, node)) for node, sure in found]


def _is_defined(bound: Sequence[tuple[ast.stmt, bool]]) -> bool:
    """Return whether the module defines the name itself and does not import it."""
    return not any(isinstance(node, ast.ImportFrom | ast.Import) for node, _ in bound)


def _has_star(tree: ast.Module, above: ast.stmt) -> bool:
    """Return whether a star import follows a statement: it may replace a name."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.lineno > above.lineno)
    return any(node.names[0].name == "*" for node in imports)


def _statements(body: Sequence[ast.stmt], certain: bool) -> Iterator[tuple[ast.stmt, bool]]:
    for node in body:
        yield node, certain
        for part in ("body", "orelse", "finalbody", "handlers"):
            inner = [] if isinstance(node, DEFINITIONS) else getattr(node, part, [])
            blocks = [one.body if isinstance(one, ast.ExceptHandler) else [one] for one in inner]
            yield from (found for block in blocks for found in _statements(block, False))


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, DEFINITIONS):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.With | ast.Delete):
        names = (inner for inner in ast.walk(node) if isinstance(inner, ast.Name))
        return {name.id for name in names if not isinstance(name.ctx, ast.Load)}
    return set()
