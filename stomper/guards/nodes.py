"""The nodes of a tree that say something. Half of a plain file's are names, constants and what a name is there for."""

import ast
from weakref import WeakKeyDictionary

CONTEXTS = frozenset({ast.Load, ast.Store, ast.Del})
NO_NODES = frozenset({"ctx", "attr", "id", "arg", "kind", "level", "lineno", "module", "simple", "type_comment"})
LEAVES = frozenset({ast.Name, ast.Constant, *CONTEXTS})
"""Kinds of nodes in which there is no other that says more."""


# Several guards go through each function. It is not among its own inner nodes: that would keep it for ever.
_inner: WeakKeyDictionary[ast.AST, tuple[ast.AST, ...]] = WeakKeyDictionary()
_fields: dict[type[ast.AST], tuple[str, ...]] = {}


def nodes_of(tree: ast.AST) -> tuple[ast.AST, ...]:
    """All nodes, in the order of `ast.walk`, but for what a name is there for, which the name knows.

    A function must not be changed after that: its nodes are remembered.
    """
    if not isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef):
        return (tree, *_below(tree))
    if tree not in _inner:
        _inner[tree] = tuple(_below(tree))
    return (tree, *_inner[tree])


def _below(tree: ast.AST) -> list[ast.AST]:
    found = children(tree)
    for node in found:  # it grows
        if type(node) not in LEAVES:
            found += children(node)
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below, as `ast.iter_child_nodes` has them, but for the same ones."""
    found: list[ast.AST] = []
    for name in _fields.get(type(node)) or _fields_of(type(node)):
        value = getattr(node, name, None)
        if value is None:
            continue
        if type(value) is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def _fields_of(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of nodes in which there may be nodes that say something."""
    return _fields.setdefault(kind, tuple(name for name in kind._fields if name not in NO_NODES))
