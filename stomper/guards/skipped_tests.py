"""Find marks, decorators, calls and hooks that keep tests from running or from counting."""

import ast
from collections import Counter
from collections.abc import Iterator

from stomper.guards.constant_values import truth
from stomper.guards.names import FUNCTIONS, Names
from stomper.guards.refusal import Finding, quoted
from stomper.guards.source import Source

SKIPS = frozenset(
    (
        *("skip", "skipif", "xfail", "importorskip", "skipIf", "skipUnless", "skipTest", "expectedFailure", "SkipTest"),
        *("__test__", "collect_ignore", "collect_ignore_glob", "__unittest_skip__", "__unittest_expecting_failure__"),
        *("load_tests", "applymarker", "add_marker", "exitfirst", "shouldstop", "shouldfail", "deselected"),
    )
)
HARMLESS_MARKS = frozenset({"parametrize", "usefixtures", "filterwarnings", "asyncio", "anyio", "trio", "django_db"})
KINDS = frozenset({"unit", "integration", "functional", "e2e"})
"""Marks that say what kind of test it is, which pytest-drill-sergeant asks for and writes."""
HARMLESS = frozenset(
    {"staticmethod", "classmethod", "override", "fixture", "parametrize", "usefixtures", "filterwarnings", "given"}
)
HOOKS = ("pytest_", "load_tests")
HARMLESS_HOOKS = frozenset({"pytest_plugins", "pytest_addoption", "pytest_configure"})
DOCTEST = "doctest: +SKIP"


def skips(source: Source) -> Counter[str]:
    """Count each thing in a file that keeps tests from running or from counting."""
    return Counter(what for what, _ in _skips(source))


def _skips(source: Source) -> Iterator[tuple[str, ast.AST]]:
    for node in source.nodes:
        if isinstance(node, ast.Constant):
            plain = (
                " ".join(node.value.split()).replace("doctest:+", "doctest: +") if isinstance(node.value, str) else ""
            )
            yield from [(DOCTEST, node)] * plain.count(DOCTEST)
            continue
        for what in _named(node, source.every):
            yield what, node
        if isinstance(node, ast.Call) and _skips_always(node, source.every):
            yield "skipif that always skips", node


def _named(node: ast.AST, names: Names) -> Iterator[str]:
    if isinstance(node, ast.Name | ast.Attribute):
        own = node.attr if isinstance(node, ast.Attribute) else node.id
        known = names.last(node) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else {own}
        yield from sorted(known & SKIPS) if own not in SKIPS else [own]
    elif isinstance(node, ast.Call) and "getattr" in names.last(node.func) and len(node.args) > 1:
        yield from {names.text(node.args[1])} & SKIPS
    elif isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node.name in SKIPS:
        yield node.name
    elif isinstance(node, ast.Call) and names.last(node.func) & {"setattr"} and len(node.args) > 1:
        yield from {names.text(node.args[1])} & SKIPS


def _skips_always(call: ast.Call, names: Names) -> bool:
    """Return whether a condition of `skipif` always holds, or one of `skipUnless` never does."""
    called = names.last(call.func)
    if not call.args:
        return False
    known = truth(call.args[0], names)
    return (bool(called & {"skipif", "skipIf"}) and known is True) or ("skipUnless" in called and known is False)


def more_skipped(old: Source, new: Source) -> list[Finding]:
    """Find the obstacles to running tests that a change adds."""
    seen, before = list(_skips(new)), skips(old)
    added = Counter(what for what, _ in seen) - before
    found = []
    if added:
        first = [node for what, node in seen if what in added][before[min(added)] :] or [node for _, node in seen]
        line = next((node.lineno for node in first if hasattr(node, "lineno")), 0)
        found.append(Finding(f"skips a test: {', '.join(sorted(added))}", line))
    return [*found, *_decorated(old, new), *_hooks(old, new)]


def _decorated(old: Source, new: Source) -> Iterator[Finding]:
    """Decorators and marks that tests did not have: any may keep a test from running, or swallow its failure."""
    known = dict(_decorators(old))
    for scope, decorators in _decorators(new):
        if scope not in known:
            continue
        spare = Counter(map(_plain, known[scope]))
        for part in decorators:
            name = _plain(part)
            if spare[name]:
                spare[name] -= 1
            elif name not in HARMLESS | HARMLESS_MARKS | KINDS and not new.every.last(_function(part)) & SKIPS:
                yield Finding(f"adds a decorator to a test: {quoted(part)}", part.lineno, scope)


def _decorators(source: Source) -> Iterator[tuple[str, list[ast.expr]]]:
    """The decorators of tests, and of classes with tests."""
    for scope, defined in source.functions.items():
        if defined.node.name.startswith("test"):
            yield scope, defined.node.decorator_list
            if defined.owner is not None:
                yield scope.rpartition(".")[0], defined.owner.decorator_list


def _function(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _plain(decorator: ast.expr) -> str:
    function = _function(decorator)
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _hooks(old: Source, new: Source) -> Iterator[Finding]:
    """Hooks of pytest, and marks of a whole module, that were not there."""
    for scope, defined in new.functions.items():
        name = defined.node.name
        if name.startswith("pytest_") and name not in HARMLESS_HOOKS and scope not in old.functions:
            yield Finding(f"adds a hook of pytest: {name}", defined.node.lineno, scope)
    marks, known = _module_marks(new), _module_marks(old)
    for name in sorted((marks - known).keys()):
        yield Finding(f"marks the tests of a module: {name}", 0)


def _module_marks(source: Source) -> Counter[str]:
    """The marks in `pytestmark`, those left out that change nothing about what runs."""
    found: Counter[str] = Counter()
    for node in source.others:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in targets):
                marks = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
                found.update(_plain(mark) for mark in marks)
    return Counter({name: times for name, times in found.items() if name not in HARMLESS_MARKS | SKIPS})
