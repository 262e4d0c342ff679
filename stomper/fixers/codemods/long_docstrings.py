"""E501 of docstrings, and of texts behind a field or a constant: a line of prose goes on in the next one.

Only where white space means nothing: not in doctests, literal blocks, tables, directives, headings, nor in a file
whose code reads `__doc__`.
"""

import ast
import re
from collections.abc import Iterator, Sequence

from stomper.fixers.annotations.docs import DocReaders
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.widths import SHORTEST, flowing, limits, wrap
from stomper.models import Diagnostic
from stomper.python import fresh_tree

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

GRAMMAR = re.compile(r"[pt]_")  # functions whose docstrings parser generators read
# A list item, a field of reStructuredText, an argument of Google's style: what follows is indented deeper.
ITEM = re.compile(r"(?P<bullet>(?:[-*+•]|\w{1,3}[.)])\s+)|(?P<field>[:@]\w|\*{0,2}[\w.]+(?:\s*\([^)]*\))?\s*:\s)")
NO_PROSE = re.compile(r">>>|\.\.\s|\.\.\.|[|+$%#=~^<{\[]|.*(\S\s{2,}\S|\\|\||---|===|```)|.*::$")
SET = re.compile(r"\s*(>>>|\.\.\s|\\b|[=~^*+-][=~^*+ -]{3,}\s*$|[|+])")
READ = re.compile(r"__doc__|\bgetdoc\b")
USAGE = re.compile(r"(?i)usage:")


def rewrite(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    if READ.search(source.text):
        return None
    readers = DocReaders(source.root, source.path, source.text)
    return wrapped(source, list(_unread(source, diagnostics, readers)))


def wrapped(source: Source, diagnostics: Sequence[Diagnostic]) -> str | None:
    """Wrap the prose at these places, whoever reads it. Raises ValueError if more than white space would differ."""
    tree, lines, wanted = fresh_tree(source.text), source.lines, limits(diagnostics)
    for first, last in sorted((*_docstrings(tree), *_unnamed(tree)), reverse=True):
        block = lines[first - 1 : last]
        if USAGE.search("\n".join(block)):
            continue
        for line in range(last, first - 1, -1):
            if line in wanted and (new := _rewritten(lines[first - 1 : last], line - first, wanted[line])):
                following = lines[line : line + 1] if line < last else []
                lines[line - 1 : line + len(following)] = flowing(new, following, wanted[line])
    text = "\n".join(lines)
    if not _means_the_same(tree, fresh_tree(text)):
        raise ValueError("more than white space would differ")
    return text if text != source.text else None


def _unread(source: Source, diagnostics: Sequence[Diagnostic], readers: DocReaders) -> Iterator[Diagnostic]:
    """The diagnostics that are in no docstring that something may read."""
    within = {line for first, last in _docstrings(fresh_tree(source.text)) for line in range(first, last + 1)}
    for found in diagnostics:
        reader = readers.at(found.line) if found.line in within else ""
        if reader:
            source.leave(found, reader)
        else:
            yield found


def _docstrings(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """The first and the last line of each docstring in triple quotes that stands on lines of its own."""
    for node in ast.walk(tree):
        if isinstance(node, Documented) and node.body and ast.get_docstring(node, clean=False) is not None:
            if isinstance(node, ast.FunctionDef) and GRAMMAR.match(node.name):
                continue
            yield node.body[0].lineno, node.body[0].end_lineno or node.body[0].lineno


def _unnamed(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """The lines of each text that is a statement by itself and no docstring: Python keeps none of it."""
    kept = {id(node.body[0]) for node in ast.walk(tree) if isinstance(node, Documented) and node.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and _is_text(node) and id(node) not in kept:
            yield node.lineno, node.end_lineno or node.lineno


def _is_text(node: ast.Expr) -> bool:
    return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _means_the_same(before: ast.Module, after: ast.Module) -> bool:
    """Return whether only white space in docstrings, and in texts that Python does not keep, differs."""
    for tree in (before, after):
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and _is_text(node):
                node.value = ast.Constant(" ".join(ast.literal_eval(node.value).split()))
    return ast.dump(before) == ast.dump(after)


def _rewritten(block: list[str], at: int, limit: int) -> list[str] | None:
    """The lines that take the place of line `at` of a docstring, None if it stays."""
    line = block[at]
    lead, body, end = _parts(line, at == 0, at == len(block) - 1)
    if not lead or not body or NO_PROSE.match(body) or _in_block(block, at):
        return None
    indent = " " * (len(lead) - len(lead.lstrip()))
    if at == 0:
        hanging = indent
    else:
        item = ITEM.match(body)
        hanging = indent + (" " * len(item["bullet"]) if item and item["bullet"] else " " * 4 if item else "")
    # The closing quotes stay behind the last word.
    words = body.split()
    words[-1] += end
    room = limit - len(hanging)
    wrapped = wrap(words, limit - len(lead), room) if room >= SHORTEST else None
    if wrapped is None or len(wrapped) == 1:
        return None
    return [lead + wrapped[0], *(hanging + more for more in wrapped[1:])]


def _parts(line: str, first: bool, last: bool) -> tuple[str, str, str]:
    """Indentation (with the opening quotes), the text, the closing quotes with what is behind them."""
    pattern = r"(\s*)" if not first else r'(\s*[rRuU]?(?:"""|\'\'\')\s*)'
    found = re.fullmatch(pattern + r"(.*?)" + (r'("""|\'\'\')?' if last else r"()"), line)
    if found is None or "\t" in found[1] or '"""' in found[2] or "'''" in found[2]:
        return "", "", ""
    lead = found[1] if found[1] or first else ""
    return lead, found[2].strip(), found[3] or ""


def _in_block(block: Sequence[str], at: int) -> bool:
    """Return whether a line is part of a block with a fixed layout."""
    depth = _depth(block[at])
    paragraph = [block[at]]
    for step in (-1, 1):
        near = at + step
        while 0 <= near < len(block) and block[near].strip():
            paragraph.append(block[near])
            near += step
    if any(
        re.match(r"\s*(>>>|\.\.\s|\\b|[=~^*+-][=~^*+ -]{3,}\s*$|[|+])", line) or "```" in line for line in paragraph
    ):
        return True
    for line in reversed(block[:at]):
        if line.strip() and _depth(line) < depth:
            if line.rstrip().endswith("::") or line.strip().startswith(".. "):
                return True
            depth = _depth(line)
    return sum(line.count("```") for line in block[:at]) % 2 == 1


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
