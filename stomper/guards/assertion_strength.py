"""Compare the strength of two assertions: operator, operands, and the conditions on the way to them."""

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from stomper.guards.assertions import Claim
from stomper.guards.comparisons import SYMMETRIC
from stomper.guards.inlining import is_literal
from stomper.guards.normal_forms import GLUE, KEYWORDS, Words, words

BUILTINS = frozenset(name.replace("_", "") for name in dir(builtins))
# (the new operator, the old one): what the first says, the second says too, of the same operands.
STRONGER = frozenset(
    {
        *(("lt", "le"), ("eq", "le"), ("lt", "ne"), ("is", "eq"), ("isnot", "ne")),
        *(("assert_called_once", "assert_called"), ("assert_called_with", "assert_called")),
        *(("assert_called_once_with", "assert_called_with"), ("assert_called_once_with", "assert_any_call")),
        *(("assert_awaited_once_with", "assert_awaited_with"), ("assert_called_with", "assert_any_call")),
    }
)


@dataclass(slots=True)
class Renames:
    """Names that are gone from a function and names that are new in it: one may have become the other."""

    gone: frozenset[str]
    new: frozenset[str]
    taken: dict[str, str] = field(default_factory=dict)

    def fit(self, one: Sequence[str], other: Sequence[str]) -> bool:
        """Return whether the names are the same after renaming, each old name always to one new name."""
        if len(one) != len(other):
            return False
        found = dict(self.taken)
        for old, new in zip(one, other, strict=True):
            if old != new and (old not in self.gone or new not in self.new or found.setdefault(old, new) != new):
                return False
        if len(set(found.values())) != len(found):
            return False
        self.taken = found
        return True


def as_strong(old: Claim, new: Claim, renames: Renames) -> bool:
    """Say whether a new assertion fails wherever the old one failed, as far as their form tells."""
    if old.computed and not new.computed:
        return False
    if old.op == new.op and old.literal.key == new.literal.key:
        return keeps_calls(old, new, renames)
    if old.full.key == new.full.key:
        return True
    if old.op == new.op == "raises":
        return _raises(old, new, renames)
    if old.op == new.op == "approx":
        return _narrower(old, new) and _alike(old.literal.operands[:2], new.literal.operands[:2], True, renames)
    if old.op == new.op and old.op in ("isinstance", "notinstance"):
        first = (old.literal.operands[:1], new.literal.operands[:1])
        return _narrows(old, new) and _alike(*first, False, renames) and keeps_calls(old, new, renames)
    return _operator(old, new, renames) and keeps_calls(old, new, renames)


def _narrows(old: Claim, new: Claim) -> bool:
    """Return whether an `isinstance` names the same classes or fewer; its opposite, the same or more."""
    one, other = (_all_names(claim.literal.operands[1]) for claim in (old, new))
    return other <= one if old.op == "isinstance" else one <= other


def _operator(old: Claim, new: Claim, renames: Renames) -> bool:
    either = old.op in SYMMETRIC
    if (old.op, new.op) == ("approx", "eq"):
        return _alike(old.literal.operands[:2], new.literal.operands, True, renames)
    if old.op == new.op or (new.op, old.op) in STRONGER:
        return any(
            _alike(one.operands, other.operands, either, renames)
            for one, other in ((old.literal, new.literal), (old.full, new.full), (old.plain, new.plain))
        )
    if (old.op, new.op) in (("is", "eq"), ("isnot", "ne")) and any(map(is_literal, old.plain.operands)):
        return _alike(old.literal.operands, new.literal.operands, True, renames)
    first = (old.literal.operands[:1], new.literal.operands[:1])
    return _says_more(old, new) and _alike(*first, False, renames)


def _says_more(old: Claim, new: Claim) -> bool:
    """Return whether the new operator says more of the first operand than the old one, for any second operand."""
    if (old.op, new.op) == ("isnot", "truthy"):
        return True
    fixed = new.literal.operands[-1:]
    value = fixed[0].value if fixed and isinstance(fixed[0], ast.Constant) else ...
    if (old.op, new.op) in (("truthy", "is"), ("truthy", "eq")):
        return value is not ... and bool(value)
    return (old.op, new.op) in (("falsy", "is"), ("falsy", "eq")) and value is not ... and not value


def _alike(one: Sequence[ast.expr], other: Sequence[ast.expr], either: bool, renames: Renames) -> bool:
    """Return whether operands are the same, perhaps rewritten; if `either`, also in the other order."""
    if len(one) != len(other):
        return False
    found = [words(operand) for operand in one]
    new = [words(operand) for operand in other]
    orders = (new, new[::-1]) if either and len(new) == 2 else (new,)
    return any(all(_like(a, b, renames) for a, b in zip(found, order, strict=True)) for order in orders)


def _like(one: Words, other: Words, renames: Renames) -> bool:
    if one.like(other):
        return True
    return one.numbers == other.numbers and one.text == other.text and renames.fit(one.names, other.names)


def keeps_calls(old: Claim, new: Claim, renames: Renames) -> bool:
    """Return whether the same functions still compute the values that the old assertion compares."""
    known = {name for operand in new.full.operands for name in _all_names(operand)}
    return all(chain & known or chain & renames.gone for chain in _chains(old.full.operands))


def _chains(operands: Sequence[ast.expr]) -> list[frozenset[str]]:
    """The names that lead to each function that is called, those of the language itself left out."""
    calls = [part for operand in operands for part in _walk(operand) if isinstance(part, ast.Call)]
    chains = [frozenset(_all_names(call.func)) for call in calls]
    return [chain for chain in chains if not chain & (GLUE | BUILTINS)]


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of an expression, without arguments that linters ask for."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.keyword) and child.arg in KEYWORDS):
            yield from _walk(child)


def _all_names(node: ast.AST) -> frozenset[str]:
    found = words(node)
    return frozenset((*found.names, *found.glue))


def _narrower(old: Claim, new: Claim) -> bool:
    """Return whether no tolerance of an approximate comparison has grown or is new."""
    given, now = old.literal.operands[2:], new.literal.operands[2:]
    if not given or not now:
        return not now
    numbers = [
        [n.value for n in side if isinstance(n, ast.Constant) and isinstance(n.value, int | float)]
        for side in (given, now)
    ]
    known = len(numbers[0]) == len(given) == len(numbers[1]) == len(now)
    return known and all(n <= g for g, n in zip(*numbers, strict=True))


def _raises(old: Claim, new: Claim, renames: Renames) -> bool:
    """The same error or a narrower one, no pattern lost, and the same code that is to raise it."""
    (kind, match, body), (kind_now, match_now, body_now) = old.literal.operands, new.literal.operands
    return (
        _same_or_narrower(kind, kind_now, renames)
        and _matches(match, match_now, renames)
        and _same_raiser(body, body_now)
    )


def _same_or_narrower(old: ast.expr, new: ast.expr, renames: Renames) -> bool:
    kinds, now = [_elements(node) for node in (old, new)]
    if any(words(kind).names[-1:] in (("Exception",), ("BaseException",)) for kind in kinds):
        return any(map(_is_widest, kinds)) or not any(map(_is_widest, now))
    return all(any(_like(words(kind), words(other), renames) for kind in kinds) for other in now)


def _is_widest(kind: ast.expr) -> bool:
    return words(kind).names[-1:] == ("BaseException",)


def _elements(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]


def _matches(old: ast.expr, new: ast.expr, renames: Renames) -> bool:
    """Return whether a new pattern says at least what the old one says. If there was none, any pattern does."""
    if isinstance(old, ast.Constant) and old.value is None:
        return True
    one, other = words(old), words(new)
    escaped = Words(tuple(n for n in other.names if n not in ("re", "escape")), other.glue, other.numbers, other.text)
    plain = Words(tuple(n for n in one.names if n not in ("re", "escape")), one.glue, one.numbers, one.text)
    return _like(plain, escaped, renames) or (
        plain.names == escaped.names and bool(one.text) and one.text in other.text
    )


def _same_raiser(old: ast.expr, new: ast.expr) -> bool:
    before, after = _all_names(old), _all_names(new)
    chains = [frozenset(_all_names(part.func)) for part in ast.walk(old) if isinstance(part, ast.Call)]
    return ("Raise" in before or "Raise" not in after) and (
        any(chain & after for chain in chains) if chains else before == after or bool(before & after)
    )
