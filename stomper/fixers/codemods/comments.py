"""Comments of a tree: which ones a tool reads, and taking them along."""

import re
from collections.abc import Iterable, Iterator

import libcst as cst

READ_BY_TOOLS = re.compile(
    r"#\s*(!|noqa|type:|pyright|pylint|ruff:|flake8|mypy|pyre|fmt:|isort|yapf|autopep8|black|nosec|pragma|region|endregion|%%"
    r"|-\*-|.*coding[:=])",
    re.IGNORECASE,
)


def comments_in(*nodes: cst.CSTNode) -> list[cst.Comment]:
    """All comments of some nodes, in their order."""
    return [child for node in nodes for child in _walk(node) if isinstance(child, cst.Comment)]


def _walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _walk(child)


def as_lines(comments: Iterable[cst.Comment]) -> tuple[cst.EmptyLine, ...]:
    """Comments as lines of their own, to stand above a statement."""
    return tuple(cst.EmptyLine(comment=comment) for comment in comments)


def read_by_tools(comments: Iterable[cst.Comment]) -> bool:
    return any(READ_BY_TOOLS.match(comment.value) for comment in comments)
