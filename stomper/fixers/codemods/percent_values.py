"""UP031 where it takes values that are what they look like: no tuple in `"%s" % x`, a whole number in `"%d" % x`.

What stands behind that is types, or a test. The form is the one of `percent-format`: `!s`, not `format` of the value.
"""

import ast
from collections.abc import Sequence

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.percent_parts import Field, OtherFormError, fields_of
from stomper.fixers.codemods.percent_rewrite import formatted, pairs_of, places_of
from stomper.fixers.codemods.scopes import Scopes
from stomper.models import Diagnostic

NO_FORM = "`format` has no form for it, or not for so many values"


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    places, mine = places_of(Scopes(source.text)), []
    for found in diagnostics:
        node = places.get((found.line, found.column))
        if node is not None and _has_form(node):
            mine.append(found)
        else:
            source.leave(found, NO_FORM)
    return formatted(source, mine)


def _has_form(node: ast.BinOp) -> bool:
    text = node.left.value if isinstance(node.left, ast.Constant) else None
    try:
        fields = fields_of(text) if isinstance(text, str) else ()
    except OtherFormError:
        return False
    return bool(fields) and _takes(fields, node.right)


def _takes(fields: Sequence[Field], node: ast.expr) -> bool:
    """Say whether there are as many values as fields, by what is to be seen."""
    if fields[0].key is not None:
        return not isinstance(node, ast.Dict) or {field.key for field in fields} <= {k for k, _ in pairs_of(node) or ()}
    if isinstance(node, ast.Tuple):
        return len(node.elts) == len(fields) and not any(isinstance(one, ast.Starred) for one in node.elts)
    return len(fields) == 1
