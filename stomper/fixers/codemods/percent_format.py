"""UP031: `"%s: %r" % (a, b)` is `"{!s}: {!r}".format(a, b)`, which formats the same whatever the values are.

`%s` asks for `str`, so `!s` does; without it each value would format itself. Left alone are numbers (`"%d" % 3.7` is
3), values that may be a tuple, which `%` takes apart, and mappings that are not written there.
"""

import ast
from collections.abc import Sequence

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.no_tuple import is_no_tuple, is_whole
from stomper.fixers.codemods.percent_parts import WHOLE, Field, OtherFormError, fields_of
from stomper.fixers.codemods.percent_rewrite import formatted, pairs_of, places_of
from stomper.fixers.codemods.scopes import Scopes
from stomper.models import Diagnostic

UNSURE = "a value may be a tuple, or a number that is formatted in another way"
SHOWN = frozenset("sra")


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    scopes, mine = Scopes(source.text), []
    places = places_of(scopes)
    for found in diagnostics:
        node = places.get((found.line, found.column))
        if node is not None and _is_sure(scopes, node):
            mine.append(found)
        else:
            source.leave(found, UNSURE)
    return formatted(source, mine)


def _is_sure(scopes: Scopes, node: ast.BinOp) -> bool:
    """Say whether it is known how many values there are, and each goes with a part of the text that takes any."""
    text = node.left.value if isinstance(node.left, ast.Constant) else None
    if not isinstance(text, str):
        return False
    try:
        fields = fields_of(text)
    except OtherFormError:
        return False
    values = _values(scopes, node.right, fields)
    return bool(fields) and values is not None and all(map(_fits, fields, values, [scopes] * len(fields)))


def _values(scopes: Scopes, node: ast.expr, fields: Sequence[Field]) -> list[ast.expr] | None:
    """The value of each field; None if it is not known."""
    if fields and fields[0].key is not None:
        given = dict(pairs_of(node) or ()) if isinstance(node, ast.Dict) else {}
        values = [given[field.key] for field in fields if field.key in given]
    elif isinstance(node, ast.Tuple):
        values = [] if any(isinstance(one, ast.Starred) for one in node.elts) else node.elts
    else:
        values = [node] if is_no_tuple(scopes, node) else []
    return values if len(values) == len(fields) else None


def _fits(field: Field, value: ast.expr, scopes: Scopes) -> bool:
    return field.kind in SHOWN or (field.kind in WHOLE and is_whole(scopes, value))
