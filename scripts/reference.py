"""Write the pages of docs/reference and the schemas of docs/schemas anew, from the program.

.venv/bin/python scripts/reference.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.house.test_reference import made  # the path comes first


def main() -> None:
    for path, text in made().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
