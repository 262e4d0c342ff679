"""LibCST's expressions as those of `ast`."""

import ast
from typing import Any

import libcst as cst

from stomper.python import operators, strings
from stomper.python.conversion import Conversion, Found


class Expressions(Conversion):
    """A method for each class of expression, named like it, and for their parts."""

    def Name(self, node: Found) -> Any:
        if node.value in ("None", "True", "False"):
            return ast.Constant({"None": None, "True": True, "False": False}[node.value], None)
        return ast.Name(strings.identifier(node.value), ast.Load())

    def Attribute(self, node: Found) -> Any:
        return ast.Attribute(self.one(node.value), strings.identifier(node.attr.value), ast.Load())

    def Ellipsis(self, _: Found) -> Any:
        return ast.Constant(..., None)

    def Integer(self, node: Found) -> Any:
        return ast.Constant(ast.literal_eval(node.value), None)

    Float = Imaginary = Integer

    def SimpleString(self, node: Found) -> Any:
        return strings.joined([node], self.one, self.module)

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
            return ast.keyword(node.keyword and strings.identifier(node.keyword.value), value)
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
        return ast.arg(strings.identifier(node.name.value), annotation, None)
