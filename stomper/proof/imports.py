"""Judge a change of imports: what goes, comes and moves must have no effect, and no name that is asked for may go."""

import ast
import importlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import ModuleType

from stomper.fixers.codemods.scopes import SEES_MODULE, bound, sees_names
from stomper.grades import Grade
from stomper.proof.import_events import Import, read_imports
from stomper.proof.quiet_modules import is_quiet
from stomper.proof.words import Word
from stomper.python import CannotReadError, read_tree

FUTURE = "__future__"
_MANDATORY = """absolute_import division generators generator_stop nested_scopes print_function unicode_literals
    with_statement"""
MANDATORY = frozenset(_MANDATORY.split())
"""What every Python 3 that is still met does by itself."""
ALWAYS = frozenset({"os", ""})
"""The package whose parts are always there; and those of the project, of which others have a say."""
PACKAGES = ("__init__.py", "__init__.pyi")
PATH = re.compile(r"[\w.:]+")
PROVED = "the imports have no effect but their names, and nobody asks for those that go"
NEEDS = "a test that imports the file"


def _nobody(_name: str) -> str:
    return ""


def _unknown(_module: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Project:
    """A project's word on imports. `own` are the first words of its modules' names.

    `asks` names who asks this file for a name, '' if nobody does, and `asks_part` who takes a part of a package
    (`logging.handlers`) for granted without an import of it. `is_plain` says whether a module of these (as the import
    writes it) is one file whose names can be looked up in any order.
    """

    own: Collection[str] = ()
    asks: Callable[[str], str] = _nobody
    asks_part: Callable[[str], str] = _nobody
    is_plain: Callable[[str], bool] = _unknown

    def is_quiet(self, module: str) -> bool:
        """Say whether an import of a module has no effect: it is the standard library's, and no file is called so."""
        return module.partition(".")[0] not in self.own and is_quiet(module)


def judge_imports(before: str, after: str, path: str, project: Project) -> Word:
    """Give the word about what becomes of the imports of the file `path`: proved, or no grade and the first doubt."""
    try:
        old, new = read_tree(before), read_tree(after)
    except CannotReadError:
        return Word(None, "the text cannot be read", NEEDS)
    offers = path.rpartition("/")[2] in PACKAGES
    doubt = next(_Change(project, new, read_imports(old), read_imports(new), offers).doubts(), "")
    return Word(None, doubt, NEEDS) if doubt else Word(Grade.PROVED, PROVED)


def same_imports(before: ast.Module, after: ast.Module) -> bool:
    """Say whether two texts import the same, in the same order."""
    return read_imports(before) == read_imports(after)


def same_bindings(before: ast.Module, after: ast.Module) -> bool:
    """Say whether the imports of two texts bind the same names, whatever these mean."""
    old, new = (Counter((one.bound, one.scope, one.typed) for one in read_imports(tree)) for tree in (before, after))
    return old == new


@dataclass(frozen=True)
class _Change:
    project: Project
    tree: ast.Module
    old: Sequence[Import]
    new: Sequence[Import]
    offers: bool = False
    """Whether the names of other modules are what the file is for."""

    def doubts(self) -> Iterator[str]:
        """Give all that may be different after the change."""
        gone, come = (list((Counter(a) - Counter(b)).elements()) for a, b in self._ways())
        for one in gone:
            yield from self._if_gone(one, come)
        for one in come:
            yield from self._if_come(one)
        yield from self._if_moved()

    def _ways(self) -> tuple[tuple[Sequence[Import], Sequence[Import]], ...]:
        return (self.old, self.new), (self.new, self.old)

    def _if_gone(self, one: Import, come: Sequence[Import]) -> Iterator[str]:
        if one.typed or one in self.new:  # the same stands there twice
            return
        if one.module == FUTURE:
            yield from () if one.name in MANDATORY else [f"{one} changes how the file is read"]
        elif one.is_star:
            yield f"the names of {one} go"
        elif one.tried:
            yield f"a block may depend on whether {one} can be imported"
        elif not (self.project.is_quiet(one.module) or self._still_runs(one)):
            yield f"the import of {one} may have an effect"
        else:
            yield from self._if_part(one)
        yield from self._if_unbound(one, come)

    def _if_part(self, one: Import) -> Iterator[str]:
        """Say who finds a part of a package as its attribute, which it is once something has imported it."""
        left = {part for new in self.new if not new.typed for part in _parts(new)}
        for part in [part for part in _parts(one) if part not in left]:
            if part.rpartition(".")[2] in self._attributes:
                yield f"`{part}` may be there only by this import"
            elif who := self.project.asks_part(part):
                yield f"{who} has `{part}` only by this import"

    @property
    def _attributes(self) -> set[str]:
        return {node.attr for node in ast.walk(self.tree) if isinstance(node, ast.Attribute)}

    def _still_runs(self, one: Import) -> bool:
        """Say whether an import that is left runs the same modules, whenever the one that went did."""
        for left in self.new:
            inside = left.module == one.module or left.module.startswith(f"{one.module}.")
            if inside and not left.tried and not left.typed and left.scope in ((), one.scope):
                return not one.name or self.project.is_plain(one.module)
        return False

    def _if_unbound(self, one: Import, come: Sequence[Import]) -> Iterator[str]:
        """Give the doubts about the name that an import bound."""
        left = [new for new in self.new if (new.bound, new.scope, new.typed) == (one.bound, one.scope, False)]
        if left and all(other.full == one.full or _same_object(self.project, one, other) for other in left):
            return
        if left and not one.name and all(not other.name for other in left):  # `import a.b` beside `import a`
            if one.full in {ast.unparse(node) for node in ast.walk(self.tree) if isinstance(node, ast.Attribute)}:
                yield f"{one} is used, and comes from elsewhere"
            return
        if one.bound in self._names:
            yield f"the name `{one.bound}` is used, and may mean something else"
        if not one.scope:
            yield from self._if_asked(one)

    def _if_asked(self, one: Import) -> Iterator[str]:
        name = one.bound
        if self.offers and not self.project.is_quiet(one.module):
            yield f"the package offers `{name}`"
        if self._sees_module:
            yield "code looks at the names of the module by their text"
        if name in self._named:
            yield f"a text names `{name}`"
        if who := self.project.asks(name):
            yield f"{who} asks for `{name}`"

    @property
    def _names(self) -> set[str]:
        """The names that are read or bound after the change, by anything but imports."""
        nodes = [node for node in ast.walk(self.tree) if not isinstance(node, ast.Import | ast.ImportFrom | ast.alias)]
        return {node.id for node in nodes if isinstance(node, ast.Name)} | {
            one for node in nodes for one in bound(node)
        }

    @property
    def _sees_module(self) -> bool:
        nodes = list(ast.walk(self.tree))
        words = {getattr(node, "id", getattr(node, "attr", "")) for node in nodes}
        return bool(words & (SEES_MODULE | {"modules"})) or sees_names(nodes)

    @property
    def _named(self) -> set[str]:
        """The words of texts that are paths of names, and of examples in docstrings."""
        texts = [node.value for node in ast.walk(self.tree) if isinstance(node, ast.Constant)]
        paths = [text for text in texts if isinstance(text, str) and (PATH.fullmatch(text) or ">>>" in text)]
        return {word for text in paths for word in re.findall(r"\w+", text)}

    def _if_come(self, one: Import) -> Iterator[str]:
        if one.typed or one in self.old:
            return
        if one.is_star or one.module == FUTURE or not (self.project.is_quiet(one.module) or self._ran(one)):
            yield f"the import of {one} may have an effect"
        known = {other.bound for other in self.old if other.scope == one.scope}
        if one.bound in self._bound_otherwise and one.bound not in known:
            yield f"the name `{one.bound}` has another meaning too"

    def _ran(self, one: Import) -> bool:
        return any(other.full == one.full and not (other.typed or other.tried) for other in self.old)

    @property
    def _bound_otherwise(self) -> set[str]:
        nodes = ast.walk(self.tree)
        return {
            n for node in nodes if not isinstance(node, ast.Import | ast.ImportFrom | ast.alias) for n in bound(node)
        }

    def _if_moved(self) -> Iterator[str]:
        """Give the doubts about the order of those that are there before and after."""
        olds, news = ([one for one in all_ if not one.typed] for all_ in (self.old, self.new))
        both = Counter(olds) & Counter(news)
        place = {one: at for at, one in reversed(list(enumerate(news)))}
        common = [one for one in dict.fromkeys(olds) if both[one]]
        for one in common:
            other = news[place[one]]
            quiet = self.project.is_quiet(one.module)
            if other.after > one.after or (other.after < one.after and not quiet):
                yield f"{one} moves past other code"
        for first, second in combinations(common, 2):
            if first.scope == second.scope and place[first] > place[second]:
                yield from self._if_swapped(first, second)
        yield from self._if_first(olds, news)

    def _if_swapped(self, first: Import, second: Import) -> Iterator[str]:
        if first.is_star or second.is_star or (first.bound == second.bound and first.full != second.full):
            if first.name or second.name or first.bound not in (first.module.partition(".")[0], second.module):
                yield f"{first} and {second} may bind the same name"
        elif first.module == second.module and first.name and second.name and not self._is_known(first.module):
            yield f"{first} and {second} may be modules, and run in another order"

    def _is_known(self, module: str) -> bool:
        return self.project.is_quiet(module) or self.project.is_plain(module)

    def _if_first(self, olds: Sequence[Import], news: Sequence[Import]) -> Iterator[str]:
        """Say which modules run for the first time in another order. A package runs before its parts in any."""
        old, new = (list(dict.fromkeys((one.scope, one.module) for one in all_)) for all_ in (olds, news))
        place = {key: at for at, key in enumerate(new)}
        loud = [key for key in old if key in place and not self.project.is_quiet(key[1])]
        for (scope, first), (other, second) in combinations(loud, 2):
            swapped = scope == other and place[scope, first] > place[other, second]
            if swapped and not (f"{first}.").startswith(f"{second}.") and not (f"{second}.").startswith(f"{first}."):
                yield f"`{first}` and `{second}` run in another order"


def _parts(one: Import) -> list[str]:
    """The parts of packages that an import of the standard library loads, the package itself left out."""
    words = one.full.split(".") if one.name and _is_module(one) else one.module.split(".")
    return [".".join(words[:count]) for count in range(2, len(words) + 1)] if words[0] not in ALWAYS else []


def _is_module(one: Import) -> bool:
    """Say whether a name may be a part of its package: it is a module, or nothing before it is imported."""
    found = None if one.is_star else _object(one)
    return isinstance(found, ModuleType) or (found is None and not one.is_star)


def _same_object(project: Project, one: Import, other: Import) -> bool:
    """Say whether two imports of the standard library give the same object, by importing both."""
    if not (project.is_quiet(one.module) and project.is_quiet(other.module)):
        return False
    found = [_object(one), _object(other)]
    return found[0] is not None and found[0] is found[1]


def _object(one: Import) -> object:
    """Give what an import gives; None if that is not known. Nothing else than the standard library is imported here."""
    if not is_quiet(one.module):
        return None
    try:
        module = importlib.import_module(one.module)
        return getattr(module, one.name) if one.name else module
    except (ImportError, AttributeError):
        return None
