"""Records for people: which codes are hard, who is good at what, and what a fix costs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from stomper.learning.records import Record, add
from stomper.learning.store import Learned
from stomper.text.counts import plural

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Row:
    """The sum of some records under a name; hardest codes have the lowest rate."""

    name: str
    total: Record


@dataclass(frozen=True, slots=True)
class Summary:
    """The rates of a store: by code, by fixer, and by fixer and strategy, each from the lowest to the highest."""

    runs: int
    codes: tuple[Row, ...]
    fixers: tuple[Row, ...]
    strategies: tuple[Row, ...]

    @property
    def hardest(self) -> tuple[Row, ...]:
        """The codes with the lowest rates: all if they are few, else of the lower half."""
        return self.codes[: SHOWN if len(self.codes) <= SHOWN else min(SHOWN, len(self.codes) // 2)]

    @property
    def easiest(self) -> tuple[Row, ...]:
        """The codes with the highest rates; none that is among the hardest."""
        return self.codes[len(self.hardest) :][::-1][:SHOWN]


def summarize(learned: Learned) -> Summary:
    """The sums of everything in a store."""
    records = learned.records
    return Summary(
        learned.runs,
        _rows(records, lambda record: f"{record.tool} {record.code}"),
        _rows(records, lambda record: record.fixer),
        _rows((r for r in records if r.strategy), lambda record: f"{record.fixer} {record.strategy}"),
    )


def _rows(records: Iterable[Record], name: Callable[[Record], str]) -> tuple[Row, ...]:
    sums: dict[str, Record] = {}
    for record in records:
        sums[name(record)] = add(sums[name(record)], record) if name(record) in sums else record
    rows = [Row(name, total) for name, total in sums.items()]
    return tuple(sorted(rows, key=lambda row: (row.total.rate, -row.total.tried, row.name)))


def to_dict(summary: Summary) -> dict[str, Any]:
    """The summary as plain data; what is not known is absent."""
    return {
        "runs": summary.runs,
        "codes": [_facts(row) for row in summary.codes],
        "fixers": [_facts(row) for row in summary.fixers],
        "strategies": [_facts(row) for row in summary.strategies],
        "hardest": [row.name for row in summary.hardest],
        "easiest": [row.name for row in summary.easiest],
    }


def _facts(row: Row) -> dict[str, Any]:
    total = row.total
    facts = {
        "name": row.name,
        **{name: getattr(total, name) for name in ("attempts", "tried", "fixed")},
        "rate": round(total.rate, 3),
        "seconds": round(total.seconds, 3),
        "seconds_per_fix": round(total.seconds / total.fixed, 3) if total.fixed else None,
        "tokens_per_fix": None if total.tokens_each is None else round(total.tokens_each),
        "cost_per_fix_estimate": None if total.cost_each is None else round(total.cost_each, 6),
    }
    return {name: value for name, value in facts.items() if value is not None}


def to_text(summary: Summary) -> str:
    """Tables for a terminal. Costs are estimates; `-` is not known."""
    if not summary.codes:
        return "nothing learned yet: no run has asked an agent or a fixer of your own\n"
    lines = [f"agents and your own fixers, in {plural(summary.runs, 'run')}; costs are estimates, - is not known"]
    tables = {
        "hardest codes" if summary.easiest else "codes, the hardest first": summary.hardest,
        "easiest codes": summary.easiest,
        "fixers": summary.fixers,
        "fixers by strategy": summary.strategies,
    }
    for title, rows in ((title, rows) for title, rows in tables.items() if rows):
        lines += ["", f"{title:32}  rate  fixed  tried  s/fix  tokens/fix  $/fix", *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    total = row.total
    seconds = f"{total.seconds / total.fixed:.1f}" if total.fixed else "-"
    tokens = "-" if total.tokens_each is None else f"{total.tokens_each:,.0f}"
    cost = "-" if total.cost_each is None else f"{total.cost_each:.4f}"
    numbers = f"{total.rate:5.0%}  {total.fixed:5}  {total.tried:5}  {seconds:>5}  {tokens:>10}  {cost:>6}"
    return f"{row.name:32} {numbers}"
