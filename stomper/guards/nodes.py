"""The nodes of a tree that say something. Half of a plain file's are names, constants and what a name is there for."""

import ast

CONTEXTS = frozenset({ast.Load, ast.Store, ast.Del})
LEAVES = frozenset({ast.Name, ast.Constant, *CONTEXTS})
"""Kinds of nodes in which there is no other that says more."""


def nodes_of(tree: ast.AST) -> tuple[ast.AST, ...]:
    """All nodes, in the order of `ast.walk`, but for what a name is there for, which the name knows."""
    found = [tree]
    for node in found:  # it grows
        if type(node) not in LEAVES:
            found += children(node)
    return tuple(found)


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below, as `ast.iter_child_nodes` has them, but for the same ones."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif type(value) not in CONTEXTS and isinstance(value, ast.AST):
            found.append(value)
    return found
