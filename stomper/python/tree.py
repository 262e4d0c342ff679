"""The syntax tree of Python code, by this Python's parser where it knows the syntax, else by LibCST's.

LibCST's grammar is its own and does not depend on the Python that runs it. Its tree is turned into `ast`'s (`newer`),
so that whoever looks into code needs to know one tree only.
"""

import ast
import functools
import re
import warnings
from typing import TYPE_CHECKING

from stomper.python.decode import CannotReadError
from stomper.python.lexing import Token, read_tokens

if TYPE_CHECKING:
    import libcst as cst

NO_PYTHON = "it is no Python that Stomper knows"
TOO_DEEP = "it is nested too deeply"
# LibCST's parser calls itself: far below what its stack holds, and beyond what anyone writes.
LONGEST_CHAIN = 2_000
MOST_BRANCHES = 1_000
PLACE = re.compile(r"error at (\d+):")


def read_tree(text: str) -> ast.Module:
    """The tree of a text with `\\n` line ends, to be looked at and not changed. Raises CannotReadError."""
    return _remembered(text)


@functools.lru_cache(maxsize=4)
def _remembered(text: str) -> ast.Module:
    return fresh_tree(text)


def fresh_tree(text: str) -> ast.Module:
    """The tree of a text, a new one that may be changed. Raises CannotReadError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (RecursionError, MemoryError):
            raise CannotReadError(TOO_DEEP) from None
        except (SyntaxError, ValueError):
            return _by_libcst(text)


def _by_libcst(text: str) -> ast.Module:
    from stomper.python.newer import convert  # LibCST is imported if it is needed

    try:
        return convert(parse_module(text))
    except (SyntaxError, ValueError):
        raise CannotReadError(NO_PYTHON) from None
    except (RecursionError, MemoryError):
        raise CannotReadError(TOO_DEEP) from None


def parse_module(text: str) -> "cst.Module":
    """LibCST's tree of a text. Raises CannotReadError, also for what would be too deep for its stack."""
    import libcst as cst

    check_depth(read_tokens(text))
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        place = PLACE.search(str(error))
        raise CannotReadError(NO_PYTHON, int(place[1]) if place else error.raw_line) from None
    except (SyntaxError, ValueError):
        raise CannotReadError(NO_PYTHON) from None
    except (RecursionError, MemoryError):
        raise CannotReadError(TOO_DEEP) from None


def check_depth(tokens: tuple[Token, ...]) -> None:
    """Raise CannotReadError for code of which a tree would be too deep: long chains of operators or branches."""
    chains, branches, begins = [0], 0, True
    for token in tokens:
        if begins:
            branches = branches + 1 if token.text == "elif" else 0 if token.text == "if" else branches
        begins = token.kind == "newline"
        if begins or token.text == ",":
            chains[-1] = 0
        elif token.kind == "op" and token.text in "([{":
            chains.append(0)
        elif token.kind == "op" and token.text in ")]}" and len(chains) > 1:
            chains.pop()
        chains[-1] += 1
        if chains[-1] > LONGEST_CHAIN or branches > MOST_BRANCHES:
            raise CannotReadError(TOO_DEEP, token.start[0])


def parses(text: str) -> bool:
    """Say whether a text is Python of any version that is known."""
    try:
        read_tree(text)
    except CannotReadError:
        return False
    return True


def same_code(one: str, other: str) -> bool:
    """Say whether two texts are the same program: equal syntax trees. Not where one of them is none."""
    try:
        return ast.dump(read_tree(one)) == ast.dump(read_tree(other))
    except (CannotReadError, RecursionError):
        return False
