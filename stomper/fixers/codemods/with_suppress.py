"""SIM105: `try: ... except X: pass` is `with contextlib.suppress(X): ...`, also if there are comments.

Only where it makes no difference that `suppress` looks up what it catches before anything is raised, is called itself,
and (from Python 3.12 on) looks into groups of exceptions.
"""

import ast
from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from stomper.fixers.annotations.module_uses import first_with
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.bindings import NOT_TO_BE_HAD, Spelling, spell
from stomper.fixers.codemods.comments import as_lines, comments_in, read_by_tools
from stomper.fixers.codemods.new_exceptions import NewExceptions, dotted, joined
from stomper.fixers.codemods.scopes import Builtin, Defined, Imported, Scopes, names_bound
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.fixers.codemods.standard_exceptions import EXCEPTIONS
from stomper.models import Diagnostic

NOTHING = m.IndentedBlock([m.SimpleStatementLine([m.Pass() | m.Expr(m.Ellipsis())])]) | m.SimpleStatementSuite(
    [m.Pass() | m.Expr(m.Ellipsis())]
)
EVERYTHING = "BaseException"
# What a call that catches may itself raise, if there was none.
OWN = frozenset({"RecursionError", "MemoryError"})
TASKS = ("asyncio", "anyio", "trio", "ExceptionGroup", "BaseExceptionGroup", "TaskGroup")
IMPORTS = "an import that may fail is known as such by `try`"
RAISE_GROUPS = frozenset({"ExceptionGroup", "BaseExceptionGroup", "TaskGroup"})
GROUPS = "`suppress` also looks into groups of exceptions, which tasks raise"
LATE = "`__del__` runs when modules may be gone"
LOOKED_UP = (
    "what is caught is looked up only where something is raised: it may not be there before, or be no plain class"
)


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    scopes, mine = Scopes(source.text), []
    has_tasks = any(scopes.occurs(name) for name in TASKS) or first_with(source.root, source.path, RAISE_GROUPS)
    there = _There(source, scopes)
    tries = {(node.lineno, scopes.column(node)): node for node in ast.walk(scopes.tree) if isinstance(node, ast.Try)}
    for found in diagnostics:
        node = tries.get((found.line, found.column))
        why = (GROUPS if has_tasks else _why_not(scopes, node, there)) if node else ""
        if why:
            source.leave(found, why)
        elif node:
            mine.append(found)
    spelling = spell(source, {d.line for d in mine}, ["contextlib"], "suppress", attribute=True) if mine else None
    for found in mine if spelling is None else ():
        source.leave(found, NOT_TO_BE_HAD)
    text = transform(source, mine, lambda here: _Suppress(here, spelling)) if spelling else None
    return spelling.imported(text) if spelling and text else None


def _why_not(scopes: Scopes, node: ast.Try, there: "_There") -> str:
    """Say why a statement stays as it is, '' if it need not."""
    within = [child for part in node.body for child in ast.walk(part)]
    if any(isinstance(child, ast.Import | ast.ImportFrom) for child in within):
        return IMPORTS
    if any(isinstance(child, ast.Await | ast.AsyncFor | ast.AsyncWith) for child in within):
        return GROUPS
    if any(getattr(scope, "name", "") == "__del__" for scope in scopes.around(node.lineno)):
        return LATE
    replaced = frozenset(name for part in node.body for name in names_bound(ast.Module([part], [])))
    caught = node.handlers[0].type if node.handlers else None
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return "" if all(there.has(kind, node, replaced) for kind in kinds) else LOOKED_UP


class _There:
    """Tells whether what an `except` names is there before its `try` begins, the same as later, and a plain class.

    `suppress` asks it what is derived from it, which a class of its own kind may answer otherwise than `except` does.
    """

    def __init__(self, source: Source, scopes: Scopes) -> None:
        self.scopes, self.classes = scopes, NewExceptions(source, scopes)

    def has(self, kind: ast.expr | None, node: ast.Try, replaced: frozenset[str]) -> bool:
        if kind is None:
            return self.scopes.is_builtin(EVERYTHING, node.lineno)
        root, names = dotted(kind)
        if not root or root in replaced or root in OWN:
            return False
        meaning = self.scopes.meaning(root, node.lineno)
        if isinstance(meaning, Builtin):
            return not names
        if not isinstance(meaning, Imported | Defined):
            return False
        if self.classes.is_class(kind):
            return True
        if not isinstance(meaning, Imported):
            return False
        return self._is_standard(meaning, names, node) if names else not self.classes.is_ours(meaning)

    def _is_standard(self, meaning: Imported, names: list[str], node: ast.Try) -> bool:
        """Say whether a module of the standard library that the file imports itself has it in every Python."""
        module = ".".join([joined(meaning), *names[:-1]])
        imports = (one for one in self.scopes.tree.body if isinstance(one, ast.Import) and one.lineno < node.lineno)
        imported = module == joined(meaning) or any(alias.name == module for one in imports for alias in one.names)
        return imported and names[-1] in EXCEPTIONS.get(module, ()) and not self.classes.is_ours(meaning)


class _Suppress(SiteTransformer):
    def __init__(self, diagnostics: Sequence[Diagnostic], spelling: Spelling) -> None:
        super().__init__(diagnostics)
        self.suppress = spelling.words

    def leave_Try(self, original_node: cst.Try, updated_node: cst.Try) -> cst.Try | cst.With:
        if self.site(original_node) is None or len(updated_node.handlers) != 1:
            return updated_node
        handler = updated_node.handlers[0]
        comments = comments_in(handler)
        if updated_node.orelse or updated_node.finalbody or handler.name or not m.matches(handler.body, NOTHING):
            return updated_node
        if read_by_tools(comments):
            return updated_node
        call = cst.Call(cst.parse_expression(self.suppress), _caught(handler.type))
        lines = (*updated_node.leading_lines, *as_lines(comments))
        return cst.With([cst.WithItem(call)], updated_node.body, leading_lines=lines)


def _caught(types: cst.BaseExpression | None) -> list[cst.Arg]:
    if types is None:
        return [cst.Arg(cst.Name(EVERYTHING))]
    if not isinstance(types, cst.Tuple):
        return [cst.Arg(types)]
    return [cst.Arg(e.value, star="*" if isinstance(e, cst.StarredElement) else "") for e in types.elements]
