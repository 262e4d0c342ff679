"""Read the annotations of a copy of a module that another program has annotated, for the slots of the module itself."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from stomper.fixers.annotate.proposals import Question
from stomper.fixers.annotate.scope import LOCAL, TYPES, Scope, read_scope
from stomper.fixers.annotate.slots import CONTAINERS, FULL, RETURN, Function, Slot, Variable
from stomper.fixers.annotate.types import DOTS, LIST, NONE, NONE_TYPE, UNION, Type, join, read_type

Key = tuple[str, str, int]
"""A function's class, if it is a method, its name, and its number among those that are called so."""
SELF = "typing.Self"
NOT_IMPLEMENTED = "types.NotImplementedType"


@dataclass(frozen=True, slots=True)
class Annotated:
    """The types in a copy: of functions by the names of parameters and RETURN, and those of variables."""

    functions: Mapping[Key, Mapping[str, ast.expr]]
    variables: Mapping[tuple[Key | None, bool, str], ast.expr]


def read_types(question: Question, copy: str) -> dict[Slot, Type]:
    """Give the types that an annotated copy has for the slots of a question, by names that the module can write.

    Left out are those that cannot be written or say too little. Raises SyntaxError for a copy that does not parse.
    """
    tree = ast.parse(copy)
    theirs, found = read_scope(tree, question.scope.module), _annotated(tree)
    reader = _Reader(theirs, question.scope)
    return {slot: one for slot, one in _slots(question, found, reader) if slot in question.wanted}


def _slots(question: Question, found: Annotated, reader: "_Reader") -> Iterator[tuple[Slot, Type]]:
    keys = keys_of(question.functions)
    for function in question.functions:
        types = found.functions.get(keys[function.index], {})
        for slot in function.slots:
            if slot[1] in types and (one := reader.read(types[slot[1]], function.owner)):
                yield slot, one
    for variable in question.variables:
        within = None if variable.function is None else keys[variable.function]
        node = found.variables.get((within, variable.attribute, variable.name))
        if variable.kind in CONTAINERS and node is not None and (whole := reader.read(node, "")):
            yield from zip(variable.slots, _parts(variable, whole), strict=False)


def _parts(variable: Variable, whole: Type) -> tuple[Type, ...]:
    """Give the types of a container's parts, which a variable's slots are."""
    if variable.kind == "None":
        rest = join(one for one in whole.members if one != NONE_TYPE)
        return () if rest is None else (rest,)
    named = whole.name in (variable.kind, FULL.get(variable.kind))
    return whole.args if named and len(whole.args) == len(variable.slots) else ()


def keys_of(functions: Sequence[Function]) -> dict[int, Key]:
    """Give the keys of a module's functions by their index."""
    seen: Counter[tuple[str, str]] = Counter()
    found = {}
    for function in functions:
        name = function.owner, function.name
        found[function.index] = (*name, seen[name])
        seen[name] += 1
    return found


def _annotated(tree: ast.Module) -> Annotated:
    walk = _Walk({}, {}, Counter())
    walk.visit(tree, "", None)
    return Annotated(walk.functions, walk.variables)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Collects what is annotated, in the order of the source."""

    functions: dict[Key, dict[str, ast.expr]]
    variables: dict[tuple[Key | None, bool, str], ast.expr]
    seen: Counter[tuple[str, str]]

    def visit(self, node: ast.AST, owner: str, within: Key | None) -> None:
        for child in ast.iter_child_nodes(node):
            match child:
                case ast.ClassDef(name=name):
                    self.visit(child, name, within)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    key = (owner, name, self.seen[owner, name])
                    self.seen[owner, name] += 1
                    self.functions[key] = dict(_signature(child))
                    self.visit(child, "", key)
                case ast.AnnAssign(target=ast.Name(id=name), annotation=words):
                    self.variables.setdefault((within, False, name), words)
                case ast.AnnAssign(target=ast.Attribute(value=ast.Name(id="self"), attr=name), annotation=words):
                    self.variables.setdefault((within, True, name), words)
                case ast.expr():
                    pass
                case _:
                    self.visit(child, owner, within)


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, ast.expr]]:
    every = node.args
    starred = [one for one in (every.vararg, every.kwarg) if one]
    for one in (*every.posonlyargs, *every.args, *every.kwonlyargs, *starred):
        if one.annotation is not None:
            yield one.arg, one.annotation
    if node.returns is not None:
        yield RETURN, node.returns


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads types by the names of a copy, and gives them by those of the module."""

    theirs: Scope
    ours: Scope

    def read(self, node: ast.expr, owner: str) -> Type | None:
        """Give the type of an annotation in the class `owner`; None for what cannot be written, or says too little."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            one = read_type(node.value)
        else:
            one = read_type(ast.unparse(node))
        one = self._full(one, owner) if one is not None else None
        return self.ours.resolve(one) if one is not None else None

    def _full(self, one: Type, owner: str) -> Type | None:
        if one.name in (NONE, DOTS):
            return one
        args = [self._full(arg, owner) for arg in one.args if not _is_idle(self.theirs, arg, one)]
        name = one.name if one.name in (UNION, LIST) else _full_name(self.theirs, one.name)
        if name is None or not all(args):
            return None
        if name == UNION:
            return join(arg for arg in args if arg)
        if name == SELF:
            return Type(LOCAL + owner) if owner in self.ours.classes else None
        return Type(name, tuple(arg for arg in args if arg))


def _is_idle(theirs: Scope, arg: Type, around: Type) -> bool:
    """Say whether a member of a union is what operators return to say that they cannot."""
    return around.name == UNION and _full_name(theirs, arg.name) == NOT_IMPLEMENTED


def _full_name(theirs: Scope, name: str) -> str | None:
    first, dot, rest = name.partition(".")
    binding = theirs.bindings.get(first)
    if binding is None:
        return name if dot or name in TYPES else None
    if "." in binding.full:
        return f"{binding.full.rstrip('.')}{dot}{rest}"
    return f"{theirs.module}.{name}" if binding.is_class else None
