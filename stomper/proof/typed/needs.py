"""The things that must be known at one place so that a fix means the same there."""

import ast
from dataclasses import dataclass
from typing import Literal, TypeAlias

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Proof:
    """The verdict on one place, and the reason for it in plain words."""

    verdict: Literal["proved", "refuted", "unknown"]
    why: str


@dataclass(frozen=True, slots=True)
class Operand:
    """An expression whose class must be known. `site` is the expression before whose evaluation mypy is asked.

    A value that mypy says is one of `kinds` will do; one of `exact` only if the syntax shows that it is of no derived
    class. `elements` are the classes that what is in it must be of, if any must. For built-in classes that are `wrong`
    the fix does not mean the same, nor for another that has the `method`. `own`: a class of the project will do that
    leaves this method to `object`. `hidden`: none of the project's classes that are derived from `kinds` may have it.
    `instance`: only this must be known, that it is no class and no module. `fixed`: it is a tuple that is not empty.
    """

    node: ast.expr
    site: ast.expr
    kinds: frozenset[str] = NOTHING
    exact: frozenset[str] = NOTHING
    elements: frozenset[str] = NOTHING
    wrong: frozenset[str] = NOTHING
    method: str = ""
    own: bool = False
    hidden: str = ""
    instance: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Needs:
    """The operands that must be known, and `builtins`, the names that must have their built-in meaning.

    `families`: all the operands must be of classes in one of these.
    """

    operands: tuple[Operand, ...] = ()
    builtins: tuple[str, ...] = ()
    families: tuple[frozenset[str], ...] = ()


Found: TypeAlias = Needs | Proof


def unknown(why: str) -> Proof:
    """Say that a place cannot be told."""
    return Proof("unknown", why)


def refuted(why: str) -> Proof:
    """Say that a fix means something else at a place."""
    return Proof("refuted", why)


OTHER_SHAPE = unknown("the code there has another shape than those that are known")
