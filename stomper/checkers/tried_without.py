"""Comments that silence nothing any more, found by trial: without them the tool must find just the same.

Not every tool can say so itself, and most only if the project's configuration asks for it. Codes that a tool finds
anew without its comments are needed; the others are taken out for a moment, and must change nothing.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from stomper.checkers.base import Checker, only_reads
from stomper.checkers.completeness import Look, Looking
from stomper.disk.regular_files import read_regular
from stomper.models import Diagnostic, in_order
from stomper.multisets import surplus
from stomper.python import CannotReadError, is_python, read_tree
from stomper.python.source_file import Content, read_content
from stomper.suppressions.comment_rows import Row, blocks_of, rows_of
from stomper.suppressions.dialects import BY_TOOL, Dialect, name_in_comment, stale_code
from stomper.suppressions.python_comments import read_directive, without
from stomper.suppressions.unused_words import unused_message


@dataclass(frozen=True, slots=True)
class Comment:
    """The codes of a comment, and the lines that it may speak of."""

    path: str
    line: int
    column: int
    codes: frozenset[str]
    reach: range


@dataclass(frozen=True, slots=True)
class Commented:
    """A file with comments for a tool, before they are tried."""

    content: Content
    rows: Sequence[Row]
    comments: tuple[Comment, ...]

    def without(self, dialect: Dialect, gone: Mapping[int, frozenset[str]]) -> bytes:
        """The bytes of the file without these codes, by line."""
        lines = [
            (row.code + without(dialect, row.comment, gone[line])).rstrip() if line in gone else row.code + row.comment
            for line, row in enumerate(self.rows, 1)
        ]
        return self.content.encode("\n".join(lines))


Gone = Mapping[Comment, frozenset[str]]


@dataclass(frozen=True, slots=True)
class TriedWithout(Looking):
    """A checker, and the comments for it that it needs no more. It is not tried in the user's checkout `top`.

    `others` are the other checkers that read the same comments.
    """

    checker: Checker
    top: Path
    others: tuple[Checker, ...] = ()

    @property
    def name(self) -> str:
        return self.checker.name

    @property
    def only_reads(self) -> bool:
        return only_reads(self.checker)

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        look = self.checker.look(root, paths, scratch)
        dialect = BY_TOOL[self.name]
        files = {} if root == self.top else dict(_commented(root, look, dialect))
        if not files:
            return look
        stale = _Trial(self, root, scratch, dialect, files, self._all(root, list(files), scratch)).stale()
        known = {(d.path, d.line) for d in look.found if d.code == stale_code(self.name)}
        more = [self._said(dialect, c, codes) for c, codes in stale.items() if (c.path, c.line) not in known]
        return replace(look, found=in_order((*look.found, *more)))

    def _all(self, root: Path, paths: Sequence[str], scratch: Path | None) -> list[Diagnostic]:
        """Give what all readers of the comments find."""
        return [d for one in (self.checker, *self.others) for d in one.check(root, paths, scratch)]

    def _said(self, dialect: Dialect, comment: Comment, codes: frozenset[str]) -> Diagnostic:
        message = unused_message(dialect, codes)
        return Diagnostic(self.name, stale_code(self.name), message, comment.path, comment.line, comment.column)


@dataclass(frozen=True, slots=True)
class _Trial:
    """Looks at a checkout without the comments of some `files`; `found` is what is found with them."""

    tried: TriedWithout
    root: Path
    scratch: Path | None
    dialect: Dialect
    files: Mapping[str, Commented]
    found: Sequence[Diagnostic]

    def stale(self) -> dict[Comment, frozenset[str]]:
        """Give the codes that silence nothing, by comment."""
        every = {comment: comment.codes for file in self.files.values() for comment in file.comments}
        anew = self._new_without(every)
        idle = {comment: _idle(comment, anew) for comment in every}
        idle = {comment: codes for comment, codes in idle.items() if codes}
        wrong = {found.path for found in (self._new_without(idle) if idle else ())}
        return {comment: codes for comment, codes in idle.items() if comment.path not in wrong}

    def _new_without(self, gone: Gone) -> tuple[Diagnostic, ...]:
        """The diagnostics that come if these codes are taken out."""
        by_path: defaultdict[str, dict[int, frozenset[str]]] = defaultdict(dict)
        for comment, codes in gone.items():
            by_path[comment.path][comment.line] = codes
        texts = {path: self.files[path].without(self.dialect, lines) for path, lines in by_path.items()}
        with written(self.root, texts):
            now = self.tried._all(self.root, list(self.files), self.scratch)
        return surplus(now, map(_place, self.found), _place)


def _idle(comment: Comment, anew: Sequence[Diagnostic]) -> frozenset[str]:
    """Give the codes that nothing found anew is named by; a name that is no code may stand for any of them."""
    mine = [d for d in anew if d.path == comment.path and d.line in comment.reach]
    names = {name_in_comment(d.tool, d.code, d.message) for d in mine}
    words = frozenset(code for code in comment.codes if not any(c.isdigit() for c in code))
    unsure = words if mine and any(name[-1:].isdigit() for name in names) else frozenset[str]()
    return comment.codes - names - unsure


def _place(found: Diagnostic) -> tuple[str, str, str, int]:
    return found.tool, found.code, found.path, found.line


def _commented(root: Path, look: Look, dialect: Dialect) -> Iterator[tuple[str, Commented]]:
    """Give the Python files that were looked at and have comments of a kind with codes."""
    unread = {d.path for d in look.found if d.unchecked} | look.left_out
    word = dialect.words.partition(":")[0].encode()
    for path in look.given:
        if path in unread or not is_python(path) or (root / path).is_symlink():
            continue
        data = read_regular(root / path)
        if word.lower() not in data.lower():
            continue
        try:
            file = _read(path, data, dialect)
        except CannotReadError:
            continue
        if file.comments:
            yield path, file


def _read(path: str, data: bytes, dialect: Dialect) -> Commented:
    """Raises CannotReadError."""
    content = read_content(data)
    rows, tree = rows_of(content.text), read_tree(content.text)
    return Commented(content, rows, tuple(_comments(path, rows, tree, dialect)))


def _comments(path: str, rows: Sequence[Row], tree: ast.Module, dialect: Dialect) -> Iterator[Comment]:
    blocks = blocks_of(tree) if dialect.covers else {}
    for line, row in enumerate(rows, 1):
        found = read_directive(dialect, row.comment) if row.comment else None
        if found is None or not found.codes or not (row.code.strip() or dialect.beside_comments):
            continue
        last = max(row.last, blocks.get(row.last, 0))
        yield Comment(path, line, len(row.code) + found.start + 1, frozenset(found.codes), range(row.first, last + 1))


@contextmanager
def written(root: Path, texts: Mapping[str, bytes]) -> Iterator[None]:
    """Have these bytes in these files for as long as the `with` lasts."""
    before = {path: read_regular(root / path) for path in texts}
    try:
        for path, data in texts.items():
            (root / path).write_bytes(data)
        yield
    finally:
        for path, data in before.items():
            (root / path).write_bytes(data)
