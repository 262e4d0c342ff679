"""The meaning of a name at a place of a module, as far as its syntax tells for sure.

One mechanism for all that need a name: whether `contextlib` is the module of that name here, `ValueError` the built-in
exception, `ClassVar` that of `typing`, or whether any of them is something else, comes later, or only sometimes.
"""

import ast
import builtins
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from stomper.python import read_tree

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.ClassDef)
# What sees names by their text: always, and when it is called without an argument.
SEES = frozenset({"locals", "globals", "eval", "exec", "f_locals", "f_globals", "_getframe", "currentframe"})
SEES_HERE = frozenset({"vars", "dir"})
SEES_MODULE = frozenset({"globals", "f_globals"})


@dataclass(frozen=True, slots=True)
class Imported:
    """`name` of `module`, or the module itself. A relative one begins with its dots."""

    module: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Defined:
    """A class or a function that the module itself defines, once."""

    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Builtin:
    """A name that Python itself gives."""

    name: str

    @property
    def is_class(self) -> bool:
        return isinstance(getattr(builtins, self.name), type)

    @property
    def is_exception(self) -> bool:
        value = getattr(builtins, self.name)
        return isinstance(value, type) and issubclass(value, BaseException)


Meaning: TypeAlias = Imported | Defined | Builtin


class Scopes:
    """The names of one module. Raises CannotReadError for a text that is none."""

    def __init__(self, text: str) -> None:
        self.tree = read_tree(text)
        self._lines = text.split("\n")
        self._nodes = list(ast.walk(self.tree))
        self._within: dict[ast.AST, frozenset[str]] = {}
        self._around: dict[int, list[ast.AST]] = defaultdict(list)
        for node in self._nodes:  # from the outermost on
            for line in lines_of(node) if isinstance(node, SCOPES) else ():
                self._around[line].append(node)
        self._top = list(_of_module(self.tree))
        self._bound: dict[str, list[ast.AST]] = {}
        self._sure: dict[str, list[ast.stmt]] = {}
        for node in self._top:
            for name in bound(node):
                self._bound.setdefault(name, []).append(node)
        self.globals = {name for node in self._nodes if isinstance(node, ast.Global) for name in node.names}
        self._stars = [node.lineno for node in self._top if isinstance(node, ast.ImportFrom) and _is_star(node)]

    @property
    def has_star(self) -> bool:
        return bool(self._stars)

    def meanings(self, name: str, line: int) -> frozenset[Meaning]:
        """All that `name` can mean on this line; empty if something is possible that is not to be seen.

        Each is bound before the line is reached, whatever happens, and nothing else takes its place.
        """
        if name in self.globals or any(name in self._names_within(scope) for scope in self.around(line)):
            return frozenset()
        if name not in self._bound:
            is_builtin = hasattr(builtins, name) and not self.has_star
            return frozenset({Builtin(name)}) if is_builtin else frozenset()
        return self._meanings_at_top(name, line)

    def _meanings_at_top(self, name: str, line: int) -> frozenset[Meaning]:
        meanings = [_meaning(node, name) for node in self._bound[name]]
        known = frozenset(one for one in meanings if one is not None)
        given = [node for node in self._surely(name) if (node.end_lineno or 0) < line]
        replaced = given and any(star >= given[-1].lineno for star in self._stars)
        if None in meanings or not given or replaced:
            return frozenset()
        one_thing = len(meanings) == 1 or all(isinstance(one, Imported) for one in known)
        return known if one_thing else frozenset()

    def _surely(self, name: str) -> list[ast.stmt]:
        """The statements at the top after which `name` is bound, whatever happens."""
        if name not in self._sure:
            self._sure[name] = [node for node in self.tree.body if _binds_surely(node, name)]
        return self._sure[name]

    def meaning(self, name: str, line: int) -> Meaning | None:
        """The only thing that `name` can mean on this line."""
        found = self.meanings(name, line)
        return next(iter(found)) if len(found) == 1 else None

    def is_builtin(self, name: str, line: int) -> bool:
        return self.meaning(name, line) == Builtin(name)

    def around(self, line: int) -> list[ast.AST]:
        """The functions and classes that a line is in, the outermost one first."""
        return self._around.get(line, [])

    def imports(self) -> list[str]:
        """The names that imports bind at the top of the module, each once."""
        kinds = ast.Import | ast.ImportFrom
        return [name for name, nodes in self._bound.items() if any(isinstance(node, kinds) for node in nodes)]

    def occurs(self, name: str) -> bool:
        """Say whether anything in the module is called so, or a text says so."""
        return any(name in _mentioned(node) for node in self._nodes)

    def only_later(self, name: str) -> bool:
        """Say whether `name` is bound at the top and nowhere else, and is not looked up before that."""
        nodes = [node for node in self._nodes if name in _mentioned(node)]
        binding = [node for node in nodes if name in bound(node)]
        first = min((getattr(node, "lineno", 0) for node in binding), default=0)
        early = any(getattr(node, "lineno", 0) < first for node in nodes)
        return not early and all(node in self._bound.get(name, ()) for node in binding)

    def sees_names(self, line: int) -> bool:
        """Say whether code around this line looks at names by their text."""
        around = [node for node in self.around(line) if isinstance(node, FUNCTIONS)]
        return sees_names(ast.walk(around[0]) if around else self._nodes)

    def sees_names_of_module(self) -> bool:
        """Say whether code looks at the names of the module by their text."""
        words = (getattr(node, "id", getattr(node, "attr", None)) for node in self._nodes)
        return any(word in SEES_MODULE for word in words) or sees_names(self._top)

    def column(self, node: ast.stmt | ast.expr | ast.ExceptHandler) -> int:
        """Say where a node begins in its line, in characters from 1, as checkers count."""
        before = self._lines[node.lineno - 1].encode()[: node.col_offset]
        return len(before.decode()) + 1

    def _names_within(self, scope: ast.AST) -> frozenset[str]:
        if scope not in self._within:
            self._within[scope] = names_bound(scope)
        return self._within[scope]


def bound(node: ast.AST) -> frozenset[str]:
    """The names that this node gives a meaning or takes it from, apart from those of the nodes within."""
    if isinstance(node, ast.Name):
        return frozenset() if isinstance(node.ctx, ast.Load) else frozenset({node.id})
    if isinstance(node, ast.Import):
        return frozenset(alias.asname or alias.name.partition(".")[0] for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return frozenset(alias.asname or alias.name for alias in node.names)
    if isinstance(node, ast.Global | ast.Nonlocal):
        return frozenset(node.names)
    if isinstance(node, ast.keyword | ast.alias):
        return frozenset()
    named = (getattr(node, part, None) for part in ("name", "rest", "arg"))  # of definitions, handlers, patterns
    return frozenset(name for name in named if isinstance(name, str))


def names_bound(scope: ast.AST) -> frozenset[str]:
    """The names that anything within a node binds, inner functions too."""
    return frozenset(name for node in ast.walk(scope) if node is not scope for name in bound(node))


def sees_names(nodes: Iterable[ast.AST]) -> bool:
    """Say whether any of these looks at names by their text: `locals()`, `eval`, frames."""
    return any(_sees(node) for node in nodes)


def _sees(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and not node.args and isinstance(node.func, ast.Name):
        return node.func.id in SEES_HERE | SEES
    return (isinstance(node, ast.Name) and node.id in SEES) or (isinstance(node, ast.Attribute) and node.attr in SEES)


def _of_module(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of the scope of a module: those within functions and classes are not."""
    for child in ast.iter_child_nodes(tree):
        yield child
        if not isinstance(child, SCOPES):
            yield from _of_module(child)
        elif not isinstance(child, ast.Lambda):
            outside = [*child.decorator_list, *(child.bases if isinstance(child, ast.ClassDef) else ())]
            for node in outside:
                yield node
                yield from _of_module(node)


def _meaning(node: ast.AST, name: str) -> Meaning | None:
    if isinstance(node, ast.Import):
        alias = next(one for one in node.names if (one.asname or one.name.partition(".")[0]) == name)
        return Imported(alias.name if alias.asname else alias.name.partition(".")[0])
    if isinstance(node, ast.ImportFrom):
        alias = next(one for one in node.names if (one.asname or one.name) == name)
        return Imported("." * node.level + (node.module or ""), alias.name)
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return Defined(node)
    return None


def _binds_surely(node: ast.stmt, name: str) -> bool:
    """Say whether a name is bound when a statement is done, whatever way it went."""
    if isinstance(node, ast.If):
        return _any_binds(node.body, name) and _any_binds(node.orelse, name)
    if isinstance(node, ast.Try):
        handled = all(_any_binds(one.body, name) or isinstance(one.body[-1], ast.Raise) for one in node.handlers)
        return _any_binds(node.finalbody, name) or (_any_binds(node.body, name) and handled)
    statements = ast.Import | ast.ImportFrom | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return isinstance(node, statements) and name in bound(node)


def _any_binds(body: Sequence[ast.stmt], name: str) -> bool:
    return any(_binds_surely(node, name) for node in body)


def _is_star(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def _mentioned(node: ast.AST) -> frozenset[str]:
    """The names that a node binds or looks up, and the text that it is."""
    if isinstance(node, ast.Name):
        return frozenset({node.id})
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return frozenset({node.value})
    return bound(node)


def lines_of(node: ast.AST) -> range:
    """The lines that a node covers, its decorators included."""
    first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", None)
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return range(min([first, *(one.lineno for one in decorators)]), (last or first) + 1)


def has_other_form(nodes: Iterable[ast.AST]) -> bool:
    """Say whether any text there would be another one as a name, which Python reads in its compatible form (NFKC)."""
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return any(text.isidentifier() and unicodedata.normalize("NFKC", text) != text for text in texts)
