"""LibCST's statements as those of `ast`."""

import ast
from typing import Any

import libcst as cst

from stomper.python import nodes as newer_nodes
from stomper.python import operators
from stomper.python.conversion import Conversion, Found

nodes: Any = newer_nodes


class Statements(Conversion):
    """A method for each class of statement, named like it, and for what only statements have."""

    def block(self, node: Found) -> list[ast.stmt]:
        """The statements of a body, those that share a line apart."""
        found: list[ast.stmt] = []
        for statement in node.body:
            if isinstance(statement, cst.SimpleStatementLine):
                found += self.all(statement.body)
            else:
                found.append(self.one(statement))
        return found

    def maybe_block(self, node: Found) -> list[ast.stmt]:
        """The statements of an `else` or `finally`, if there is one."""
        if node is None:
            return []
        return [self.one(node)] if isinstance(node, cst.If) else self.block(node.body)

    def Expr(self, node: Found) -> Any:
        return ast.Expr(self.one(node.value))

    def Pass(self, _: Found) -> Any:
        return ast.Pass()

    def Break(self, _: Found) -> Any:
        return ast.Break()

    def Continue(self, _: Found) -> Any:
        return ast.Continue()

    def Return(self, node: Found) -> Any:
        return ast.Return(self.one(node.value))

    def Raise(self, node: Found) -> Any:
        return ast.Raise(self.one(node.exc), self.one(node.cause and node.cause.item))

    def Assert(self, node: Found) -> Any:
        return ast.Assert(self.one(node.test), self.one(node.msg))

    def Del(self, node: Found) -> Any:
        target = self.stored(node.target, ast.Del)
        return ast.Delete(target.elts if isinstance(target, ast.Tuple) and not node.target.lpar else [target])

    def Global(self, node: Found) -> Any:
        return ast.Global([item.name.value for item in node.names])

    def Nonlocal(self, node: Found) -> Any:
        return ast.Nonlocal([item.name.value for item in node.names])

    def Assign(self, node: Found) -> Any:
        return ast.Assign([self.stored(target.target) for target in node.targets], self.one(node.value), None)

    def AnnAssign(self, node: Found) -> Any:
        simple = isinstance(node.target, cst.Name) and not node.target.lpar
        return ast.AnnAssign(
            self.stored(node.target), self.one(node.annotation.annotation), self.one(node.value), int(simple)
        )

    def AugAssign(self, node: Found) -> Any:
        return ast.AugAssign(self.stored(node.target), operators.find(node.operator), self.one(node.value))

    def TypeAlias(self, node: Found) -> Any:
        return nodes.TypeAlias(self.stored(node.name), self.parameters(node.type_parameters), self.one(node.value))

    def Import(self, node: Found) -> Any:
        return ast.Import(self.all(node.names))

    def LazyImport(self, node: Found) -> Any:
        return nodes.LazyImport(self.all(node.names))

    def ImportFrom(self, node: Found) -> Any:
        return ast.ImportFrom(*self.source(node))

    def LazyImportFrom(self, node: Found) -> Any:
        return nodes.LazyImportFrom(*self.source(node))

    def source(self, node: Found) -> tuple[str | None, list[Any], int]:
        star = isinstance(node.names, cst.ImportStar)
        names = [self.placed(ast.alias("*", None), node.names)] if star else self.all(node.names)
        return node.module and self.dotted(node.module), names, len(node.relative)

    def ImportAlias(self, node: Found) -> Any:
        return ast.alias(self.dotted(node.name), node.asname and node.asname.name.value)

    def dotted(self, node: Found) -> str:
        parts = []
        while isinstance(node, cst.Attribute):
            parts.append(node.attr.value)
            node = node.value
        return ".".join([node.value, *reversed(parts)])

    def FunctionDef(self, node: Found) -> Any:
        plain = ast.AsyncFunctionDef if node.asynchronous else ast.FunctionDef
        newer = nodes.AsyncFunctionDef if node.asynchronous else nodes.FunctionDef
        return self.generic(
            node,
            *(plain, newer),
            *(node.name.value, self.one(node.params), self.block(node.body), self.decorators(node)),
            self.one(node.returns and node.returns.annotation),
            None,
        )

    def ClassDef(self, node: Found) -> Any:
        bases = [self.one(arg) for arg in node.bases]
        keywords = [self.one(arg) for arg in node.keywords]
        body = self.block(node.body)
        return self.generic(
            node, ast.ClassDef, nodes.ClassDef, node.name.value, bases, keywords, body, self.decorators(node)
        )

    def generic(self, node: Found, plain: Any, newer: Any, *facts: Any) -> Any:
        """A definition, with the parameters of its types if it has any. Its place begins at its own word."""
        parameters = self.parameters(node.type_parameters)
        made = newer(*facts, parameters) if parameters else plain(*facts)
        if not parameters and "type_params" in plain._fields:
            made.type_params = []
        made.lineno, made.col_offset = self.head(node)
        found = self.places[node]
        made.end_lineno, made.end_col_offset = found.end.line, found.end.column
        return made

    def head(self, node: Found) -> tuple[int, int]:
        """Line and column of `def`, `async` or `class`: LibCST gives that of the first decorator."""
        start = self.places[node].start
        return self.places[node.name].start.line if node.decorators else start.line, start.column

    def decorators(self, node: Found) -> list[ast.expr]:
        return [self.one(decorator.decorator) for decorator in node.decorators]

    def parameters(self, node: Found) -> list[Any]:
        """Parameters of types."""
        return [self.type_parameter(item) for item in node.params] if node else []

    def type_parameter(self, item: Found) -> Any:
        star = {"TypeVarTuple": "*", "ParamSpec": "**"}.get(type(item.param).__name__, "")
        bound = self.one(getattr(item.param, "bound", None))
        default = self.one(item.default)
        if default is not None and item.star == "*":
            default = ast.Starred(default, ast.Load())
        return self.placed(nodes.TypeVar(item.param.name.value, star, bound, default), item)

    def If(self, node: Found) -> Any:
        return ast.If(self.one(node.test), self.block(node.body), self.maybe_block(node.orelse))

    def While(self, node: Found) -> Any:
        return ast.While(self.one(node.test), self.block(node.body), self.maybe_block(node.orelse))

    def For(self, node: Found) -> Any:
        make = ast.AsyncFor if node.asynchronous else ast.For
        parts = self.one(node.iter), self.block(node.body), self.maybe_block(node.orelse), None
        return make(self.stored(node.target), *parts)

    def With(self, node: Found) -> Any:
        make = ast.AsyncWith if node.asynchronous else ast.With
        items = [
            ast.withitem(self.one(item.item), item.asname and self.stored(item.asname.name)) for item in node.items
        ]
        return make(items, self.block(node.body), None)

    def Try(self, node: Found) -> Any:
        return ast.Try(*self.guarded(node))

    def TryStar(self, node: Found) -> Any:
        return ast.TryStar(*self.guarded(node))

    def guarded(self, node: Found) -> list[Any]:
        final = self.maybe_block(node.finalbody)
        return [self.block(node.body), self.all(node.handlers), self.maybe_block(node.orelse), final]

    def ExceptHandler(self, node: Found) -> Any:
        name = node.name and node.name.name.value
        return ast.ExceptHandler(self.one(node.type), name, self.block(node.body))

    ExceptStarHandler = ExceptHandler

    def Match(self, node: Found) -> Any:
        return ast.Match(self.one(node.subject), self.all(node.cases))

    def MatchCase(self, node: Found) -> Any:
        return ast.match_case(self.one(node.pattern), self.one(node.guard), self.block(node.body))
