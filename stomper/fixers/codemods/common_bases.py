"""A union of classes of the project, made shorter: a class stands for those that are derived from it."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from stomper.disk.regular_files import read_regular
from stomper.fixers.annotate.types import MOST_MEMBERS, NONE_TYPE, Type, join
from stomper.fixers.codemods.base import Source
from stomper.python import CannotReadError, decode, read_tree


@dataclass(frozen=True, slots=True)
class Bases:
    """Give the bases of classes by full names, as far as they are in one module: imports are not followed."""

    source: Source
    _read: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict, compare=False)

    def join(self, types: Iterable[Type]) -> Type | None:
        """One type for several; None if there is none.

        Classes that are derived from another one of them are in that. If too many others are left, the first base that
        all of them share is taken.
        """
        members = list(dict.fromkeys(member for one in types for member in one.members))
        bases = {one: list(self._of(one.name)) for one in members}
        left = [one for one in members if not any(other.name in bases[one] for other in members)]
        if len(left) > MOST_MEMBERS:
            left = _shared(left, bases) or left
        return join(left)

    def _of(self, name: str) -> Iterator[str]:
        """The classes that a class is derived from, the nearest ones first."""
        module, _, short = name.rpartition(".")
        classes = self._classes(module) if module else {}
        pending = list(classes.get(short, ()))
        for base in pending:
            pending += [one for one in classes.get(base, ()) if one not in pending]
            if base in classes:
                yield f"{module}.{base}"

    def _classes(self, module: str) -> dict[str, tuple[str, ...]]:
        if module not in self._read:
            self._read[module] = _read_classes(_files(self.source, module))
        return self._read[module]


def _shared(members: Sequence[Type], bases: dict[Type, list[str]]) -> list[Type]:
    """The nearest base that all classes share, and None if it is among the members; empty if they share none."""
    first, *others = [one for one in members if one != NONE_TYPE]
    shared = (name for name in bases[first] if all(name in bases[one] for one in others))
    base = next(shared, None)
    return [Type(base), *(one for one in members if one == NONE_TYPE)] if base else []


def _files(source: Source, module: str) -> Iterator[Path]:
    """The files that a module may be in, below the folders above the file that has the types."""
    path = module.replace(".", "/")
    for folder in PurePosixPath(source.path).parents:
        yield source.root / folder / f"{path}.py"
        yield source.root / folder / path / "__init__.py"


def _read_classes(files: Iterator[Path]) -> dict[str, tuple[str, ...]]:
    """The classes at the top of a module, with the names of their bases; none if it cannot be read."""
    try:
        file = next(file for file in files if file.is_file())
        tree = read_tree(decode(read_regular(file)))
    except (StopIteration, OSError, CannotReadError):
        return {}
    nodes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return {node.name: tuple(base.id for base in node.bases if isinstance(base, ast.Name)) for node in nodes}
