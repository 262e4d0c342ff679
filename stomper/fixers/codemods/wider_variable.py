"""mypy's assignment and arg-type of a variable that is given another type than its first value has: it says both.

`size = 0` and later `size = 0.5` is `size: int | float = 0`; `found = [1]` and `found.append("a")` is
`found: list[int | str] = [1]`. No annotation that somebody wrote is changed. In a function annotations are never
evaluated; elsewhere they stay where something may read them.
"""

import ast
from collections import defaultdict
from collections.abc import Sequence

from stomper.fixers.annotate.python_version import read_target
from stomper.fixers.annotate.types import Type, join
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.clashes import Clash, read_clash
from stomper.fixers.codemods.given_values import GivenValues
from stomper.fixers.codemods.scopes import Scopes
from stomper.fixers.codemods.spelled_types import with_spelled_types
from stomper.fixers.codemods.variable_origins import Origin, Origins
from stomper.fixers.codemods.written_types import Place
from stomper.models import Diagnostic

TOO_OLD = "a variable cannot be annotated in every Python that the file is for"


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    clashes = [(found, clash) for found in diagnostics if (clash := read_clash(found))]
    if clashes and not read_target(source.root, source.path, source.text).variables:
        for found, _ in clashes:
            source.leave(found, TOO_OLD)
        return None
    scopes = Scopes(source.text)
    values, origins = GivenValues(scopes), Origins(scopes.tree)
    by_origin: dict[Origin, list[Clash]] = defaultdict(list)
    for found, clash in clashes:
        if origin := _origin(values, origins, found, clash):
            by_origin[origin].append(clash)
    types: dict[Place, Type] = {origin: one for origin, each in by_origin.items() if (one := _type(each))}
    return with_spelled_types(source, types) if types else None


def _origin(values: GivenValues, origins: Origins, found: Diagnostic, clash: Clash) -> Origin | None:
    """Find where the variable gets its first value that a diagnostic is about."""
    given = values.items if clash.container else values.whole
    target = given.get((found.line, found.column))
    if clash.base:
        return origins.of_attribute(clash.base, target.id) if isinstance(target, ast.Name) else None
    return origins.of(target) if target else None


def _type(clashes: Sequence[Clash]) -> Type | None:
    """One type for all values of a variable; None if there is none, or it says too little."""
    one = join([clashes[0].has, *(clash.got for clash in clashes)])
    if one is None or len({clash.container for clash in clashes}) > 1:
        return None
    return Type(clashes[0].container, (one,)) if clashes[0].container else one
