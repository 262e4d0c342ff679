"""Tests in a worker: the suite, or what of it a file can affect, right after the file was fixed."""

import contextlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

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
class Tester:
    """Judges one fixed file by tests. `affected` is None for the whole suite, else path -> test files.

    A path that is not in `affected` is one the import graph cannot speak of: the whole suite is run.
    """

    __test__ = False  # not one of pytest's

    suite: Suite
    before: BaseResults
    reruns: int
    affected: Mapping[str, tuple[str, ...]] | None = None

    def judge(self, tree: Worktree, path: str) -> Verdict:
        """Test the worktree as it is, and give the verdict."""
        only = self.affected.get(path) if self.affected is not None else None
        if only is not None and not only:
            return Verdict()
        with self._checkout(tree) as place:
            return self._judge(place, only)

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

    def _judge(self, tree: Worktree, only: Sequence[str] | None) -> Verdict:
        result = self.suite.run(tree, only or ())
        if result.problem and not (only and result.empty):
            return Verdict(problem=result.problem, log=result.log)
        broken = self.before.broken_by(result, only or None)

        def rolled_back() -> Worktree:
            tree.restore({})
            return tree

        certain = deterministic(self.suite, self.before, broken, self.reruns, tree, rolled_back)
        return Verdict(tests=certain, log=result.log)


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
    """The same from a graph that says who imports a file directly."""
    result = {}
    for path in dependents:
        reached = _reach(path, dependents)
        if not any(PurePosixPath(other).name == "conftest.py" for other in reached):
            result[path] = tuple(sorted(other for other in reached if other in known or is_test_file(other)))
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
