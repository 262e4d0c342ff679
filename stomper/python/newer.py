"""LibCST's tree as `ast`'s, so that newer syntax than this Python's own is read the same way as any other."""

import ast
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from stomper.python import nodes as newer_nodes
from stomper.python import operators, texts
from stomper.python.text import CannotReadError

Found: TypeAlias = Any
"""A node of LibCST's, of the class that the method is named after."""

nodes: Any = newer_nodes


def convert(module: cst.Module) -> ast.Module:
    """The same program as a tree of `ast`. Raises CannotReadError for a node that is not known."""
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    converter = _Converter(module, wrapper.resolve(PositionProvider))
    # Text and fields of an f-string have no place of LibCST's: they get that of what they are in.
    tree = ast.fix_missing_locations(ast.Module(converter.block(module), []))
    _count_bytes(tree, module.code.split("\n"))
    return tree


def _count_bytes(tree: ast.Module, lines: Sequence[str]) -> None:
    """Let columns be counted as `ast` does, in bytes of UTF-8."""
    wide = {number: line for number, line in enumerate(lines, 1) if not line.isascii()}
    for node in ast.walk(tree) if wide else ():
        for row, column in (("lineno", "col_offset"), ("end_lineno", "end_col_offset")):
            if line := wide.get(getattr(node, row, 0)):
                setattr(node, column, len(line[: getattr(node, column)].encode()))


class _Converter:
    def __init__(self, module: cst.Module, places: Any) -> None:
        self.module, self.places = module, places

    def one(self, node: Found) -> Any:
        """A node with its place; None for None."""
        if node is None:
            return None
        name = type(node).__name__
        make: Callable[[Found], Any] | None = getattr(self, name, None)
        if make is None:
            raise CannotReadError(f"it has syntax that is not known: {name}")
        return self.placed(make(node), node)

    def placed(self, made: Any, node: Found) -> Any:
        found = self.places.get(node)
        if found is not None and not hasattr(made, "lineno"):
            made.lineno, made.col_offset = found.start.line, found.start.column
            made.end_lineno, made.end_col_offset = found.end.line, found.end.column
        return made

    def all(self, found: Sequence[Found]) -> list[Any]:
        return [self.one(node) for node in found]

    def stored(self, node: Found, context: Callable[[], Any] = ast.Store) -> Any:
        """A node that is given a value, or deleted."""
        made = self.one(node)
        pending = [made]
        while pending:
            part = pending.pop()
            if hasattr(part, "ctx"):
                part.ctx = context()
            if isinstance(part, ast.Tuple | ast.List):
                pending += part.elts
            elif isinstance(part, ast.Starred):
                pending.append(part.value)
        return made

    # Statements

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

    # Patterns

    def MatchValue(self, node: Found) -> Any:
        return ast.MatchValue(self.one(node.value))

    def MatchSingleton(self, node: Found) -> Any:
        return ast.MatchSingleton({"None": None, "True": True, "False": False}[node.value.value])

    def MatchList(self, node: Found) -> Any:
        return ast.MatchSequence([self.one(getattr(item, "value", None) or item) for item in node.patterns])

    MatchTuple = MatchList

    def MatchStar(self, node: Found) -> Any:
        return ast.MatchStar(node.name and node.name.value)

    def MatchMapping(self, node: Found) -> Any:
        keys = [self.one(item.key) for item in node.elements]
        patterns = [self.one(item.pattern) for item in node.elements]
        return ast.MatchMapping(keys, patterns, node.rest and node.rest.value)

    def MatchClass(self, node: Found) -> Any:
        names = [item.key.value for item in node.kwds]
        given = [self.one(item.value) for item in node.patterns], names, [self.one(k.pattern) for k in node.kwds]
        return ast.MatchClass(self.one(node.cls), *given)

    def MatchAs(self, node: Found) -> Any:
        return ast.MatchAs(self.one(node.pattern), node.name and node.name.value)

    def MatchOr(self, node: Found) -> Any:
        return ast.MatchOr([self.one(item.pattern) for item in node.patterns])

    # Expressions

    def Name(self, node: Found) -> Any:
        if node.value in ("None", "True", "False"):
            return ast.Constant({"None": None, "True": True, "False": False}[node.value], None)
        return ast.Name(texts.identifier(node.value), ast.Load())

    def Attribute(self, node: Found) -> Any:
        return ast.Attribute(self.one(node.value), texts.identifier(node.attr.value), ast.Load())

    def Ellipsis(self, _: Found) -> Any:
        return ast.Constant(..., None)

    def Integer(self, node: Found) -> Any:
        return ast.Constant(ast.literal_eval(node.value), None)

    Float = Imaginary = Integer

    def SimpleString(self, node: Found) -> Any:
        return texts.joined([node], self.one, self.module)

    ConcatenatedString = FormattedString = TemplatedString = SimpleString

    def UnaryOperation(self, node: Found) -> Any:
        return ast.UnaryOp(operators.find(node.operator), self.one(node.expression))

    def BinaryOperation(self, node: Found) -> Any:
        return ast.BinOp(self.one(node.left), operators.find(node.operator), self.one(node.right))

    def BooleanOperation(self, node: Found) -> Any:
        """Several of one kind are one node in `ast`, unless brackets keep them apart."""
        kind, values = type(node.operator), [node.right]
        left = node.left
        while isinstance(left, cst.BooleanOperation) and type(left.operator) is kind and not left.lpar:
            values.append(left.right)
            left = left.left
        return ast.BoolOp(operators.find(node.operator), self.all([left, *reversed(values)]))

    def Comparison(self, node: Found) -> Any:
        signs = [operators.find(part.operator) for part in node.comparisons]
        return ast.Compare(self.one(node.left), signs, [self.one(part.comparator) for part in node.comparisons])

    def Call(self, node: Found) -> Any:
        made = self.all(node.args)
        keywords = [arg for arg in made if isinstance(arg, ast.keyword)]
        return ast.Call(self.one(node.func), [arg for arg in made if not isinstance(arg, ast.keyword)], keywords)

    def Arg(self, node: Found) -> Any:
        value = self.one(node.value)
        if node.star == "**" or node.keyword is not None:
            return ast.keyword(node.keyword and texts.identifier(node.keyword.value), value)
        return ast.Starred(value, ast.Load()) if node.star else value

    def Subscript(self, node: Found) -> Any:
        items = self.all(node.slice)
        first = node.slice[0]
        several = len(items) > 1 or isinstance(first.comma, cst.Comma) or isinstance(items[0], ast.Starred)
        index = self.spread(node, items) if several else items[0]
        return ast.Subscript(self.one(node.value), index, ast.Load())

    def spread(self, node: Found, items: list[ast.expr]) -> Any:
        return self.placed(ast.Tuple(items, ast.Load()), node.slice[0])

    def SubscriptElement(self, node: Found) -> Any:
        return self.one(node.slice)

    def Index(self, node: Found) -> Any:
        value = self.one(node.value)
        return ast.Starred(value, ast.Load()) if node.star else value

    def Slice(self, node: Found) -> Any:
        return ast.Slice(self.one(node.lower), self.one(node.upper), self.one(node.step))

    def Tuple(self, node: Found) -> Any:
        return ast.Tuple(self.all(node.elements), ast.Load())

    def List(self, node: Found) -> Any:
        return ast.List(self.all(node.elements), ast.Load())

    def Set(self, node: Found) -> Any:
        return ast.Set(self.all(node.elements))

    def Element(self, node: Found) -> Any:
        return self.one(node.value)

    def StarredElement(self, node: Found) -> Any:
        return ast.Starred(self.one(node.value), ast.Load())

    def Dict(self, node: Found) -> Any:
        keys = [self.one(getattr(item, "key", None)) for item in node.elements]
        return ast.Dict(keys, [self.one(item.value) for item in node.elements])

    def ListComp(self, node: Found) -> Any:
        return ast.ListComp(self.one(node.elt), self.loops(node.for_in))

    def SetComp(self, node: Found) -> Any:
        return ast.SetComp(self.one(node.elt), self.loops(node.for_in))

    def GeneratorExp(self, node: Found) -> Any:
        return ast.GeneratorExp(self.one(node.elt), self.loops(node.for_in))

    def DictComp(self, node: Found) -> Any:
        return ast.DictComp(self.one(node.key), self.one(node.value), self.loops(node.for_in))

    def StarredDictComp(self, node: Found) -> Any:
        return ast.DictComp(ast.Constant("**", None), self.one(node.value), self.loops(node.for_in))

    def loops(self, node: Found) -> list[ast.comprehension]:
        found = []
        while node is not None:
            tests = [self.one(condition.test) for condition in node.ifs]
            target, iterated = self.stored(node.target), self.one(node.iter)
            found.append(ast.comprehension(target, iterated, tests, int(node.asynchronous is not None)))
            node = node.inner_for_in
        return found

    def Lambda(self, node: Found) -> Any:
        return ast.Lambda(self.one(node.params), self.one(node.body))

    def IfExp(self, node: Found) -> Any:
        return ast.IfExp(self.one(node.test), self.one(node.body), self.one(node.orelse))

    def NamedExpr(self, node: Found) -> Any:
        return ast.NamedExpr(self.stored(node.target), self.one(node.value))

    def Await(self, node: Found) -> Any:
        return ast.Await(self.one(node.expression))

    def Yield(self, node: Found) -> Any:
        if isinstance(node.value, cst.From):
            return ast.YieldFrom(self.one(node.value.item))
        return ast.Yield(self.one(node.value))

    def Parameters(self, node: Found) -> Any:
        star = node.star_arg if isinstance(node.star_arg, cst.Param) else None
        positional = [*node.posonly_params, *node.params]
        return ast.arguments(
            self.all(node.posonly_params),
            self.all(node.params),
            self.one(star),
            self.all(node.kwonly_params),
            [self.one(param.default) for param in node.kwonly_params],
            self.one(node.star_kwarg),
            [self.one(param.default) for param in positional if param.default is not None],
        )

    def Param(self, node: Found) -> Any:
        annotation = self.one(node.annotation and node.annotation.annotation)
        if annotation is not None and node.star == "*" and isinstance(node.annotation.annotation, cst.StarredElement):
            annotation = ast.Starred(annotation.value, ast.Load())
        return ast.arg(texts.identifier(node.name.value), annotation, None)
