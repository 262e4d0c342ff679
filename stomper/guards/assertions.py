"""Find the assertions of a file: everything that can make a test fail, with its place, in one normal form."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from stomper.guards.comparisons import Statement, statements_of
from stomper.guards.constant_values import length, truth
from stomper.guards.inlining import inlined
from stomper.guards.names import Names
from stomper.guards.nodes import nodes_of
from stomper.guards.normal_forms import Words, words
from stomper.guards.source import Source
from stomper.guards.statement_context import Context, Site
from stomper.guards.unittests import condition_of
from stomper.guards.vacuous_assertions import always_holds, always_true

RAISING = {
    **dict.fromkeys(("raises", "assertRaises", "assertRaisesRegex", "assertRaisesRegexp"), "raises"),
    **dict.fromkeys(("warns", "assertWarns", "assertWarnsRegex", "deprecated_call"), "warns"),
}
WITH_MATCH = frozenset({"assertRaisesRegex", "assertRaisesRegexp", "assertWarnsRegex"})
NONE = ast.Constant(None)


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that is asserted. `literal` and `full` are it with the values of literals, and of all names, put in."""

    plain: Statement
    literal: Statement
    full: Statement
    node: ast.AST
    context: Context
    loops: tuple[int | None, ...]
    """How many rounds the loops around it make, as far as that is known."""

    @property
    def op(self) -> str:
        return self.plain.op

    @property
    def empty(self) -> bool:
        """Return whether it compares a thing with itself once names are replaced by their values."""
        return always_holds(self.full)

    @property
    def computed(self) -> bool:
        """Return whether it depends on anything besides literals."""
        return any(isinstance(part, ast.Name) for operand in self.full.operands for part in nodes_of(operand))

    def words(self) -> tuple[Words, ...]:
        return tuple(map(words, self.literal.operands))


def claims_of(source: Source) -> dict[str, list[Claim]]:
    """Give the assertions of each function by its dotted name; those outside of functions are under ''."""
    found: dict[str, list[Claim]] = {}
    names = {"": source.names}
    bodies = _bodies(source.sites)
    for site in source.sites:
        scope = site.context.scope
        if scope not in names:
            names[scope] = source.names_in(scope)
        found.setdefault(scope, []).extend(_claims(site, names[scope], bodies))
    return {scope: claims for scope, claims in found.items() if claims}


def _bodies(sites: list[Site]) -> dict[int, ast.stmt]:
    """The last simple statement in the block of each context manager, by the manager's own identity."""
    found = {}
    for site in sites:
        if isinstance(site.node, ast.With | ast.AsyncWith):
            found.update({id(item.context_expr): _leaf(site.node) for item in site.node.items})
    return found


def _leaf(node: ast.stmt) -> ast.stmt:
    body = getattr(node, "body", None)
    return _leaf(body[-1]) if body and isinstance(body, list) and not isinstance(node, ast.ClassDef) else node


def _claims(site: Site, names: Names, bodies: dict[int, ast.stmt]) -> Iterator[Claim]:
    for statement in _statements(site.node, names, bodies):
        if statement.op in ("truthy", "falsy") and truth(statement.operands[0], names) is (statement.op == "truthy"):
            continue
        if always_holds(statement):
            continue
        yield Claim(
            statement,
            _put_in(statement, names, True),
            _put_in(statement, names, False),
            site.node,
            site.context,
            tuple(length(loop, names) for loop in site.context.loops),
        )


def _put_in(statement: Statement, names: Names, literals: bool) -> Statement:
    return Statement(statement.op, tuple(inlined(operand, names, literals) for operand in statement.operands))


def _statements(node: ast.AST, names: Names, bodies: dict[int, ast.stmt]) -> Iterator[Statement]:
    """Give the assertions of one statement or call."""
    if isinstance(node, ast.Assert):
        if not always_true(node.test, names):
            yield from _condition(node.test, names)
    elif isinstance(node, ast.Raise):
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if "AssertionError" in names.last(raised):
            yield Statement("fail", ())
    elif isinstance(node, ast.Call):
        yield from _called(node, names, bodies)


def _condition(test: ast.expr, names: Names) -> Iterator[Statement]:
    if truth(test, names) is False:
        yield Statement("fail", ())
    else:
        yield from statements_of(test)


def _called(call: ast.Call, names: Names, bodies: dict[int, ast.stmt]) -> Iterator[Statement]:
    own = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    called = {own} | names.last(call.func)
    name = next((word for word in sorted(called) if word in RAISING or word.startswith("assert")), "")
    if called & {"fail"}:
        yield Statement("fail", ())
    elif name in RAISING:
        yield _raises(call, name, bodies.get(id(call)))
    elif name and (condition := condition_of(call, name)) is not None:
        if not always_true(condition, names):
            yield from _condition(condition, names)
    elif name in ("assertAlmostEqual", "assertAlmostEquals"):
        yield _almost(call)
    elif name:
        owner = [call.func.value] if isinstance(call.func, ast.Attribute) else []
        yield Statement(name, (*owner, *call.args, *(word.value for word in call.keywords if word.arg != "msg")))


def _raises(call: ast.Call, name: str, body: ast.stmt | None) -> Statement:
    """The classes, the pattern, and what is to raise."""
    given = {word.arg: word.value for word in call.keywords}
    rest = list(call.args)
    kind = rest.pop(0) if rest else given.get("expected_exception", given.get("exception", NONE))
    match = given.get("match", given.get("expected_regex", NONE))
    if name in WITH_MATCH and rest:
        match = rest.pop(0)
    return Statement(RAISING[name], (kind, match, _raiser(rest, body)))


def _raiser(rest: list[ast.expr], body: ast.stmt | None) -> ast.expr:
    if rest:
        return ast.Call(rest[0], rest[1:], [])
    if isinstance(body, ast.Expr):
        return body.value
    if isinstance(body, ast.Assign | ast.Return | ast.AugAssign | ast.AnnAssign) and body.value is not None:
        return body.value
    parts = list(ast.iter_child_nodes(body)) if body is not None else []
    made = [part for part in parts if isinstance(part, ast.expr)]
    return ast.Call(ast.Name(type(body).__name__, ast.Load()), made, [])


def _almost(call: ast.Call) -> Statement:
    """An equality within a tolerance, as `pytest.approx` has it: places are powers of ten."""
    given = {word.arg: word.value for word in call.keywords}
    places = call.args[2] if len(call.args) > 2 else given.get("places")
    tolerance = given.get("delta")
    if isinstance(places, ast.Constant) and isinstance(places.value, int):
        tolerance = ast.Constant(10.0**-places.value)
    values = [*call.args[:2], *(given[name] for name in ("first", "second") if name in given)]
    return Statement("approx", (*values, *((tolerance,) if tolerance is not None else ())))
