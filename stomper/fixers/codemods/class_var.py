"""RUF012: a mutable default of a class says that it is the class's: `ClassVar`.

Left alone where the file assigns the same name to an instance. If an annotation may mean something to the class
(models, enumerations, protocols, classes with a decorator, a metaclass or a base that is not known) it is not asked.
"""

import re
from collections.abc import Sequence

import libcst as cst

from stomper.fixers.annotate.python_version import read_target
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.bindings import Spelling, spell
from stomper.fixers.codemods.sites import SiteTransformer, names_in, transform
from stomper.models import Diagnostic

DECIDED = frozenset({"ClassVar", "Final"})


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    if not read_target(source.root, source.path, source.text).variables:
        for found in diagnostics:
            source.leave(found, "a variable cannot be annotated in every Python that the file is for")
        return None
    spelling = spell(source, {d.line for d in diagnostics}, ["typing", "typing_extensions"], "ClassVar")
    text = transform(source, diagnostics, lambda mine: _ClassVars(mine, source.text, spelling)) if spelling else None
    return spelling.imported(text) if spelling and text else None


class _ClassVars(SiteTransformer):
    def __init__(self, diagnostics: Sequence[Diagnostic], text: str, spelling: Spelling) -> None:
        super().__init__(diagnostics)
        self.text = text
        self.class_var = cst.parse_expression(spelling.words)

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign | cst.AnnAssign:
        target = updated_node.targets[0].target
        if len(updated_node.targets) > 1 or not self._is_of_class(target, original_node.value):
            return updated_node
        return cst.AnnAssign(target, cst.Annotation(self.class_var), updated_node.value)

    def leave_AnnAssign(self, original_node: cst.AnnAssign, updated_node: cst.AnnAssign) -> cst.AnnAssign:
        annotation = updated_node.annotation
        if not self._is_of_class(updated_node.target, original_node.value) or names_in(annotation) & DECIDED:
            return updated_node
        inner = [cst.SubscriptElement(cst.Index(annotation.annotation))]
        wrapped = cst.Subscript(self.class_var, inner)
        return updated_node.with_changes(annotation=annotation.with_changes(annotation=wrapped))

    def _is_of_class(self, target: cst.BaseExpression, value: cst.BaseExpression | None) -> bool:
        if value is None or self.site(value) is None:
            return False
        return isinstance(target, cst.Name) and not self._of_instances(target.value)

    def _of_instances(self, name: str) -> bool:
        return re.search(rf"\bself\.{re.escape(name)}\s*(:[^=\n]+)?=[^=]", self.text) is not None
