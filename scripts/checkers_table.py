"""Write the table of checkers in docs/checkers.md from the presets: `python scripts/checkers_table.py`."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.house.test_checkers_docs import HEAD, PAGE, checkers_table  # the path comes first

ROWS = re.compile(re.escape(HEAD) + r"(?:\|.*\n)*")


def main() -> None:
    text, count = ROWS.subn(lambda _: checkers_table(), PAGE.read_text("utf-8"))
    if count != 1:
        raise SystemExit(f"{PAGE} has {count} tables that begin with {HEAD.splitlines()[0]!r}; 1 is needed.")
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
