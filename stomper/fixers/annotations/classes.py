"""Looks for readers of the annotations of a class: its bases up to the last one, metaclasses, decorators."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from stomper.fixers.annotations.harmless import CLASSES, DECORATORS, OF_FIELDS, OF_FUNCTIONS
from stomper.fixers.annotations.modules import Module, Modules
from stomper.fixers.annotations.names import OWN
from stomper.fixers.annotations.reader_names import reads_annotations

HOOKS = frozenset({"__init_subclass__", "__prepare__", "__class_getitem__", "__set_name__"})
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Classes:
    """Judges classes of the project by reading it. `functions`: of their methods' annotations only."""

    modules: Modules
    functions: bool = False

    def reader(self, module: Module, node: ast.ClassDef, depth: int = 0) -> str:
        """Give what may read the annotations of a class, for a message; '' if nothing does."""
        if depth > DEEPEST:
            return f"the bases of {node.name}"
        return next(filter(None, self._readers(module, node, depth)), "")

    def _readers(self, module: Module, node: ast.ClassDef, depth: int) -> Iterator[str]:
        for decorator in node.decorator_list:
            full = module.names.full(decorator)
            if full not in DECORATORS and not (self.functions and full in OF_FIELDS):
                yield f"{ast.unparse(_called(decorator))}, the decorator of {node.name}"
        for keyword in node.keywords:
            what = "metaclass" if keyword.arg == "metaclass" else f"keyword {keyword.arg}"
            if not (what == "metaclass" and module.names.full(keyword.value) == "abc.ABCMeta"):
                yield f"the {what} of {node.name}"
        if depth and (words := reads_annotations(module.tree)):
            yield f"{module.path}, which has {words}"
        for inner in node.body:
            if isinstance(inner, ast.FunctionDef) and inner.name in HOOKS:
                yield f"{inner.name} of {node.name}"
            elif isinstance(inner, ast.Assign) and any(ast.unparse(t) == "__metaclass__" for t in inner.targets):
                yield f"the metaclass of {node.name}"
        for base in node.bases:
            yield self._of_base(module, node, base, depth)

    def _of_base(self, module: Module, node: ast.ClassDef, base: ast.expr, depth: int) -> str:
        full = module.names.full(base)
        if isinstance(base, ast.Call):
            return "" if full == "collections.namedtuple" else f"{ast.unparse(base)}, a base of {node.name}"
        if full in CLASSES or (self.functions and full in OF_FUNCTIONS):
            return ""
        found = self.find(module, full)
        if found is None:
            return f"{ast.unparse(base)}, a base of {node.name} that is not known to read none"
        return self.reader(*found, depth + 1)

    def find(self, module: Module, full: str, depth: int = 0) -> tuple[Module, ast.ClassDef] | None:
        """The class of the project that a full name in a module means, by the imports of others too."""
        if full.startswith(OWN):
            found = [n for n in module.tree.body if isinstance(n, ast.ClassDef) and n.name == full.removeprefix(OWN)]
            return (module, found[0]) if len(found) == 1 else None
        source, _, name = full.rpartition(".")
        other = self.modules.find(source, module.path) if source and depth < DEEPEST else None
        if other is None or name not in other.names.meanings:
            return None
        return self.find(other, other.names.meanings[name], depth + 1)


def _called(node: ast.expr) -> ast.expr:
    return _called(node.func) if isinstance(node, ast.Call) else node
