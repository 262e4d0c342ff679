"""Whatever a fixer did to a worktree, it is seen, and it can be rolled back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stomper.workspace.worktree import Worktree
from tests.kit.changes import CHANGES, commit_all_kinds, listing
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree


@pytest.fixture
def tree(repo: GitRepo, tmp_path: Path) -> Iterator[Worktree]:
    """A worktree with a file of each kind."""
    commit_all_kinds(repo)
    repo.write("a.py", "the user's edit\n")
    repo.write("untracked.py", "")
    with opened_worktree(repo, tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(("change", "paths"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_seen_and_can_be_undone(tree: Worktree, change: Callable[[Path], object], paths: set[str]) -> None:
    before = listing(tree.root)
    change(tree.root)
    assert {path for path in tree.snapshot() if "/.git/" not in path} == paths
    tree.restore({})
    assert listing(tree.root) == before
    assert tree.snapshot() == {}


@pytest.mark.parametrize(("change", "paths"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_on_top_of_another_is_undone_to_that(
    tree: Worktree, change: Callable[[Path], object], paths: set[str]
) -> None:
    (tree.root / "a.py").write_text("best so far\n")
    (tree.root / "new.py").write_text("new\n")
    (tree.root / "app" / "core" / "c.py").unlink()
    best = tree.snapshot()
    before = listing(tree.root)
    change(tree.root)
    tree.restore(best)
    assert {name: kind for name, kind in listing(tree.root).items() if name != "app/core"} == {
        name: kind for name, kind in before.items() if name != "app/core"
    }
    assert tree.snapshot() == best
