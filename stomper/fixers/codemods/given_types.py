"""A variable has the type of all that it is given: where mypy has none for it (var-annotated, has-type), one too narrow
(assignment), or does not find it (name-defined, attr-defined).

mypy itself says of which type each value is; what it does not know, or cannot be said, leaves the variable as it is.
A variable that only functions bind (`global`), or an attribute that its class does not have from the start, is declared
without a value, which changes nothing when the program runs.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence

from stomper.fixers.annotate.python_version import read_target
from stomper.fixers.annotate.types import Type
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.clashes import read_missing
from stomper.fixers.codemods.common_bases import Bases
from stomper.fixers.codemods.container_types import type_of
from stomper.fixers.codemods.given_values import GivenValues
from stomper.fixers.codemods.revealed_types import reveal
from stomper.fixers.codemods.scopes import Scopes
from stomper.fixers.codemods.spelled_types import with_spelled_types
from stomper.fixers.codemods.variable_places import Variable, VariablePlaces
from stomper.fixers.codemods.variable_uses import uses_of
from stomper.models import Diagnostic

TOO_OLD = "a variable cannot be annotated in every Python that the file is for"


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    if source.ask is None:
        return None
    if not read_target(source.root, source.path, source.text).variables:
        for late in diagnostics:
            source.leave(late, TOO_OLD)
        return None
    scopes = Scopes(source.text)
    variables = {one.place: one for one in _variables(scopes, diagnostics)}
    owners = reveal(source.text, [node.value for one in variables.values() for node in one.foreign], source.ask)
    meant = {place: _meant(one, owners) for place, one in variables.items()}
    given = {place: uses for place, nodes in meant.items() if (uses := uses_of(scopes.tree, nodes))}
    bases = Bases(source)
    types = reveal(source.text, [node for uses in given.values() for node in uses.all], source.ask)
    found = {place: one for place, uses in given.items() if (one := type_of(uses, types, bases.join))}
    return with_spelled_types(source, found) if found else None


def _variables(scopes: Scopes, diagnostics: Sequence[Diagnostic]) -> Iterator[Variable]:
    values, places = GivenValues(scopes), VariablePlaces(scopes.tree)
    for found in diagnostics:
        missing = read_missing(found)
        if missing and missing.undefined:
            variable = places.undefined(missing)
        else:
            target = _named(values, found, missing.name) if missing else values.whole.get((found.line, found.column))
            variable = places.bound(target) if target else None
        if variable:
            yield variable


def _meant(variable: Variable, owners: Mapping[ast.expr, Type]) -> frozenset[ast.AST]:
    """The nodes that are a variable, those included that are an attribute of an object of its class."""
    named = ((node, owners.get(node.value)) for node in variable.foreign)
    return variable.meant.union(node for node, one in named if one and one.name.rpartition(".")[2] in variable.owners)


def _named(values: GivenValues, found: Diagnostic, name: str) -> ast.expr | None:
    """Find the variable at the place of a diagnostic, or the one that is given the value there."""
    here = (found.line, found.column)
    both = [one for one in (values.names.get(here), values.whole.get(here)) if one]
    return next((one for one in both if getattr(one, "id", getattr(one, "attr", "")) == name), None)
