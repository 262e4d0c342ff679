"""Classes by what they have: which one is meant where a file's untyped parameters are used as something with these
attributes. Parameters that are passed on to each other are looked at together."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stomper.disk.regular_files import read_regular
from stomper.fixers.annotate.evidence import Evidence, only_probe
from stomper.fixers.annotate.scope import LOCAL, Scope
from stomper.fixers.annotate.types import Type
from stomper.python import CannotReadError, decode, read_tree

PLAIN = frozenset(name for kind in (str, bytes, list, dict, set, tuple, int) for name in dir(kind)) | {"read", "write"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A class: the names of its members, those of its bases in the same module too, and all these bases."""

    name: str
    members: frozenset[str]
    bases: frozenset[str]


def read_shapes(tree: ast.Module) -> dict[str, Shape]:
    """The classes at the top of a module."""
    found: dict[str, Shape] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = [found[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in found]
            members = frozenset(_members(node)).union(*(base.members for base in bases))
            ancestors = frozenset(base.name for base in bases).union(*(base.bases for base in bases))
            found[node.name] = Shape(node.name, members, ancestors)
    return found


def shapes_in_reach(root: Path, folders: Iterable[str], tree: ast.Module, scope: Scope) -> dict[str, Shape]:
    """The classes of a module and those that it imports from modules of the project, by the names they have in it."""
    found = dict(read_shapes(tree))
    modules: dict[str, dict[str, Shape]] = {}
    for local, binding in scope.bindings.items():
        module, _, name = binding.full.rpartition(".")
        if module and name and not binding.is_class:
            if module not in modules:
                modules[module] = _shapes_of(root, folders, module)
            if name in modules[module]:
                found[local] = modules[module][name]
    return found


def _shapes_of(root: Path, folders: Iterable[str], module: str) -> dict[str, Shape]:
    path = module.replace(".", "/")
    for folder in folders:
        for name in (f"{path}.py", f"{path}/__init__.py"):
            try:
                return read_shapes(read_tree(decode(read_regular(root / folder / name))))
            except (OSError, CannotReadError):
                continue
    return {}


def _members(node: ast.ClassDef) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
            yield inner.name
        elif isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store) and _is_self(inner.value):
            yield inner.attr
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else ()
        yield from (target.id for target in targets if isinstance(target, ast.Name))
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def match_shapes(probes: Mapping[str, Evidence], shapes: Mapping[str, Shape]) -> dict[str, Type]:
    """The class that each probe is used as, for those of which just one class has all that is asked for."""
    found: dict[str, Type] = {}
    for cluster in _clusters(probes):
        attributes = frozenset().union(*(probes[probe].attributes for probe in cluster))
        if attributes - PLAIN and (name := _only(attributes, shapes)):
            found |= dict.fromkeys(cluster, Type(LOCAL + name))
    return found


def _only(attributes: frozenset[str], shapes: Mapping[str, Shape]) -> str:
    """The class that has these attributes; of several the one that all others are derived from; '' for none."""
    fitting = {local: shape for local, shape in shapes.items() if attributes <= shape.members}
    for local, shape in fitting.items():
        if all(other is shape or shape.name in other.bases for other in fitting.values()):
            return local
    return ""


def _clusters(probes: Mapping[str, Evidence]) -> Iterable[set[str]]:
    """Probes that are passed on to each other."""
    links: dict[str, set[str]] = defaultdict(set)
    for probe, evidence in probes.items():
        for text in (*evidence.came, *evidence.wanted):
            if (other := only_probe(text)) and other in probes:
                links[probe].add(other)
                links[other].add(probe)
    seen: set[str] = set()
    for probe in probes:
        if probe not in seen:
            cluster, pending = {probe}, [probe]
            while pending:
                fresh = links[pending.pop()] - cluster
                cluster |= fresh
                pending += fresh
            seen |= cluster
            yield cluster
