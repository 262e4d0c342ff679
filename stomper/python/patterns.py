"""LibCST's patterns of `case` as those of `ast`."""

import ast
from typing import Any

from stomper.python.conversion import Conversion, Found


class Patterns(Conversion):
    """A method for each class of pattern, named like it."""

    def MatchValue(self, node: Found) -> Any:
        return ast.MatchValue(self.one(node.value))

    def MatchSingleton(self, node: Found) -> Any:
        return ast.MatchSingleton({"None": None, "True": True, "False": False}[node.value.value])

    def MatchList(self, node: Found) -> Any:
        return ast.MatchSequence([self.one(getattr(item, "value", None) or item) for item in node.patterns])

    MatchTuple = MatchList

    def MatchStar(self, node: Found) -> Any:
        return ast.MatchStar(node.name and node.name.value)

    def MatchMapping(self, node: Found) -> Any:
        keys = [self.one(item.key) for item in node.elements]
        patterns = [self.one(item.pattern) for item in node.elements]
        return ast.MatchMapping(keys, patterns, node.rest and node.rest.value)

    def MatchClass(self, node: Found) -> Any:
        names = [item.key.value for item in node.kwds]
        given = [self.one(item.value) for item in node.patterns], names, [self.one(k.pattern) for k in node.kwds]
        return ast.MatchClass(self.one(node.cls), *given)

    def MatchAs(self, node: Found) -> Any:
        return ast.MatchAs(self.one(node.pattern), node.name and node.name.value)

    def MatchOr(self, node: Found) -> Any:
        return ast.MatchOr([self.one(item.pattern) for item in node.patterns])
