"""Assertions that cannot fail, whatever the code does."""

import ast

from stomper.guards.comparisons import Statement, statements_of
from stomper.guards.constant_values import truth
from stomper.guards.names import Names
from stomper.guards.normal_forms import form


def always_true(test: ast.expr, names: Names) -> bool:
    """Say whether a condition holds whatever the code does."""
    if truth(test, names) is True:
        return True
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return any(always_true(value, names) for value in test.values) or _has_both(test)
    return False


def _has_both(test: ast.BoolOp) -> bool:
    """Return whether an expression and its opposite are among the alternatives."""
    found = [list(statements_of(value)) for value in test.values]
    keys = {claims[0].key for claims in found if len(claims) == 1}
    opposites = [list(statements_of(value, wanted=False)) for value in test.values]
    return any(len(claims) == 1 and claims[0].key in keys for claims in opposites)


def always_holds(statement: Statement) -> bool:
    """Say whether a statement compares a thing with itself, or says what is true of everything."""
    forms = [form(operand) for operand in statement.operands]
    match statement.op:
        case "eq" | "is" | "le":
            return forms[0] == forms[1] or (statement.op == "le" and _is_length_from_zero(statement))
        case "in":
            items = statement.operands[1]
            return isinstance(items, ast.Set) and forms[0] in map(form, items.elts)
        case "approx":
            return forms[0] == forms[1] or any("inf" in tolerance for tolerance in forms[2:])
        case "isinstance":
            return forms[1] == form(ast.Name("object", ast.Load()))
        case _:
            return False


def _is_length_from_zero(statement: Statement) -> bool:
    number, counted = statement.operands
    return (
        isinstance(number, ast.Constant)
        and number.value == 0
        and isinstance(counted, ast.Call)
        and getattr(counted.func, "id", "") == "len"
    )
