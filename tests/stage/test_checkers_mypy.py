"""mypy as a checker: what it says is carried over whole, and whatever is not a result is an error, never "clean"."""

import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stomper.checkers.attempt import attempted
from stomper.checkers.caches import cache_folder, keep_caches, warm_caches
from stomper.checkers.mypy import MypyChecker
from stomper.checkers.mypy_config import group_files, has_mypy_config, read_config
from stomper.checkers.mypy_sources import MypyConfig
from stomper.checkers.stubs import stub_packages
from stomper.errors import CheckerError
from stomper.models import Diagnostic
from tests.kit.fakes import FakeTool, fake_tool
from tests.kit.warm_mypy import PROGRAM, WarmMypy

MYPY = WarmMypy(PROGRAM, sys.executable)
USER = "from shop.prices import total\n\nx: str = total([1])\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    top = tmp_path / "project"
    (top / "shop").mkdir(parents=True)
    (top / "mypy.ini").write_text("[mypy]\n")
    (top / "shop/__init__.py").touch()
    (top / "shop/prices.py").write_text("def total(prices: list[int]) -> int:\n    return sum(prices)\n")
    (top / "shop/user.py").write_text(USER)
    return top


def codes(found: tuple[Diagnostic, ...]) -> list[tuple[str, int, str]]:
    return [(d.path, d.line, d.code) for d in found]


def fake_mypy(tmp_path: Path, *modes: str) -> FakeTool:
    return fake_tool(tmp_path / "bin", "mypy", *modes)


def test_one_file_is_checked_as_part_of_the_project(project: Path) -> None:
    (found,) = MYPY.check(project, ["shop/user.py"])
    assert (found.tool, found.path, found.line, found.column, found.code) == (
        "mypy",
        "shop/user.py",
        3,
        10,
        "assignment",
    )
    assert found.message == 'Incompatible types in assignment (expression has type "int", variable has type "str")'
    assert not found.fixable
    (project / "shop/prices.py").write_text("def total(prices: list[int]) -> str:\n    return 'much'\n")
    assert MYPY.check(project, ["shop/user.py"]) == ()
    assert not list(project.rglob(".mypy_cache"))


def test_notes_are_part_of_their_error_and_not_of_what_it_is_known_by(project: Path) -> None:
    (project / "shop/user.py").write_text(
        "def f(x: list[float]) -> None: ...\na: list[int] = []\nf(a)\nreveal_type(a)\n"
    )
    (found,) = MYPY.check(project, ["shop/user.py"])
    message, *notes = found.message.split("; note: ")
    assert message.endswith('incompatible type "list[int]"; expected "list[float]"')
    assert "Sequence" in notes[-1]
    assert found.key == Diagnostic("mypy", "arg-type", message, "shop/user.py", 1, 1).key


def test_a_note_that_mypy_gives_only_once_does_not_make_another_diagnostic(project: Path) -> None:
    """The hint about missing stubs goes to one file of a run: alone and among others it is the same diagnostic."""
    (project / "shop/a.py").write_text("import simplejson\n")
    (project / "shop/b.py").write_text("import simplejson\nimport no_such_module\n")
    among, missing = [d for d in MYPY.check(project, ["shop/a.py", "shop/b.py"]) if d.path == "shop/b.py"]
    alone, _ = MYPY.check(project, ["shop/b.py"])
    assert (among.code, missing.code) == ("import-untyped", "import-not-found")
    assert not among.fixable
    assert "--install-types" in alone.message
    assert "--install-types" not in among.message
    assert stub_packages([alone]) == stub_packages([among]) == ("types-simplejson",)
    assert alone.key == among.key


@pytest.mark.thorough
def test_a_version_without_json_says_the_same(project: Path, tmp_path: Path) -> None:
    (project / "shop/user.py").write_text(f"{USER}def f(x: list[float]) -> None: ...\na: list[int] = []\nf(a)\n")
    fake = fake_mypy(tmp_path, "exit2=mypy: error: unrecognized arguments: --output=json", "real")
    found = MypyChecker(str(fake.path), sys.executable).check(project, ["shop/user.py"])
    assert found == MYPY.check(project, ["shop/user.py"])
    assert len(found) == 2
    assert ["--output=json" in call for call in fake.calls()] == [True, False]


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("crash", "exit code 101"),
        ("exit2", "invalid configuration"),
        ("signal=SIGSEGV", "killed by SIGSEGV"),
        ("half", "did not come to its end"),
        ("nothing", "mypy did not come to its end \\(exit code 0\\): nothing"),
        ("nothing=1", "did not come to its end"),
    ],
)
def test_what_is_no_result_is_an_error(project: Path, tmp_path: Path, mode: str, words: str) -> None:
    with pytest.raises(CheckerError, match=words):
        MypyChecker(str(fake_mypy(tmp_path, mode).path), sys.executable).check(project, ["shop/user.py"])


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ('{"file": "shop/user.py", "line": 3, "co', 1, "cannot be read"),
        ('{"file": "shop/user.py", "severity": "error"}', 1, "cannot be read"),
        ("", 1, "does not go with"),
        ('{"file": "a", "line": 1, "column": 0, "message": "m", "code": null, "severity": "error"}', 0, "not go with"),
    ],
)
def test_an_output_that_does_not_fit_is_an_error(
    project: Path, tmp_path: Path, line: str, code: int, words: str
) -> None:
    """Also where the run came to its end, as its own report shows."""
    script = tmp_path / "mypy"
    copy = 'for word; do case $word in --junit-xml=*) echo "<testsuite/>" > "${word#*=}";; esac; done'
    script.write_text(f"#!/bin/sh\n{copy}\necho '{line}'\nexit {code}\n")
    script.chmod(0o755)
    with pytest.raises(CheckerError, match=words):
        MypyChecker(str(script), sys.executable).check(project, ["shop/user.py"])


def test_one_that_hangs_is_ended_and_is_an_error(project: Path, tmp_path: Path) -> None:
    fake = fake_mypy(tmp_path, "hang")
    with pytest.raises(CheckerError, match="still running"):
        MypyChecker(str(fake.path), sys.executable, timeout=0.5).check(project, ["shop/user.py"])


def test_a_broken_file_is_named_and_what_imports_it_is_not_clean(project: Path) -> None:
    (project / "shop/prices.py").write_text("def total(:\n")
    look = MYPY.look(project, ["shop/user.py"])
    assert [(d.path, d.unchecked) for d in (*look.found, *look.beside)] == [
        ("shop/user.py", True),
        ("shop/prices.py", True),
    ]
    assert "shop/prices.py" in look.found[0].message


def test_a_copied_cache_is_used_in_another_checkout_and_left_as_it_is(project: Path, tmp_path: Path) -> None:
    first, warm, second = tmp_path / "first", tmp_path / "warm", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    MYPY.check(project, ["shop/user.py", "shop/prices.py"], first)
    keep_caches(first, warm)
    assert not cache_folder(first).exists()
    before = {file: file.read_bytes() for file in warm.rglob("*") if file.is_file()}
    other = shutil.copytree(project, tmp_path / "other")
    (other / "shop/user.py").write_text(USER.replace("str", "int"))
    warm_caches(warm, second)
    talking, log = tmp_path / "talking-mypy", tmp_path / "log"
    talking.write_text(f'#!/bin/sh\nexec {MYPY.program} -v "$@" 2>{log}\n')
    talking.chmod(0o755)
    with attempted(other, ["shop/user.py"], lambda path: (project / path).read_bytes()):
        assert MypyChecker(str(talking), sys.executable).check(other, ["shop/user.py"], second) == ()
    parsed = [line.split()[2] for line in log.read_text().splitlines() if line.startswith("LOG:  Parsing ")]
    assert parsed == ["shop/user.py"]
    assert before == {file: file.read_bytes() for file in warm.rglob("*") if file.is_file()}


def test_a_change_of_the_same_size_in_the_same_second_is_seen(project: Path, tmp_path: Path) -> None:
    user, scratch = project / "shop/user.py", tmp_path / "scratch"
    scratch.mkdir()
    told = []
    for text in (USER, USER.replace("str", "int"), USER):
        user.write_text(text)
        os.utime(user, (1_700_000_000, 1_700_000_000))
        with attempted(project, ["shop/user.py"], lambda path: USER.encode()):
            told.append(len(MYPY.check(project, ["shop/user.py"], scratch)))
    assert told == [1, 0, 1]


@pytest.mark.thorough
def test_eight_at_once_from_cold(project: Path, tmp_path: Path) -> None:
    places = [tmp_path / str(number) for number in range(8)]
    for place in places:
        shutil.copytree(project, place / "tree")
        (place / "scratch").mkdir()
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda at: MYPY.check(at / "tree", ["shop/user.py"], at / "scratch"), places))
    assert [codes(one) for one in found] == [[("shop/user.py", 3, "assignment")]] * 8


def test_each_file_is_checked_under_its_nearest_configuration(tmp_path: Path) -> None:
    untyped = "def f(x):\n    return x\n"
    for name, config, text in [
        ("strict", "pyproject.toml", "[tool.mypy]\nstrict = true\n"),
        ("lax", "mypy.ini", "[mypy]\n"),
        ("plain", "pyproject.toml", "[project]\nname = 'plain'\n"),
        ("shared", "setup.cfg", "[mypy]\ndisallow_untyped_defs = True\n"),
    ]:
        folder = tmp_path / name
        (folder / "src").mkdir(parents=True)
        (folder / config).write_text(text)
        (folder / "src" / f"{name}_helper.py").write_text("VALUE: int = 1\n")
        (folder / "src" / f"{name}_module.py").write_text(
            f"from {name}_helper import VALUE\n\n{untyped}\ny: str = VALUE\n"
        )
    (tmp_path / "mypy.ini").write_text("[mypy]\ndisallow_untyped_defs = True\n")
    paths = [f"{name}/src/{name}_module.py" for name in ("lax", "shared", "strict")]
    assert [group.folder for group in group_files(tmp_path, [*paths, "plain/src/plain_module.py"])] == [
        "", "lax", "shared", "strict",
    ]  # fmt: skip
    assert codes(MYPY.check(tmp_path, paths)) == [
        (paths[0], 6, "assignment"),
        (paths[1], 3, "no-untyped-def"),
        (paths[1], 6, "assignment"),
        (paths[2], 3, "no-untyped-def"),
        (paths[2], 6, "assignment"),
    ]


@pytest.mark.parametrize(
    ("config", "wanted", "unwanted"),
    [
        ("[tool.mypy]\nfiles = ['src', 'tool*.py']", ["src/a.py", "tools.py"], ["tests/a.py", "srcs.py", "x/tools.py"]),
        ("[tool.mypy]\nfiles = 'src, tests'", ["src/a.py", "tests/deep/b.py"], ["a.py"]),
        ("[tool.mypy]\nexclude = ['^build/', 'gen']", ["src/a.py", "x/build/b.py"], ["build/a.py", "a/gen/b.py"]),
        ("[tool.mypy]\nexclude = '(?x)( ^one | two )'", ["three.py"], ["one/a.py", "a/two.py"]),
        ("[tool.mypy]\nexclude = '('", ["one/a.py"], []),
    ],
)
def test_only_what_the_project_has_checked_is_checked(
    tmp_path: Path, config: str, wanted: list[str], unwanted: list[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(config)
    for path in (*wanted, *unwanted):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    groups = group_files(tmp_path, [*wanted, *unwanted])
    assert [path for group in groups for path in group.paths] == sorted(wanted)


def test_a_module_with_a_stub_beside_it_is_the_stub(tmp_path: Path) -> None:
    for name in ("a.py", "a.pyi", "b.py"):
        (tmp_path / name).write_text("x: int = ''\n" if name.endswith(".py") else "x: int\n")
    assert codes(MYPY.check(tmp_path, ["a.py", "a.pyi", "b.py"])) == [("b.py", 1, "assignment")]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("mypy.ini", "[mypy]\nexclude = x\n", MypyConfig(None, ("x",))),
        (".mypy.ini", "[mypy]\nfiles = a,\n  b/*.py\n", MypyConfig(("a", "b/*.py"), ())),
        ("mypy.ini", "this is not an ini file", MypyConfig()),
        ("setup.cfg", "[mypy-lib.*]\nignore_errors = True\n", None),
        ("pyproject.toml", "tool = 3\n", None),
        ("pyproject.toml", "[tool.mypy\n", None),
    ],
)
def test_where_mypy_is_configured(tmp_path: Path, name: str, text: str, found: MypyConfig | None) -> None:
    (tmp_path / name).write_text(text)
    assert read_config(tmp_path) == found
    assert has_mypy_config(tmp_path) == (name if found is not None else "")


def test_no_paths_are_no_call(project: Path, tmp_path: Path) -> None:
    fake = fake_mypy(tmp_path, "crash")
    assert MypyChecker(str(fake.path), sys.executable).check(project, []) == ()
    assert fake.calls() == []


@pytest.mark.thorough
def test_files_that_are_one_module_to_mypy_are_all_checked(project: Path) -> None:
    """Every setup.py and conftest.py outside of a package has the name of the others; mypy refuses them together."""
    paths = ["one/setup.py", "two/setup.py", "three/setup.py", "one/other.py"]
    for path in paths:
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).write_text("x: int = 'no'\n")
    (project / "scratch").mkdir()
    found = MYPY.check(project, paths, project / "scratch")
    assert sorted(d.path for d in found) == sorted(paths)
    for path in paths:  # each by itself, with the cache of all
        assert [d.path for d in MYPY.check(project, [path], project / "scratch")] == [path]


def test_an_error_of_a_whole_line_is_at_its_first_column(project: Path) -> None:
    """mypy says column -1 there."""
    (project / "mypy.ini").write_text("[mypy]\nenable_error_code = ignore-without-code\n")
    (project / "shop/a.py").write_text('x: int = ""  # type: ignore\n')
    assert [(d.line, d.column) for d in MYPY.check(project, ["shop/a.py"])] == [(1, 1)]
