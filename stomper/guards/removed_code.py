"""Limit the share of a file that a fix may delete."""

from collections import Counter

from stomper.guards.refusal import Finding

MIN_LINES = 10


def deleted(before: bytes, after: bytes, percent: int) -> list[Finding]:
    """Find a deletion of more than `percent` of a file's lines. A few lines may always go."""
    old, new = Counter(before.split(b"\n")), Counter(after.split(b"\n"))
    lines = sum(old.values())
    gone = lines - sum((old & new).values()) - max(0, sum(new.values()) - sum((old & new).values()))
    if lines <= MIN_LINES or gone * 100 <= percent * lines:
        return []
    return [Finding(f"deletes {gone * 100 // lines} % of the file (more than {percent} %)")]
