"""Apply a model's answer to a file: the whole file in a fenced block, or SEARCH/REPLACE blocks. Pure.

Nothing is guessed and nothing applied by half: an answer that cannot be applied as it stands is refused,
in words that the model can learn from.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stomper.fixers.agents.textfile import TextFile

FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})[^`]*")
SEARCH, DIVIDER, REPLACE = "<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE"
# Models that think aloud put it before their answer.
THOUGHTS = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
# `# ... rest of the file`, `... (unchanged)`, `# ...`, `// The rest of the class stays the same`
ELISION = re.compile(
    r"""
    \s* ( (?P<mark> \#+ | // | -- | /\* | <!-- ) \s* )? (
        \[? (\.\.\.|…) \s* [(\[]? \s* (the\ )? (rest|remain\w*|existing|unchanged|same|other|previous)\b .*
      | (?(mark) (\.\.\.|…) | (?!))
      | (?(mark) (the\ )? (rest|remainder)\ of\b .* \b (unchanged|same|here|before)\b .* | (?!))
    ) \s*
    """,
    re.IGNORECASE | re.VERBOSE,
)


class UnusableAnswerError(Exception):
    """An answer that cannot be applied; says why, for people and for the next attempt."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """`lines` in place of those of the file from `start` up to `stop`, counted from 0."""

    start: int
    stop: int
    lines: tuple[str, ...]


def apply_answer(answer: str, file: TextFile, form: str) -> TextFile:
    """The file as a "whole-file" or "search-replace" answer wants it. Raises UnusableAnswerError."""
    lines = THOUGHTS.sub("", answer, count=1).replace("\r\n", "\n").split("\n")
    return _whole(lines, file) if form == "whole-file" else _searched(lines, file)


def _whole(answer: Sequence[str], file: TextFile) -> TextFile:
    blocks = list(_fenced(answer))
    if len(blocks) != 1:
        raise UnusableAnswerError(
            f"has {len(blocks)} fenced blocks, not exactly one with the whole file" if blocks else "has no fenced block"
        )
    known = set(file.lines)
    for line in blocks[0]:
        if line not in known and ELISION.fullmatch(line):
            raise UnusableAnswerError(f"leaves out a part of the file: {line.strip()!r}")
    return file.rewritten(blocks[0])


def _fenced(lines: Sequence[str]) -> Iterator[list[str]]:
    """The contents of the fenced blocks. Raises UnusableAnswerError for one that does not end."""
    fence, block = "", list[str]()
    for line in lines:
        if not fence:
            if match := FENCE.fullmatch(line.rstrip()):
                fence, block = match["fence"], []
        elif _closes(line.strip(), fence):
            yield block
            fence = ""
        else:
            block.append(line)
    if fence:
        raise UnusableAnswerError("has a fenced block that does not end")


def _closes(line: str, fence: str) -> bool:
    return len(line) >= len(fence) and set(line) == {fence[0]}


def _searched(answer: Sequence[str], file: TextFile) -> TextFile:
    found = sorted((_place(n, b, file) for n, b in enumerate(_blocks(answer), 1)), key=lambda r: (r.start, r.stop))
    if not found:
        raise UnusableAnswerError("has no SEARCH/REPLACE block")
    for before, after in itertools.pairwise(found):
        if after.start < before.stop or after.start == before.start:
            raise UnusableAnswerError(f"has two blocks that change line {after.start + 1}")
    for replacement in reversed(found):
        file = file.replaced(replacement.start, replacement.stop, replacement.lines)
    return file


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Give the lines between the first and the last line of each block."""
    block: list[str] | None = None
    for line in lines:
        mark = line.rstrip()
        if mark == SEARCH:
            if block is not None:
                raise UnusableAnswerError("has a SEARCH/REPLACE block that does not end")
            block = []
        elif mark == REPLACE and block is not None:
            yield block
            block = None
        elif block is not None:
            block.append(line)
    if block is not None:
        raise UnusableAnswerError("has a SEARCH/REPLACE block that does not end")


def _place(number: int, block: Sequence[str], file: TextFile) -> Replacement:
    """Find the place of a block. Of several dividers, the one with the longest match before it counts."""
    dividers = [at for at, line in enumerate(block) if line.rstrip() == DIVIDER]
    if not dividers:
        raise UnusableAnswerError(f"has no {DIVIDER} in its SEARCH/REPLACE block {number}")
    for divider in reversed(dividers):
        if len(found := _matches(block[:divider], file)) == 1:
            return Replacement(found[0], found[0] + divider, tuple(block[divider + 1 :]))
    wanted = block[: dividers[0]]
    raise UnusableAnswerError(
        f"has a SEARCH in block {number} that is in the file {len(_matches(wanted, file))} times, not once: "
        f"{' / '.join(wanted)[:120]!r}"
    )


def _matches(wanted: Sequence[str], file: TextFile) -> list[int]:
    """Find these lines in the file: exactly, else without white space at their ends."""
    if not wanted:
        return [] if file.lines else [0]
    for tidy in (str, str.rstrip):
        old, new = [tidy(line) for line in file.lines], [tidy(line) for line in wanted]
        if found := [at for at in range(len(old) - len(new) + 1) if old[at : at + len(new)] == new]:
            return found
    return []
