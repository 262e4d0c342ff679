"""Comments and casts that tell a tool to look away."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from stomper.guards.lost_types import is_any
from stomper.guards.names import Names
from stomper.guards.refusal import Finding
from stomper.guards.source import Source
from stomper.python import read_tokens
from stomper.suppressions.dialects import DIALECTS
from stomper.suppressions.other_languages import MARKER
from stomper.suppressions.python_comments import read_directive

# https://docs.astral.sh/ruff/linter/#error-suppression, and the comments of the other tools that obey one.
SUPPRESSION = re.compile(
    r"#\s*(?P<kind>noqa|type:\s*ignore|type:\s*(?:t\w*\.)?Any\b|pyright:|basedpyright:|pylint:|ruff:|flake8:|mypy:|pyre-"
    r"|pyrefly:|ty:|pytype:|zuban:|autopep8:|fmt:\s*(?:off|skip)|isort:\s*(?:skip|off)|yapf:\s*disable|nosec"
    r"|pragma:\s*no\s*(?:cover|branch)|coverage:\s*ignore|bandit:|skipcq|codespell:ignore)",
    re.IGNORECASE,
)
# These are obeyed wherever in a comment they stand.
WITHIN = re.compile(r"(?P<kind>pylint:|codespell:ignore)")
# The kinds that may be limited to codes.
KINDS = ("noqa", "type: ignore", "pyright:", "pyrefly:", "ty:", "pylint:", "nosec", "codespell:ignore")
UNCHECKED = ("no_type_check", "no_type_check_decorator")


def silencing(text: str) -> list[tuple[str, int]]:
    """The comments that tell a tool to look away, and their lines."""
    return [
        (words, token.start[0])
        for token in read_tokens(text)
        if token.kind == "comment"
        for words in _in_comment(token.text)
    ]


def _in_comment(comment: str) -> Iterator[str]:
    found = list(SUPPRESSION.finditer(comment))
    there = {match.start("kind") for match in found}
    found += [match for match in WITHIN.finditer(comment) if match.start("kind") not in there]
    yield from (_suppression(match, comment) for match in found)
    if not found:
        yield from (" ".join(word.split()) for word in MARKER.findall(comment))


def _suppression(match: re.Match[str], comment: str) -> str:
    """The kind, with the codes that it is limited to: `noqa[E501]`."""
    kind = " ".join(match["kind"].lower().split())
    dialect = next((one for one in DIALECTS if one.words.startswith(kind) and kind in KINDS), None)
    directive = read_directive(dialect, f"# {comment[match.start('kind') :]}") if dialect else None
    if dialect is None or directive is None:
        return kind
    return f"{dialect.words}[{', '.join(sorted(directive.codes))}]" if directive.codes else dialect.words


def suppressing(source: Source) -> list[tuple[str, int]]:
    """The comments, casts and decorators that tell a tool to look away, and their lines."""
    found = silencing(source.text)
    for node in source.others:
        found += [(words, getattr(node, "lineno", 0)) for words in _in_node(node, source.every)]
    return found


def _in_node(node: ast.AST, names: Names) -> Iterator[str]:
    if isinstance(node, ast.Call) and "cast" in names.last(node.func):
        kinds = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "typ")]
        if any(is_any(kind, names) for kind in kinds):
            yield "cast(Any"
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from (word for part in node.decorator_list for word in UNCHECKED if word in names.last(part))
    elif isinstance(node, ast.Assign):
        given = names.last(node.value)
        yield from (word for word in UNCHECKED if word in given)


def added(before: Sequence[tuple[str, int]], after: Sequence[tuple[str, int]]) -> list[Finding]:
    """Give the new suppressions. Narrowing an existing suppression is allowed."""
    old, new = Counter(words for words, _ in before), Counter(words for words, _ in after)
    spare, found = list((old - new).elements()), []
    for words in sorted((new - old).elements()):
        wider = next((other for other in spare if _covers(other, words)), None)
        if wider is None:
            found.append(words)
        else:
            spare.remove(wider)
    if not found:
        return []
    line = _first_new(found[0], before, after)
    return [Finding(f"adds a suppression: {', '.join(dict.fromkeys(found))}", line)]


def _first_new(words: str, before: Sequence[tuple[str, int]], after: Sequence[tuple[str, int]]) -> int:
    """The line of the one that is new: from the end, as far as those of before reach, they are taken for the same."""
    lines: dict[str, list[int]] = defaultdict(list)
    for other, line in after:
        lines[other].append(line)
    old = {line for other, line in before if other == words}
    return next((line for line in lines[words] if line not in old), lines[words][-1])


def _covers(wide: str, narrow: str) -> bool:
    """Return whether one suppression silences everything that another does."""
    kind, _, codes = wide.rstrip("]").partition("[")
    other, _, fewer = narrow.rstrip("]").partition("[")
    return kind == other and (not codes or (bool(fewer) and set(fewer.split(", ")) <= set(codes.split(", "))))
