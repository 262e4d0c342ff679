"""The file by which `git blame` and forges pass over commits: one full id a line, and comments."""

from collections.abc import Sequence


def blame_list(old: bytes, run: str, commits: Sequence[str]) -> bytes:
    """Give the content of the file with the commits of a run at its end; `old` is what it has."""
    lines = "\n".join([f"# stomper run {run}", *commits]).encode() + b"\n"
    if not old:
        return lines
    return old + (b"" if old.endswith(b"\n") else b"\n") + b"\n" + lines
