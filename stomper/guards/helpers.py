"""Functions of a test file that assert something for the tests that call them."""

import ast
import copy
from dataclasses import dataclass, replace

from stomper.guards.assertions import Claim
from stomper.guards.comparisons import Statement
from stomper.guards.inlining import inlined
from stomper.guards.source import Source

CALLED = "calls "


@dataclass(frozen=True, slots=True)
class Helpers:
    """The helpers of a file: what each asserts, and where it is called."""

    source: Source
    claims: dict[str, tuple[Claim, ...]]
    """By the helper's plain name."""
    calls: dict[str, tuple[Claim, ...]]
    """The calls of helpers in each function, as assertions of it, by the function's dotted name."""

    def called_in(self, scope: str) -> frozenset[str]:
        """The plain names of the helpers that a function calls, also by way of others."""
        found: set[str] = set()
        pending = [scope]
        while pending:
            for call in self.calls.get(pending.pop(), ()):
                name = call.op.removeprefix(CALLED)
                if name not in found:
                    found.add(name)
                    pending += [other for other in self.calls if other.rpartition(".")[2] == name]
        return frozenset(found)


def read_helpers(source: Source, claims: dict[str, list[Claim]]) -> Helpers:
    """Find the functions that assert, by themselves or by others, and their calls."""
    found = {scope.rpartition(".")[2]: tuple(own) for scope, own in claims.items() if scope in source.functions}
    asserting = {name: own for name, own in found.items() if not name.startswith("test")}
    calls: dict[str, list[Claim]] = {}
    for _ in range(3):  # a helper that calls a helper is one
        calls = _calls(source, asserting)
        for scope in calls:
            name = scope.rpartition(".")[2]
            if scope in source.functions and not name.startswith("test"):
                asserting.setdefault(name, ())
    return Helpers(source, asserting, {scope: tuple(made) for scope, made in calls.items()})


def _calls(source: Source, asserting: dict[str, tuple[Claim, ...]]) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for site in source.sites:
        if isinstance(site.node, ast.Call) and (name := _plain(site.node.func)) in asserting:
            values = (*site.node.args, *(word.value for word in site.node.keywords))
            statement = Statement(f"{CALLED}{name}", values)
            loops = tuple(None for _ in site.context.loops)
            claim = Claim(statement, statement, statement, site.node, site.context, loops)
            found.setdefault(site.context.scope, []).append(claim)
    return found


def _plain(node: ast.expr) -> str:
    """The name of a function of this file: by itself, or as a method of the same object."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def called_claims(helpers: Helpers, scope: str, own: frozenset[str], other: frozenset[str]) -> list[Claim]:
    """Give assertions by calls: the calls themselves if the other version makes them too, else what they assert."""
    found = []
    for call in helpers.calls.get(scope, ()):
        name = call.op.removeprefix(CALLED)
        found += [call] if name in other else [_from(call, claim, helpers, scope) for claim in helpers.claims[name]]
    for name in sorted(own - other - {call.op.removeprefix(CALLED) for call in helpers.calls.get(scope, ())}):
        found += helpers.claims[name]
    return found


def _from(call: Claim, claim: Claim, helpers: Helpers, scope: str) -> Claim:
    """Give an assertion of a helper as if it stood at the call, about the arguments of the call."""
    context = replace(
        claim.context,
        dead=call.context.dead or claim.context.dead,
        hurdles=call.context.hurdles + claim.context.hurdles,
        loops=(*call.context.loops, *claim.context.loops),
    )
    names, given = helpers.source.names_in(scope), _given(call, claim, helpers.source)
    literal = {name: inlined(value, names, True) for name, value in given.items()}
    full = {name: inlined(value, names, False) for name, value in given.items()}
    return replace(
        claim,
        plain=_put(claim.plain, given),
        literal=_put(claim.literal, literal),
        full=_put(claim.full, full),
        context=context,
        loops=(*call.loops, *claim.loops),
    )


def _given(call: Claim, claim: Claim, source: Source) -> dict[str, ast.expr]:
    """The arguments of a call, by the names of the helper's parameters."""
    defined = source.functions.get(claim.context.scope)
    if defined is None or not isinstance(call.node, ast.Call):
        return {}
    names = [arg.arg for arg in (*defined.node.args.posonlyargs, *defined.node.args.args)]
    if isinstance(call.node.func, ast.Attribute):
        names = names[1:]
    by_place = dict(zip(names, call.node.args, strict=False))
    return {**by_place, **{word.arg: word.value for word in call.node.keywords if word.arg}}


def _put(statement: Statement, given: dict[str, ast.expr]) -> Statement:
    return Statement(statement.op, tuple(_Given(given).visit(copy.deepcopy(operand)) for operand in statement.operands))


class _Given(ast.NodeTransformer):
    """Puts what is given in the place of parameters."""

    def __init__(self, given: dict[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.given.get(node.id, node)
