"""Find the tests that a runner collects from a file, and count their cases."""

import ast
from collections import Counter

from stomper.guards.constant_values import length
from stomper.guards.names import FUNCTIONS, Function
from stomper.guards.nodes import nodes_of
from stomper.guards.normal_forms import form, words
from stomper.guards.refusal import Finding
from stomper.guards.source import Source
from stomper.guards.statement_context import Defined

CASES = frozenset({"parametrize", "expand", "params"})
NO_TEST = frozenset({"fixture", "property", "contextmanager", "cached_property"})


def tests(source: Source) -> Counter[str]:
    """The names of test functions and methods, with their classes, and how many cases their parameters make of them.

    A function inside another one is no test, whatever it is called, nor is one that does not run.
    """
    found: Counter[str] = Counter()
    for scope, defined in source.functions.items():
        if _is_collected(defined, source):
            found[scope] += _cases(defined.node, source)
    return found


def _is_collected(defined: Defined, source: Source) -> bool:
    node = defined.node
    if not node.name.startswith("test") or defined.dead:
        return False
    if any(
        source.every.last(part.func if isinstance(part, ast.Call) else part) & NO_TEST for part in node.decorator_list
    ):
        return False
    return not _is_bound_again(defined, source) and not (defined.owner and _is_left_out(defined.owner, source))


def _is_bound_again(defined: Defined, source: Source) -> bool:
    """Return whether later code takes the function's name away: `test_one = None`, `del test_one`."""
    body = defined.owner.body if defined.owner else source.tree.body
    later = [part for part in body if getattr(part, "lineno", 0) > defined.node.lineno]
    return any(
        isinstance(part, ast.Name) and part.id == defined.node.name and not isinstance(part.ctx, ast.Load)
        for statement in later
        if not isinstance(statement, (*FUNCTIONS, ast.ClassDef))
        for part in nodes_of(statement)
    )


def _is_left_out(owner: ast.ClassDef, source: Source) -> bool:
    """Return whether pytest collects nothing from a class because it has a constructor."""
    made = any(isinstance(item, FUNCTIONS) and item.name in ("__init__", "__new__") for item in owner.body)
    return made and not _is_case(owner, source)


def _is_case(owner: ast.ClassDef, source: Source) -> bool:
    """Return whether a base's name says that a class is a unittest case."""
    return any("TestCase" in name for base in owner.bases for name in source.every.last(base))


def _cases(node: Function, source: Source) -> int:
    """One, or as many as the lists of its `parametrize` marks make. A case that is there twice counts once."""
    cases = 1
    for mark in node.decorator_list:
        values = _values(mark, source)
        if values is not None:
            found = _distinct(values)
            cases *= found if found is not None else min(length(values, source.names) or 1, 1000)
    return cases


def _values(mark: ast.expr, source: Source) -> ast.expr | None:
    """The cases that a mark gives, if it gives any."""
    if not isinstance(mark, ast.Call) or not source.every.last(mark.func) & CASES:
        return None
    named = [word.value for word in mark.keywords if word.arg == "argvalues"]
    values = [*mark.args[1 if "parametrize" in source.every.last(mark.func) else 0 :], *named]
    if not values:
        return None
    value = source.names.value(values[0].id) if isinstance(values[0], ast.Name) else values[0]
    return value if value is not None else values[0]


def _distinct(values: ast.expr) -> int | None:
    if not isinstance(values, ast.List | ast.Tuple | ast.Set):
        return None
    return len({_case(item) for item in values.elts})


def _case(item: ast.expr) -> str:
    return form(ast.Tuple(item.elts, ast.Load())) if isinstance(item, ast.List | ast.Tuple) else form(item)


def lost_tests(old: Source, new: Source) -> list[Finding]:
    """The tests that are not collected any more, or have fewer cases."""
    lost = tests(old) - tests(new)
    lost.update(scope for scope in tests(new) if scope in old.functions and _lost_its_base(scope, old, new))
    if not lost:
        return []
    first = old.functions[min(lost)]
    return [Finding(f"removes a test: {', '.join(sorted(lost))}", first.node.lineno, first.scope, gone=True)]


def _lost_its_base(scope: str, old: Source, new: Source) -> bool:
    """Return whether a test was collected because of a base of its class that is gone now."""
    before, after = old.functions[scope].owner, new.functions[scope].owner
    if before is None or after is None or after.name.startswith("Test"):
        return False
    return _is_case(before, old) and not (_is_case(after, new) or after.bases)


def changed_cases(old: Source, new: Source) -> list[Finding]:
    """The tests with cases whose values are gone, though their number is the same; and those that nobody awaits."""
    found = []
    for scope, defined in new.functions.items():
        before = old.functions.get(scope)
        if before is None or not before.node.name.startswith("test"):
            continue
        if isinstance(defined.node, ast.AsyncFunctionDef) and isinstance(before.node, ast.FunctionDef):
            found.append(Finding("makes a coroutine of a test", defined.node.lineno, scope))
        if _cases(before.node, old) <= _cases(defined.node, new) and _constants(before, old) - _constants(defined, new):
            found.append(Finding("changes the cases of a test", defined.node.lineno, scope))
    return found


def _constants(defined: Defined, source: Source) -> set[str]:
    """The numbers and texts in the cases of a test."""
    values = [value for mark in defined.node.decorator_list if (value := _values(mark, source)) is not None]
    found = [words(part) for value in values for part in nodes_of(value) if isinstance(part, ast.Constant)]
    return {word for seen in found for word in (*seen.numbers, *seen.names, seen.text)}
