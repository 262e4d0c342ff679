"""Write the table of docs/proof-by-types.md from the data of the prover: `python scripts/type_table.py`."""

import re
from pathlib import Path

from stomper.proof.typed.table import HEAD, table

DOCUMENT = Path(__file__).parents[1] / "docs" / "proof-by-types.md"
ROWS = re.compile(re.escape(HEAD) + r"(?:\|.*\n)*")


def main() -> None:
    text, count = ROWS.subn(lambda _: table(), DOCUMENT.read_text("utf-8"))
    if count != 1:
        raise SystemExit(f"{DOCUMENT} has {count} tables that begin with {HEAD.splitlines()[0]!r}; 1 is needed.")
    DOCUMENT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
