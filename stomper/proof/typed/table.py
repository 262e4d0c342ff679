"""The table of codes: the operands of each, and the classes for which the fix means the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from stomper.proof.typed import comparisons, conditions, iterables, texts
from stomper.proof.typed.needs import Found
from stomper.proof.typed.spots import Spot

Find: TypeAlias = Callable[[Spot], Found]
HEAD = "| code | form | what must be known |\n|---|---|---|\n"
VALUES = "`None`, `bool`, `int`, `str`, `bytes`"
KNOWN = f"{VALUES} or a built-in container"
HASHED = f"{VALUES}, `float`"
MAPPING = "`dict`, `OrderedDict`, `defaultdict`, `Counter` or `MappingProxyType`"
ORDER = "both `int`, both `str` or both `bytes`"
ITERABLE = "a built-in container, text, view of a `dict` or iterator"
BUILT_IN = "nothing but that the names are the built-in ones"


@dataclass(frozen=True, slots=True)
class Row:
    """One code: the function that finds its operands, and the words for the documentation."""

    find: Find
    form: str
    known: str


ROWS: Mapping[str, Row] = {
    "C413": Row(
        iterables.around_sorted, "`reversed(sorted(x))`", "`x` holds only `str` or `bytes`, and no key is given"
    ),
    "C414": Row(
        iterables.made_twice, "`set(list(x))`", f"{ITERABLE}; where order counts it holds only `str` or `bytes`"
    ),
    "C416": Row(iterables.copied, "`[x for x in y]`", f"{ITERABLE}; for a `dict` no mapping"),
    "C419": Row(
        iterables.shorter,
        "`any([x == 1 for x in xs])`",
        f"a built-in container or view, and compared are only names and constants: {KNOWN}, `float`",
    ),
    "E711": Row(
        comparisons.with_none, "`x == None`", f"{KNOWN}; `float` as a condition; a class that leaves `==` to `object`"
    ),
    "E712": Row(comparisons.with_bool, "`x == True`", "`bool`; beside `True` also `None`, as a condition"),
    "FLY002": Row(texts.joined, '`" ".join((a, b))`', "exactly `str`"),
    "FURB132": Row(conditions.discard, "`if x in s: s.remove(x)`", f"`s` a `set`, `x` {HASHED}"),
    "FURB136": Row(conditions.extreme, "`a if a > b else b`", f"{ORDER}; numbers too without `=`"),
    "FURB148": Row(iterables.numbered, "`for i, _ in enumerate(x)`", "`str`, `bytes`, `tuple`, `range`"),
    "FURB171": Row(comparisons.in_single, "`x in [1]`", f"{KNOWN}; `float` as a condition"),
    "PERF102": Row(iterables.half_of_items, "`for k, _ in d.items()`", MAPPING),
    "PIE810": Row(comparisons.beginnings, "`a.startswith(x) or a.startswith(y)`", "all `str`"),
    "PLC0207": Row(texts.split_once, '`a.split(".")[0]`', "`str`, `bytes`"),
    "PLC1802": Row(conditions.length, "`if len(x)`", "a built-in container or text"),
    "PLR1714": Row(comparisons.one_of_many, "`x == 1 or x == 2`", f"{VALUES}; `float` as a condition"),
    "PLR1730": Row(conditions.extreme, "`if a > b: b = a`", f"{ORDER}; numbers too without `=`"),
    "PLR6201": Row(comparisons.in_set, "`x in (1, 2)`", HASHED),
    "PLW3301": Row(iterables.flat, "`min(1, min(a, b))`", "all `int`, all `str` or all `bytes`"),
    "RUF005": Row(iterables.concatenation, "`[1] + xs`", "all `list` or all `tuple`, the first one exactly"),
    "RUF007": Row(iterables.pairs, "`zip(x, x[1:])`", "`str`, `bytes`, `tuple`, `range`"),
    "RUF015": Row(iterables.first_element, "`list(x)[0]`", "a `tuple` of known length, not empty"),
    "RUF017": Row(iterables.sum_of_lists, "`sum(lists, [])`", "a built-in container or view that holds only `list`"),
    "RUF019": Row(conditions.key_check, '`"k" in d and d["k"]`', f"`d` {MAPPING}; the key {HASHED}"),
    "RUF046": Row(texts.to_int, "`int(x)`", "exactly `int`; of `round`, `floor`, `ceil`: `int`, `float`"),
    "RUF050": Row(conditions.nothing_done, "`if x: pass`", f"{KNOWN}, `float`"),
    "RUF057": Row(texts.rounded, "`round(x)`", "exactly `int`"),
    "SIM103": Row(
        conditions.needless_bool, "`if a: return True`", f"compared are only {KNOWN}; where `==` is turned, exactly"
    ),
    "SIM118": Row(iterables.keys, "`k in d.keys()`", MAPPING),
    "SIM201": Row(comparisons.negated, "`not a == b`", f"exactly {KNOWN}, `float`"),
    "SIM202": Row(comparisons.negated, "`not a != b`", f"exactly {KNOWN}, `float`"),
    "SIM208": Row(conditions.by_truth, "`not not a`", BUILT_IN),
    "SIM210": Row(conditions.true_if, "`True if a else False`", f"compared are only {KNOWN}"),
    "SIM211": Row(conditions.by_truth, "`False if a else True`", BUILT_IN),
    "SIM220": Row(conditions.contradiction, "`a and not a`", f"{KNOWN}, `float`"),
    "SIM221": Row(conditions.contradiction, "`a or not a`", f"{KNOWN}, `float`"),
    "SIM300": Row(comparisons.turned, "`1 == a`", f"a literal; else both {KNOWN}, `float`"),
    "SIM401": Row(conditions.get_or, "`d[k] if k in d else 0`", f"`d` {MAPPING}; the key {HASHED}"),
    "UP031": Row(
        texts.percent,
        '`"%s" % a`',
        f"{KNOWN}, `float`, but no `tuple`; for `%d` `int`; no class of the project's for numbers that formats itself",
    ),
}


def table() -> str:
    """The rows as a table of Markdown."""
    return HEAD + "".join(f"| {code} | {row.form} | {row.known} |\n" for code, row in ROWS.items())
