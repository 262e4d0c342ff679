"""Match paths by the glob patterns of the configuration: like those of .gitignore."""

import functools
from collections.abc import Callable, Sequence


def matches(path: str, patterns: Sequence[str]) -> bool:
    """Return whether one of the patterns matches the path.

    One without a slash matches at any depth and one that names a folder matches all below it;
    otherwise `*` stops at a slash and `**` does not.
    """
    return _matcher(tuple(patterns))(path)


@functools.lru_cache(maxsize=256)
def _matcher(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    from pathspec import GitIgnoreSpec

    # In a .gitignore these two would begin a comment and an exception, which patterns here do not have.
    lines = [f"\\{pattern}" if pattern.startswith(("#", "!")) else pattern for pattern in patterns]
    spec = GitIgnoreSpec.from_lines(lines)
    return lambda path: bool(spec.match_file(path))
