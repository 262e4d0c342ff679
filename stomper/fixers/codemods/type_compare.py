"""E721: types are compared by `is`."""

from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

TYPE_OF = m.Call(m.Name("type"), [m.Arg(keyword=None, star="")])
TYPE = TYPE_OF | m.Name() | m.Attribute()


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    return transform(source, diagnostics, _Is)


class _Is(SiteTransformer):
    def leave_Comparison(self, original_node: cst.Comparison, updated_node: cst.Comparison) -> cst.Comparison:
        if self.site(original_node) is None or len(updated_node.comparisons) != 1:
            return updated_node
        target = updated_node.comparisons[0]
        sides = (updated_node.left, target.comparator)
        if not all(m.matches(side, TYPE) for side in sides) or not any(m.matches(side, TYPE_OF) for side in sides):
            return updated_node
        operator = {cst.Equal: cst.Is(), cst.NotEqual: cst.IsNot()}.get(type(target.operator))
        if operator is None:
            return updated_node
        return updated_node.with_changes(comparisons=[target.with_changes(operator=operator)])
