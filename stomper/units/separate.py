"""Tell the edits of a Python file that make sense without each other from those that belong together. Pure.

A region of changed lines may be several statements, one below the other, and several regions may be one statement. An
edit is as small as whole statements of one block allow, and edits are together that touch the same lines of a
statement, or move its block.
"""

import ast
import difflib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stomper.grades import Edit
from stomper.python import CannotReadError, decode, read_tree
from stomper.text.line_edits import BYTES, apply_edits, lines_of

MOST_COMPARED = 1_000_000
WORD = re.compile(r"\w+")
ASSIGNED = re.compile(r"(\w+)\s*(?::[^=]+)?=(?!=)")
"""At the beginning of a line that assigns to a name."""


@dataclass(frozen=True, slots=True)
class Span:
    """The lines of a statement, from `first` up to `last`, counted from 0. Those up to `body` are its own.

    Of a simple statement all are. What is between its blocks (`else:`) is its own too, and in no span of its `inner`.
    """

    kind: str
    first: int
    body: int
    last: int
    inner: tuple["Span", ...]

    def own_lines(self) -> set[int]:
        inner = {line for span in self.inner for line in range(span.first, span.last)}
        return set(range(self.first, self.last)) - inner


def separated(before: bytes, edits: Sequence[Edit]) -> tuple[list[Edit], list[set[int]]]:
    """Divide edits into the smallest ones; returns these, and groups of their numbers that belong together.

    What does not parse is one group.
    """
    after = apply_edits(before, edits)
    edits = [fine for edit in edits for fine in _refined(lines_of(before)[edit.first : edit.last], edit)]
    old, new = _spans(before), _spans(after)
    if old is None or new is None:
        return list(edits), [set(range(len(edits)))]
    pieces = list(
        itertools.chain.from_iterable(_split(before, edit, shift, old, new) for edit, shift in _shifted(edits))
    )
    return pieces, _grouped(before, pieces, old, new)


def _refined(olds: Sequence[str], edit: Edit) -> list[Edit]:
    """An edit in those edits that a comparison of all its lines finds, unless there are very many."""
    news = lines_of(edit.lines.encode(BYTES))
    if len(olds) * len(news) > MOST_COMPARED:
        return [edit]
    found = difflib.SequenceMatcher(None, olds, news, autojunk=False).get_opcodes()
    return [Edit(edit.first + a, edit.first + b, "".join(news[c:d])) for kind, a, b, c, d in found if kind != "equal"]


def _shifted(edits: Sequence[Edit]) -> Iterator[tuple[Edit, int]]:
    """Each edit with the number of lines that those before it have added."""
    shift = 0
    for edit in edits:
        yield edit, shift
        shift += _height(edit) - (edit.last - edit.first)


def _height(edit: Edit) -> int:
    return len(lines_of(edit.lines.encode(BYTES)))


def _spans(content: bytes) -> tuple[Span, ...] | None:
    """The statements of a file; None for what cannot be read, or has lines of its own kind."""
    try:
        text = decode(content)
        if len(text.splitlines()) != len(lines_of(content)):
            return None  # a form feed or the like ends a line for one and not for the other
        return _in_block(read_tree(text).body)
    except CannotReadError:
        return None


def _in_block(body: Sequence[ast.AST]) -> tuple[Span, ...]:
    return tuple(_span(node) for node in body if isinstance(node, ast.stmt))


def _span(node: ast.stmt) -> Span:
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]) - 1
    last = node.end_lineno or node.lineno
    inner = tuple(_span(child) for child in _children(node))
    body = min((span.first for span in inner), default=last)
    return Span(type(node).__name__, first, max(body, first + 1), last, inner)


def _children(node: ast.AST) -> Iterator[ast.stmt]:
    """The statements right below one, also those of its handlers and cases."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.excepthandler | ast.match_case):
            yield from _children(child)


def _split(before: bytes, edit: Edit, shift: int, old: Sequence[Span], new: Sequence[Span]) -> list[Edit]:
    """An edit in pieces: statements that are taken away one by one, or replaced each by one. Else it is one piece."""
    lines, olds = lines_of(edit.lines.encode(BYTES)), lines_of(before)
    start = edit.first + shift
    region, now = range(edit.first, edit.last), range(start, start + len(lines))
    there: list[range] | None
    here: list[range] | None
    if _shape(olds[edit.first : edit.last], region, old) == _shape(lines, now, new):
        there, here = ([range(line, line + 1) for line in each] for each in (region, now))
    else:
        there, here = _cut(region, old), _cut(now, new)
    if there is None or here is None or (here and len(here) != len(there)):
        return [edit]
    texts = ["".join(lines[part.start - start : part.stop - start]) for part in here] or [""] * len(there)
    pieces = [Edit(part.start, part.stop, text) for part, text in zip(there, texts, strict=True)]
    return [piece for piece in pieces if "".join(olds[piece.first : piece.last]) != piece.lines]


def _shape(lines: Sequence[str], region: range, spans: Sequence[Span]) -> list[tuple[int, tuple[str, ...]]]:
    """For each line of a region how far it is indented, and the statements that begin there."""
    begun: dict[int, list[str]] = {}
    pending = list(spans)
    while pending:
        span = pending.pop(0)
        if span.first < region.stop and span.last > region.start:
            begun.setdefault(span.first, []).append(span.kind)
            pending += span.inner
    return [
        (len(line) - len(line.lstrip()), tuple(begun.get(number, ())))
        for number, line in zip(region, lines, strict=True)
    ]


def _cut(region: range, spans: Sequence[Span]) -> list[range] | None:
    """A region cut into its statements, each with what is above it; None if it is not made of whole ones of a block."""
    if not region:
        return []
    touched = [span for span in spans if span.first < region.stop and span.last > region.start]
    if len(touched) == 1 and not (region.start <= touched[0].first and touched[0].last <= region.stop):
        (span,) = touched
        return None if span.own_lines() & set(region) else _cut(region, span.inner)
    if any(span.first < region.start or span.last > region.stop for span in touched):
        return None
    ends = [span.last for span in touched]
    if any(one.last > other.first for one, other in itertools.pairwise(touched)) or not ends:
        return None
    return [range(a, b) for a, b in itertools.pairwise([region.start, *ends[:-1], region.stop])]


def _grouped(before: bytes, pieces: Sequence[Edit], old: Sequence[Span], new: Sequence[Span]) -> list[set[int]]:
    """The numbers of the pieces, together where they belong together."""
    olds = lines_of(before)
    sides = [_Side(old), _Side(new)]
    texts: list[tuple[set[str], set[str]]] = []
    for number, (piece, shift) in enumerate(_shifted(pieces)):
        taken, brought = olds[piece.first : piece.last], lines_of(piece.lines.encode(BYTES))
        move, even = _move(taken, brought), len(taken) == len(brought)
        start = piece.first + shift
        sides[0].note(number, range(piece.first, piece.last), move < 0, even and not move)
        sides[1].note(number, range(start, start + len(brought)), move > 0, even and not move)
        texts.append(({line.strip() for line in taken}, {line.strip() for line in brought}))
    together = [group for side in sides for group in side.groups()]
    return _joined(len(pieces), [*together, *_carried(texts), *_assigned(texts)])


def _move(taken: Sequence[str], brought: Sequence[str]) -> int:
    """Say by how much lines are indented more than those in whose place they are; 0 where that cannot be said."""
    depths = [
        next((len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()), None)
        for lines in (taken, brought)
    ]
    return 0 if depths[0] is None or depths[1] is None else depths[1] - depths[0]


def _carried(texts: Sequence[tuple[set[str], set[str]]]) -> list[set[int]]:
    """Pieces between which a line is carried: one takes away what another one brings."""
    takers: dict[str, set[int]] = {}
    for number, (taken, brought) in enumerate(texts):
        for text in taken - brought:
            takers.setdefault(text, set()).add(number)
    return [
        {number, *takers[text]}
        for number, (taken, brought) in enumerate(texts)
        for text in brought - taken
        if text in takers and any(letter.isalnum() for letter in text)
    ]


def _assigned(texts: Sequence[tuple[set[str], set[str]]]) -> Iterator[set[int]]:
    """Pieces of which one assigns to a name, and the ones behind it, up to the next that does, read it anew."""
    words = [tuple({word for text in side for word in WORD.findall(text)} for side in each) for each in texts]
    sides = [tuple({found[1] for text in side if (found := ASSIGNED.match(text))} for side in each) for each in texts]
    made = [now - before for before, now in sides]
    for number, names in enumerate(made):
        for name in names:
            for later in range(number + 1, len(texts)):
                if name in made[later]:
                    break
                before, now = words[later]
                if name in now - before:
                    yield {number, later}


class _Side:
    """One of the two contents: which pieces touch which of its statements."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = spans
        self.regions: list[range] = []
        self.heads: dict[tuple[int, int], set[int]] = {}
        self.blocks: set[tuple[int, int]] = set()

    def note(self, number: int, region: range, deeper: bool, alike: bool) -> None:
        """Note the region of a piece: `deeper` if the other side has it further out, `alike` if line for line."""
        self.regions.append(region)
        chain = self._around(region)
        for span in chain:
            own = span.own_lines() & set(region)
            in_head = alike or (region.start >= span.first and region.stop <= span.body)
            if own or (not region and not span.inner):
                self.heads.setdefault((span.first, span.last), set()).add(number)
            if (own and not in_head) or (deeper and span is chain[-1]):
                self.blocks.add((span.first, span.last))

    def groups(self) -> list[set[int]]:
        """The pieces that belong together as this side has it."""
        inside = [
            {
                n
                for n, r in enumerate(self.regions)
                if (r.start < last and r.stop > first) or first <= r.start == r.stop <= last
            }
            for first, last in self.blocks
        ]
        return [*self.heads.values(), *inside]

    def _around(self, region: range) -> list[Span]:
        """The statements that a region is a part of, or has a part of, from the outside in."""
        found, spans = [], self.spans
        while True:
            parts = [
                span
                for span in spans
                if span.first < region.stop + (not region) and span.last > region.start
                if not (region and region.start <= span.first and span.last <= region.stop)
                if region or span.first < region.start
            ]
            found += parts
            if not parts:
                return found
            spans = [inner for span in parts for inner in span.inner]


def _joined(count: int, sets: Sequence[set[int]]) -> list[set[int]]:
    """Groups of numbers: those that are in one set are in one group."""
    group = {number: {number} for number in range(count)}
    for members in sets:
        merged = set[int]().union(*(group[number] for number in members))
        for number in merged:
            group[number] = merged
    return [found for number, found in group.items() if number == min(found)]
