"""The figures of a page's first screen and of its tables, from the report's own keys."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stomper.report.html.story import Story

STATES = ("fixed", "suppressed", "partial", "unchanged", "skipped", "rejected", "failed")
MOST_REASONS = 6
MOST_FOLDERS = 40
DEPTH = 2
TOP = "."


@dataclass(slots=True)
class Folder:
    """A folder with the diagnostics of its files before and after."""

    name: str
    files: int = 0
    before: int = 0
    after: int = 0

    @property
    def gone(self) -> int:
        return self.before - self.after


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is not fixed: so many files or fixes, and one of the paths."""

    text: str
    count: int
    path: str


def sums_of(story: Story) -> dict[str, Any]:
    """Give the counts of diagnostics and files; a check has only what is found."""
    if not story.is_check:
        return dict(story.facts["summary"])
    found = sum(file["before"] for file in story.facts["files"])
    counts = {"files_total": len(story.facts["files"]), "diagnostics_before": found, "diagnostics_after": found}
    return {**counts, "diagnostics_fixed": 0, "diagnostics_suppressed": 0, "dropped": 0, "withheld": 0, "grades": {}}


def folders_of(story: Story) -> list[Folder]:
    """Give the folders down to the second level, those with the most diagnostics first."""
    found: dict[str, Folder] = {}
    for file in story.facts["files"]:
        name = "/".join(file["path"].split("/")[:-1][:DEPTH]) or TOP
        folder = found.setdefault(name, Folder(name))
        folder.files += 1
        folder.before += file["before"]
        folder.after += file["after"]
    return sorted(found.values(), key=lambda folder: (-folder.before, folder.name))[:MOST_FOLDERS]


def reasons_left(story: Story) -> list[Reason]:
    """Say why files still have diagnostics, the most frequent reason first."""
    named = ((_plain(file.get("reason", "")), file["path"]) for file in story.facts["files"] if file["after"])
    return _counted((text, path) for text, path in named if text)


def reasons_dropped(story: Story) -> list[Reason]:
    """Say which fixes were dropped, by what; then what was rejected, and what was withheld."""
    files = story.facts["files"]
    dropped = ((_dropped(part), file["path"]) for file in files for part in file.get("dropped", ()))
    rejected = ((f"rejected: {_plain(f.get('reason', ''))}", f["path"]) for f in files if f["status"] == "rejected")
    withheld = ((f"withheld: {g['code']}, {g['needs']}", f["path"]) for f in files for g in f.get("withheld", ()))
    return _counted([*dropped, *rejected, *withheld])


def _dropped(part: Mapping[str, Any]) -> str:
    codes = ", ".join(part["codes"]) or "a part"
    broken = part.get("broken", [])
    more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
    return f"dropped: {codes} by {part['fixer']}" + (f", which breaks {broken[0]}{more}" if broken else "")


def _counted(named: Iterable[tuple[str, str]]) -> list[Reason]:
    counts = Counter[str]()
    first: dict[str, str] = defaultdict(str)
    for text, path in named:
        counts[text] += 1
        first[text] = first[text] or path
    return [Reason(text, count, first[text]) for text, count in counts.most_common(MOST_REASONS)]


def _plain(reason: str) -> str:
    """A reason without what is of one file only, so that files with the same one are counted together."""
    return reason if len(reason) <= 160 else f"{reason[:157]}..."
