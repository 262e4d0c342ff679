"""One side of a change as the guards see it: tokens, tree, names, and what of it runs. Built once."""

import ast
from collections import Counter
from dataclasses import dataclass

from stomper.guards.names import FUNCTIONS, Names, read_names
from stomper.guards.nodes import LEAVES, children, nodes_of
from stomper.guards.reachability import Walk
from stomper.guards.statement_context import Defined, Site
from stomper.guards.swallowed_failures import read_swallowing
from stomper.python import read_tree


@dataclass(frozen=True, slots=True)
class Source:
    """A file of Python code, read."""

    path: str
    text: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]
    names: Names
    """As the module sees them."""
    every: Names
    """Those of all functions thrown together: for what may be meant by a name anywhere."""
    others: tuple[ast.AST, ...]
    """The nodes that are more than a name or a constant."""
    sites: list[Site]
    functions: dict[str, Defined]
    """By dotted name. Of several of one name, the last that is run."""

    def names_in(self, scope: str) -> Names:
        """The names as a function sees them."""
        return self.functions[scope].names if scope in self.functions else self.names


def read_source(path: str, text: str) -> Source:
    """Read one side of a change. Raises CannotReadError."""
    tree = read_tree(text)
    nodes = nodes_of(tree)
    every = read_names(nodes)
    inner = any(isinstance(node, FUNCTIONS) for node in nodes)
    names = _without_globals(read_names(_outside(tree)), nodes) if inner else every
    walk = Walk(tree, names, read_swallowing(nodes, every))
    functions: dict[str, Defined] = {}
    for function in walk.functions:
        if function.scope not in functions or not function.dead:
            functions[function.scope] = function
    return Source(path, text, tree, nodes, names, every, _others(nodes), walk.sites, functions)


def _others(nodes: tuple[ast.AST, ...]) -> tuple[ast.AST, ...]:
    return tuple(node for node in nodes if type(node) not in LEAVES)


def _outside(tree: ast.Module) -> list[ast.AST]:
    """The nodes that stand in no function, and the functions themselves."""
    found: list[ast.AST] = []
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        found.append(node)
        if type(node) not in LEAVES:
            pending += node.decorator_list if isinstance(node, FUNCTIONS) else children(node)
    return found


def _without_globals(names: Names, nodes: tuple[ast.AST, ...]) -> Names:
    """The names of a module, where those that a function sets by `global` hold more than one value."""
    declared = Counter(name for node in nodes if isinstance(node, ast.Global) for name in node.names)
    return Names(names.imports, names.values, names.bound + declared, names.handed)
