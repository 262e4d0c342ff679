"""Infer the types of slots from mypy's messages. Types are never inferred without evidence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from stomper.fixers.annotate.bare_generics import Opening
from stomper.fixers.annotate.class_members import Shape, match_shapes
from stomper.fixers.annotate.dunder_types import parameter_type, return_type
from stomper.fixers.annotate.evidence import PROBE, Evidence, Findings, only_probe
from stomper.fixers.annotate.probes import Probes
from stomper.fixers.annotate.scope import Scope
from stomper.fixers.annotate.slots import RETURN, Function, Slot, Variable
from stomper.fixers.annotate.types import NONE_TYPE, UNION, Type, join, read_type, words

NOT_IMPLEMENTED = ("_NotImplementedType", "NotImplementedType")
SIMPLE = {"str": str, "int": int, "float": float, "bytes": bytes, "bool": bool}
VAGUE = frozenset(f"collections.abc.{name}" for name in ("Sized", "Hashable", "Container", "Collection", "Reversible"))
STRING_WORDS = words(
    "startswith endswith strip lstrip rstrip lower upper split rsplit splitlines format title capitalize "
    "isdigit isalpha isalnum isspace isupper islower zfill partition rpartition ljust rjust center expandtabs "
    "swapcase translate replace encode casefold isidentifier removeprefix removesuffix"
)


class Zeal(IntEnum):
    """The certainty that a type needs: all evidence agrees, the evidence without probes does, or the usual type."""

    STRICT = 0
    LENIENT = 1
    USUAL = 2


@dataclass(frozen=True, slots=True)
class Solver:
    """Makes types of evidence. `shapes` are the classes that the module knows by name."""

    functions: list[Function]
    variables: list[Variable]
    probes: Probes
    findings: Findings
    scope: Scope
    known: Mapping[Slot, Type]
    shapes: Mapping[str, Shape]
    zeal: Zeal = Zeal.STRICT

    def solve(self) -> dict[Slot, Type]:
        """The slots that this evidence settles, of those not known before."""
        found: dict[Slot, Type] = {}
        used_as = match_shapes(self.findings.probes, self.shapes)
        names = {slot: name for name, slot in self.probes.slots.items()}
        for function in self.functions:
            for slot in function.slots:
                if slot not in self.known:
                    one = (
                        self._return(function)
                        if slot[1] == RETURN
                        else self._parameter(function, slot[1], names[slot], used_as)
                    )
                    if one is not None:
                        found[slot] = one
        for variable in self.variables:
            for slot in variable.slots:
                evidence = self.findings.probes.get(names.get(slot, ""))
                if slot not in self.known and (one := self._part(variable, evidence)):
                    found[slot] = one
        return found

    def _part(self, variable: Variable, evidence: Evidence | None) -> Type | None:
        if not isinstance(variable, Opening):
            return self._content(evidence) if evidence else None
        one = self._by_evidence(evidence) if evidence else None
        if one is None and self.zeal == Zeal.USUAL and not (evidence and evidence.came):
            one = variable.usual
        return one if one and variable.takes(one) else None

    def _content(self, evidence: Evidence) -> Type | None:
        """Give the type of the values put into a variable; its uses say less."""
        if any(PROBE.search(text) for text in evidence.came) and self.zeal == Zeal.STRICT:
            return None
        came = [self._read(text) for text in evidence.came if not PROBE.search(text)]
        whole = join(one for one in came if one is not None) if came and all(came) else None
        return whole if whole != NONE_TYPE else None

    def _parameter(self, function: Function, name: str, probe: str, used_as: Mapping[str, Type]) -> Type | None:
        if (fixed := parameter_type(function, name)) or (fixed := self._inherited(function, name)):
            return fixed
        evidence = self.findings.probes.get(probe)
        one = self._by_evidence(evidence) if evidence else None
        if one is None and not (evidence and self._contradicts(evidence)):
            one = used_as.get(probe)
        if one is None:
            return None
        return join([one, NONE_TYPE]) if name in function.optional else one

    def _contradicts(self, evidence: Evidence) -> bool:
        """Return whether a value comes in that is certainly no instance of a class of the project."""
        return any(one and one != NONE_TYPE for one in map(self._read, evidence.came))

    def _by_evidence(self, evidence: Evidence) -> Type | None:
        if any(PROBE.search(text) for text in evidence.came) and self.zeal == Zeal.STRICT:
            return None
        came = [self._read(text) for text in evidence.came if not PROBE.search(text)]
        lower = join(one for one in came if one is not None) if all(came) else None
        if lower is not None and lower != NONE_TYPE:
            return lower
        if any(one is None for one in came):
            return None
        used = self._by_use(evidence)
        return join([used, NONE_TYPE]) if used and NONE_TYPE in came else used

    def _by_use(self, evidence: Evidence) -> Type | None:
        wanted = [text for text in evidence.wanted if not only_probe(text)]
        read = [one for one in map(self._read, wanted) if one is not None]
        for name in self._simple(read, evidence):
            if all(_accepts(one, name) for one in read) and all(hasattr(SIMPLE[name], a) for a in evidence.attributes):
                return Type(name)
        if (
            len(set(read)) == 1
            and read[0].name not in VAGUE
            and len(read) == len(wanted)
            and read[0] != NONE_TYPE
            and not evidence.attributes
        ):
            return read[0]
        return None

    def _simple(self, read: list[Type], evidence: Evidence) -> Iterator[str]:
        """The plain types worth a look, the likeliest first."""
        for one in read:
            yield from (member.name for member in one.members if member.name in SIMPLE)
        for text in evidence.compared:
            if (one_ := self._read(text)) is not None:
                yield from (member.name for member in one_.members if member.name in SIMPLE)
        if evidence.attributes & STRING_WORDS:
            yield "str"
        if "decode" in evidence.attributes:
            yield "bytes"

    def _return(self, function: Function) -> Type | None:
        if special := return_type(function):
            return special
        if function.unclear:
            return None
        if not function.gives and not function.yields:
            return NONE_TYPE
        if function.gives and function.yields:
            return None
        one = self._given(self.findings.given.get(function.index, []), function.gives_none and not function.yields)
        if one is None or not function.yields:
            return one
        return Type("collections.abc.AsyncIterator" if function.is_async else "collections.abc.Iterator", (one,))

    def _given(self, texts: Iterable[str], none: bool) -> Type | None:
        read = [self._read(text) for text in texts if text.rpartition(".")[2] not in NOT_IMPLEMENTED]
        if not read or not all(read):
            return None
        # None alone is what an attribute begins as, of which mypy does not know better.
        if all(one == NONE_TYPE for one in read):
            return None
        return join([one for one in read if one] + ([NONE_TYPE] if none else []))

    def _inherited(self, function: Function, name: str) -> Type | None:
        """Give the type in the base class, which its callers rely on."""
        for found in self.findings.overridden:
            mine = function.name == found.method and function.first <= found.line <= function.end
            if mine and function.positional[found.place : found.place + 1] == (name,):
                return self._read(found.wanted)
        return None

    def _read(self, text: str) -> Type | None:
        one = read_type(text)
        one = self._without_probes(one) if one is not None else None
        return self.scope.resolve(one) if one is not None else None

    def _without_probes(self, one: Type) -> Type | None:
        """Probes replaced by what became known of them; None if nothing did."""
        if match := PROBE.fullmatch(one.name):
            slot = self.probes.slots.get(match[1])
            return self.known.get(slot) if slot else None
        args = [self._without_probes(arg) for arg in one.args]
        if not all(args):
            return None
        inner = tuple(arg for arg in args if arg)
        return join(inner) if one.name == UNION else Type(one.name, inner)


def _accepts(wanted: Type, name: str) -> bool:
    """Return whether a plain type can be passed where another is wanted. mypy judges types that are not plain."""
    plain = [member.name for member in wanted.members if member.name in SIMPLE]
    if not plain or name in plain:
        return True
    return (name == "int" and "float" in plain) or (name == "bool" and ("int" in plain or "float" in plain))
