"""One type for several that were seen of one thing: containers of one kind become one container of all their items.

Many classes become the one that they are derived from.
"""

from collections.abc import Iterable, Sequence

from stomper.fixers.annotate.types import DOTS, Type, join, words

BARE = words("list set frozenset dict tuple type collections.deque collections.OrderedDict collections.defaultdict")
TUPLE = "tuple"
FEW = 3
# Modules whose classes say nothing of those that are derived from them.
GENERAL = words("abc collections enum typing")


def join_seen(types: Iterable[Type]) -> Type | None:
    """Give one type for several; None if there is none, or where that would say too little.

    Of a container that was seen empty only, nobody knows the items.
    """
    by_name: dict[str, list[Type]] = {}
    for member in (member for one in types for member in one.members):
        by_name.setdefault(member.name, []).append(member)
    whole = [_one_of(group) for group in by_name.values()]
    return join(one for one in whole if one) if all(whole) else None


def fewer(chains: Iterable[Sequence[str]]) -> list[str]:
    """Give the names of classes, each of which comes with those that it is derived from, without what others include.

    If more than a few are left, the nearest class that several are derived from stands for them.
    """
    known = {chain[0]: chain for chain in chains}
    kept = [name for name, chain in known.items() if not any(base in known for base in chain[1:])]
    derived = [name for name in kept if len(known[name]) > 1 or any(name in chain[1:] for chain in known.values())]
    if len(kept) <= FEW or len(derived) < 2:
        return kept
    common = [base for base in known[derived[0]] if all(base in known[name] for name in derived)]
    named = next((base for base in common if base.partition(".")[0] not in GENERAL), None)
    return kept if named is None else [named, *(name for name in kept if name not in derived)]


def _one_of(group: Sequence[Type]) -> Type | None:
    """One type for several of one name."""
    if group[0].name in BARE:
        group = [one for one in group if one.args]
    if not group or not group[0].args:
        return group[0] if group else None
    first = group[0]
    if first.name == TUPLE and _lengths(group) == {0}:
        item = join_seen(one for each in group for one in each.args if one.name != DOTS)
        return Type(TUPLE, (item, Type(DOTS))) if item else None
    parts = [join_seen(places) for places in zip(*(one.args for one in group), strict=True)]
    args = tuple(part for part in parts if part)
    return Type(first.name, args) if len(args) == len(parts) else None


def _lengths(group: Sequence[Type]) -> set[int]:
    """The lengths of tuples; 0 alone if they have several, or any."""
    found = {0 if one.args[-1].name == DOTS else len(one.args) for one in group}
    return found if len(found) == 1 else {0}
