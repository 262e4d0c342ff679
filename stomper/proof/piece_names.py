"""Names of a module: which of its pieces bind them, and which read them."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from stomper.proof.pieces import Functions, Piece

NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def bound_by(piece: Piece) -> frozenset[str]:
    """Give the names that a piece binds; a compound statement also those that its blocks bind."""
    names = set(_bound(piece.node))
    if not isinstance(piece.node, NESTED):
        names.update(name for inner in piece.body if inner.scope is piece.scope for name in _bound(inner.node))
    return frozenset(names)


def readers(pieces: Iterable[Piece]) -> Mapping[str, list[Piece]]:
    """For each name of the module, or `Class.name` of a class in it, the pieces that read it when they are run."""
    found: dict[str, list[Piece]] = defaultdict(list)
    locals_of: dict[Piece, frozenset[str]] = {}
    for piece in pieces:
        hidden = set[str]()
        for function in piece.scope.functions:
            if function not in locals_of:
                locals_of[function] = _locals(function)
            hidden |= locals_of[function]
        for name in set(_read(piece)):
            if name.partition(".")[0] not in hidden:
                found[name].append(piece)
    return found


def _locals(function: Piece) -> frozenset[str]:
    """The names that are a function's own: its parameters, and what is bound in it."""
    assert isinstance(function.node, Functions), "only these have parameters"
    arguments = function.node.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    inner = [piece for piece in function.body if next(piece.scope.functions, None) is function]
    names = {argument.arg for argument in given if argument is not None}
    names |= {name for piece in inner for name in _bound(piece.node)}
    declared = [piece.node.names for piece in inner if isinstance(piece.node, ast.Global | ast.Nonlocal)]
    return frozenset(names.difference(*declared))


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from ((alias.asname or alias.name.partition(".")[0]) for alias in aliases)
        case ast.ExceptHandler(name=str(name)):
            yield name
        case _:
            for inner in _own_nodes(node):
                match inner:
                    case ast.Name(id=name, ctx=ast.Store()):
                        yield name
                    case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                        yield name
                    case ast.MatchMapping(rest=str(name)):
                        yield name
                    case _:
                        pass


def _read(piece: Piece) -> Iterator[str]:
    for node in _own_nodes(piece.node):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                yield name
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                yield f"{name}.{attribute}"
            case _:
                pass


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a piece itself, less its blocks and less annotations, which need not be evaluated."""
    pending = list(_parts(node))
    while pending:
        part = pending.pop()
        yield part
        pending += ast.iter_child_nodes(part)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            yield from (*node.decorator_list, *defaults)
        case ast.AnnAssign():
            yield from filter(None, (node.target, node.value))
        case ast.Match(subject=subject):
            yield subject
        case ast.stmt() | ast.ExceptHandler() | ast.match_case():
            for name, value in ast.iter_fields(node):
                if name not in ("body", "handlers", "orelse", "finalbody"):
                    yield from (part for part in _listed(value) if isinstance(part, ast.AST))
        case _:
            yield node


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
