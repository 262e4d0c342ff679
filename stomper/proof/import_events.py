"""The imports of a text in the order in which they run: what each imports, and what name it binds where."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
TRIES = (ast.Try, ast.TryStar, ast.With)
STAR = "*"


@dataclass(frozen=True, slots=True)
class Import:
    """`name` of `module`, '' for the module itself; bound to `bound` in `scope`, the names of the definitions around.

    A relative module begins with its dots. `tried`: in a block that may go on if it fails. `typed`: where only type
    checkers go. `after` counts the other statements of the module before it; it does not count when two are compared.
    """

    module: str
    name: str
    bound: str
    scope: tuple[str, ...] = ()
    tried: bool = False
    typed: bool = False
    after: int = field(default=0, compare=False)

    @property
    def is_star(self) -> bool:
        return self.name == STAR

    @property
    def full(self) -> str:
        """The meaning of the name, as a dotted path."""
        return f"{self.module}.{self.name}" if self.name else self.module

    def __str__(self) -> str:
        return f"`{self.full}`"


def read_imports(tree: ast.Module) -> list[Import]:
    """Give the imports of a module, and those in its functions, by their place in the text."""
    found: list[Import] = []
    others = 0
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += _made(node, (), False, False, others)
        else:
            found += _within([node], (), False, False, others)
            others += 1
    return found


def _within(nodes: Sequence[ast.AST], scope: tuple[str, ...], tried: bool, typed: bool, after: int) -> Iterator[Import]:
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _made(node, scope, tried, typed, after)
        elif isinstance(node, ast.If) and _is_for_types(node.test):
            yield from _within(node.body, scope, tried, True, after)
            yield from _within(node.orelse, scope, tried, typed, after)
        elif isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            inner = (*scope, node.name) if isinstance(node, SCOPES) else scope
            trying = not isinstance(node, SCOPES) and (tried or isinstance(node, TRIES))
            yield from _within(list(ast.iter_child_nodes(node)), inner, trying, typed, after)


def _made(
    node: ast.Import | ast.ImportFrom, scope: tuple[str, ...], tried: bool, typed: bool, after: int
) -> Iterator[Import]:
    for alias in node.names:
        if isinstance(node, ast.Import):
            bound = alias.asname or alias.name.partition(".")[0]
            yield Import(alias.name, "", bound, scope, tried, typed, after)
        else:
            module = "." * node.level + (node.module or "")
            yield Import(module, alias.name, alias.asname or alias.name, scope, tried, typed, after)


def _is_for_types(test: ast.expr) -> bool:
    word = test.id if isinstance(test, ast.Name) else test.attr if isinstance(test, ast.Attribute) else ""
    return word == "TYPE_CHECKING"
