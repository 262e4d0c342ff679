"""The one place that every rewrite of annotations goes through: none that is read changes, and all can be evaluated."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.fixers.annotations.annotation_sites import Place, added, added_imports
from stomper.fixers.annotations.evaluation import Interpreter
from stomper.fixers.annotations.modules import Modules
from stomper.fixers.annotations.names_of_module import who_tells
from stomper.fixers.annotations.quoting import with_quotes
from stomper.fixers.annotations.readers import Readers, read_readers
from stomper.fixers.annotations.runtime import Runtime, Written
from stomper.fixers.annotations.surroundings import Surroundings, UnsoundError
from stomper.metadata.supported_pythons import Promise, read_promise
from stomper.python import CannotReadError, read_tree

LAZY = re.compile(r"^from __future__ import .*\bannotations\b", re.MULTILINE)
LAZY_BY_ITSELF = (3, 14)
BACKPORT = "typing_extensions"


@dataclass(slots=True)
class Judge:
    """Judges rewrites of one file, `path` below `root`, that had the text `before`.

    `lenient`: whoever is only given a function or a class, or keeps it, is not held to read its annotations, and the
    project's own readers are left to the tests that run them.
    """

    root: Path
    path: str
    before: str
    around: Surroundings
    place: Path
    lenient: bool = False
    _readers: Readers | None = None

    @property
    def readers(self) -> Readers:
        """Say who may read the annotations of the file as it was. Raises CannotReadError."""
        if self._readers is None:
            read_tree(self.before)
            self._readers = read_readers(self.root, self.path, self.before, self.around.folders, self.lenient)
            assert self._readers is not None, "its text has just been read"
        return self._readers

    @property
    def promise(self) -> Promise:
        return read_promise(self.root, self.path, self.before)

    def sound(self, after: str) -> str:
        """The new text, with those of its new annotations in quotes that cannot be evaluated.

        Raises UnsoundError for one that something may read, and for what cannot be evaluated and must be, or not read.
        """
        if after == self.before:
            return after
        try:
            old, new = read_tree(self.before), read_tree(after)
        except CannotReadError as error:
            raise UnsoundError(f"annotations cannot be judged: {error}") from None
        found, imports = added(old, new), added_imports(old, new)
        self._refuse_read([place for place in found if place.annotation and place.evaluated])
        self._refuse_seen(after)
        if not (found or imports):
            return after
        runtime = self._runtime(after)
        asked = self._evaluated(found, after)
        imports = [one for one in imports if self._is_outside(one[0])]
        runtime.prepare([_written(place) for place in asked], imports)
        self._refuse_imports(runtime, imports)
        answers = runtime.holds([_written(place) for place in asked])
        late = [place for place, holds in zip(asked, answers, strict=True) if not holds]
        if fixed := [place for place in late if not place.annotation]:
            raise UnsoundError(f"`{fixed[0].text}` does not evaluate in every Python that the file is for")
        return with_quotes(after, late) if late else after

    def _runtime(self, text: str) -> Runtime:
        modules = Modules(self.root, self.around.folders)
        module = modules.read(self.path, text)
        if module is None:
            raise UnsoundError("the result does not parse")
        return Runtime(modules, module, Interpreter(self.around.python, self.place), self.promise)

    def _refuse_read(self, found: Sequence[Place]) -> None:
        for place in found:
            if reason := self.read(place.holder):
                raise UnsoundError(reason)

    def _refuse_seen(self, after: str) -> None:
        """Refuse a rewrite whose imports others can tell from those before."""
        modules = Modules(self.root, self.around.folders)
        old, new = (Modules(self.root, self.around.folders).read(self.path, text) for text in (self.before, after))
        if old is None or new is None or old.names.meanings.keys() == new.names.meanings.keys():
            return
        if reason := self.readers.lists or who_tells(modules, old, new):
            raise UnsoundError(reason)

    def read(self, holder: tuple[str, int]) -> str:
        """Give what may read the annotations of a definition, by its name and its number among those of that name."""
        name, number = holder
        named = [one for one in self.readers.found if one.name == name]
        return self.readers.of(named[number]) if number < len(named) else self.readers.at(0)

    def _refuse_imports(self, runtime: Runtime, imports: Sequence[tuple[str, str]]) -> None:
        for (module, name), there in zip(imports, runtime.has(imports), strict=True):
            if not there:
                words = f"{module}.{name}" if name else module
                raise UnsoundError(f"`{words}` cannot be imported in every Python that the file is for")

    def _is_outside(self, module: str) -> bool:
        """Say whether a rewrite may bring a module in: the project's own and its packages were there before."""
        return module.partition(".")[0] in {*sys.stdlib_module_names, BACKPORT}

    def _evaluated(self, found: Sequence[Place], after: str) -> list[Place]:
        """The places whose expression is run when the module is. Decorators are names: their import is looked at."""
        lazy = bool(LAZY.search(after)) or self.promise.oldest >= LAZY_BY_ITSELF
        run = [place for place in found if place.evaluated and place.key[2] != "=decorator"]
        return [place for place in run if not (lazy and place.annotation)]


def _written(place: Place) -> Written:
    return Written(place.text, place.line, place.shadows)
