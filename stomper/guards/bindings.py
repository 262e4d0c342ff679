"""Names that have one value throughout a file: bound once, and handed to nobody who may change what they hold."""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

READERS = frozenset(
    {"len", "list", "tuple", "set", "frozenset", "sorted", "enumerate", "reversed", "iter", "zip", "range"}
)
READERS_OF_CASES = frozenset({"parametrize", "expand"})
BINDING = frozenset(
    (
        *(ast.Name, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.arg, ast.Global, ast.Nonlocal, ast.alias),
        *(ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.AugAssign),
    )
)
HANDING = frozenset({ast.Attribute, ast.Subscript, ast.Call, ast.Assign, ast.Return, ast.Yield, ast.NamedExpr})


def bindings(nodes: Sequence[ast.AST]) -> tuple[Counter[str], frozenset[str]]:
    """Count how often each name is bound, and tell which names are handed on."""
    bound = Counter(name for node in nodes if type(node) in BINDING for name in _bound(node))
    return bound, frozenset(name.id for node in nodes if type(node) in HANDING for name in _handed(node))


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a node binds or declares."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    elif isinstance(node, ast.alias):
        yield (node.asname or node.name).split(".")[0]
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _handed(node: ast.AST) -> Iterator[ast.Name]:
    """The names that a node gives to something that could change what they hold, or keep it under another name."""
    match node:
        case ast.Attribute(value=ast.Name() as name) if node.attr not in ("items", "keys", "values"):
            yield name
        case ast.Subscript(value=ast.Name() as name) if not isinstance(node.ctx, ast.Load):
            yield name
        case ast.Call():
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called not in READERS | READERS_OF_CASES:
                yield from _plain([*node.args, *(keyword.value for keyword in node.keywords)])
        case ast.Assign(value=value) | ast.Return(value=value) | ast.Yield(value=value) | ast.NamedExpr(value=value):
            yield from _plain([value])
        case _:
            pass


def _plain(values: Sequence[ast.expr | None]) -> Iterator[ast.Name]:
    for value in values:
        inner = value.value if isinstance(value, ast.Starred) else value
        if isinstance(inner, ast.Name):
            yield inner
