"""Find the assertions that a change has lost: they are gone, no longer run, or say less."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stomper.guards.assertion_strength import Renames, as_strong
from stomper.guards.assertions import Claim, claims_of
from stomper.guards.helpers import Helpers, called_claims, read_helpers
from stomper.guards.normal_forms import words
from stomper.guards.refusal import Finding, quoted
from stomper.guards.source import Source


@dataclass(frozen=True, slots=True)
class Losses:
    """The losses of a change, by kind."""

    removed: tuple[Finding, ...] = ()
    unreachable: tuple[Finding, ...] = ()
    weakened: tuple[Finding, ...] = ()

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(finding.scope for finding in (*self.removed, *self.unreachable, *self.weakened))


def losses_of(old: Source, new: Source) -> Losses:
    """Compare what two versions of a file assert, function by function."""
    before, after = claims_of(old), claims_of(new)
    helpers = read_helpers(old, before), read_helpers(new, after)
    spare = [claim for scope, claims in after.items() if scope not in before for claim in claims if _counts(claim)]
    kinds: dict[str, list[Finding]] = {"removed": [], "unreachable": [], "weakened": []}
    for scope in dict.fromkeys((*before, *helpers[0].calls)):
        if scope and scope in old.functions and scope not in new.functions:
            continue  # that a test is gone is another guard's business; a helper is looked at where it was called
        for kind, finding in _lost(scope, _both(scope, before, after, helpers), spare, _renames(scope, old, new)):
            kinds[kind].append(finding)
    return Losses(**{kind: tuple(found) for kind, found in kinds.items()})


def _both(
    scope: str, before: dict[str, list[Claim]], after: dict[str, list[Claim]], helpers: tuple[Helpers, Helpers]
) -> tuple[list[Claim], list[Claim]]:
    """Give a function's assertions before and after, its own and those of the helpers that it calls."""
    old, new = helpers[0].called_in(scope), helpers[1].called_in(scope)
    return (
        [*before.get(scope, ()), *called_claims(helpers[0], scope, old, new)],
        [*after.get(scope, ()), *called_claims(helpers[1], scope, new, old)],
    )


def _counts(claim: Claim) -> bool:
    return not claim.context.dead


def _renames(scope: str, old: Source, new: Source) -> Renames:
    one, other = (frozenset(_bound(source, scope)) for source in (old, new))
    functions = [{name.rpartition(".")[2] for name in source.functions} for source in (old, new)]
    gone, came = functions[0] - functions[1], functions[1] - functions[0]
    plain = [
        frozenset(name.replace("_", "") or name for name in names) for names in (one - other | gone, other - one | came)
    ]
    return Renames(plain[0], plain[1])


def _bound(source: Source, scope: str) -> Iterator[str]:
    names = source.names_in(scope)
    yield from (name for name, times in names.bound.items() if times and name not in names.imports)


def _lost(
    scope: str, claims: tuple[list[Claim], list[Claim]], spare: list[Claim], renames: Renames
) -> Iterator[tuple[str, Finding]]:
    """Pair what was asserted with what is asserted now, the surest pairs first, and tell what is left."""
    old, new = [claim for claim in claims[0] if _counts(claim)], list(filter(_counts, claims[1]))
    idle = [claim for claim in claims[1] if not _counts(claim)]
    left = old
    for exact in (True, False):
        left = [claim for claim in left if not _taken(claim, new, renames, exact)]
    whole = {id(claim.node) for claim in left} - {id(claim.node) for claim in old if claim not in left}
    for claim in left:
        if not _taken(claim, spare, renames, False):
            yield _verdict(scope, claim, new, idle, renames, in_part=id(claim.node) not in whole)


def _taken(claim: Claim, among: list[Claim], renames: Renames, exact: bool) -> bool:
    """Take an assertion that is as strong out of `among`. Return whether there was one."""
    for other in among:
        if exact and claim.literal.key != other.literal.key:
            continue
        if not (other.empty and not claim.empty) and as_strong(claim, other, renames) and as_often(claim, other):
            among.remove(other)
            return True
    return False


def as_often(old: Claim, new: Claim) -> bool:
    """Say whether the new one is reached wherever the old one was: no more conditions, no shorter loops."""
    if new.context.hurdles > old.context.hurdles:
        return False
    if _rounds(old) > _rounds(new):
        return False
    unknown = [
        [loop for loop, count in zip(c.context.loops, c.loops, strict=True) if count is None] for c in (old, new)
    ]
    if len(unknown[1]) > len(unknown[0]):
        return False
    if len(unknown[1]) < len(unknown[0]) and len(new.loops) >= len(old.loops):
        return all(count is None or count > 1 for count in new.loops)
    return all(_no_cut(words(a).names, words(b).names) for a, b in zip(*unknown, strict=False))


def _no_cut(one: Sequence[str], other: Sequence[str]) -> bool:
    cutting = ("Slice", "islice", "takewhile", "filter", "IfExp")
    return all(other.count(word) <= one.count(word) for word in cutting)


def _rounds(claim: Claim) -> int:
    rounds = 1
    for count in claim.loops:
        rounds *= 1 if count is None else count
    return rounds


def _verdict(
    scope: str, claim: Claim, new: list[Claim], idle: list[Claim], renames: Renames, *, in_part: bool
) -> tuple[str, Finding]:
    line, code = getattr(claim.node, "lineno", 0), quoted(claim.node)
    still = next((other for other in idle if as_strong(claim, other, renames)), None)
    if still is not None:
        idle.remove(still)
        why = f"makes an assertion unreachable: {quoted(still.node)} {still.context.dead}"
        return "unreachable", Finding(why, getattr(still.node, "lineno", 0), scope)
    rarer = next((other for other in new if as_strong(claim, other, renames)), None)
    if rarer is not None:
        new.remove(rarer)
        why = f"weakens an assertion: {quoted(rarer.node)} is reached in fewer cases"
        return "weakened", Finding(why, getattr(rarer.node, "lineno", 0), scope)
    near = next((other for other in new if _related(claim, other)), None)
    if near is not None:
        new.remove(near)
        why = f"weakens an assertion: {code} became {quoted(near.node)}"
        return "weakened", Finding(why, getattr(near.node, "lineno", 0), scope)
    if in_part:
        return "weakened", Finding(f"weakens an assertion: a part of {code} is gone", line, scope, gone=True)
    return "removed", Finding(code, line, scope, gone=True)


def _related(old: Claim, new: Claim) -> bool:
    """Return whether one assertion may replace the other: they name the same things, or are of one kind."""
    names = [{name for word in claim.words() for name in (*word.names, *word.numbers)} for claim in (old, new)]
    return bool(names[0] & names[1]) or old.op == new.op
