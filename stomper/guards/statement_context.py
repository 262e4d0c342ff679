"""Give the context of each statement: its function, its conditions, and the reason if it cannot run."""

import ast
from dataclasses import dataclass, replace

from stomper.guards.names import Function, Names
from stomper.guards.unused_definitions import Uses

SKIPPED = "stands behind a skip"
AFTER = "stands behind a statement that leaves"
NEVER = "stands under a condition that is never true"
EMPTY = "stands in a loop over nothing"
UNUSED = "stands in a function that nothing calls"
IDLE = "stands in an expression that nothing runs"
SWALLOWED = "is caught where it fails"
GENERATOR = "stands in a test that is a generator"
TYPING = "stands under TYPE_CHECKING"


@dataclass(frozen=True, slots=True)
class Context:
    """The context of a statement. `dead` is the reason why it does not run or count, '' if it does."""

    scope: str = ""
    dead: str = ""
    hurdles: int = 0
    """How many conditions there are on the way."""
    loops: tuple[ast.expr, ...] = ()
    uses: Uses | None = None
    """Of the outermost function around it."""

    def under(self, why: str) -> "Context":
        """The same place, if it does not run for this reason."""
        return self if self.dead else replace(self, dead=why)

    def beyond(self, hurdles: int = 1) -> "Context":
        return replace(self, hurdles=self.hurdles + hurdles)


@dataclass(frozen=True, slots=True)
class Site:
    """A statement or a call, and where it stands."""

    node: ast.AST
    context: Context


@dataclass(frozen=True, slots=True)
class Defined:
    """A function of a module or of a class: its dotted name, and why it does not run, if so."""

    scope: str
    node: Function
    owner: ast.ClassDef | None
    dead: str
    names: Names
    """As the function sees them."""
