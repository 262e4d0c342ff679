"""The type of a variable by the types of all that it is given: of its values, or of the keys and items in them."""

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from stomper.fixers.annotate.types import NONE_TYPE, Type
from stomper.fixers.codemods.variable_uses import Uses

Types: TypeAlias = Mapping[ast.expr, Type]
Join: TypeAlias = Callable[[Iterable[Type]], Type | None]
"""Makes one type of several, if there is one."""
OF_ITEMS = {"list": "list", "set": "set", "deque": "collections.deque"}
OF_PAIRS = {"dict": "dict", "OrderedDict": "collections.OrderedDict"}


def type_of(uses: Uses, types: Types, join: Join) -> Type | None:
    """One type for a variable, its parts joined; None if that of anything that it is given is not known."""
    kinds = {kind_of(value) for value in uses.values} - {""}
    if len(kinds) > 1 or not uses.values:
        return None
    begun = [value for value in uses.values if not kind_of(value)]
    whole = [_none(value) or types.get(value) for value in begun]
    if kinds:
        whole.append(_container(kinds.pop(), uses, [one for one in whole if one], types, join))
    return join([one for one in whole if one]) if all(whole) else None


def kind_of(value: ast.expr) -> str:
    """Name the container that an expression makes an empty one of, '' if it makes none."""
    match value:
        case ast.List(elts=[]):
            return "list"
        case ast.Dict(keys=[]):
            return "dict"
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[], keywords=[]):
            return name if name in OF_ITEMS or name in OF_PAIRS else ""
        case _:
            return ""


def _none(value: ast.expr) -> Type | None:
    return NONE_TYPE if isinstance(value, ast.Constant) and value.value is None else None


def _container(kind: str, uses: Uses, others: Iterable[Type], types: Types, join: Join) -> Type | None:
    """The type of a container by what is put into it; None if that is nothing, or not known."""
    wholes = [types.get(value) for value in uses.wholes if not kind_of(value)]
    like = [one for one in [*wholes, *others] if one is not None and one != NONE_TYPE]
    if len(like) < len(wholes) or not all(one.args for one in like):
        return None
    if kind in OF_PAIRS:
        keys = _joined(uses.keys, (one.args[0] for one in like), types, join)
        items = _joined(uses.items, (one.args[1] for one in like if len(one.args) == 2), types, join)
        return Type(OF_PAIRS[kind], (keys, items)) if keys and items else None
    item = _joined(uses.items, (one.args[0] for one in like), types, join)
    return Type(OF_ITEMS[kind], (item,)) if item else None


def _joined(values: Iterable[ast.expr], others: Iterable[Type], types: Types, join: Join) -> Type | None:
    known = [types.get(value) for value in values]
    return join([*(one for one in known if one), *others]) if all(known) else None
