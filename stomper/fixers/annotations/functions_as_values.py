"""Functions and classes as values: who is given one may read its annotations."""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from stomper.fixers.annotations.harmless import CALLS, DECORATORS, FAMILIES, METHODS
from stomper.fixers.annotations.names import OWN, Names

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})
Parents: TypeAlias = dict[ast.AST, ast.AST]


@dataclass(frozen=True, slots=True)
class Use:
    """A name that is used as a value; `reader` says what may read its annotations.

    `full` is what the name means there, '' if that is not known. `attribute`: it is `x.name`. `made`: the value is
    what a call of it gives.
    """

    name: str
    full: str
    reader: str
    line: int
    attribute: bool
    made: bool = False

    @property
    def key(self) -> str:
        """The name; behind a dot if it is that of a method, as far as can be seen; `name()` for what it makes."""
        if self.made:
            return made(self.name)
        return f".{self.name}" if self.attribute and not self.imported else self.name

    @property
    def own(self) -> bool:
        """Say whether it may be a definition of the module itself: a method may be anything's."""
        return self.full.startswith(OWN) or (self.attribute and not self.full)

    @property
    def imported(self) -> bool:
        return "." in self.full and not self.full.startswith((OWN, "builtins."))


def uses(tree: ast.Module, names: Names, wanted: Collection[str]) -> Iterator[Use]:
    """Say where these names are given to something that is not known to read nothing, or kept for later."""
    parents = parents_of(tree)
    # Another module may call it by another name.
    called = {local for local, full in names.meanings.items() if full.rpartition(".")[2] in wanted} | set(wanted)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        local = node.id if isinstance(node, ast.Name) else node.attr
        if local not in called:
            continue
        parent = parents[node]
        is_made = isinstance(parent, ast.Call) and parent.func is node
        if reader := kept_by(parent if is_made else node, parents, names):
            full = names.full(node, _functions(node, parents))
            name = full.rpartition(".")[2] or local
            if name in wanted:
                yield Use(name, full, reader, node.lineno, isinstance(node, ast.Attribute), is_made)


def made(name: str) -> str:
    """Give the key of what a class makes: whoever is given one that can be called may read its `__call__`."""
    return f"{name}()"


def readers_of(tree: ast.Module, function: ast.AST, names: Names, parameter: str) -> Iterator[str]:
    """Give what may read the annotations of what a parameter is, within a function that may return it."""
    parents = parents_of(tree)
    for node in ast.walk(function):
        loads = isinstance(node, ast.Name) and node.id == parameter and isinstance(node.ctx, ast.Load)
        if loads and not isinstance(parents[node], ast.Return) and (reader := kept_by(node, parents, names)):
            yield reader


def _functions(node: ast.AST, parents: Parents) -> list[ast.AST]:
    """The functions around a node, outermost first."""
    found: list[ast.AST] = []
    parent = parents.get(node)
    while parent is not None:
        found += [parent] if isinstance(parent, FUNCTIONS) else []
        parent = parents.get(parent)
    return found[::-1]


def parents_of(tree: ast.AST) -> Parents:
    """The node around each node of a tree."""
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def kept_by(node: ast.AST, parents: Parents, names: Names, seen: frozenset[str] = frozenset()) -> str:
    """Give what takes or keeps a value, for a message; '' if it is only called, asked or compared.

    `seen` are the functions of the module that have passed it on, as far as that is known.
    """
    parent = parents[node]
    while isinstance(parent, ast.Subscript) and parent.value is node:  # `Class[int]`
        node, parent = parent, parents[parent]
    match parent:
        case ast.Call():
            return "" if parent.func is node else _of_call(parent, node, parents, names, seen)
        case ast.keyword():
            holder = parents[parent]
            return _of_call(holder, parent, parents, names, seen) if isinstance(holder, ast.Call) else ""
        case ast.Starred() | ast.IfExp() | ast.NamedExpr():
            return kept_by(parent, parents, names, seen)
        case ast.Attribute() | ast.Compare() | ast.ExceptHandler() | ast.Raise() | ast.ClassDef() | ast.MatchClass():
            return ""
        case ast.FormattedValue() | ast.Expr() | ast.Delete() | ast.If() | ast.While() | ast.Assert() | ast.UnaryOp():
            return ""
        case ast.FunctionDef() | ast.AsyncFunctionDef() if node in parent.decorator_list:
            return ""
        case _:
            return _kept(node, parents, names)


def _of_call(call: ast.Call, argument: ast.AST, parents: Parents, names: Names, seen: frozenset[str]) -> str:
    if names.full(call.func) in CALLS:
        return ""
    if isinstance(call.func, ast.Attribute) and call.func.attr in METHODS:
        return ""
    if _only_calls(call, argument, parents, names, seen):
        return ""
    return f"{ast.unparse(call.func)}, which it is passed to"


def _only_calls(call: ast.Call, argument: ast.AST, parents: Parents, names: Names, seen: frozenset[str]) -> bool:
    """Say whether what is called is a function of the module that does no more with this argument than to call it."""
    name = names.full(call.func, _functions(call, parents)).removeprefix(OWN)
    function = _function(name, call, parents) if names.full(call.func) == OWN + name and name not in seen else None
    parameter = _parameter(call, argument, function) if function else ""
    if function is None or not parameter:
        return False
    uses_ = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == parameter]
    stays = all(isinstance(node.ctx, ast.Load) for node in uses_)
    return stays and not any(kept_by(node, parents, names, seen | {name}) for node in uses_)


def _function(name: str, node: ast.AST, parents: Parents) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """Give the one function at the top of the module that has this name, and no decorator."""
    while node in parents:
        node = parents[node]
    body = node.body if isinstance(node, ast.Module) else []
    named = [one for one in body if isinstance(one, FUNCTIONS) and one.name == name and not one.decorator_list]
    return named[0] if len(named) == 1 else None


def _parameter(call: ast.Call, argument: ast.AST, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Give the parameter that an argument of a call is; '' if that cannot be told."""
    if isinstance(argument, ast.keyword):
        every = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
        return argument.arg if argument.arg in every else ""
    if argument not in call.args or any(isinstance(one, ast.Starred) for one in call.args):
        return ""
    place = call.args.index(argument)
    named = [*function.args.posonlyargs, *function.args.args]
    return named[place].arg if place < len(named) else ""


def _kept(node: ast.AST, parents: Parents, names: Names) -> str:
    """A value within a type or an exception's tuple is none that is kept; one in a type that is read is."""
    child, parent = node, parents.get(node)
    while parent is not None and not isinstance(parent, ast.stmt | ast.excepthandler | ast.arg | ast.Call):
        child, parent = parent, parents.get(parent)
    match parent:
        case ast.arg():
            holder = parents[parents[parent]]
            return _of_types(holder, names) if isinstance(holder, FUNCTIONS) else ""
        case ast.AnnAssign() if child is parent.annotation:
            return ""
        case ast.FunctionDef() | ast.AsyncFunctionDef() if child is parent.returns:
            return _of_types(parent, names)
        case ast.ExceptHandler() | ast.ClassDef():
            return ""
        case ast.Call() if names.full(parent.func) in CALLS:
            return ""
        case _:
            return f"what keeps it in line {getattr(node, 'lineno', 0)}"


def _of_types(function: ast.FunctionDef | ast.AsyncFunctionDef, names: Names) -> str:
    """A class that is a type of something which is read may be read with it."""
    for decorator in function.decorator_list:
        if not is_harmless(decorator, names):
            return f"the decorator of {function.name}, which has it as a type"
    given = [*function.args.defaults, *filter(None, function.args.kw_defaults)]
    given += [one for part in _annotations(function) for one in ast.walk(part) if isinstance(one, ast.expr)]
    for one in given:
        if isinstance(one, ast.Call) or names.full(one) in ANNOTATED:
            return f"{ast.unparse(_called(one))} in {function.name}, which has it as a type"
    return ""


def _annotations(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return [one.annotation for one in named if one is not None and one.annotation is not None]


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node.value if isinstance(node, ast.Subscript) else node


def is_harmless(decorator: ast.expr, names: Names, inner: tuple[ast.AST, ...] = ()) -> bool:
    full = names.full(decorator, inner)
    return full in DECORATORS or full.startswith(FAMILIES)
