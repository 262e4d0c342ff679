"""Whether a name that a rewrite needs means what it needs in a module, or is free to."""

import ast
from collections.abc import Collection

import libcst as cst

from stomper.fixers.codemods.imports import with_import
from stomper.fixers.codemods.sites import names_in


def with_name(text: str, before: str, name: str, modules: Collection[str]) -> str | None:
    """The text with `name` imported from the first of these modules; as it is where one of them gives it already.

    `before` is the text without the rewrite: where its code has the name for anything else, None.
    """
    given = (node for node in ast.parse(before).body if isinstance(node, ast.ImportFrom) and not node.level)
    aliases = (alias for node in given if node.module in modules for alias in node.names)
    if any(alias.name == name and alias.asname in (None, name) for alias in aliases):
        return text
    return None if name in names_in(cst.parse_module(before)) else with_import(text, next(iter(modules)), name)
