"""Code that is there and does nothing any more: functions emptied, statements that no longer run."""

import ast
import builtins
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from stomper.guards.inlining import is_literal
from stomper.guards.names import Function, assigned
from stomper.guards.nodes import nodes_of
from stomper.guards.normal_forms import form
from stomper.guards.refusal import Finding, quoted
from stomper.guards.source import Source
from stomper.guards.statement_context import SWALLOWED, TYPING, Site
from stomper.guards.unused_definitions import is_generator

DECLARING = (ast.Import, ast.ImportFrom, ast.Pass, ast.Global, ast.Nonlocal)
TYPES = (ast.ClassDef, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef, ast.Assign, ast.If, ast.Try, ast.Call)
PRINTS = frozenset({"print", "pprint"})
MAKERS = frozenset({"dict", "list", "set", "tuple", "frozenset", "str", "int", "float", "bool", "bytes", "object"})


def disabled(old: Source, new: Source, judged: Collection[str]) -> list[Finding]:
    """Find the code that a change switches off. Functions that are `judged` already are passed over."""
    found = [*_emptied(old, new), *_bound_again(old, new), *_dead(old, new)]
    return [finding for finding in found if finding.scope not in judged]


def _emptied(old: Source, new: Source) -> Iterator[Finding]:
    """Functions that did something and do nothing now, or only raise. Those of a stub never do anything."""
    if new.path.endswith(".pyi"):
        return
    for scope, defined in new.functions.items():
        before = old.functions.get(scope)
        if before is None:
            continue
        if defined.dead and not before.dead:
            yield Finding("switches a function off", defined.node.lineno, scope)
        elif work(before.node) > work(defined.node) and not _only_fails(before.node, old):
            yield Finding("empties a function", defined.node.lineno, scope)


def _only_fails(node: Function, source: Source) -> bool:
    """Say whether all that a function did was to return a name that nothing binds: an error at every call."""
    done = [part for part in node.body if _work(part)]
    if len(done) != 1 or not (isinstance(done[0], ast.Return) and isinstance(done[0].value, ast.Name)):
        return False
    known = source.every.bound.keys() | source.every.imports.keys() | vars(builtins).keys()
    return done[0].value.id not in known and not _imports_all(source)


def _imports_all(source: Source) -> bool:
    return any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in source.nodes)


def _bound_again(old: Source, new: Source) -> Iterator[Finding]:
    """Functions of the module whose name stands for something plain behind them."""
    for name, values in new.names.values.items():
        plain = [value for value in values if isinstance(value, ast.Lambda | ast.Constant)]
        if name in old.functions and plain and len(values) > len(old.names.values.get(name, ())):
            yield Finding(f"puts {quoted(plain[-1])} in the place of the function {name}", plain[-1].lineno)


def work(node: Function) -> int:
    """Say what a function does: 2 if it has an effect or a computed result, 1 if it raises an error, 0 for nothing."""
    if is_generator(node):
        return 2
    written = _written_down(node)
    return max((_work(part) for part in node.body if not _returns(part, written)), default=0)


def _written_down(node: Function) -> frozenset[str]:
    """The names in a function that only stand for literals."""
    set_to = [pair for part in nodes_of(node) for pair in assigned(part)]
    return frozenset(name for name, _ in set_to) - {name for name, value in set_to if not is_literal(value)}


def _returns(node: ast.stmt, written: frozenset[str]) -> bool:
    return isinstance(node, ast.Return) and isinstance(node.value, ast.Name) and node.value.id in written


def _work(node: ast.stmt) -> int:
    """Count the work of a statement, without the parts that a linter would remove as unused."""
    match node:
        case ast.Return(value=value):
            return 2 * (value is not None and _computes(value))
        case ast.Expr(value=value):
            return 2 * _has_effect(value)
        case ast.Assign(targets=targets, value=value):
            plain = all(isinstance(part, ast.Name) for target in targets for part in _targets(target))
            return 2 * (not plain or _has_effect(value))
        case ast.AnnAssign(target=target, value=value):
            return 2 * (not isinstance(target, ast.Name) or (value is not None and _has_effect(value)))
        case ast.Raise(exc=error):
            raised = error.func if isinstance(error, ast.Call) else error
            return {"NotImplementedError": 0, "AssertionError": 2}.get(getattr(raised, "id", ""), 1)
        case ast.If():
            return max(2 * _has_effect(node.test), *map(_work, (*node.body, *node.orelse)))
        case ast.Try():
            handlers = [part for handler in node.handlers for part in handler.body]
            return max(map(_work, (*node.body, *handlers, *node.orelse, *node.finalbody)))
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return 2 * bool(node.decorator_list)
        case _:
            return 2 * (not isinstance(node, DECLARING))


def _targets(target: ast.expr) -> Sequence[ast.expr]:
    return target.elts if isinstance(target, ast.Tuple | ast.List) else [target]


def _computes(node: ast.expr) -> bool:
    """Return whether a value is computed, not just written down."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS and not node.args:
        return bool(node.keywords)
    kinds = (ast.Name, ast.Call, ast.Attribute, ast.Await)
    return any(isinstance(part, kinds) and getattr(part, "id", "") != "NotImplemented" for part in nodes_of(node))


def _has_effect(node: ast.expr) -> bool:
    kinds = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
    nodes = nodes_of(node)
    calls = [part for part in nodes if isinstance(part, ast.Call)]
    idle = [call for call in calls if isinstance(call.func, ast.Name) and _is_idle(call.func.id, call)]
    return len(calls) > len(idle) or any(isinstance(part, kinds) for part in nodes)


def _is_idle(name: str, call: ast.Call) -> bool:
    """Return whether a linter would remove a call: an empty display, or a print left from debugging."""
    return name in PRINTS or (name in MAKERS and not call.args)


def _dead(old: Source, new: Source) -> Iterator[Finding]:
    """The first statement of each function that does not run now, where more of them do not run than before."""
    before, after = _dead_sites(old), _dead_sites(new)
    moved = sum(len(sites) for scope, sites in before.items() if scope not in after and scope not in new.functions)
    for scope, sites in after.items():
        if scope in new.functions and scope not in old.functions:
            continue  # what a new function does not do was never done
        known = Counter(form(site.node) for site in before.get(scope, ()))
        more = len(sites) - len(before.get(scope, ()))
        if more <= 0 or more <= moved:
            continue
        added = [site for site in sites if not _take(known, form(site.node))]
        first = (added or sites)[0]
        line = getattr(first.node, "lineno", 0)
        yield Finding(f"switches code off: {quoted(first.node)} {first.context.dead}", line, scope)


def _take(known: Counter[str], key: str) -> bool:
    known[key] -= 1
    return known[key] >= 0


def _dead_sites(source: Source) -> dict[str, list[Site]]:
    """The statements of each function that do not run. What only declares is left out, and types for type checkers."""
    found: dict[str, list[Site]] = {}
    for site in source.sites:
        if _matters(site):
            found.setdefault(site.context.scope, []).append(site)
    return found


def _matters(site: Site) -> bool:
    node, dead = site.node, site.context.dead
    if dead in ("", SWALLOWED) or isinstance(node, DECLARING):
        return False
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return False
    return not (dead == TYPING and isinstance(node, TYPES))
