"""All that checkers and tests write in a worktree is not the fixer's, never lands, and is gone before the next step."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stomper.checkers import check_files
from stomper.errors import CheckerError
from stomper.worker.run_checkers import check_worktree
from stomper.workspace.worktree import Worktree
from tests.kit.chains import results
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer, fixer_table
from tests.kit.own import finder, finder_table
from tests.kit.projects import project_toml, suite_of
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree
from tests.kit.runs import states

HARMLESS = {
    "a report": "pathlib.Path('report.json').write_text('x')",
    "a folder of reports": "os.makedirs('htmlcov/deep', exist_ok=True); open('htmlcov/deep/i.html', 'w').close()",
    "a link": "os.path.islink('l') or os.symlink('a.py', 'l')",
    "another tracked file": "pathlib.Path('data.txt').write_text('new')",
    "a deletion": "pathlib.Path('data.txt').unlink(missing_ok=True)",
    "a mode": "os.chmod('data.txt', 0o755)",
    "a named pipe": "os.path.exists('p') or os.mkfifo('p')",
    "an ignore file": "pathlib.Path('.gitignore').write_text('*')",
}


@pytest.fixture
def tree(repo: GitRepo, tmp_path: Path) -> Iterator[Worktree]:
    repo.write("a.py", "bad\n")
    repo.write("data.txt", "old\n")
    repo.commit()
    with opened_worktree(repo, tmp_path) as opened:
        yield opened


def files_of(tree: Worktree) -> dict[str, bytes]:
    return {
        str(f.relative_to(tree.root)): f.read_bytes() for f in tree.root.rglob("*") if f.name != ".git" and f.is_file()
    }


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_a_checker_writes_is_gone_and_its_result_counts(tree: Worktree, kind: str) -> None:
    before = files_of(tree)
    assert [d.code for d in check_worktree([finder(HARMLESS[kind])], tree, ["a.py"])] == ["B1"]
    assert files_of(tree) == before
    assert tree.snapshot() == {}


def test_what_a_fixer_wrote_stays(tree: Worktree) -> None:
    (tree.root / "a.py").write_text("bad\nbad\n")
    (tree.root / "new.py").write_text("good\n")
    fixed = tree.snapshot()
    found = check_worktree([finder("open('new.py', 'a').write('more')"), finder("")], tree, ["a.py"])
    assert [d.line for d in found] == [1, 1, 2, 2]
    assert tree.snapshot() == fixed
    assert (tree.root / "new.py").read_text() == "good\n"


def test_a_checker_that_fixes_what_it_looks_at_gives_no_result(tree: Worktree) -> None:
    """It would call clean what is not, and the next checker would judge other bytes than those that land."""
    fixes = finder("pathlib.Path('a.py').write_text('good\\n')")
    assert check_files([fixes], tree.root, ["a.py"]) == ()
    tree.restore({})
    with pytest.raises(CheckerError, match=r"^mine changed what it was to look at: a\.py$"):
        check_worktree([fixes], tree, ["a.py"])
    assert (tree.root / "a.py").read_text() == "bad\n"


def test_a_checker_that_crashes_leaves_nothing_either(tree: Worktree) -> None:
    with pytest.raises(CheckerError):
        check_worktree([finder("open('report', 'w').close(); sys.exit(9)")], tree, ["a.py"])
    assert tree.snapshot() == {}


def own_toml(does: str, fixers: str) -> str:
    one = fixer_table("one", fake_fixer("--replace", "bad_1", "good"))
    two = fixer_table("two", fake_fixer("--replace", "bad_2", "good"))
    return project_toml(
        mode="none", keys=f"checkers = ['mine']\nfixers = {fixers}", tables=f"{finder_table(does)}{one}\n{two}"
    )


@pytest.mark.unproved
def test_a_report_of_a_checker_is_not_the_next_fixers(repo: GitRepo, stomper: Stomper) -> None:
    writes = "pathlib.Path('report.json').write_text('x'); pathlib.Path('data.txt').write_text('new')"
    repo.write("pyproject.toml", own_toml(writes, "['one', 'two']"))
    repo.write("a.py", "bad_1 = 1\nbad_2 = 2\n")
    repo.write("data.txt", "old\n")
    repo.commit()
    stomper.run(repo, "fix", "-j", "1").check()
    assert states(repo) == {"a.py": "fixed"}
    assert results(repo, "a.py") == [("one", "kept"), ("two", "kept")]
    assert repo.git("diff", "--name-only", "HEAD~1") == "a.py"
    assert repo.status() == []


def test_a_run_whose_checker_fixes_is_not_to_be_trusted(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", own_toml("pathlib.Path('a.py').write_text('good\\n')", "['one']"))
    repo.write("a.py", "bad_1 = 1\n")
    repo.commit()
    state = repo.checkout_state()
    result = stomper.run(repo, "fix", "-j", "1").check(3)
    assert "mine changed what it was to look at: a.py" in result.err
    assert repo.checkout_state() == state


TEST = """\
from pathlib import Path


def test_once() -> None:
    assert not Path("marker").exists()
    Path("marker").write_text("x")
    Path("data.txt").write_text("new")
"""


def test_each_run_of_the_tests_begins_with_the_same_files(repo: GitRepo, tmp_path: Path) -> None:
    repo.write("test_a.py", TEST)
    repo.write("data.txt", "old\n")
    repo.write(".gitignore", "marker\n")
    repo.commit()
    with opened_worktree(repo, tmp_path) as tree:
        suite = suite_of(repo)
        for _ in range(2):
            assert suite.run(tree).failed == frozenset()
        assert tree.snapshot() == {}
        assert not (tree.root / "marker").exists()
