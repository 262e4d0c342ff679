"""Print what CHANGELOG.md says of a version (`scripts/release_notes.py 0.2.0`), or of what is not released yet."""

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parents[1] / "CHANGELOG.md"
UNRELEASED = "Unreleased"


def notes_of(version: str, text: str) -> str:
    """Give the section of a version without its heading; '' if there is none, or nothing is in it."""
    heading = re.compile(rf"^## \[{re.escape(version)}\].*$", re.MULTILINE)
    found = heading.search(text)
    if found is None:
        return ""
    rest = text[found.end() :]
    end = re.search(r"^(?:## |\[[^\]]+\]: )", rest, re.MULTILINE)
    return (rest[: end.start()] if end else rest).strip()


def main() -> int:
    version = sys.argv[1].removeprefix("v") if len(sys.argv) > 1 else UNRELEASED
    notes = notes_of(version, CHANGELOG.read_text("utf-8"))
    if not notes:
        print(f"CHANGELOG.md says nothing of {version}", file=sys.stderr)
        return 1
    print(notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
