"""UP031: `"%s: %r" % (a, b)` is `"{!s}: {!r}".format(a, b)`, which formats the same whatever the values are.

`%s` asks for `str`, so `!s` does; without it each value would format itself. Left alone are numbers (`"%d" % 3.7` is
3), names that may be a tuple, which `%` takes apart, and mappings.
"""

import ast
import re
from collections.abc import Sequence

import libcst as cst

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.comments import comments_in
from stomper.fixers.codemods.scopes import Scopes
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

PART = re.compile(r"%(?P<left>-?)(?P<width>[1-9]\d*)?(?P<precision>\.\d+)?(?P<kind>[sra%])|[{}]|%")
# What gives a text or a number, so no tuple.
TEXTS = frozenset({"str", "repr", "ascii", "hex", "oct", "bin", "chr", "format"})
SINGLE = frozenset({*TEXTS, "len", "int", "float", "id", "ord", "type", "bool"})
UNSURE = "a value may be a tuple, or a number that is formatted in another way"


class _OtherKindError(Exception):
    """A part of a format that is not known to mean the same in the other form."""


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    scopes, mine = Scopes(source.text), []
    places = {
        (node.lineno, scopes.column(node)): node
        for node in ast.walk(scopes.tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)
    }
    for found in diagnostics:
        node = places.get((found.line, found.column))
        if node is not None and _is_sure(scopes, node):
            mine.append(found)
        else:
            source.leave(found, UNSURE)
    return transform(source, mine, _Format)


def _is_sure(scopes: Scopes, node: ast.BinOp) -> bool:
    """Say whether it is known how many values there are, and each goes with a part of the text that takes any."""
    text = node.left.value if isinstance(node.left, ast.Constant) else None
    if not isinstance(text, str):
        return False
    try:
        count = len([part for part in PART.finditer(text) if _converted(part).startswith("{!")])
    except _OtherKindError:
        return False
    if isinstance(node.right, ast.Tuple):
        return len(node.right.elts) == count and not any(isinstance(one, ast.Starred) for one in node.right.elts)
    return count == 1 and _is_single(scopes, node.right)


def _is_single(scopes: Scopes, node: ast.expr) -> bool:
    if isinstance(node, ast.Constant | ast.JoinedStr):
        return True
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):  # `", ".join(names)`
        return isinstance(node.func.value, ast.Constant) and node.func.attr in ("join", "format", "replace", "strip")
    is_name = isinstance(node.func, ast.Name) and node.func.id in SINGLE
    return is_name and isinstance(node.func, ast.Name) and scopes.is_builtin(node.func.id, node.lineno)


def _converted(part: re.Match[str]) -> str:
    """Give what takes the place of a part of a text with `%`. Raises _OtherKindError."""
    if part[0] in "{}":
        return part[0] * 2
    kind = part["kind"]
    if kind is None or (kind == "%" and part[0] != "%%"):
        raise _OtherKindError
    if kind == "%":
        return "%"
    width = f"{'<' if part['left'] else '>'}{part['width']}" if part["width"] else ""
    spec = f"{width}{part['precision'] or ''}"
    return f"{{!{kind}:{spec}}}" if spec else f"{{!{kind}}}"


class _Format(SiteTransformer):
    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        text, values = updated_node.left, updated_node.right
        if self.site(original_node) is None or not isinstance(text, cst.SimpleString) or comments_in(updated_node):
            return updated_node
        new = _rewritten(text.value)
        if new is None:
            return updated_node
        call = cst.Call(cst.Attribute(text.with_changes(value=new), cst.Name("format")), _arguments(values))
        if isinstance(values, cst.Tuple) and values.lpar:
            call = call.with_changes(whitespace_before_args=values.lpar[0].whitespace_after)
        return call.with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar)


def _rewritten(literal: str) -> str | None:
    """The literal in the other form; None if an escape in it is, or has, a part of the format."""
    new = PART.sub(_converted, literal)
    try:
        same = ast.literal_eval(new) == PART.sub(_converted, ast.literal_eval(literal))
    except SyntaxError:
        return None
    return new if same else None


def _arguments(values: cst.BaseExpression) -> list[cst.Arg]:
    """The values as arguments, each on the line that it was on."""
    if not isinstance(values, cst.Tuple):
        return [cst.Arg(values)]
    elements = [one for one in values.elements if isinstance(one, cst.Element)]
    args = [cst.Arg(one.value, comma=one.comma) for one in elements]
    end = values.rpar[0].whitespace_before if values.rpar else cst.SimpleWhitespace("")
    last = args[-1].with_changes(whitespace_after_arg=end)
    if not isinstance(end, cst.ParenthesizedWhitespace):
        last = last.with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return [*args[:-1], last]
