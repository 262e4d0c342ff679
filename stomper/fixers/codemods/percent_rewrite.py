"""Rewrite `text % values` as `text.format(values)`, each value on the line that it was on."""

import ast
from collections.abc import Sequence

import libcst as cst

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.comments import comments_in
from stomper.fixers.codemods.percent_parts import fields_of, is_word, rewritten
from stomper.fixers.codemods.scopes import Scopes
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

NONE = cst.SimpleWhitespace("")


def places_of(scopes: Scopes) -> dict[tuple[int, int], ast.BinOp]:
    """Give the operations with `%` of a module, by line and column as checkers count them."""
    nodes = (node for node in ast.walk(scopes.tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod))
    return {(node.lineno, scopes.column(node)): node for node in nodes}


def pairs_of(node: ast.Dict) -> list[tuple[str, ast.expr]] | None:
    """Give what a display of a mapping has, by name; None if a key is no word, comes twice, or is not to be seen."""
    keys = [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    plain = len(set(keys)) == len(node.keys) and all(is_word(key) for key in keys)
    return list(zip(keys, node.values, strict=True)) if plain else None


def formatted(source: Source, mine: Sequence[Diagnostic]) -> str | None:
    """The text of a source with the operations at these places rewritten; None if none can be."""
    return transform(source, mine, _Format)


class _Format(SiteTransformer):
    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        if self.site(original_node) is None or comments_in(updated_node):
            return updated_node
        text = _text(updated_node.left)
        if text is None:
            return updated_node
        args, before = _arguments(updated_node.right, _is_by_name(updated_node.left))
        call = cst.Call(cst.Attribute(text, cst.Name("format")), args, whitespace_before_args=before)
        return call.with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar)


def _is_by_name(node: cst.BaseExpression) -> bool:
    """Say whether a text takes its values from a mapping."""
    value = node.evaluated_value if isinstance(node, cst.SimpleString | cst.ConcatenatedString) else None
    return isinstance(value, str) and any(field.key is not None for field in fields_of(value))


def _text(node: cst.BaseExpression) -> cst.SimpleString | cst.ConcatenatedString | None:
    """A literal in the other form; None if it has none."""
    if isinstance(node, cst.SimpleString):
        new = rewritten(node.value)
        return node.with_changes(value=new) if new is not None else None
    if not isinstance(node, cst.ConcatenatedString):
        return None
    left, right = _text(node.left), _text(node.right)
    return node.with_changes(left=left, right=right) if left is not None and right is not None else None


def _arguments(values: cst.BaseExpression, by_name: bool) -> tuple[list[cst.Arg], cst.BaseParenthesizableWhitespace]:
    """The values as arguments, and the space before the first of them."""
    if isinstance(values, cst.Tuple):
        args = [cst.Arg(one.value, comma=one.comma) for one in values.elements if isinstance(one, cst.Element)]
        end = values.rpar[0].whitespace_before if values.rpar else NONE
        return _ended(args, end), values.lpar[0].whitespace_after if values.lpar else NONE
    if isinstance(values, cst.Dict) and by_name:
        args = [_named(one) for one in values.elements if isinstance(one, cst.DictElement)]
        return _ended(args, values.rbrace.whitespace_before), values.lbrace.whitespace_after
    return [cst.Arg(values, star="**" if by_name else "")], NONE


def _named(element: cst.DictElement) -> cst.Arg:
    key = element.key.evaluated_value if isinstance(element.key, cst.SimpleString | cst.ConcatenatedString) else ""
    equal = cst.AssignEqual(whitespace_before=NONE, whitespace_after=NONE)
    return cst.Arg(element.value, keyword=cst.Name(str(key)), equal=equal, comma=element.comma)


def _ended(args: Sequence[cst.Arg], end: cst.BaseParenthesizableWhitespace) -> list[cst.Arg]:
    """The arguments with the space that is before the closing bracket."""
    last = args[-1].with_changes(whitespace_after_arg=end)
    if not isinstance(end, cst.ParenthesizedWhitespace):
        last = last.with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return [*args[:-1], last]
