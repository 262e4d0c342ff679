"""Write the tables of docs/proof.md from the table of words: `python scripts/proof_table.py`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.house.test_proof_docs import BEGIN, DOCUMENT, END, proof_tables  # the path comes first


def main() -> None:
    before, begin, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{DOCUMENT} has no lines {BEGIN.strip()!r} and {END.strip()!r}.")
    DOCUMENT.write_text(before + begin + proof_tables() + end + after, "utf-8")


if __name__ == "__main__":
    main()
