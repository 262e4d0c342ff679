"""Stand-ins in tests: mocks of what is tested, other values for imported names, assertions that were replaced."""

import ast
import sys
from collections.abc import Iterator

from stomper.guards.assertions import RAISING
from stomper.guards.names import FUNCTIONS, assigned
from stomper.guards.normal_forms import form
from stomper.guards.refusal import Finding, quoted
from stomper.guards.source import Source
from stomper.guards.unittests import CONDITIONS

MOCKS = frozenset(
    (
        *("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "PropertyMock", "create_autospec", "SimpleNamespace"),
        *(
            "patch",
            "patch.object",
            "patch.dict",
            "mocker.patch",
            "mocker.patch.object",
            "mocker.spy",
            "ANY",
            "sentinel",
        ),
        *("monkeypatch.setattr", "monkeypatch.setitem", "monkeypatch.delattr", "mp.setattr", "DoesNotRaise"),
    )
)
COMPARING = ("__eq__", "__ne__", "__bool__", "__contains__", "__len__", "__lt__", "__le__")
ASSERTING = frozenset({*CONDITIONS, *RAISING, *COMPARING, "fail", "approx", "assertAlmostEqual", "AssertionError"})
BACKPORTS = frozenset(
    {"six", "mock", "typing_extensions", "future", "importlib_metadata", "importlib_resources", "tomli"}
)


def replaced(old: Source, new: Source) -> list[Finding]:
    """Find what a change to a test file replaces: the code under test, or the code that tests."""
    return [*_mocks(old, new), *_bound_again(old, new), *_other_sources(old, new)]


def _mocks(old: Source, new: Source) -> Iterator[Finding]:
    """More mocks than there were. The first that is new by its form is named."""
    before, after = _all_mocks(old), _all_mocks(new)
    if len(after) > len(before):
        known = {form(node) for node in before}
        first = next((node for node in after if form(node) not in known), after[-1])
        yield Finding(f"puts a mock in the place of something: {quoted(first)}", first.lineno)


def _all_mocks(source: Source) -> list[ast.Call]:
    return [
        node
        for node in source.nodes
        if isinstance(node, ast.Call)
        and any(path == mock or path.endswith(f".{mock}") for path in source.every.dotted(node.func) for mock in MOCKS)
    ]


def _bound_again(old: Source, new: Source) -> Iterator[Finding]:
    """Names that were imported, or that assert, and get another value now."""
    before = {name for name, _ in _bindings(old)}
    for name, node in _bindings(new):
        if name not in before and (_asserts(name) or _is_imported(name, node, old, new)):
            words = f"puts something else in the place of {name}: {quoted(node)}"
            yield Finding(words, getattr(node, "lineno", 0))


def _asserts(name: str) -> bool:
    return name.rpartition(".")[2] in ASSERTING


def _is_imported(name: str, node: ast.AST, old: Source, new: Source) -> bool:
    """Return whether a name belongs to another module, or is an attribute that gets a function of the test's own."""
    owner, dot, _ = name.partition(".")
    if dot:
        lambdas = isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)
        return lambdas or owner in new.names.imports
    return name in old.names.imports


def _other_sources(old: Source, new: Source) -> Iterator[Finding]:
    """Names that come from another package now. From what stands in for newer Pythons to those is no other."""
    for name, paths in new.names.imports.items():
        was = {path.partition(".")[0] for path in old.names.imports.get(name, ())}
        now = {path.partition(".")[0] for path in paths}
        if was and now and not was & now and not was & (sys.stdlib_module_names | BACKPORTS):
            yield Finding(f"takes {name} from {', '.join(sorted(now))}, not from {', '.join(sorted(was))}")


def _bindings(source: Source) -> Iterator[tuple[str, ast.AST]]:
    """Names of the module and attributes that get a value, functions among them."""
    for defined in source.functions.values():
        yield defined.node.name, defined.node
    for node in source.nodes:
        if isinstance(node, ast.Assign):
            yield from ((ast.unparse(target), node) for target in node.targets if isinstance(target, ast.Attribute))
            yield from ((name, node) for name, _ in assigned(node))
        elif isinstance(node, FUNCTIONS):
            yield node.name, node
        elif isinstance(node, ast.Call) and "setattr" in source.every.last(node.func) and len(node.args) > 1:
            yield f"{ast.unparse(node.args[0])}.{source.every.text(node.args[1])}", node
