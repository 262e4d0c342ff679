"""E741: local names that look like digits get others, everywhere in their function.

The outermost function is the scope: what closures and comprehensions in it see stays the same name. Arguments stay
(callers may name them), and so does what `locals()` may see.
"""

import ast
import re
import symtable
from collections.abc import Iterable, Iterator, Sequence

import libcst as cst
import libcst.matchers as m

from stomper.fixers.annotations.module_uses import sees_frames
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.names import LOOKS_AT_NAMES, WORD, free_name, words_of
from stomper.fixers.codemods.scopes import FUNCTIONS, Scopes
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

AMBIGUOUS = re.compile(r"`([lIO])`")
SEEN = "code looks at names by their text"
IN_TEXT = "a text in the function has the name too, and may be read as code"
UNKNOWN = "the scopes of a file of newer syntax than that of the Python that runs Stomper are not known"
OTHERS = "the name is not only that of a variable of the function"
PLAIN = {"l": ("item", "value"), "I": ("index", "value"), "O": ("obj", "value")}
MEMBERS = {"lines": "line", "f": "line", "fp": "line", "file": "line", "handle": "line", "fh": "line"}


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    scopes = Scopes(source.text)
    outside, mine = _outside_functions(scopes.tree), []
    try:
        table = symtable.symtable(source.text, "a module", "exec")
    except SyntaxError:
        for found in diagnostics:
            source.leave(found, UNKNOWN)
        return None
    seen = sees_frames(source.text, source.root, source.path)
    for found in diagnostics:
        name = AMBIGUOUS.search(found.message)
        if name is None or name[1] in outside:
            continue
        if why := SEEN if seen else _why_not(scopes, table, name[1], found.line):
            source.leave(found, why)
        else:
            mine.append(found)
    return transform(source, mine, lambda here: _Rename(here, source.text)) if mine else None


def _why_not(scopes: Scopes, table: symtable.SymbolTable, name: str, line: int) -> str:
    """Say why a name stays, '' if it means the same wherever its function has it, and only by name."""
    if scopes.sees_names(line):
        return SEEN
    function = next((node for node in scopes.around(line) if isinstance(node, FUNCTIONS)), None)
    if function is None:
        return OTHERS
    if any(name in WORD.findall(words) for words in _texts(function)):
        return IN_TEXT
    first = getattr(function, "lineno", 0)
    return "" if all(_is_local(one, name) for one in _tables(table, first)) else OTHERS


def _texts(function: ast.AST) -> Iterator[str]:
    """The texts within a function, but for those that nothing is done with, such as docstrings."""
    nodes = list(ast.walk(function))
    idle = {node.value for node in nodes if isinstance(node, ast.Expr)}
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and node not in idle)
    return (value for value in texts if isinstance(value, str))


def _outside_functions(tree: ast.Module) -> set[str]:
    """The names that stand outside of all functions: one of these may be meant within, too."""
    found, pending = set(), list[ast.AST](tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            found.add(node.id)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            pending += [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]
        else:
            pending += ast.iter_child_nodes(node)
    return found


def _tables(table: symtable.SymbolTable, line: int) -> Iterator[symtable.SymbolTable]:
    """The scopes of the function that begins on a line, and all within it."""
    if table.get_lineno() == line and table.get_type() == "function":
        yield from _all_within(table)
        return
    for child in table.get_children():
        yield from _tables(child, line)


def _all_within(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _all_within(child)


def _is_local(table: symtable.SymbolTable, name: str) -> bool:
    """Say whether a name, if a scope has it, is a variable of a function, and nothing that knows its name."""
    if name not in table.get_identifiers():
        return True
    found = table.lookup(name)
    known = found.is_global() or found.is_parameter() or found.is_imported() or found.is_namespace()
    return table.get_type() == "function" and not known


class _Rename(SiteTransformer):
    """`names` are the new ones of the function in hand; `kept` are nodes that are not names of its variables."""

    def __init__(self, diagnostics: Sequence[Diagnostic], text: str) -> None:
        super().__init__(diagnostics)
        self.found = {d.line: name[1] for d in diagnostics if (name := AMBIGUOUS.search(d.message))}
        self.text = text
        self.depth = 0
        self.names: dict[str, str] = {}
        self.kept: set[cst.CSTNode] = set()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.depth += 1
        if self.depth == 1:
            wanted = {name for line, name in self.found.items() if line in self.lines(node)}
            self.names = {name: self._new(name, node) for name in sorted(wanted) if _may_be_renamed(name, node)}

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self.depth -= 1
        if not self.depth:
            self.names = {}
        return updated_node

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.kept.add(node.attr)

    def visit_MatchKeywordElement(self, node: cst.MatchKeywordElement) -> None:
        self.kept.add(node.key)

    def visit_Arg(self, node: cst.Arg) -> None:
        if node.keyword is not None:
            self.kept.add(node.keyword)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        new = self.names.get(updated_node.value)
        return updated_node if new is None or original_node in self.kept else updated_node.with_changes(value=new)

    def _new(self, name: str, function: cst.FunctionDef) -> str:
        return free_name([*_by_use(name, function), *PLAIN[name]], words_of(self.text), self.names.values())


def _by_use(name: str, function: cst.FunctionDef) -> Iterable[str]:
    """Names that say what a variable holds, by the first place that gives it a value."""
    for loop in m.findall(function, m.For(m.Name(name)) | m.CompFor(m.Name(name))):
        iterated = loop.iter if isinstance(loop, cst.For | cst.CompFor) else None
        last = iterated.attr if isinstance(iterated, cst.Attribute) else iterated
        if isinstance(last, cst.Name):
            yield from _member(last.value)
    for given in m.findall(function, m.Assign([m.AssignTarget(m.Name(name))])):
        value = given.value if isinstance(given, cst.Assign) else None
        if m.matches(value, m.Call(m.Name("len"))) if value is not None else False:
            yield "length"
        if isinstance(value, cst.List | cst.ListComp):
            yield "items"


def _member(name: str) -> Iterable[str]:
    if name in MEMBERS:
        yield MEMBERS[name]
    elif name.endswith("s") and not name.endswith("ss") and len(name) > 3:
        yield name[:-1]


def _may_be_renamed(name: str, function: cst.FunctionDef) -> bool:
    target = m.Name(name)
    seen = m.Call(m.Name(m.MatchIfTrue(LOOKS_AT_NAMES.__contains__)))
    shown = m.FormattedStringExpression(target, equal=m.AssignEqual())
    others = (m.Param(name=target), m.NameItem(target), m.ClassDef(), m.ImportAlias(target), shown, seen)
    return not any(m.findall(function, other) for other in others)
