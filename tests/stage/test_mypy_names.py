"""Modules have the names for mypy that they have by hand, whatever is put on its search path for a worktree."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stomper.checkers.mypy_config import Group, group_files, read_config
from stomper.errors import CheckerError
from tests.kit.warm_mypy import PROGRAM, WarmMypy

MYPY = WarmMypy(PROGRAM, sys.executable, ("src", "."))
NAMED = re.compile(rb"BuildSource\(path='([^']+)', module='([^']+)'")

# Its files, each empty but for the imports of main.py.
LAYOUTS = {
    "explicit": ("explicit_package_bases = true", "src/models/net.py", "src.models.net"),
    "explicit with namespaces": (
        "explicit_package_bases = true\nnamespace_packages = true",
        "src/models/net.py",
        "src.models.net",
    ),
    "explicit with a path": ("explicit_package_bases = true\nmypy_path = src", "src/models/net.py", "models.net"),
    "explicit with its folder": (
        "explicit_package_bases = true\nmypy_path = $MYPY_CONFIG_FILE_DIR/src",
        "src/models/net.py",
        "models.net",
    ),
    "explicit with a deeper path": ("explicit_package_bases = yes\nmypy_path = src/deep", "src/deep/net.py", "net"),
    "packages": ("", "src/models/__init__.py", "models"),
    "top is a package": ("", "src/__init__.py", "src"),
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: what costs time is the standard library."""
    return tmp_path_factory.mktemp("cache")


def names(root: Path, path: str, search: list[str], cache: Path) -> dict[bytes, bytes]:
    """Give what mypy itself calls the files."""
    env = {**os.environ, "MYPYPATH": os.pathsep.join(search)}
    argv = [MYPY.program, "-v", f"--cache-dir={cache}", "--", "main.py", path]
    done = subprocess.run(argv, cwd=root, env=env, capture_output=True, check=False)
    return dict(NAMED.findall(done.stdout + done.stderr))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_names_are_those_of_mypy_by_hand(layout: str, tmp_path: Path, cache: Path) -> None:
    config, path, module = LAYOUTS[layout]
    (tmp_path / "mypy.ini").write_text(f"[mypy]\n{config}\n")
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("SIZE: int = 1\n")
    (tmp_path / "main.py").write_text(f"from {module} import SIZE\n\nx: str = SIZE\n")
    search = MYPY.search_path(tmp_path, Group("", ("main.py", path)))
    expected = {b"main.py": b"main", path.encode(): module.encode()}
    assert names(tmp_path, path, search, cache) == names(tmp_path, path, [], cache) == expected


def test_a_project_with_bases_of_its_own_is_checked(tmp_path: Path) -> None:
    (tmp_path / "mypy.ini").write_text("[mypy]\nexplicit_package_bases = true\n")
    (tmp_path / "src/models").mkdir(parents=True)
    (tmp_path / "src/models/net.py").write_text("SIZE: int = 1\n")
    (tmp_path / "main.py").write_text("from src.models.net import SIZE\n\nx: str = SIZE\n")
    found = MYPY.check(tmp_path, ["main.py", "src/models/net.py"])
    assert [(d.path, d.code) for d in found] == [("main.py", "assignment")]


def test_the_projects_own_path_comes_before_ours(tmp_path: Path) -> None:
    """Its stubs are for modules that the import roots have too."""
    (tmp_path / "mypy.ini").write_text("[mypy]\nmypy_path = stubs:/outside, $MYPY_CONFIG_FILE_DIR/more\n")
    for folder in ("src", "stubs", "more", "users"):
        (tmp_path / folder).mkdir()
    mine = WarmMypy(MYPY.program, MYPY.python, ("src", "."), path=("users", "/gone"))
    expected = [str(tmp_path / folder) for folder in ("users", "stubs", "more", "src")]
    assert mine.search_path(tmp_path, Group("", ())) == [*expected, str(tmp_path)]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("mypy.ini", "[mypy]\nmypy_path =\n  a\n  ,b\nexplicit_package_bases = 1\n"),
        ("pyproject.toml", "[tool.mypy]\nmypy_path = ['a', 'b']\nexplicit_package_bases = true\n"),
        ("pyproject.toml", "[tool.mypy]\nmypy_path = 'a:${MYPY_CONFIG_FILE_DIR}/b'\nexplicit_package_bases = true\n"),
        ("setup.cfg", "[mypy]\nmypy_path = a,b\nexplicit_package_bases = On\n"),
    ],
)
def test_the_search_path_is_read_in_every_form(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text)
    config = read_config(tmp_path)
    assert config is not None
    assert config.mypy_path == (str(tmp_path / "a"), str(tmp_path / "b"))
    assert config.explicit_bases


NAMESPACE = {
    "mypy.ini": "[mypy]\n",
    "src/ns/pkg/__init__.py": "",
    "src/ns/pkg/a.py": "def size() -> int:\n    return 1\n",
    "src/ns/pkg/b.py": "from ns.pkg.a import size\n\nx: str = size()\n",
    "src/ns/loose.py": "import pkg.a\n\nx: str = pkg.a.size()\n",
    "tests/test_a.py": "import pkg.a\nfrom ns.pkg.b import x\n\ny: str = pkg.a.size()\n",
}


def test_a_namespace_package_that_is_not_installed_is_checked_as_by_hand(tmp_path: Path) -> None:
    """With its folder as an import root each of its files would have two names, which mypy refuses."""
    top = tmp_path / "top"
    for name, text in NAMESPACE.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    mine = WarmMypy(MYPY.program, MYPY.python, ("src", "."))
    paths = sorted(name for name in NAMESPACE if name.endswith(".py"))
    by_hand = subprocess.run([MYPY.program, "--no-error-summary", "."], cwd=top, capture_output=True, check=False)
    expected = {
        tuple(line.split(b": ")[0].decode().split(":")) for line in by_hand.stdout.splitlines() if b"error" in line
    }
    found = mine.check(top, paths, scratch)
    assert {(d.path, str(d.line)) for d in found} == expected
    assert len(expected) == 4
    for path in paths:  # one file alone, as after a fix, is no other project
        assert mine.check(top, [path], scratch) == tuple(d for d in found if d.path == path)


def test_what_mypy_by_hand_refuses_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ns/pkg").mkdir(parents=True)
    (tmp_path / "ns/pkg/a.py").write_text("")
    (tmp_path / "ns/pkg/b.py").write_text("import ns.pkg.a\n")
    with pytest.raises(CheckerError, match="found twice"):
        MYPY.check(tmp_path, ["ns/pkg/a.py", "ns/pkg/b.py"])


def test_a_name_as_long_as_a_file_system_takes_is_looked_at(tmp_path: Path) -> None:
    path = f"{'n' * 252}.py"
    (tmp_path / path).write_text("x = 1\n")
    assert [group.paths for group in group_files(tmp_path, [path])] == [(path,)]
