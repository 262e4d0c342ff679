"""F401 of a package's `__init__`: what is imported for others says so, `import x as x`."""

from collections.abc import Sequence

import libcst as cst

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    return transform(source, diagnostics, _Alias)


class _Alias(SiteTransformer):
    def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
        name = updated_node.name
        if self.site(original_node) is None or updated_node.asname is not None or not isinstance(name, cst.Name):
            return updated_node
        return updated_node.with_changes(asname=cst.AsName(cst.Name(name.value)))
