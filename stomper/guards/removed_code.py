"""Limit the share of a file that a fix may delete."""

from stomper.guards.refusal import Finding

MIN_LINES = 10


def deleted(before: bytes, after: bytes, percent: int) -> list[Finding]:
    """Find a deletion of more than `percent` of a file's lines, and of what is in them. A few lines may always go.

    Layout is no part of it: the same code may be on fewer lines, and without blank ones.
    """
    lines, gone = before.count(b"\n") + 1, len(_written(before)) - len(_written(after))
    inside, left = (len(b"".join(content.split())) for content in (before, after))
    if lines <= MIN_LINES or gone * 100 <= percent * lines or (inside - left) * 100 <= percent * inside:
        return []
    return [Finding(f"deletes {gone * 100 // lines} % of the file (more than {percent} %)")]


def _written(content: bytes) -> list[bytes]:
    return [line for line in content.split(b"\n") if line.strip()]
