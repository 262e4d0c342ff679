"""Write types of variables with names that the module has at its top, or gets there."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from stomper.disk.atomic_write import is_file
from stomper.fixers.annotate.scope import LOCAL, read_scope
from stomper.fixers.annotate.types import Type, render
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.written_types import Place, with_types
from stomper.python import read_tree


def with_spelled_types(source: Source, types: Mapping[Place, Type]) -> str | None:
    """The text with the types that it has names for; None if it has none for any of them."""
    scope = read_scope(read_tree(source.text), _module(source))
    known = {place: scope.resolve(one) for place, one in types.items()}
    words = {place: render(one, _name) for place, one in known.items() if one}
    text = with_types(source.text, {place: text for place, text in words.items() if text})
    return text if text != source.text else None


def _name(name: str) -> str | None:
    """The name of a type in the module; None for one that would have to be imported."""
    local = name.removeprefix(LOCAL)
    return local if local != name or "." not in name else None


def _module(source: Source) -> str:
    """The name of the module, as far as the packages that it is in go."""
    path = PurePosixPath(source.path)
    packages: list[str] = []
    for folder in path.parents:
        if not is_file(source.root / folder / "__init__.py") or not folder.name:
            break
        packages.insert(0, folder.name)
    return ".".join([*packages, *([path.stem] if path.stem != "__init__" else [])])
