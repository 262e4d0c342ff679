"""mypy's attr-defined of what a package does not export: import it from the module of the package that defines it.

Only where the package itself imports the name from there, once and in any case: the object is the same, and the
package is loaded before its module anyway. What is looked up in the package (`package.name`) stays: it may be replaced.
"""

import re
from collections.abc import Mapping, Sequence

import libcst as cst
from libcst.helpers import get_full_name_for_node

from stomper.disk.regular_files import read_regular_text
from stomper.fixers.annotations.module_uses import project_facts
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.comments import comments_in
from stomper.fixers.codemods.definitions import Definition, find_definition
from stomper.fixers.codemods.sites import SiteTransformer, transform
from stomper.models import Diagnostic

MESSAGE = re.compile(r'^Module "(?P<module>[\w.]+)" does not explicitly export attribute "(?P<name>\w+)"')
Line = cst.SimpleStatementLine


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    return transform(source, diagnostics, lambda mine: _Imports(mine, source))


class _Imports(SiteTransformer):
    def __init__(self, diagnostics: Sequence[Diagnostic], source: Source) -> None:
        super().__init__(diagnostics)
        self.source = source
        matches = ((d, MESSAGE.match(d.message)) for d in diagnostics)
        self.hidden = {(d.line, d.column, found["name"]): found["module"] for d, found in matches if found}

    def leave_SimpleStatementLine(self, original_node: Line, updated_node: Line) -> Line | cst.FlattenSentinel[Line]:
        statement = original_node.body[0]
        if len(original_node.body) != 1 or not isinstance(statement, cst.ImportFrom):
            return updated_node
        found = self._found(statement)
        new = _split(statement, found) if found else []
        if not new or len(comments_in(*new)) < len(comments_in(statement)):
            return updated_node
        first, last = updated_node.leading_lines, updated_node.trailing_whitespace
        if len(new) == 1:
            return Line(new, leading_lines=first, trailing_whitespace=last)
        ends = Line([new[0]], leading_lines=first), Line([new[-1]], trailing_whitespace=last)
        return cst.FlattenSentinel([ends[0], *(Line([one]) for one in new[1:-1]), ends[1]])

    def _found(self, statement: cst.ImportFrom) -> dict[cst.ImportAlias, Definition]:
        """Find the definitions of the imported names that mypy complains about, as far as they are known."""
        if isinstance(statement.names, cst.ImportStar) or not self.hidden:
            return {}
        found: dict[cst.ImportAlias, Definition] = {}
        for alias in statement.names:
            name = str(alias.evaluated_name)
            package = self.hidden.get((*self.place(statement), name))
            replaced = package and _is_replaced(self.source, package, name)
            definition = find_definition(self.source, package, name) if package and not replaced else None
            if definition is not None:
                found[alias] = definition
        return found


def _is_replaced(source: Source, package: str, name: str) -> bool:
    """Return whether another file of the project may set this name of the package."""
    words = {package.rpartition(".")[2], name}
    given = re.compile(rf"\.{name}\s*(?::[^=\n]+)?=(?!=)|setattr\([^)]*['\"]{name}['\"]")
    near = (path for path, facts in project_facts(source.root, source.path) if words <= facts.words)
    return any(given.search(read_regular_text(source.root / path, "utf-8", "replace")) for path in near)


def _split(statement: cst.ImportFrom, found: Mapping[cst.ImportAlias, Definition]) -> list[cst.ImportFrom]:
    """The import of what stays, and one for each module that defines names. As little as can be is written anew."""
    assert not isinstance(statement.names, cst.ImportStar)
    modules = dict.fromkeys(definition.module for definition in found.values())
    rest = [alias for alias in statement.names if alias not in found]
    same = all(definition.name == alias.evaluated_name for alias, definition in found.items())
    if not rest and same and len(modules) == 1:
        return [statement.with_changes(module=_below(statement, *modules))]
    new = [_with_names(statement, rest)] if rest else []
    for module in modules:
        aliases = [_renamed(alias, one.name) for alias, one in found.items() if one.module == module]
        new.append(_with_names(statement, aliases).with_changes(module=_below(statement, module)))
    return new


def _with_names(statement: cst.ImportFrom, aliases: Sequence[cst.ImportAlias]) -> cst.ImportFrom:
    names = [alias.with_changes(comma=cst.MaybeSentinel.DEFAULT) for alias in aliases]
    return statement.with_changes(names=names, lpar=None, rpar=None)


def _below(statement: cst.ImportFrom, module: str) -> cst.BaseExpression:
    package = get_full_name_for_node(statement.module) if statement.module else None
    return cst.parse_expression(f"{package}.{module}" if package else module)


def _renamed(alias: cst.ImportAlias, name: str) -> cst.ImportAlias:
    """The same name from a module that calls it otherwise."""
    if name == alias.evaluated_name:
        return alias
    bound = alias.evaluated_alias or str(alias.evaluated_name)
    return cst.ImportAlias(cst.Name(name), cst.AsName(cst.Name(bound)) if bound != name else None)
