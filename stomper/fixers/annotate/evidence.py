"""Read mypy's messages about probes."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from stomper.fixers.annotate.probes import PREFIX, SUFFIX

LINE = re.compile(
    r"^(?P<path>.+?):(?P<line>\d+)(?::\d+)?: (?P<kind>error|note): (?P<text>.*?)(?:  \[(?P<code>[\w-]+)\])?$"
)
Q = r'"(?P<{}>(?:[^"\']|\'[^\']*\')*)"'
PROBE = re.compile(rf"(?:[\w.]+\.)?({PREFIX}\w+?{SUFFIX})\b")
MODULE = re.compile(rf'^Revealed type is "def \(\) -> (?P<module>[\w.]+)\.{PREFIX}X{SUFFIX}"$')
REVEALED = re.compile(r'^Revealed type is "(?P<types>tuple\[Literal\[\d+\]\?, .*\])"$')
PAIR = re.compile(r"^tuple\[Literal\[(?P<number>\d+)\]\?, (?P<type>.*)\]$")
INDEX = re.compile(rf"^Invalid index type {Q.format('got')} for .*; expected type {Q.format('wanted')}")
ENTRY = re.compile(
    rf"^Dict entry \d+ has incompatible type {Q.format('got')}: {Q.format('got2')}; "
    rf"expected {Q.format('wanted')}: {Q.format('wanted2')}"
)
ARGUMENT = re.compile(rf"^Argument .* has incompatible type {Q.format('got')}; expected {Q.format('wanted')}")
DEFAULT = re.compile(
    rf"^Incompatible default for (?:parameter|argument) .* \(default has type {Q.format('got')}, "
    rf"(?:parameter|argument) has type {Q.format('wanted')}\)"
)
OVERRIDE = re.compile(
    r'^Argument (?P<number>\d+) of "(?P<name>\w+)" is incompatible with supertype ".*"; '
    rf"supertype defines the argument type as {Q.format('wanted')}"
)
ATTRIBUTE = re.compile(rf'^(?:Item {Q.format("item")} of )?{Q.format("owner")} has no attribute "(?P<name>\w+)"')
OPERANDS = re.compile(rf"^Unsupported operand types for (?P<op>\S+) \({Q.format('left')} and {Q.format('right')}\)")
OVERLAP = re.compile(
    rf"^Non-overlapping (?:\w+) check \((?:left operand type|element type): {Q.format('left')}, "
    rf"(?:right operand type|container item type): {Q.format('right')}\)"
)
ASSIGNED = re.compile(
    rf"^Incompatible types in assignment \(expression has type {Q.format('got')}, "
    rf"(?:variable|target) has type {Q.format('wanted')}\)"
)
RETURNED = re.compile(rf"^Incompatible return value type \(got {Q.format('got')}, expected {Q.format('wanted')}\)")
YIELDED = re.compile(
    rf'^Incompatible types in "yield" \(actual type {Q.format("got")}, expected type {Q.format("wanted")}\)'
)
COMPREHENSION = re.compile(r"^(?:List|Set) comprehension has incompatible type (?P<got>.+); expected (?P<wanted>.+)$")
EXPRESSION = re.compile(
    rf"^(?:Key|Value) expression in dictionary comprehension has incompatible type {Q.format('got')}; "
    rf"expected type {Q.format('wanted')}"
)
ITEM = re.compile(rf"^Generator has incompatible item type {Q.format('got')}; expected {Q.format('wanted')}")
LIST_ITEM = re.compile(rf"^List item \d+ has incompatible type {Q.format('got')}; expected {Q.format('wanted')}")
VARIANT = re.compile(r'^No overload variant of .* matches argument types? (?P<types>".*")$')
SIGNATURE = re.compile(r"^    def (?:\[.*?\] )?\w+\((?P<parameters>.*)\) -> ")
PASSING = (
    ARGUMENT, DEFAULT, LIST_ITEM, INDEX, ASSIGNED, RETURNED, YIELDED, COMPREHENSION, EXPRESSION, ITEM,
)  # fmt: skip
SAME_TYPE = frozenset({"+", "-", "/", "//", "<", ">", "<=", ">=", "&", "|", "^", "==", "in"})
# What is on the right comes into what is on the left.
JOINING = frozenset({"+", "+=", "|", "|="})


@dataclass(slots=True)
class Evidence:
    """The types of one probe, as mypy's texts: `came` from calls and defaults, `wanted` by its uses.

    `compared` are the types that it is compared or added to, `attributes` the names that it must have.
    """

    came: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Overridden:
    """A base class's parameter of a method: its place after `self`, from 0, and mypy's text of its type."""

    line: int
    method: str
    place: int
    wanted: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Evidence by probe, the types that functions return or yield by their index, and the module's own name."""

    probes: Mapping[str, Evidence]
    given: Mapping[int, list[str]]
    module: str
    overridden: Sequence[Overridden]


def read_findings(lines: Iterable[str], path: str) -> Findings:
    """`path` is that of the probed file as mypy prints it: overriding is read for it only."""
    reader = Reader()
    for line in lines:
        if match := LINE.match(line):
            reader.read(match["text"])
            if match["path"] == path:
                reader.read_override(int(match["line"]), match["text"])
    return Findings(reader.probes, reader.given, reader.module, reader.overridden)


class Reader:
    """Collects what messages say, one after another."""

    def __init__(self) -> None:
        self.probes: dict[str, Evidence] = defaultdict(Evidence)
        self.given: dict[int, list[str]] = defaultdict(list)
        self.module = ""
        self.variants: list[str] = []
        self.overridden: list[Overridden] = []

    def read(self, text: str) -> None:
        """Read a message of any file."""
        for pattern, handle in HANDLERS:
            if match := pattern.match(text):
                handle(self, match)
                return

    def read_override(self, line: int, text: str) -> None:
        """Read a message of the probed file about a method that overrides another."""
        if match := OVERRIDE.match(text):
            self.overridden.append(Overridden(line, match["name"], int(match["number"]) - 1, match["wanted"]))

    def revealed(self, match: re.Match[str]) -> None:
        for pair in split(match["types"], "|"):
            if inner := PAIR.match(pair):
                self.given[int(inner["number"])].append(inner["type"])

    def module_named(self, match: re.Match[str]) -> None:
        self.module = match["module"]

    def variants_named(self, match: re.Match[str]) -> None:
        self.variants = split(match["types"], quotes=True)

    def first_variant(self, match: re.Match[str]) -> None:
        """The first overload, taken as the one that was meant."""
        parameters = [p for p in split(match["parameters"]) if p not in ("/", "*")]
        wanted = [re.sub(r"^\*?\w+: ", "", parameter.partition(" = ")[0]) for parameter in parameters]
        for got, expected in zip(self.variants, wanted, strict=False):
            if probe := only_probe(got):
                self.probes[probe].wanted.append(expected)
        self.variants = []

    def passed(self, match: re.Match[str]) -> None:
        self._passed(match["got"], match["wanted"])

    def dict_entry(self, match: re.Match[str]) -> None:
        self._passed(match["got"], match["wanted"])
        self._passed(match["got2"], match["wanted2"])

    def attribute_missing(self, match: re.Match[str]) -> None:
        for probe in PROBE.findall(match["item"] or match["owner"]):
            self.probes[probe].attributes.add(match["name"])

    def operands(self, match: re.Match[str]) -> None:
        if match["op"] in JOINING:
            for one, other in pairs(match["right"], match["left"])[1:]:
                self._passed(one, other)
        if match["op"] in SAME_TYPE:
            self.compared(match)

    def compared(self, match: re.Match[str]) -> None:
        for one, other in ((match["left"], match["right"]), (match["right"], match["left"])):
            if probe := only_probe(one):
                self.probes[probe].compared.append(other)

    def _passed(self, got: str, wanted: str) -> None:
        """An argument, or a default: of a probe that is filled, or a probe that something takes."""
        for one, other in pairs(got.removeprefix("*"), wanted) if not got.startswith("*") else [_element(got, wanted)]:
            if probe := only_probe(other):
                self.probes[probe].came.append(one)
            if probe := only_probe(one):
                self.probes[probe].wanted.append(other)


Handler: TypeAlias = Callable[[Reader, re.Match[str]], None]
# How a message is read: by the first pattern that it matches.
HANDLERS: tuple[tuple[re.Pattern[str], Handler], ...] = (
    (REVEALED, Reader.revealed),
    (MODULE, Reader.module_named),
    (SIGNATURE, Reader.first_variant),
    (VARIANT, Reader.variants_named),
    *((pattern, Reader.passed) for pattern in PASSING),
    (ENTRY, Reader.dict_entry),
    (ATTRIBUTE, Reader.attribute_missing),
    (OPERANDS, Reader.operands),
    (OVERLAP, Reader.compared),
)


def pairs(got: str, wanted: str) -> list[tuple[str, str]]:
    """Two types that should have fitted, and their arguments where both have as many (`list[str]`, `Iterable[X]`)."""
    found = [(got, wanted)]
    one, other = (re.fullmatch(r"[\w.]+\[(.*)\]", _some(text)) for text in (got, wanted))
    if one and other and PROBE.search(wanted + got):
        inner, outer = split(one[1]), split(other[1])
        if len(inner) == len(outer):
            found += [pair for arguments in zip(inner, outer, strict=True) for pair in pairs(*arguments)]
    return found


def _some(text: str) -> str:
    """A type without the None of its union."""
    words = [word for word in split(text, "|") if word != "None"]
    return words[0] if len(words) == 1 else text


def _element(got: str, wanted: str) -> tuple[str, str]:
    """Give the type that `*items` passes to one parameter."""
    match = re.fullmatch(r"\*+\w+\[(?:\w+, )?(.*?)(?:, \.\.\.)?\]", got)
    return (match[1] if match else "Any"), wanted


def only_probe(text: str) -> str:
    """The probe that a type is, None in a union aside; '' if it is something else."""
    words = [word for word in split(text, "|") if word != "None"]
    match = PROBE.fullmatch(words[0]) if len(words) == 1 else None
    return match[1] if match else ""


def split(text: str, separator: str = ",", quotes: bool = False) -> list[str]:
    """A list of types, at the separators that are in no brackets."""
    parts, depth, quoted = [""], 0, False
    for character in text:
        quoted ^= character in "\"'" and not quotes
        depth += (character in "[(") - (character in "])")
        if character == separator and depth == 0 and not quoted:
            parts.append("")
        elif not (quotes and character == '"'):
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]
