"""Tests in a worker: the suite, or what of it a file can affect, right after the file was fixed."""

import contextlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from stomper import process
from stomper.disk.parse import parse_json
from stomper.errors import ToolError
from stomper.project_tests.suite import Suite
from stomper.project_tests.verdict import BaseResults, Verdict, deterministic
from stomper.workspace.clone import carry_over
from stomper.workspace.worktree import Worktree

GRAPH_TIMEOUT = 300.0
RUFFS_ROOTS = frozenset({".", "src"})  # where ruff itself looks for imports


@dataclass(frozen=True, slots=True)
class Choice:
    """The tests that a change asks for: those named, and with `importers` all in files that import what is changed."""

    tests: frozenset[str] = frozenset()
    importers: bool = False


Choose: TypeAlias = Callable[[str, bytes, bytes], Choice | None]
"""Chooses tests by a path and its content before and after; None if it cannot tell."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The tests to run: whole `files`, and `names` of tests in others."""

    files: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tester:
    """Judges one fixed file by tests. `affected` is None for the whole suite, else path -> test files.

    A path that is not in `affected` is one the import graph cannot speak of: the whole suite is run. `choose` may know
    better which tests a change asks for.
    """

    __test__ = False  # not one of pytest's

    suite: Suite
    before: BaseResults
    reruns: int
    affected: Mapping[str, tuple[str, ...]] | None = None
    choose: Choose | None = None

    def judge(self, tree: Worktree, path: str) -> Verdict:
        """Test the worktree as it is, and give the verdict."""
        wanted = self._wanted(tree, path)
        if wanted == Wanted():
            return Verdict()
        with self._checkout(tree) as place:
            return self._judge(place, wanted)

    def _wanted(self, tree: Worktree, path: str) -> Wanted | None:
        """The tests that a change of this file asks for; None for all."""
        if self.affected is None:
            return None
        files = self.affected.get(path)
        whole = None if files is None else Wanted(frozenset(files))
        choice = self._choice(tree, path)
        if choice is None or (choice.importers and whole is None):
            return whole
        known = frozenset(files or ()) if choice.importers else frozenset[str]()
        return Wanted(known, frozenset(name for name in choice.tests if self.before.files.get(name) not in known))

    def _choice(self, tree: Worktree, path: str) -> Choice | None:
        snapshot = tree.snapshot()
        if self.choose is None or snapshot.keys() - {path} or path not in snapshot:
            return None
        return self.choose(path, tree.contents.base_bytes(path), tree.contents.bytes_of(snapshot[path]))

    @contextlib.contextmanager
    def _checkout(self, tree: Worktree) -> Iterator[Worktree]:
        """The worktree itself, or, where tests are run in clones, one with the same changes."""
        if self.suite.clones is None:
            yield tree
            return
        with self.suite.clones.open(f"{tree.scratch.parent.name}-tests", tree.base) as clone:
            self.suite.project.prepare(clone)
            carry_over(tree.snapshot(), tree.root, clone.root)
            yield clone

    def _judge(self, tree: Worktree, wanted: Wanted | None) -> Verdict:
        only = self._words(wanted) if wanted is not None else ()
        result = self.suite.run(tree, only)
        if result.problem and not (only and result.empty):
            return Verdict(problem=result.problem, log=result.log)
        broken = self.before.broken_by(result, *((wanted.files, wanted.names) if wanted is not None else ()))

        def rolled_back() -> Worktree:
            tree.restore({})
            return tree

        certain = deterministic(self.suite, self.before, broken, self.reruns, tree, rolled_back)
        return Verdict(tests=certain, log=result.log)

    def _words(self, wanted: Wanted) -> list[str]:
        """Give the words that name tests to pytest. A test that only its file names is run with all of that."""
        nodes = {self.before.nodes.get(name) or self.before.files[name] for name in wanted.names}
        return sorted(wanted.files | nodes)


def affected_tests(
    ruff: str, tree: Worktree, roots: Sequence[str], known: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """For each file of the import graph the test files that import it, directly or not.

    `roots` are the project's import roots, `known` files that are known to have tests. A file that a
    conftest.py imports is left out: any test may depend on it. Raises ToolError if ruff cannot make
    the graph. (https://docs.astral.sh/ruff/ : `ruff analyze graph`)
    """
    argv = [ruff, "analyze", "graph", "--direction", "dependents", "--quiet"]
    if set(roots) - RUFFS_ROOTS:
        argv += ["--config", f"src = {json.dumps([*roots])}"]
    done = process.run(argv, cwd=tree.root, timeout=GRAPH_TIMEOUT, contained=True)
    try:
        graph = parse_json(done.stdout) if done.ended and done.returncode == 0 else None
    except ValueError:
        graph = None
    if not isinstance(graph, dict):
        raise ToolError(f"ruff could not make the import graph ({done.how()}): {done.words(400)}")
    dependents = {_relative(p, tree.root): [_relative(q, tree.root) for q in qs] for p, qs in graph.items()}
    return affected_by_file(dependents, known)


def _relative(path: str, root: Path) -> str:
    place = Path(path)
    return place.relative_to(root).as_posix() if place.is_absolute() else place.as_posix()


def affected_by_file(dependents: Mapping[str, Iterable[str]], known: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The same from a graph that says who imports a file directly.

    ruff may be told to leave out files. Known tests that are not in its graph may then import any file.
    """
    result, unseen = {}, set(known) - dependents.keys()
    for path in dependents:
        reached = _reach(path, dependents)
        if not any(PurePosixPath(other).name == "conftest.py" for other in reached):
            tests = {other for other in reached if other in known or is_test_file(other)}
            result[path] = tuple(sorted(tests | unseen))
    return result


def _reach(path: str, dependents: Mapping[str, Iterable[str]]) -> set[str]:
    reached, pending = {path}, [path]
    while pending:
        for other in dependents.get(pending.pop(), ()):
            if other not in reached:
                reached.add(other)
                pending.append(other)
    return reached


def is_test_file(path: str) -> bool:
    """Return whether pytest would collect the file by its default names."""
    name = PurePosixPath(path).name
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))
