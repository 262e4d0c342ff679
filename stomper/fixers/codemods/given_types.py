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
from stomper.fixers.codemods.base import Ask, Source
from stomper.fixers.codemods.clashes import read_missing
from stomper.fixers.codemods.common_bases import Bases
from stomper.fixers.codemods.container_types import type_of
from stomper.fixers.codemods.given_values import GivenValues
from stomper.fixers.codemods.revealed_types import reveal
from stomper.fixers.codemods.scopes import Scopes
from stomper.fixers.codemods.settled_types import settled
from stomper.fixers.codemods.spelled_types import with_spelled_types
from stomper.fixers.codemods.variable_origins import Function
from stomper.fixers.codemods.variable_places import Variable, VariablePlaces
from stomper.fixers.codemods.variable_uses import uses_of
from stomper.fixers.codemods.written_types import Declaration, Place
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
    variables = {one.place: one for one in _variables(source, scopes, diagnostics)}
    types = _types(source, scopes, variables, source.ask) if variables else {}
    return settled(source.text, types, lambda some: with_spelled_types(source, some), source.ask) if types else None


def _types(source: Source, scopes: Scopes, variables: Mapping[Place, Variable], ask: Ask) -> dict[Place, Type]:
    """The types of variables, as far as those of all that they are given are known."""
    foreign = [node.value for one in variables.values() for node in one.foreign]
    owners = reveal(source.text, foreign, ask)
    meant = {place: _meant(one, owners) for place, one in variables.items()}
    given = {place: uses for place, nodes in meant.items() if (uses := uses_of(scopes.tree, nodes))}
    types = reveal(source.text, [node for uses in given.values() for node in uses.all], ask)
    bases = Bases(source)
    return {place: one for place, uses in given.items() if (one := type_of(uses, types, bases.join))}


def _variables(source: Source, scopes: Scopes, diagnostics: Sequence[Diagnostic]) -> Iterator[Variable]:
    """The variables of diagnostics, but for those whose annotation something may read."""
    values, places = GivenValues(scopes), VariablePlaces(scopes.tree)
    for found in diagnostics:
        missing = read_missing(found)
        if missing and missing.undefined:
            variable = places.undefined(missing)
        else:
            target = _named(values, found, missing.name) if missing else values.whole.get((found.line, found.column))
            variable = places.bound(target) if target else None
        if variable and (reader := _reader(source, scopes, variable.place)):
            source.leave(found, reader)
        elif variable:
            yield variable


def _reader(source: Source, scopes: Scopes, place: Place) -> str:
    """Name what may read an annotation at a place; in a function nothing can."""
    line = place.line if isinstance(place, Declaration) else place.target.lineno
    around = scopes.around(line)
    if isinstance(place, Declaration) and not place.column:
        return source.reader(0)
    return "" if around and isinstance(around[-1], Function) else source.reader(line if around else 0)


def _meant(variable: Variable, owners: Mapping[ast.expr, Type]) -> frozenset[ast.AST]:
    """The nodes that are a variable, those included that are an attribute of an object of its class."""
    named = ((node, owners.get(node.value)) for node in variable.foreign)
    return variable.meant.union(node for node, one in named if one and one.name.rpartition(".")[2] in variable.owners)


def _named(values: GivenValues, found: Diagnostic, name: str) -> ast.expr | None:
    """Find the variable at the place of a diagnostic, or the one that is given the value there."""
    here = (found.line, found.column)
    both = [one for one in (values.names.get(here), values.whole.get(here)) if one]
    return next((one for one in both if getattr(one, "id", getattr(one, "attr", "")) == name), None)
