"""Codes of other checkers of types that say the same as one of mypy: what fixes that, fixes these.

Measured with zuban 0.10.2, ty 0.0.108, basedpyright 1.40.2 and pyrefly 1.4 beside mypy 2.4, on the samples of
`tests/cases/equal`. zuban has mypy's codes and words. Where a tool has one code for more than mypy has, the words of
the message decide.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from stomper.models import Diagnostic
from stomper.python import read_tree

Claim: TypeAlias = tuple[str, str]

DEFAULT = 'Incompatible default for parameter "{}" (default has type "None", parameter has type "")'
HIDDEN = 'Module "{module}" does not explicitly export attribute "{name}"'


def column_of(text: str, node: ast.AST) -> tuple[int, int]:
    """Line and column of a node, counted from 1 in characters."""
    line, offset = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    return line, len(text.split("\n")[line - 1].encode()[:offset].decode("utf-8", "replace")) + 1


@dataclass(frozen=True, slots=True)
class Equal:
    """A code of a `tool` that is mypy's `code`, where the message has the words `says`.

    `message` is what mypy says, with the groups of `says`. Where mypy speaks of another place, `finds` names the
    function that gives the node which begins there.
    """

    tool: str
    theirs: str
    code: str
    says: re.Pattern[str] = re.compile("")
    message: str = ""
    finds: str = ""


def _rows() -> Iterator[Equal]:
    none = re.compile(r"^Default value of type `None` is not assignable")
    yield Equal("ty", "invalid-parameter-default", "assignment", none, DEFAULT.format("x"), "default")
    none = re.compile(r'^Expression of type "None" cannot be assigned to parameter')
    yield from (Equal(t, "reportArgumentType", "assignment", none, DEFAULT.format("x")) for t in PYRIGHTS)
    none = re.compile(r"^Default `None` is not assignable to parameter `(?P<name>\w+)`")
    yield Equal("pyrefly", "bad-function-definition", "assignment", none, DEFAULT.format("x"))
    yield Equal("ty", "redundant-cast", "redundant-cast")
    yield from (Equal(tool, "reportUnnecessaryCast", "redundant-cast") for tool in PYRIGHTS)
    yield Equal("pyrefly", "redundant-cast", "redundant-cast", finds="call")
    for tool in ("ty", "pyrefly"):
        yield Equal(tool, "missing-override-decorator", "explicit-override", finds="function")
    yield from (Equal(tool, "reportImplicitOverride", "explicit-override", finds="function") for tool in PYRIGHTS)
    hidden = re.compile(r'^"(?P<name>\w+)" is not exported from module "(?P<module>[\w.]+)"')
    for code in ("reportPrivateLocalImportUsage", "reportPrivateImportUsage"):
        yield from (Equal(tool, code, "attr-defined", hidden, HIDDEN, "import") for tool in PYRIGHTS)
    yield from (Equal("zuban", code, code, finds=finds) for code, finds in SAME)
    yield Equal("ty", "missing-type-argument", "type-arg")
    yield Equal("pyrefly", "implicit-any-type-argument", "type-arg")
    yield Equal("pyrefly", "implicit-any-parameter", "no-untyped-def", finds="around")
    yield Equal("pyrefly", "implicit-any-empty-container", "var-annotated", finds="statement")
    for tool in PYRIGHTS:
        yield Equal(tool, "reportMissingTypeArgument", "type-arg")
        yield Equal(tool, "reportMissingParameterType", "no-untyped-def", finds="around")


PYRIGHTS = ("pyright", "basedpyright")
# Codes of mypy that zuban has, and where it speaks of them.
SAME = (
    ("assignment", ""),
    ("redundant-cast", ""),
    ("explicit-override", "function"),
    ("attr-defined", "import"),
    ("func-returns-value", ""),
    ("exit-return", ""),
    ("no-untyped-def", ""),
    ("type-arg", ""),
    ("var-annotated", ""),
)
ROWS = tuple(_rows())


def with_equals(claims: Iterable[Claim]) -> frozenset[Claim]:
    """The claims of mypy's codes, and of those of other checkers that are equal to them."""
    mine = frozenset(claims)
    return mine | {(row.tool, row.theirs) for row in ROWS if ("mypy", row.code) in mine}


def as_mypys(found: Diagnostic) -> Diagnostic:
    """The diagnostic as mypy has it, still at its own place; the very same one if mypy has no such."""
    row = _row(found)
    if row is None:
        return found
    match = row.says.match(found.message)
    groups = match.groupdict() if match else {}
    message = row.message.format(**groups) if row.message else found.message
    return replace(found, tool="mypy", code=row.code, message=message)


def at_mypys(text: str, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics as mypy has them and where it has them, each once. Raises CannotReadError."""
    tree = read_tree(text)
    moved = (_moved(text, tree, found) for found in diagnostics)
    return tuple(dict.fromkeys(moved))


def _row(found: Diagnostic) -> Equal | None:
    rows = (row for row in ROWS if (row.tool, row.theirs) == (found.tool, found.code))
    return next((row for row in rows if row.says.match(found.message)), None)


def _moved(text: str, tree: ast.Module, found: Diagnostic) -> Diagnostic:
    row = _row(found)
    if row is None:
        return found
    mine = as_mypys(found)
    nodes = FINDS[row.finds](text, tree, found) if row.finds else iter(())
    line, column = next((column_of(text, node) for node in nodes), (found.line, found.column))
    return replace(mine, line=line, column=column)


def _default(text: str, tree: ast.Module, found: Diagnostic) -> Iterator[ast.AST]:
    """The default of the parameter that begins there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            plain = [*node.posonlyargs, *node.args]
            pairs = [*zip(reversed(plain), reversed(node.defaults), strict=False)]
            pairs += [(arg, value) for arg, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value]
            yield from (value for arg, value in pairs if column_of(text, arg) == (found.line, found.column))


def _call(text: str, tree: ast.Module, found: Diagnostic) -> Iterator[ast.AST]:
    """The call whose brackets begin there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.func.end_lineno == found.line:
            end = ast.Name("", lineno=found.line, col_offset=node.func.end_col_offset or 0)
            if column_of(text, end) == (found.line, found.column):
                yield node


def _function(text: str, tree: ast.Module, found: Diagnostic) -> Iterator[ast.AST]:
    """The function whose name is on that line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno == found.line:
            yield node


def _import(text: str, tree: ast.Module, found: Diagnostic) -> Iterator[ast.AST]:
    """The import that a name is in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(
            column_of(text, alias) == (found.line, found.column) for alias in node.names
        ):
            yield node


def _around(text: str, tree: ast.Module, found: Diagnostic) -> Iterator[ast.AST]:
    """The function that has a parameter there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            every = node.args
            named = [*every.posonlyargs, *every.args, *every.kwonlyargs, *filter(None, (every.vararg, every.kwarg))]
            if any(column_of(text, arg) == (found.line, found.column) for arg in named):
                yield node


def _statement(text: str, tree: ast.Module, found: Diagnostic) -> Iterator[ast.AST]:
    """The assignment whose value begins there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and column_of(text, node.value) == (found.line, found.column):
            yield node


FINDS: dict[str, Callable[[str, ast.Module, Diagnostic], Iterator[ast.AST]]] = {
    "default": _default,
    "call": _call,
    "function": _function,
    "import": _import,
    "around": _around,
    "statement": _statement,
}
