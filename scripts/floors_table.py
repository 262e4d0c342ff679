"""Write the table of floors in CONTRIBUTING.md from the data of the import test: `python scripts/floors_table.py`."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.house.test_imports import CONTRIBUTING, FLOORS, HEAD, floors_table  # the path comes first

ROWS = re.compile(re.escape(HEAD) + r"(?:\|.*\n)*")


def main() -> None:
    text, count = ROWS.subn(lambda _: floors_table(FLOORS), CONTRIBUTING.read_text("utf-8"))
    if count != 1:
        raise SystemExit(f"{CONTRIBUTING} has {count} tables that begin with {HEAD.splitlines()[0]!r}; 1 is needed.")
    CONTRIBUTING.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
