"""docs/proof.md says of each code what the table of words says."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from stomper.grades import Grade
from stomper.proof.fixer_rows import FIXERS
from stomper.proof.rows import Row
from stomper.proof.words import ruff_rows

DOCUMENT = Path(__file__).parents[2] / "docs/proof.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"


def proof_tables() -> str:
    """The tables of the document: what stands behind fixes of ruff's codes, and behind those of our own fixers."""
    rows = {id(row): row for row in ruff_rows().values()}.values()
    ours = [f"| `{name}` | {_codes(row)} | {_grade(row)} | {_why(row)} |\n" for name, row in FIXERS.items()]
    parts = [
        *_part("Safe", (row for row in rows if row.grade is Grade.SAFE)),
        *_part("Proved", (row for row in rows if row.grade is Grade.PROVED)),
        *_part("By types or tests alone", (row for row in rows if row.grade is None)),
        "### Fixers of Stomper\n\n| fixer | codes | grade | why |\n|---|---|---|---|\n",
        *ours,
    ]
    return "".join(parts)


def _part(title: str, rows: Iterable[Row]) -> Iterator[str]:
    yield f"### {title}\n\n| codes of ruff | why |\n|---|---|\n"
    yield from (f"| {_codes(row)} | {_why(row)} |\n" for row in rows)
    yield "\n"


def _codes(row: Row) -> str:
    return " ".join(sorted(row.codes)) or "all"


def _grade(row: Row) -> str:
    return row.grade.value if row.grade else "by types or tests"


def _why(row: Row) -> str:
    said = [row.why, *sorted(row.checks), *([f"needs {row.needs}"] if row.needs else [])]
    said += ["by `ruff-unsafe` only, which looks at each place"] if row.guarded else []
    return "; ".join(dict.fromkeys(said))


def test_the_document_has_the_tables() -> None:
    said = DOCUMENT.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert said == proof_tables(), "run scripts/proof_table.py"
