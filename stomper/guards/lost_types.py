"""Types that are given up: names bound to `Any`, annotations taken away, code hidden from the type checker."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from stomper.guards.names import FUNCTIONS, Function, Names
from stomper.guards.nodes import nodes_of
from stomper.guards.normal_forms import form
from stomper.guards.refusal import Finding, quoted
from stomper.guards.source import Source
from stomper.guards.statement_context import Defined

Seen: TypeAlias = Iterator[tuple[str, ast.AST, str]]
"""What is seen: a key that is the same before and after, the node to name, and words."""
PASSED_ON = frozenset({"Any", "object"})


def given_up(old: Source, new: Source) -> list[Finding]:
    """Find the types that a change gives up."""
    known = Counter(key for key, _, _ in _all_seen(old))
    known.update(f"cast {name}" for name, values in old.every.values.items() if any(map(_is_identity, values)))
    known.update(f"cast {defined.node.name}" for defined in old.functions.values())
    found = []
    for key, node, words in _all_seen(new):
        if known[key]:
            known[key] -= 1
        else:
            found.append(Finding(words, getattr(node, "lineno", 0)))
    return [*found, *_taken_away(old, new), *_alone(old, new)]


def _all_seen(source: Source) -> Seen:
    yield from _aliases(source)
    for node in source.others:
        if isinstance(node, FUNCTIONS):
            yield from _passing_on(node, source.every)
        elif isinstance(node, ast.ClassDef) and any("Any" in source.every.last(base) for base in node.bases):
            yield f"base of {node.name}", node, f"derives the class {node.name} from Any"
        elif isinstance(node, ast.If):
            yield from _hidden(node, source.every)
    for scope, defined in source.functions.items():
        if defined.node.name == "__getattr__":
            yield scope, defined.node, f"adds a function that answers for every name: {scope}"


def is_any(node: ast.expr | None, names: Names) -> bool:
    """Say whether an annotation is Any, by whatever name, in quotes or alone in `Optional`, `Final` and the like."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return "Any" in names.last(ast.Name(node.value.rpartition(".")[2].strip(), ast.Load()))
    if isinstance(node, ast.Subscript) and names.last(node.value) & {"Final", "ClassVar", "Annotated", "Optional"}:
        inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
        return is_any(inner, names)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return is_any(node.left, names) or is_any(node.right, names)
    return node is not None and "Any" in names.last(node)


def _aliases(source: Source) -> Seen:
    """Names that stand for Any, and variables that are said to be of that type."""
    for node in source.others:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "Any" and alias.asname not in (None, "Any"):
                    yield f"name {alias.asname}", node, f"binds the name {alias.asname} to Any"
        elif isinstance(node, ast.Assign) and _names_any(node.value, source.every):
            for target in node.targets:
                yield f"name {form(target)}", node, f"binds the name {quoted(target)} to Any"
        elif isinstance(node, ast.AnnAssign) and (
            is_any(node.annotation, source.every) or (node.value is not None and is_any(node.value, source.every))
        ):
            yield f"name {form(node.target)}", node, f"makes {quoted(node.target)} a name of the type Any"
        elif isinstance(node, ast.Assign | ast.AnnAssign) and _is_identity(node.value):
            yield "identity", node, f"adds a function that gives back what it is given, as Any: {quoted(node)}"
        elif type(node).__name__ == "TypeAlias" and is_any(node.value, source.every):  # type: ignore[attr-defined]
            yield f"name {quoted(node)}", node, f"binds a type to Any: {quoted(node)}"


def _names_any(value: ast.expr, names: Names) -> bool:
    return isinstance(value, ast.Name | ast.Attribute | ast.Constant) and is_any(value, names)


def _is_identity(node: ast.expr | None) -> bool:
    """Return whether a lambda gives back its argument."""
    if not isinstance(node, ast.Lambda) or not isinstance(node.body, ast.Name):
        return False
    return node.body.id in {arg.arg for arg in node.args.args}


def _passing_on(node: Function, names: Names) -> Seen:
    """A function that gives back what it is given, and says of it that it is anything: a cast by another name."""
    narrowing = names.last(node.returns.value if isinstance(node.returns, ast.Subscript) else None)
    if narrowing & {"TypeGuard", "TypeIs"} and _returns_constants(node):
        yield f"cast {node.name}", node, f"adds a function that says of everything that it has a type: {node.name}"
    args = [*node.args.posonlyargs, *node.args.args]
    body = [part for part in node.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
    if not args or len(body) != 1 or not isinstance(body[0], ast.Return) or not isinstance(body[0].value, ast.Name):
        return
    given = {arg.arg: arg.annotation for arg in args}
    name = body[0].value.id
    open_ends = [node.returns, given.get(name)]
    if name in given and len(args) <= 2 and (any(is_any(end, names) for end in open_ends) or open_ends == [None, None]):
        yield f"cast {node.name}", node, f"adds a function that gives back what it is given, as Any: {node.name}"


def _returns_constants(node: Function) -> bool:
    return all(isinstance(part.value, ast.Constant) for part in nodes_of(node) if isinstance(part, ast.Return))


def _hidden(node: ast.If, names: Names) -> Seen:
    """Code that runs where no type checker looks: the other branch of `TYPE_CHECKING`."""
    turned = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
    test = node.test.operand if isinstance(node.test, ast.UnaryOp) and turned else node.test
    if "TYPE_CHECKING" not in names.last(test):
        return
    for statement in node.body if turned else node.orelse:
        yield f"hidden {type(statement).__name__}", statement, f"hides code from type checkers: {quoted(statement)}"


def _taken_away(old: Source, new: Source) -> Iterator[Finding]:
    """Annotations of functions that are gone, or were something and are Any now."""
    for scope, defined in new.functions.items():
        if (before := old.functions.get(scope)) is None:
            continue
        had, has = dict(_annotations(before)), dict(_annotations(defined))
        for name in had.keys() & has.keys():
            was, now = had[name], has[name]
            if was is not None and now is None:
                yield Finding(f"takes away the annotation of {name}", defined.node.lineno, scope)
            elif was is not None and is_any(now, new.every) and not is_any(was, old.every):
                yield Finding(f"makes Any of the annotation of {name}: {quoted(was)}", defined.node.lineno, scope)


def _annotations(defined: Defined) -> Iterable[tuple[str, ast.expr | None]]:
    args = defined.node.args
    every = (*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, (args.vararg, args.kwarg)))
    yield from ((f"`{arg.arg}`", arg.annotation) for arg in every if arg.arg not in ("self", "cls"))
    yield "what it returns", defined.node.returns


def _alone(old: Source, new: Source) -> Iterator[Finding]:
    """Names that were imported or defined and are a plain `object`, or None, now."""
    defined = {node.name for node in old.tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    for name, values in new.names.values.items():
        was = name in old.names.imports or name in defined
        plain = [
            v for v in values if "object" in new.every.last(v) or (isinstance(v, ast.Constant) and v.value is None)
        ]
        if was and name not in old.names.values and plain and name not in new.names.imports:
            yield Finding(f"puts {quoted(plain[0])} in the place of {name}", plain[0].lineno)
