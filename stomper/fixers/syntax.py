"""Whether a text is Python, and whether two are the same program."""

import ast
import warnings


def parses(text: str) -> bool:
    """Whether Stomper's own Python can read a text."""
    return _tree(text) is not None


def same_code(one: str, other: str) -> bool:
    """Whether two texts are the same program: equal syntax trees. Not where one of them is none."""
    before, after = _tree(one), _tree(other)
    return before is not None and after is not None and ast.dump(before) == ast.dump(after)


def _tree(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
