"""What is found out about a project: layout, editable installs, what a worktree needs beside its files."""

import sys
from pathlib import Path

import pytest

from stomper.errors import ConfigError, ToolError
from stomper.project.find_tools import find_python
from stomper.settings import EnvironmentSettings, TestSettings
from tests.kit.projects import make_venv, project_of
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

SO = "fast.cpython-311-x86_64-linux-gnu.so"
HOOK = "import sys\n\nMAPPING: dict[str, str] = {mapping!r}\nNAMESPACES = {{}}\nPATH_PLACEHOLDER = 'x'\n"


def with_files(repo: GitRepo, *paths: str) -> GitRepo:
    for path in paths:
        repo.write(path, "X = 1\n")
    repo.commit()
    return repo


LAYOUTS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "flat": (("app/__init__.py", "app/core.py", "tests/test_a.py", "script.py"), (".",), ("app",)),
    "src": (("src/app/__init__.py", "tests/__init__.py", "setup.py"), ("src", "."), ("app",)),
    "src module": (("src/single.py", "tests/test_a.py"), ("src", "."), ("single",)),
    "src namespace": (("src/space/app/__init__.py", "docs/conf.py"), ("src", "."), ("space",)),
    "two": (("one/__init__.py", "src/two/__init__.py"), ("src", "."), ("one", "two")),
    "src is a package": (("src/__init__.py", "src/core.py"), (".",), ("core", "src")),
    "named as a standard module": (("src/json/__init__.py", "src/app/__init__.py"), ("src", "."), ("app",)),
    "no python": (("readme.md",), (".",), ()),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout: str, repo: GitRepo) -> None:
    files, roots, packages = LAYOUTS[layout]
    project = project_of(with_files(repo, *files))
    assert project.roots == roots
    assert project.packages == packages


def test_editable_by_pth(repo: GitRepo) -> None:
    with_files(repo, "lib/space/app/__init__.py", "tools/deploy.py", ".gitignore").write(".gitignore", ".venv\n")
    packages = make_venv(repo.path / ".venv")
    (packages / "__editable__.app-1.0.pth").write_text(f"# a remark\nimport os\n{repo.path / 'lib'}\n/somewhere/else\n")
    project = project_of(repo, EnvironmentSettings())
    assert project.python == str(repo.path / ".venv/bin/python")
    assert project.roots == ("lib", ".")
    assert project.packages == ("space",)


@pytest.mark.parametrize("name", ["app", "space.app", "space.deep.app"])
def test_editable_by_import_hook(name: str, repo: GitRepo) -> None:
    folder = "lib/" + name.replace(".", "/")
    with_files(repo, f"{folder}/__init__.py")
    packages = make_venv(repo.path / "venv")
    hook = HOOK.format(mapping={name: str(repo.path / folder)})
    (packages / "__editable___app_1_0_finder.py").write_text(hook)
    (packages / "__editable__.app-1.0.pth").write_text("import __editable___app_1_0_finder; x.install()\n")
    project = project_of(repo, EnvironmentSettings())
    assert project.roots == ("lib", ".")
    assert project.packages == (name.partition(".")[0],)


@pytest.mark.parametrize("hook", ["", "MAPPING = {not python}", "MAPPING = {'a': 1}", "MAPPING = {'a.b.c.d': '/x'}"])
def test_a_hook_that_cannot_be_read_is_left_alone(hook: str, repo: GitRepo) -> None:
    with_files(repo, "app/__init__.py")
    (make_venv(repo.path / "venv") / "__editable___app_finder.py").write_text(hook)
    assert project_of(repo, EnvironmentSettings()).roots == (".",)


def test_editable_at_the_top_makes_everything_there_a_module(repo: GitRepo) -> None:
    with_files(repo, "single.py", "space/app/__init__.py", "tests/test_a.py", "setup.py", "conftest.py")
    assert project_of(repo).packages == ()
    packages = make_venv(repo.path / ".venv")
    (packages / "single.pth").write_text(f"{repo.path}\n")
    assert project_of(repo, EnvironmentSettings()).packages == ("single", "space")


def test_the_users_own_roots_are_the_roots(repo: GitRepo) -> None:
    with_files(repo, "src/app/__init__.py", "code/other/__init__.py", "code/module.py")
    project = project_of(repo, tests=TestSettings(pythonpath=("code",)))
    assert project.roots == ("code",)
    assert project.packages == ("app", "module", "other")


def test_the_environment_has_the_worktree_first(repo: GitRepo, tmp_path: Path) -> None:
    with_files(repo, "src/app/__init__.py")
    own = EnvironmentSettings(python=sys.executable, env=(("PYTHONPATH", "/own"), ("A", "1"), ("B", "1")))
    project = project_of(repo, own, TestSettings(env=(("B", "2"), ("TMPDIR", "/elsewhere"))))
    with opened_worktree(repo, tmp_path) as tree:
        environment = project.environment(tree)
        assert environment["DRILL_SERGEANT_WRITE_MARKERS"] == "false"
        assert environment["PYTHONPATH"] == f"{tree.root}/src:{tree.root}/.:/own".replace("/.:", ":")
        assert environment["MYPYPATH"] == f"{tree.root}/src:{tree.root}"
    assert (environment["A"], environment["B"], environment["TMPDIR"]) == ("1", "2", "/elsewhere")
    assert environment["PATH"].startswith(f"{Path(sys.executable).parent}:")


def test_the_users_own_paths_come_after_those_of_the_worktree(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths inside of the checkout are the worktree's."""
    with_files(repo, "src/app/__init__.py", "lib/other.py")
    (tmp_path / "link").symlink_to(repo.path)
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("PYTHONPATH", f"/outside:{repo.path}/lib::vendored:{tmp_path}/link/lib")
    monkeypatch.setenv("MYPYPATH", f"{repo.path}/stubs:/stubs")
    project = project_of(repo, EnvironmentSettings(python=sys.executable, env=(("PYTHONPATH", "own"),)))
    with opened_worktree(repo, tmp_path) as tree:
        environment, root = project.environment(tree), tree.root
    expected = [f"{root}/src", f"{root}", f"{root}/own", "/outside", f"{root}/lib", f"{root}/vendored", f"{root}/lib"]
    assert environment["PYTHONPATH"].split(":") == expected
    assert environment["MYPYPATH"].split(":") == [f"{root}/src", f"{root}", f"{root}/stubs", "/stubs"]


def test_what_is_copied_and_set_up_is_no_change(repo: GitRepo, tmp_path: Path) -> None:
    with_files(repo, "app/__init__.py").write(".gitignore", "*.so\n.env\n/data/\n/build/\n/made.py\n")
    repo.commit()
    for path in (f"app/{SO}", f"build/lib/{SO}", ".env", "data/a.bin", "data/deep/b.bin"):
        repo.write(path, b"\x7fbytes")
    settings = EnvironmentSettings(
        python=sys.executable,
        copy=(".env", "data"),
        setup=(f"{sys.executable} -c \"open('made.py', 'w').write('x')\"", "sh -c 'echo set up >>app/__init__.py'"),
    )
    project = project_of(repo, settings)
    assert project.copies == (".env", "data", f"app/{SO}")
    with opened_worktree(repo, tmp_path) as tree:
        project.prepare(tree)
        for path in (f"app/{SO}", ".env", "data/deep/b.bin"):
            assert (tree.root / path).read_bytes() == b"\x7fbytes"
        assert (tree.root / "made.py").read_text() == "x"
        assert (tree.root / "app/__init__.py").read_text() == "X = 1\n"  # a set-up may not change what is tracked
        assert tree.snapshot() == {}
        (tree.root / "app/__init__.py").write_text("X = 2\n")
        tree.restore({})
        assert (tree.root / "made.py").exists()
        assert (tree.root / f"app/{SO}").exists()


def test_a_set_up_that_fails_is_an_error_in_its_own_words(repo: GitRepo, tmp_path: Path) -> None:
    with_files(repo, "a.py")
    project = project_of(repo, EnvironmentSettings(python=sys.executable, setup=("sh -c 'echo no luck >&2; exit 4'",)))
    with opened_worktree(repo, tmp_path) as tree, pytest.raises(ToolError, match=r"exit code 4: no luck"):
        project.prepare(tree)


@pytest.mark.parametrize("path", ["missing.txt", "../outside", "/etc/hosts", "data/../../outside"])
def test_what_cannot_be_copied_is_refused(path: str, repo: GitRepo) -> None:
    with_files(repo, "a.py")
    with pytest.raises(ConfigError, match=r"environment\.copy: .*(does not exist|is outside)"):
        project_of(repo, EnvironmentSettings(python=sys.executable, copy=(path,)))


def test_which_interpreter(repo: GitRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def python(folder: Path) -> str:
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").symlink_to(sys.executable)
        return str(folder / "bin" / "python")

    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    active = python(tmp_path / "active")
    assert find_python(repo.path, None) == active
    second = python(repo.path / "venv")
    assert find_python(repo.path, None) == second
    first = python(repo.path / ".venv")
    assert find_python(repo.path, None) == first
    assert find_python(repo.path, active) == active
    with pytest.raises(ConfigError, match="is not a program"):
        find_python(repo.path, str(repo.path / "nothing"))


@pytest.mark.parametrize(
    ("link", "copy", "words"),
    [
        (("/etc",), (), "environment.link: /etc is outside of the repository"),
        (("gone",), (), "environment.link: gone does not exist"),
        (("pack",), (), "environment.link: pack is tracked by git"),
        (("loose", "loose/"), (), "environment.link: loose is named twice"),
        (("loose/inner", "loose"), (), "environment.link: loose/inner is named twice"),
        (("loose",), ("loose/inner",), "environment.link: loose is named twice"),
    ],
)
def test_what_cannot_be_linked_is_refused(
    repo: GitRepo, link: tuple[str, ...], copy: tuple[str, ...], words: str
) -> None:
    repo.commit_file("pack/a.txt", "")
    repo.write("loose/inner/a.txt", "")
    with pytest.raises(ConfigError) as caught:
        project_of(repo, EnvironmentSettings(python=sys.executable, link=link, copy=copy))
    assert words in caught.value.message
