"""The classes of a project that leave a comparison to `object`, and so do all that are derived from them."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from stomper.fixers.annotations.module_uses import Facts, project_facts, read_facts

# Bases that have no comparison of their own.
HARMLESS = frozenset({"object", "Generic", "Protocol", "ABC", "metaclass", "ABCMeta", "typing", "abc", "Enum", "enum"})
ENUMERATION = frozenset({"Enum", "enum"})


class OwnClasses:
    """The classes of the project around one text."""

    def __init__(self, root: Path, path: str, text: str) -> None:
        self._root, self._path, self._text = root, path, text

    def doubt(self, name: str, method: str) -> str:
        """Say why an instance of a class, by its full name, may have this method from elsewhere; '' if it has not."""
        module, _, short = name.partition("@")[0].rpartition(".")
        if not any(_is_module(path, module) for path, _ in self._files):
            return f"`{name}` is not the project's own, and classes may be derived from it that are not known"
        return self._doubt_of_derived(short, method, HARMLESS)

    def doubt_of_built_in(self, name: str, method: str) -> str:
        """Say why an instance of a built-in class may have this method from a class of the project; '' if it has not.

        An enumeration of numbers has more methods than the numbers' own.
        """
        return self._doubt_of_derived(name, method, HARMLESS - ENUMERATION)

    def _doubt_of_derived(self, short: str, method: str, harmless: frozenset[str]) -> str:
        names, pending = {short}, [short]
        while pending:
            base = pending.pop()
            for derived, bases, words in self._derived(base):
                if method in words or not bases <= names | self._classes | harmless:
                    return f"`{derived}`, which is derived from `{short}`, may have an `{method}` of its own"
                pending += [] if derived in names else [derived]
                names.add(derived)
        return ""

    def _derived(self, base: str) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
        for _, facts in self._files:
            yield from ((name, bases, facts.words) for name, bases in facts.classes if base in bases)

    @cached_property
    def _classes(self) -> frozenset[str]:
        return frozenset(name for _, facts in self._files for name, _ in facts.classes)

    @cached_property
    def _files(self) -> list[tuple[str, Facts]]:
        mine = read_facts(self._text.encode("utf-8", "surrogatepass"))
        return [(self._path, mine), *project_facts(self._root, self._path)]


def _is_module(path: str, module: str) -> bool:
    dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return dotted == module or dotted.endswith(f".{module}")
