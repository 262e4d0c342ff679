"""A recorder in the project's Python: the types that its functions are given and give back in tests.

A copy of this file is imported by `type_events`: it imports nothing but what all Pythons have. What a call was given
counts once that call has given something back: tests also pass what is to be refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

CALLS_IN_A_TEST = 8
CALLS = 400
MOST_TYPES = 24
MOST_OF_THE_REST = 8
MOST_PENDING = 1_000
MOST_FUNCTIONS = 20_000
OPTIMIZED, VARARGS, VARKEYWORDS, GENERATOR, COROUTINE, ASYNC_GENERATOR = 1, 4, 8, 32, 128, 512
RETURN, YIELD = "return", "yield"
TextOf = Callable[[Any], str]


class Watched:
    """A function of the project: its parameters, and the types that were seen of each."""

    def __init__(self, code: Any, path: str) -> None:
        self.code, self.path = code, path  # the code is kept: its identity would be used again
        count, flags = code.co_argcount + code.co_kwonlyargcount, code.co_flags
        self.names = code.co_varnames[:count]
        self.rest = code.co_varnames[count] if flags & VARARGS else ""
        place = count + bool(flags & VARARGS)
        self.keywords = code.co_varnames[place] if flags & VARKEYWORDS else ""
        self.suspends = bool(flags & (GENERATOR | COROUTINE | ASYNC_GENERATOR))
        self.yields = bool(flags & GENERATOR)
        self.seen: dict[str, set[str]] = {}
        self.test, self.here, self.left = -1, 0, CALLS

    def is_worth_a_look(self, test: int) -> bool:
        """Say whether one more call in this test is to be looked at."""
        if self.test != test:
            self.test, self.here = test, CALLS_IN_A_TEST
        self.here -= 1
        self.left -= 1
        return self.here >= 0 and self.left >= 0

    def given(self, values: Any, text_of: TextOf) -> list[tuple[str, str]]:
        """Give the types of what a call was given, by the parameters' names."""
        found = [(name, values[name]) for name in self.names if name in values]
        found += [(self.rest, value) for value in values.get(self.rest, ())[:MOST_OF_THE_REST]]
        found += [(self.keywords, value) for value in [*values.get(self.keywords, {}).values()][:MOST_OF_THE_REST]]
        return [(name, text_of(value)) for name, value in found]

    def add(self, name: str, text: str) -> bool:
        """Take in a type. Returns whether it is news."""
        texts = self.seen.setdefault(name, set())
        news = text not in texts and len(texts) <= MOST_TYPES  # one more says that there are too many
        if news:
            texts.add(text)
        return news


class Types:
    """The types that were seen of all functions, each of which is known by its code."""

    def __init__(self, path_of: Callable[[str], str], text_of: TextOf) -> None:
        self.path_of, self.text_of = path_of, text_of
        self.known: dict[int, tuple[Any, Watched | None]] = {}
        self.pending: dict[int, tuple[Watched, list[tuple[str, str]]]] = {}
        self.test = 0

    def watched(self, code: Any) -> Watched | None:
        """Give what is known of a function of the project; None for all other code."""
        known = self.known.get(id(code))
        if known is None or known[0] is not code:
            function = code.co_flags & OPTIMIZED and not code.co_name.startswith("<")  # and no class or module
            path = self.path_of(code.co_filename) if function else ""
            known = code, Watched(code, path) if path and len(self.known) < MOST_FUNCTIONS else None
            self.known[id(code)] = known
        return known[1]

    def enter(self, watched: Watched, frame: Any) -> None:
        """Note what a call was given."""
        if len(self.pending) >= MOST_PENDING:
            self.pending.clear()
        self.pending[id(frame)] = watched, watched.given(frame.f_locals, self.text_of)

    def leave(self, watched: Watched, frame: Any, how: str, value: Any) -> bool:
        """Note what a call gives, if its begin was seen. Returns whether there is any news in it."""
        if id(frame) not in self.pending or self.pending[id(frame)][0] is not watched:
            return False
        found = self.pending[id(frame)][1]
        if how == RETURN:
            del self.pending[id(frame)]
        else:
            self.pending[id(frame)] = watched, []
        if not watched.suspends or (watched.yields and how == YIELD):
            found = [*found, (how, self.text_of(value))]
        return sum(watched.add(name, text) for name, text in found) > 0  # each of them is added

    def facts(self) -> list[dict[str, Any]]:
        """Give what was seen, function by function."""
        found = [watched for _, watched in self.known.values() if watched is not None and watched.seen]
        return [
            {
                "types": watched.path,
                "line": watched.code.co_firstlineno,
                "name": watched.code.co_name,
                "seen": {name: sorted(texts) for name, texts in sorted(watched.seen.items())},
            }
            for watched in found
        ]
