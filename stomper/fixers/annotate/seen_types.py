"""Types that the project's tests showed, as proposals: those of parameters, of what calls give and generators yield."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from stomper.fixers.annotate.annotated_text import Key, keys_of
from stomper.fixers.annotate.joined_types import fewer, join_seen
from stomper.fixers.annotate.proposals import Proposal, Question
from stomper.fixers.annotate.slots import RETURN, Function
from stomper.fixers.annotate.types import NONE_TYPE, Type, join, read_type
from stomper.fixers.base import SeenTypes
from stomper.python import CannotReadError, decode, read_tree

NAME, YIELD, UNKNOWN, BASE = "tests", "yield", "?", " < "
MOST_TYPES = 24
# What stands in for something else in tests: classes that are theirs, or made for them.
DOUBLES = re.compile(r"^object$|\b(?:tests?|testing|unittest|_?pytest|mock|conftest|__main__|test_\w+|\w+_tests?)\.")
# What `Path` makes depends on the machine; who is given one takes any.
OF_A_MACHINE = re.compile(r"\bpathlib(?:\._local)?\.(Pure)?(?:Posix|Windows)Path\b")
Seen = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class SeenProposer:
    """Proposes what was seen of a function, where that is of one kind, or of a few."""

    seen: SeenTypes
    name: str = NAME

    def propose(self, question: Question) -> list[Proposal]:
        try:
            tree = read_tree(decode(self.seen.base))
        except CannotReadError:
            return []
        places = dict(_places(tree))
        keys = keys_of(question.functions)
        found: list[Proposal] = []
        for function in question.functions:
            seen = self.seen.functions.get(places.get(keys[function.index], (0, "")), {})
            for name, one in _types(function, seen):
                here = question.scope.resolve(one)
                found += [Proposal((function.index, name), here, self.name)] if here is not None else []
        return found


def _places(tree: ast.AST) -> Iterator[tuple[Key, tuple[int, str]]]:
    """The functions of a module, each with its first line, which is that of a decorator if it has one, and its name."""
    seen: Counter[tuple[str, str]] = Counter()
    for owner, node in _functions(tree, ""):
        line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        yield (owner, node.name, seen[owner, node.name]), (line, node.name)
        seen[owner, node.name] += 1


def _functions(node: ast.AST, owner: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield owner, child
            yield from _functions(child, "")
        elif not isinstance(child, ast.expr):
            yield from _functions(child, child.name if isinstance(child, ast.ClassDef) else owner)


def _types(function: Function, seen: Seen) -> Iterator[tuple[str, Type]]:
    """The types of a function's slots by their names."""
    for name in function.missing:
        one = _joined(seen.get(name, ()))
        if one is not None and one != NONE_TYPE:
            whole = join([one, NONE_TYPE]) if name in function.optional else one
            yield from [(name, whole)] if whole else []
    given = _given(function, seen) if function.returns else None
    if given is not None and given != NONE_TYPE:
        yield RETURN, given


def _given(function: Function, seen: Seen) -> Type | None:
    if function.is_async:
        return None
    if not function.yields:
        return _joined(seen.get(RETURN, ()))
    item = _joined(seen.get(YIELD, ()))
    return Type("collections.abc.Iterator", (item,)) if item is not None else None


def _joined(texts: Sequence[str]) -> Type | None:
    """One type for all that were seen; None if they are too many, or one of them has no name."""
    if len(texts) > MOST_TYPES:
        return None
    own = (OF_A_MACHINE.sub(r"pathlib.\1Path", text) for text in texts if not DOUBLES.search(text))
    known = [tuple(dict.fromkeys(text.split(BASE))) for text in own]
    types = [None if UNKNOWN in name else read_type(name) for name in fewer(known)]
    return join_seen(one for one in types if one) if all(types) else None
