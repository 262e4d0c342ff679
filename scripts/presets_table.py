"""Write the table of docs/presets.md from the presets: `python scripts/presets_table.py`."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.house.test_presets_docs import HEAD, PAGE, presets_table  # the path comes first

ROWS = re.compile(re.escape(HEAD) + r"(?:\|.*\n)*")


def main() -> None:
    """Put a row for each preset below the head of the table."""
    PAGE.write_text(ROWS.sub(lambda _: presets_table(), PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
