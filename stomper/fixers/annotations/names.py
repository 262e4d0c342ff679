"""The meanings of a module's names, as far as one statement alone gives them their meaning."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
OWN = "."
"""What a name begins with that is defined in the module itself."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names at the top of a module and what each stands for: `a.b.C` of an import, `.C` of its own, '' for more."""

    meanings: Mapping[str, str]
    package: Sequence[str] = ()

    def full(self, node: ast.expr, inner: Sequence[ast.AST] = ()) -> str:
        """The full name of an expression, a call's being that of what is called; '' if it has none.

        `inner` are the functions around it, whose names come before those of the module.
        """
        while isinstance(node, ast.Call | ast.Subscript):
            node = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Attribute):
            owner = self.full(node.value, inner)
            return f"{owner}.{node.attr}" if owner else ""
        if not isinstance(node, ast.Name):
            return ""
        for function in reversed(inner):
            if node.id in (local := dict(_bound_in(function, self.package))):
                return local[node.id]
        return self.meanings.get(node.id, f"builtins.{node.id}")


def read_names(tree: ast.Module, package: Sequence[str] = ()) -> Names:
    """`package` are the parts of the package's name that relative imports go by."""
    found: dict[str, str] = {}
    for node in _statements(tree.body):
        for name, full in bound(node, package):
            found[name] = full if found.get(name, full) == full else ""
    return Names(found, package)


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a scope, those in blocks too."""
    for node in body:
        yield node
        if not isinstance(node, Definition):
            for part in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(node, part, []))
            for handler in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
                yield from _statements(handler.body)


def bound(node: ast.stmt, package: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names that a statement binds by itself, with what they mean."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name, OWN + name
        case ast.Import(names=aliases):
            for alias in aliases:
                first = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (first, first)
        case ast.ImportFrom(names=aliases):
            base = source_of(node, package)
            for alias in aliases:
                yield alias.asname or alias.name, f"{base}.{alias.name}"
        case _:
            for inner in ast.walk(node) if not hasattr(node, "body") else _heads(node):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store | ast.Del):
                    yield inner.id, ""


def _heads(node: ast.stmt) -> Iterator[ast.AST]:
    """Give what is in the first lines of a compound statement: the targets of `for` and `with`."""
    for part in (getattr(node, "target", None), *(item.optional_vars for item in getattr(node, "items", ()))):
        if part is not None:
            yield from ast.walk(part)


def source_of(node: ast.ImportFrom, package: Sequence[str]) -> str:
    """The full name of the module that names are imported from."""
    if not node.level:
        return node.module or ""
    above = package[: len(package) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _bound_in(function: ast.AST, package: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The names of a function: parameters and what its statements bind, the last meaning of each last."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    arguments = function.args
    for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if arg is not None:
            yield arg.arg, ""
    for node in _statements(function.body):
        yield from bound(node, package)
