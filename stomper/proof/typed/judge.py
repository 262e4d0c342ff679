"""Judge one place by what mypy says of its operands, and by where they come from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from stomper.proof.typed.kinds import BYTES, FLOAT, KNOWN, TEXT
from stomper.proof.typed.needs import Needs, Operand, Proof, refuted, unknown
from stomper.proof.typed.origins import Origins
from stomper.proof.typed.own_classes import OwnClasses
from stomper.proof.typed.question import Answer
from stomper.proof.typed.spots import Sight
from stomper.proof.typed.words import CLASS_OBJECT, VAGUE, One, Said

NO_INSTANCES = frozenset({CLASS_OBJECT, "types.ModuleType"})
SILENT = "mypy says nothing of it: it does not look there, or nothing gets there"
OBJECT = "object"
# Their classes give operators, `in` and truth a meaning of their own.
_OVERLOADING = (
    "numpy pandas polars pyarrow dask xarray sqlalchemy peewee pony ibis sympy z3 torch jax tensorflow sqlite3"
)
OVERLOADING = frozenset(_OVERLOADING.split())


@dataclass(frozen=True, slots=True)
class Judge:
    """The knowledge about one text that judgments are made by."""

    sight: Sight
    origins: Origins
    own: OwnClasses

    def proof(self, needs: Needs, line: int, answers: Mapping[Operand, Answer]) -> Proof:
        """Judge by the answers. What is wrong for one class that a value may be of is refuted."""
        for name in needs.builtins:
            if not self.sight.scopes.is_builtin(name, line):
                return unknown(f"`{name}` may be something else than the built-in one here")
        found = [self._of(operand, answers.get(operand)) for operand in needs.operands]
        against = [one for one in found if one is not None]
        if against:
            return min(against, key=lambda proof: proof.verdict)  # refuted comes before unknown
        values = [operand for operand in needs.operands if not operand.instance]
        said = frozenset(one.name for operand in values for one in answers[operand].said)
        if needs.families and not any(said <= family for family in needs.families):
            return unknown(f"values of {_listed(said)} have no order or sum of one kind")
        if not needs.operands:
            return Proof("proved", "the names have their built-in meaning, and nothing else decides")
        return Proof("proved", "; ".join(dict.fromkeys(self._words(one, answers[one].said) for one in values)))

    def _words(self, operand: Operand, said: Said) -> str:
        return f"{self._name(operand)} is {_listed(frozenset(one.name for one in said))}"

    def _name(self, operand: Operand) -> str:
        words = " ".join(self.sight.source(operand.node).decode("utf-8", "replace").split())
        return f"`{words if len(words) <= 40 else words[:37] + '...'}`"

    def _of(self, operand: Operand, answer: Answer | None) -> Proof | None:
        """Say what speaks against one operand; None if nothing does."""
        name = self._name(operand)
        doubt = (
            "" if operand.instance else self.origins.doubt(operand.node) or self.origins.doubt_of_method(operand.node)
        )
        if answer is None or doubt:
            return unknown(f"{name}: {doubt or SILENT}")
        against = [one for member in answer.said for one in self._member(operand, member, answer, name)]
        return min(against, key=lambda proof: (proof.verdict, proof.why), default=None)

    def _member(self, operand: Operand, member: One, answer: Answer, name: str) -> Iterator[Proof]:
        """Say what speaks against one class that a value may be of."""
        if member.name == VAGUE:
            yield unknown(f"mypy cannot say what {name} is")
        elif operand.instance:
            if member.name in NO_INSTANCES:
                yield unknown(f"{name} is a class or a module: what it has may be a column or a proxy")
        elif operand.fixed:
            if not member.fixed:
                yield unknown(f"{name} may be empty, and another error is raised then")
        elif member.name in operand.wrong:
            yield refuted(f"{name} may be `{member.name}`, for which it does not mean the same")
        elif member.name in operand.kinds or self._is_exact(operand, member):
            if operand.elements and not _holds(member, operand.elements):
                yield unknown(f"it is not known that {name} holds nothing but {_listed(operand.elements)}")
            yield from self._of_derived(operand, member)
        elif member.name in operand.exact:
            yield unknown(f"{name} may be of a class that is derived from `{member.name}`")
        elif member.name.partition(".")[0] in OVERLOADING and "." in member.name:
            yield refuted(f"{name} may be `{member.name}`, which has operators of its own")
        elif operand.method and "." in member.name:
            yield from self._of_class(operand, member, answer, name)
        else:
            yield unknown(f"{name} may be `{member.name}`, for which it is not known to mean the same")

    def _of_derived(self, operand: Operand, member: One) -> Iterator[Proof]:
        """A value of a built-in class may be of one that the project has derived from it."""
        if operand.hidden and not self.origins.is_exact(operand.node):
            doubt = self.own.doubt_of_built_in(member.name, operand.hidden)
            yield from [unknown(doubt)] if doubt else []

    def _is_exact(self, operand: Operand, member: One) -> bool:
        return member.name in operand.exact and self.origins.is_exact(operand.node)

    def _of_class(self, operand: Operand, member: One, answer: Answer, name: str) -> Iterator[Proof]:
        """A class that has no such method has `object`'s, and so have those that are derived from it."""
        others = {owner for owner in answer.owners if owner != OBJECT and owner not in KNOWN | FLOAT}
        if member.name in others or (others and not answer.owners & {OBJECT}):
            yield refuted(f"{name} may be `{member.name}`, and {_listed(frozenset(others))} has an `{operand.method}`")
        elif not answer.owners or others or member.name.partition("@")[0].rpartition(".")[2] not in answer.closed:
            yield unknown(f"not all is known of `{member.name}`, which {name} may be")
        elif doubt := self.own.doubt(member.name, operand.method):
            yield unknown(doubt)


def _holds(member: One, elements: frozenset[str]) -> bool:
    """Say whether what is in a value is of these classes and no others."""
    if member.name in TEXT | BYTES:
        return member.name in TEXT & elements
    held = member.arguments if member.name == "tuple" else member.arguments[:1]
    if not held or member.name.endswith(("dict_values", "dict_items", "enumerate", "zip", "map")):
        return False
    return all(one.name in elements for said in held for one in said)


def _listed(names: frozenset[str]) -> str:
    return " or ".join(f"`{name}`" for name in sorted(names))


def bases_of(origins: Origins, operands: Sequence[Operand]) -> tuple[Operand, ...]:
    """The operands together with the instances that they are attributes of."""
    bases = [(base, one.site) for one in operands for base in origins.bases(one.node)]
    return (*operands, *(Operand(base, site, instance=True) for base, site in bases))
