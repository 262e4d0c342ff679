"""Write types of variables with the names that a module has at its top."""

from collections.abc import Iterator, Mapping

from stomper.fixers.annotate.scope import TYPES, Binding, Scope, module_name, read_scope
from stomper.fixers.annotate.types import Type, render
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.written_types import Place, with_types
from stomper.python import read_tree

SAME = ("collections.abc.", "typing.")


def with_spelled_types(source: Source, types: Mapping[Place, Type]) -> str | None:
    """The text with the types that it has names for; None if it has none for any of them."""
    scope = read_scope(read_tree(source.text), module_name(source.root, source.path))
    words = {place: render(one, lambda name: local_name(scope, name)) for place, one in types.items()}
    text = with_types(source.text, {place: text for place, text in words.items() if text})
    return text if text != source.text else None


def local_name(scope: Scope, name: str) -> str | None:
    """Write a type as a module can, given by its full name or as messages have it; None if the module lacks a name."""
    if "." not in name:
        return _as_in_a_message(scope, name)
    inner = name.removeprefix(f"{scope.module}.")
    if inner != name and inner in scope.classes:
        return inner
    names = [f"{module}{name.removeprefix(SAME[0])}" for module in SAME] if name.startswith(SAME[0]) else [name]
    ways = (way for one in names for local, bound in scope.bindings.items() for way in _ways(local, bound, one))
    return next(ways, None)


def _as_in_a_message(scope: Scope, name: str) -> str | None:
    binding = scope.bindings.get(name)
    if binding is None:
        return name if name in TYPES else None
    return name if binding.is_class or (_full(binding).rpartition(".")[2] == name and "." in binding.full) else None


def _ways(local: str, binding: Binding, name: str) -> Iterator[str]:
    """The way to write a type by a name that is the type, or the module or package that has it."""
    full = _full(binding)
    if full == name:
        yield local
    elif name.startswith(f"{full}.") and "." in binding.full:
        yield f"{local}{name.removeprefix(full)}"


def _full(binding: Binding) -> str:
    """Give the names that an import brings. `from . import a` has a dot too many, `import a` one at its end."""
    return binding.full.replace("..", ".").rstrip(".")
