"""The types that are to be written, and what may take their place if they are refused."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from stomper.fixers.annotate.proposals import Proposal
from stomper.fixers.annotate.slots import Slot
from stomper.fixers.annotate.types import Type


@dataclass(frozen=True, slots=True)
class Draft:
    """The proposals for each slot, of which the first is to be written.

    Functions of `closed` return None at their end, and are to say so. `widened` are the slots whose type is not the
    proposed one any more.
    """

    hands: Mapping[Slot, tuple[Proposal, ...]]
    closed: frozenset[int] = frozenset()
    widened: frozenset[Slot] = frozenset()
    types: Mapping[Slot, Type] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "types", {slot: hand[0].type for slot, hand in self.hands.items()})

    def without(self, slots: Collection[Slot]) -> "Draft":
        """The draft without these slots."""
        return replace(self, hands={slot: hand for slot, hand in self.hands.items() if slot not in slots})

    def refused(self, slots: Collection[Slot]) -> "Draft":
        """The draft with the next proposal for each of these slots, and without those that have no more."""
        hands = {slot: hand[1:] if slot in slots else hand for slot, hand in self.hands.items()}
        return replace(
            self, hands={slot: hand for slot, hand in hands.items() if hand}, widened=self.widened - {*slots}
        )

    def with_type(self, slot: Slot, one: Type) -> "Draft":
        """The draft with another type in the place of what was proposed first for a slot."""
        first, *rest = self.hands[slot]
        hands = {**self.hands, slot: (replace(first, type=one), *rest)}
        return replace(self, hands=hands, widened=self.widened | {slot})

    def of(self, owners: Collection[int]) -> "Draft":
        """The part that belongs to these functions and variables."""
        return replace(self, hands={slot: hand for slot, hand in self.hands.items() if slot[0] in owners})

    @classmethod
    def of_one(cls, types: Mapping[Slot, Type], proposer: str) -> "Draft":
        """A draft of these types, all proposed by one."""
        return cls({slot: (Proposal(slot, one, proposer),) for slot, one in types.items()})

    def proposers(self) -> Counter[str]:
        """Count the slots by whose proposal is written."""
        return Counter(hand[0].proposer for hand in self.hands.values())
