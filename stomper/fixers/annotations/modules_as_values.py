"""Modules as values: who is given one, or all of its names, gets every function and class in it."""

import ast
from pathlib import PurePosixPath

from stomper.fixers.annotations.functions_as_values import Parents, kept_by, parents_of
from stomper.fixers.annotations.modules import Module
from stomper.fixers.annotations.names import Names

NAMES = frozenset({"builtins.globals", "builtins.vars", "builtins.locals"})
"""Calls that give all names of a module, the last two at its top."""
LISTS = frozenset({"builtins.dir", "builtins.vars", "builtins.locals"})
"""Calls that give the names of a module, at its top."""
LOOK_UPS = frozenset({"builtins.getattr", "importlib.import_module", "builtins.__import__"})
OF_ONE = frozenset({"get", "setdefault", "pop", "update", "keys"})
"""Methods of a dictionary of names that give no value, or that of the name which they are asked for."""


def gives_itself(module: Module) -> int:
    """Give the line in which a module passes on all of its own names, or keeps them; 0 where it does not."""
    parents = parents_of(module.tree)
    for node in ast.walk(module.tree):
        match node:
            case ast.Call() if _is_namespace(node, parents, module.names) and _gives(node, parents, module.names):
                return node.lineno
            case ast.Name(id="__name__") if (own := _own(parents[node], module.names)) is not None:
                if _reader(own, parents, module.names):
                    return node.lineno
            case _:
                pass
    return 0


def lists_itself(module: Module) -> int:
    """Give the line in which a module goes through the names that it has; 0 where it does not."""
    parents = parents_of(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and not node.args:
            full = module.names.full(node.func)
            at_top = full in LISTS and _is_at_top(node, parents)
            if at_top or (full == "builtins.globals" and not _is_of_one(parents[node], parents)):
                return node.lineno
    return 0


def gives(module: Module, path: str) -> int:
    """Give the line in which a module passes on the one at `path` as a value; 0 where it does not."""
    parents, wanted = parents_of(module.tree), _dotted(path)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            parts = module.names.full(node).split(".")
            if parts == wanted[-len(parts) :] and _reader(node, parents, module.names):
                return node.lineno
    return 0


def last_name(path: str) -> str:
    """Give the last part of the name that a module at this path has."""
    return _dotted(path)[-1]


def _dotted(path: str) -> list[str]:
    place = PurePosixPath(path).with_suffix("")
    return list(place.parent.parts if place.name == "__init__" and place.parent.parts else place.parts)


def _is_namespace(node: ast.Call, parents: Parents, names: Names) -> bool:
    full = names.full(node.func)
    return full in NAMES and not node.args and (full == "builtins.globals" or _is_at_top(node, parents))


def _is_at_top(node: ast.AST, parents: Parents) -> bool:
    while not isinstance(node, ast.Module):
        node = parents[node]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            return False
    return True


def _gives(node: ast.Call, parents: Parents, names: Names) -> bool:
    """Say whether more than one known name is taken of a dictionary of all names."""
    parent = parents[node]
    match parent:
        case ast.Subscript():
            return isinstance(parent.ctx, ast.Load) and not isinstance(parent.slice, ast.Constant)
        case ast.Attribute(attr="get"):
            return not _is_of_constant(parents[parent], 0)
        case ast.Attribute(attr=name):
            return name not in OF_ONE
        case ast.Compare() | ast.For() | ast.comprehension():
            return False
        case _:
            return bool(kept_by(node, parents, names))


def _is_of_one(node: ast.AST, parents: Parents) -> bool:
    """Say whether a dictionary of all names is asked for one by its text: then the others are none of its business."""
    if isinstance(node, ast.Subscript):
        return True
    return isinstance(node, ast.Attribute) and node.attr in OF_ONE - {"keys"} and isinstance(parents[node], ast.Call)


def _own(node: ast.AST, names: Names) -> ast.expr | None:
    """The expression that is the module itself: `sys.modules[__name__]`, `import_module(__name__)`."""
    if isinstance(node, ast.Subscript) and names.full(node.value) == "sys.modules" and isinstance(node.ctx, ast.Load):
        return node
    return node if isinstance(node, ast.Call) and names.full(node.func) in LOOK_UPS else None


def _reader(node: ast.expr, parents: Parents, names: Names) -> bool:
    """Say whether a module is given to anyone, `getattr` with a name that is not known among them."""
    parent = parents[node]
    if isinstance(parent, ast.Call) and node in parent.args and names.full(parent.func) == "builtins.dir":
        return True
    if isinstance(parent, ast.Call) and node in parent.args and names.full(parent.func) == "builtins.getattr":
        return not _is_of_constant(parent, 1)
    return bool(kept_by(node, parents, names))


def _is_of_constant(call: ast.AST, place: int) -> bool:
    return isinstance(call, ast.Call) and isinstance((*call.args, *[None] * 2)[place], ast.Constant)
