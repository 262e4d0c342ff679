"""Values that are put into the variables of a module: whole ones, and the keys and items of containers. Pure syntax."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

ONE = {"append": 0, "appendleft": 0, "add": 0, "insert": 1}
MANY = frozenset({"extend", "extendleft", "update"})


@dataclass(slots=True)
class Uses:
    """The expressions that a variable is given: `values` it is, `keys` and `items` it has, `wholes` it has all of."""

    values: list[ast.expr] = field(default_factory=list)
    keys: list[ast.expr] = field(default_factory=list)
    items: list[ast.expr] = field(default_factory=list)
    wholes: list[ast.expr] = field(default_factory=list)

    @property
    def all(self) -> list[ast.expr]:
        return [*self.values, *self.keys, *self.items, *self.wholes]


def uses_of(tree: ast.Module, meant: frozenset[ast.AST]) -> Uses | None:
    """Find what a variable is given, by the nodes that mean it; None where that is not to be seen."""
    uses = Uses()
    return uses if all(_see(meant, node, uses) for node in ast.walk(tree)) else None


def _see(meant: frozenset[ast.AST], node: ast.AST, uses: Uses) -> bool:
    """Enter what a node gives to a variable. Say whether that can be told."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return all(_given(meant, target, value, uses) for target in targets)
        case ast.AugAssign(target=target, value=value) if target in meant:
            uses.wholes.append(value)
        case ast.AnnAssign(target=target) | ast.NamedExpr(target=target) if target in meant:
            return False
        case ast.For(target=target) | ast.AsyncFor(target=target) | ast.comprehension(target=target):
            return meant.isdisjoint(ast.walk(target))
        case ast.withitem(optional_vars=ast.expr() as target):
            return meant.isdisjoint(ast.walk(target))
        case ast.Call(func=ast.Attribute(value=receiver, attr=method), args=args) if receiver in meant:
            _called(method, args, uses)
    return True


def _given(meant: frozenset[ast.AST], target: ast.expr, value: ast.expr, uses: Uses) -> bool:
    if target in meant:
        uses.values.append(value)
    elif isinstance(target, ast.Subscript) and target.value in meant:
        if isinstance(target.slice, ast.Slice):
            uses.wholes.append(value)
        else:
            uses.keys.append(target.slice)
            uses.items.append(value)
    elif isinstance(target, ast.Tuple | ast.List):
        if meant.isdisjoint(ast.walk(target)):
            return True
        if not isinstance(value, ast.Tuple | ast.List) or len(value.elts) != len(target.elts):
            return False
        return all(_given(meant, one, other, uses) for one, other in zip(target.elts, value.elts, strict=True))
    return True


def _called(method: str, args: Sequence[ast.expr], uses: Uses) -> None:
    """Enter the arguments of a call of a method of the variable."""
    if method in ONE and len(args) > ONE[method]:
        uses.items.append(args[ONE[method]])
    elif method in MANY and len(args) == 1:
        uses.wholes.append(args[0])
    elif method == "setdefault" and len(args) == 2:
        uses.keys.append(args[0])
        uses.items.append(args[1])
