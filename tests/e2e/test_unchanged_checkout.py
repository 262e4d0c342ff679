"""Looks at the user's checkout: what a checker does there is put back and named; what the user does stays."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stomper.checkers import Checker
from stomper.checkers.completeness import Look, Looking
from stomper.disk.remove_trees import delete_folder
from stomper.errors import CheckerError
from stomper.git.repository import Repository
from stomper.models import Diagnostic
from stomper.unchanged_checkout import Lookout
from stomper.unchanged_checkout.marks import Eye, git_state
from stomper.workspace.worktree import worktrees_folder
from tests.kit.cli import Stomper
from tests.kit.own import finder, finder_table
from tests.kit.repo import CheckoutState, GitRepo

GIT = "subprocess.run(['git', '-c', 'user.name=a', '-c', 'user.email=a@example.org', {}], check=True)"


def git(*words: str) -> str:
    return GIT.format(", ".join(map(repr, words)))


# What a checker may do that must not stay, and how the message names it.
DEEDS = {
    "a tracked file": ("open('clean.py', 'a').write('more')", "clean.py"),
    "an edit of the user's": ("open('edited.py', 'a').write('more')", "edited.py"),
    "a file git does not know": ("open('new.py', 'a').write('more')", "new.py"),
    "a file git ignores": ("open('local.ini', 'a').write('more')", "local.ini"),
    "a report": ("os.makedirs('reports/html'); open('reports/html/i', 'w').close()", "reports"),
    "an empty folder": ("os.mkdir('.benchmarks')", ".benchmarks"),
    "a deletion": ("os.remove('edited.py'); os.remove('clean.py')", "clean.py, edited.py"),
    "a mode": ("os.chmod('clean.py', 0o700)", "clean.py"),
    "a link in a file's place": ("os.remove('clean.py'); os.symlink('edited.py', 'clean.py')", "clean.py"),
    "a folder in a file's place": ("os.remove('clean.py'); os.mkdir('clean.py'); open('clean.py/x', 'w')", "clean.py"),
    "a file in a folder's place": ("shutil.rmtree('folder'); open('folder', 'w')", "folder"),
    "line ends": ("pathlib.Path('clean.py').write_bytes(b'bad\\r\\n')", "clean.py"),
    "the index": (git("add", "--all"), "the index"),
    "a tag": (git("tag", "t"), "refs/tags/t"),
    "a commit": (git("commit", "--quiet", "-am", "x"), "refs/heads/"),
    "another branch": (git("checkout", "--quiet", "-b", "x"), ".git/HEAD"),
    "the stash": (git("stash", "--quiet"), "refs/stash"),
    "a setting of git": (git("config", "a.b", "c"), ".git/config"),
    "a hook": ("os.makedirs('.git/hooks', exist_ok=True); open('.git/hooks/pre-commit', 'w')", ".git/hooks/pre-commit"),
    "what is ignored": ("open('.gitignore', 'a').write('*')", ".gitignore"),
}


@pytest.fixture
def work(repo: GitRepo) -> GitRepo:
    """A repository with work in all states."""
    repo.write(".gitignore", "local.ini\nbuilt/\n")
    repo.write("clean.py", "bad\n")
    repo.write("edited.py", "x = 1\n")
    repo.write("folder/data.txt", "data\n")
    repo.commit()
    repo.write("edited.py", "x = 2\n")
    repo.write("staged.py", "x = 3\n")
    repo.git("add", "staged.py")
    repo.write("staged.py", "x = 4\n")
    repo.write("new.py", "x = 5\n")
    repo.write("local.ini", "x = 6\n")
    repo.write("built/lib.so", "binary")
    return repo


@dataclass
class Looker:
    """Lets checkers look at a repository, and hears what is worth knowing."""

    repo: GitRepo
    notes: list[str] = field(default_factory=list)

    def look(self, *checkers: Checker, paths: Sequence[str] = ("clean.py",)) -> tuple[Diagnostic, ...]:
        return Lookout(self.repo.opened(), self.notes.append).check(checkers, paths)


def state(repo: GitRepo) -> tuple[CheckoutState, dict[str, str], dict[str, bytes]]:
    return repo.checkout_state(), repo.refs(), repo.settings()


@pytest.mark.parametrize("deed", DEEDS)
def test_what_a_checker_does_is_put_back_and_named(work: GitRepo, deed: str) -> None:
    before = state(work)
    does, name = DEEDS[deed]
    with pytest.raises(CheckerError, match=r"^mine changed .* while it looked: put back$") as caught:
        Looker(work).look(finder(does))
    assert name in caught.value.message
    assert state(work) == before
    assert not (work.git_dir / "stomper").exists()


def test_a_checker_that_only_looks_is_heard(work: GitRepo) -> None:
    looker, before = Looker(work), state(work)
    assert [d.code for d in looker.look(finder(""), finder("os.utime('clean.py')"))] == ["B1", "B1"]
    assert looker.notes == []
    assert state(work) == before
    assert not (work.git_dir / "stomper").exists()


def test_a_checker_that_crashes_is_put_back_too(work: GitRepo) -> None:
    before = state(work)
    with pytest.raises(CheckerError, match=r"mine changed edited\.py while it looked") as caught:
        Looker(work).look(finder("open('edited.py', 'a').write('more'); sys.exit(9)"))
    assert isinstance(caught.value.__cause__, CheckerError)
    assert state(work) == before


def test_the_checker_that_did_it_is_named_and_the_next_is_not_asked(work: GitRepo, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    with pytest.raises(CheckerError, match=r"^mine changed clean\.py"):
        Looker(work).look(finder(""), finder("open('clean.py', 'w')"), finder(f"open({str(asked)!r}, 'w')"))
    assert not asked.exists()


def test_a_file_that_git_converts_comes_back_as_it_was(repo: GitRepo) -> None:
    repo.write(".gitattributes", "*.py text eol=crlf\n")
    repo.write("clean.py", "bad\r\nx = 1\r\n")
    repo.commit()
    before = state(repo)
    with pytest.raises(CheckerError, match=r"put back$"):
        Looker(repo).look(finder("pathlib.Path('clean.py').write_bytes(b'bad\\n')"))
    assert state(repo) == before
    assert repo.read("clean.py") == b"bad\r\nx = 1\r\n"


@dataclass(frozen=True)
class Meanwhile(Looking):
    """A checker in whose first look the user does something."""

    user: Callable[[], object]
    looks: list[Path]
    does: Callable[[Path], object] = lambda root: None
    name: str = "slow"

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        self.does(root)
        if not self.looks:
            self.user()
        self.looks.append(root)
        return Look()


def aside(repo: GitRepo) -> dict[str, bytes]:
    """Give what is kept beside, by its path there."""
    folders = list((repo.git_dir / "stomper" / "set-aside").glob("*"))
    return {str(f.relative_to(folder)): f.read_bytes() for folder in folders for f in folder.rglob("*") if f.is_file()}


def test_what_the_user_does_in_the_meantime_stays(work: GitRepo) -> None:
    def user() -> None:
        work.write("edited.py", "x = 'better'\n")
        work.write("mine/idea.py", "x = 'idea'\n")
        work.git("add", "new.py")
        (work.path / "clean.py").unlink()

    looker = Looker(work)
    assert [d.code for d in looker.look(Meanwhile(user, []), finder(""), paths=["edited.py"])] == []
    assert work.read("edited.py") == b"x = 'better'\n"
    assert work.read("mine/idea.py") == b"x = 'idea'\n"
    assert "A  new.py" in work.status()
    assert not (work.path / "clean.py").exists()
    assert {name: text for name, text in aside(work).items() if name != "index"} == {
        "files/edited.py": b"x = 2\n",
        "files/clean.py": b"bad\n",
    }
    (note,) = looker.notes
    assert note.startswith(
        "clean.py, edited.py, mine, mine/idea.py, the index changed while slow looked, and not by it"
    )


def test_the_users_work_stays_beside_what_a_checker_does(work: GitRepo) -> None:
    """In the same look, and in the same file: what is no longer what the checker wrote is nobody's to take back."""

    def does(root: Path) -> None:
        (root / "clean.py").write_text("fixed\n")
        (root / "edited.py").write_text("fixed\n")

    with pytest.raises(CheckerError) as caught:
        Looker(work).look(Meanwhile(lambda: work.write("edited.py", "x = 'better'\n"), [], does))
    assert work.read("edited.py") == b"x = 'better'\n"
    assert work.read("clean.py") == b"bad\n"
    assert aside(work) == {"files/edited.py": b"x = 2\n"}
    assert "slow changed clean.py while it looked: put back" in caught.value.message
    assert "edited.py changed while slow looked, it is not certain by whom: left as it is" in caught.value.message
    assert str(work.git_dir / "stomper" / "set-aside") in caught.value.message


def test_where_the_second_look_breaks_off_nothing_is_taken_back(work: GitRepo) -> None:
    """It may have been on the way to what the first one did."""

    def does(root: Path) -> None:
        if root != work.path:
            raise CheckerError("slow gave no result")
        (root / "clean.py").write_text("fixed\n")

    with pytest.raises(CheckerError, match="not certain by whom"):
        Looker(work).look(Meanwhile(lambda: None, [], does))
    assert work.read("clean.py") == b"fixed\n"
    assert aside(work) == {"files/clean.py": b"bad\n"}


def test_a_second_interrupt_keeps_what_was_there(work: GitRepo) -> None:
    def does(root: Path) -> None:
        (work.path / "edited.py").write_text("fixed\n")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Looker(work).look(Meanwhile(lambda: None, [], does))
    assert aside(work) == {"files/edited.py": b"x = 2\n"}


@pytest.mark.thorough
def test_a_package_that_comes_is_named(work: GitRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packages = tmp_path / "venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "venv"))
    with pytest.raises(CheckerError, match=f"{packages}/types_yaml changed while mine looked"):
        Looker(work).look(finder(f"os.mkdir({str(packages / 'types_yaml')!r})"))


@pytest.mark.thorough
def test_a_second_look_has_the_marks_of_the_first(repo: GitRepo) -> None:
    repo.write("b.py", "one\n")
    repo.commit_file("a.py", "one\n")
    eye = Eye(repo.opened())
    first = eye.look()
    repo.write("a.py", "two, and longer\n")
    second = eye.look(first)
    assert second.files["b.py"] is first.files["b.py"]
    assert second.files["a.py"] != first.files["a.py"]
    assert second == eye.look()


@pytest.mark.thorough
def test_a_look_in_a_linked_worktree(work: GitRepo, tmp_path: Path) -> None:
    other = work.add_worktree(tmp_path / "other", "-b", "side")
    (other / "clean.py").write_text("bad\nx = 1\n")
    here = subprocess.run(["git", "status", "--porcelain"], cwd=other, capture_output=True, check=True).stdout
    from stomper.git.repository import open_repository

    with pytest.raises(CheckerError, match=r"put back$"):
        Lookout(open_repository(other), print).check(
            [finder(f"open('clean.py', 'w'); {git('add', '-A')}")], ["clean.py"]
        )
    assert (other / "clean.py").read_text() == "bad\nx = 1\n"
    assert subprocess.run(["git", "status", "--porcelain"], cwd=other, capture_output=True, check=True).stdout == here


@pytest.mark.parametrize(
    "words", [("check",), ("check", "a.py"), ("plan",), ("baseline", "write"), ("baseline", "prune")]
)
def test_commands_that_only_look_end_with_3(repo: GitRepo, stomper: Stomper, words: tuple[str, ...]) -> None:
    table = finder_table("open('a.py', 'a').write('more'); open('report', 'w')")
    python = f"[tool.stomper.environment]\npython = '{sys.executable}'\n"
    repo.write("pyproject.toml", f"[tool.stomper]\ncheckers = ['mine']\n{python}{table}")
    repo.write("stomper-baseline.json", '{"format": 1, "entries": []}\n')
    repo.write("a.py", "bad\n")
    repo.commit()
    repo.write("a.py", "bad\nmy work\n")
    before = state(repo)
    result = stomper.run(repo, *words).check(3)
    assert "mine changed a.py, report while it looked: put back" in result.err
    assert state(repo) == before


def test_a_file_that_was_too_large_to_keep_is_named_and_left(work: GitRepo) -> None:
    work.write("data.bin", bytes(9 * 2**20))
    with pytest.raises(CheckerError, match=r"data\.bin changed while mine looked, it is not certain by whom") as caught:
        Looker(work).look(finder("open('data.bin', 'a').write('8'); open('edited.py', 'a').write('8')"))
    assert work.read("edited.py") == b"x = 2\n"
    assert "mine changed edited.py while it looked: put back" in caught.value.message


def stashed(repo: GitRepo) -> list[str]:
    return repo.git("stash", "list", "--format=%gd %H").splitlines()


@pytest.mark.parametrize(
    "words",
    [("stash", "--quiet"), ("stash", "clear"), ("stash", "drop", "--quiet"), ("stash", "drop", "-q", "stash@{1}")],
)
def test_stashes_of_the_user_stay_whatever_a_checker_does_to_them(work: GitRepo, words: tuple[str, ...]) -> None:
    """All but the last one are in git's log of their ref, and nowhere else."""
    for text in ("x = 'one'\n", "x = 'two'\n"):
        work.write("edited.py", text)
        work.git("stash", "--quiet")
    work.write("edited.py", "x = 3\n")
    before, stashes = state(work), stashed(work)
    with pytest.raises(CheckerError):
        Looker(work).look(finder(git(*words)))
    if words != ("stash", "--quiet"):  # its commit is of its own second, so that nobody can tell whose it is
        assert stashed(work) == stashes
    assert {entry.split()[1] for entry in stashes} <= {entry.split()[1] for entry in stashed(work)}
    assert state(work)[0].files == before[0].files
    work.git("stash", "clear")


@pytest.mark.thorough
def test_a_file_with_several_names_stays_one_file(work: GitRepo, tmp_path: Path) -> None:
    (work.path / "twin.py").hardlink_to(work.path / "edited.py")
    (tmp_path / "outside.py").hardlink_to(work.path / "edited.py")
    with pytest.raises(CheckerError, match=r"^mine changed edited\.py(, twin\.py)? while it looked: put back$"):
        Looker(work).look(finder("open('edited.py', 'a').write('more')"))
    assert (tmp_path / "outside.py").read_bytes() == work.read("twin.py") == work.read("edited.py") == b"x = 2\n"
    assert (tmp_path / "outside.py").stat().st_nlink == 3


def test_what_a_checker_does_in_a_repository_inside_is_put_back(work: GitRepo) -> None:
    inner = GitRepo(work.path / "inner")
    inner.commit_file("a.py", "x = 1\n")
    inner.write("a.py", "x = 2\n")
    before = inner.checkout_state()
    with pytest.raises(CheckerError, match=r"^mine changed inner/a\.py, inner/b\.py while it looked: put back$"):
        Looker(work).look(finder("open('inner/a.py', 'w').write('x'); open('inner/b.py', 'w')"))
    assert inner.checkout_state() == before


@pytest.mark.thorough
def test_a_repository_inside_that_is_gone_is_not_called_put_back(work: GitRepo) -> None:
    GitRepo(work.path / "inner").commit_file("a.py", "x = 1\n")
    with pytest.raises(CheckerError, match=r"inner changed while mine looked, it is not certain by whom"):
        Looker(work).look(finder("shutil.rmtree('inner')"))
    assert work.read("inner/a.py") == b"x = 1\n"


@pytest.mark.thorough
def test_a_copy_that_cannot_be_deleted_is_no_reason_to_put_nothing_back(work: GitRepo) -> None:
    """Immutable files are so in the copy too, where the checker has looked a second time."""
    if subprocess.run(["chattr", "+i", work.path / "new.py"], capture_output=True).returncode:
        pytest.skip("files cannot be made immutable here")
    subprocess.run(["chattr", "-i", work.path / "new.py"], check=True)
    before = work.checkout_state()
    does = "subprocess.run(['chattr', '+i', 'new.py'], check=True); open('edited.py', 'a').write('more')"
    try:
        with pytest.raises(CheckerError, match=r"^mine changed edited\.py while it looked: put back$"):
            Looker(work).look(finder(does))
        assert work.checkout_state() == before
    finally:
        places = [work.path / "new.py", *worktrees_folder(work.path).rglob("new.py")]
        subprocess.run(["chattr", "-i", *places], check=True)
        delete_folder(worktrees_folder(work.path))


@pytest.mark.thorough
def test_an_index_that_cannot_be_put_back_leaves_no_lock(work: GitRepo) -> None:
    def does(root: Path) -> None:
        subprocess.run(["git", "add", "--all"], cwd=root, check=True)
        (worktrees_folder(work.path) / next(iter(listed(work))) / "kept" / "index").unlink(missing_ok=True)

    with pytest.raises(CheckerError):
        Looker(work).look(Meanwhile(lambda: None, [], does))
    assert not (work.git_dir / "index.lock").exists()


def listed(repo: GitRepo) -> list[str]:
    return [place.name for place in worktrees_folder(repo.path).iterdir()]


@pytest.mark.thorough
def test_ten_thousand_files_are_put_back_with_few_questions_to_git(
    work: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def counted(repository: Repository) -> dict[str, object]:
        asked.append(1)
        return git_state(repository)

    monkeypatch.setattr("stomper.unchanged_checkout.put_back.git_state", counted)
    with pytest.raises(CheckerError, match=r"put back$"):
        Looker(work).look(finder("os.mkdir('o'); [open(f'o/{n}', 'w').close() for n in range(10_000)]"))
    assert len(asked) < 10


def test_what_a_killed_look_had_kept_is_set_aside_before_it_is_cleaned_up(work: GitRepo, stomper: Stomper) -> None:
    kills = "open('edited.py', 'w').write('lost'); import signal, time; os.kill(os.getppid(), signal.SIGKILL)"
    python = f"[tool.stomper.environment]\npython = '{sys.executable}'\n"
    work.write("pyproject.toml", f"[tool.stomper]\ncheckers = ['mine']\n{python}{finder_table(kills)}")
    assert stomper.run(work, "check", "clean.py").code == -9
    assert work.read("edited.py") == b"lost"
    stomper.run(work, "cleanup").check()
    assert aside(work) == {"files/edited.py": b"x = 2\n"}
    assert list(worktrees_folder(work.path).glob("check-*")) == []
