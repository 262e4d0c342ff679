"""B026: `*args` comes before the keyword arguments, where Python puts its values in any case."""

from collections.abc import Sequence

import libcst as cst

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.comments import comments_in
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

# What can be looked up in any order.
STILL = cst.Name | cst.Attribute | cst.SimpleString | cst.Integer | cst.Float


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    return transform(source, diagnostics, _Order)


class _Order(SiteTransformer):
    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if not any(arg.star == "*" and self.site(arg) for arg in original_node.args):
            return updated_node
        args = updated_node.args
        if comments_in(*args):  # which of the arguments one is about cannot be known
            return updated_node
        moved = args[next(n for n, arg in enumerate(args) if arg.keyword is not None) :]
        if not all(isinstance(arg.value, STILL) for arg in moved if arg.star != "**"):
            return updated_node
        ordered = sorted(args, key=lambda arg: 2 if arg.star == "**" else 1 if arg.keyword is not None else 0)
        # Each place keeps its comma and the line ends around it.
        return updated_node.with_changes(
            args=[
                new.with_changes(comma=old.comma, whitespace_after_arg=old.whitespace_after_arg)
                for new, old in zip(ordered, args, strict=True)
            ]
        )
