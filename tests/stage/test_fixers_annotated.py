"""Fixers that write annotations, with the real checkers: what is read stays, what is written can be run."""

import subprocess
import sys
from pathlib import Path

import pytest

from stomper.checkers.ruff import RuffChecker
from stomper.fixers import FixReply, FixRequest
from stomper.fixers.annotate import AnnotateFixer
from stomper.fixers.codemods import CODEMODS, CodemodFixer
from stomper.fixers.ruff import RuffFixer
from stomper.fixers.ruff_unsafe import RuffUnsafeFixer
from stomper.models import Diagnostic
from tests.kit.fakes import real_tool
from tests.kit.warm_mypy import PROGRAM, WarmMypy

RUFF = real_tool("ruff") or ""
MYPY = WarmMypy(PROGRAM, sys.executable)
ROUTES = """class App:
    def get(self, path):
        return lambda function: function
"""
APP = """from routes import App

app = App()


@app.get("/items")
def item(item=1):
    return {"item": item}


def plain(x=1):
    print(x)
"""


def project(requires: str, words: str = "") -> str:
    return (
        f'[project]\nname = "x"\nversion = "1"\nrequires-python = "{requires}"\n{words}\n[tool.mypy]\nstrict = true\n'
    )


def request(root: Path, path: str, found: tuple[Diagnostic, ...]) -> FixRequest:
    scratch = root.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    return FixRequest(root, path, found, None, scratch)


def codemod(root: Path, name: str, path: str, found: tuple[Diagnostic, ...]) -> FixReply:
    fixer = CodemodFixer(next(one for one in CODEMODS if one.name == name))
    return fixer.fix(request(root, path, fixer.codemod.claimed(found)))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    return folder


def test_a_route_stays_and_what_is_beside_it_is_annotated(root: Path) -> None:
    (root / "pyproject.toml").write_text(project(">=3.11"))
    (root / "routes.py").write_text(ROUTES)
    (root / "app.py").write_text(APP)
    found = MYPY.check(root, ["app.py"])
    reply = AnnotateFixer(MYPY).fix(request(root, "app.py", found))
    assert reply.remarks == ("annotate: an annotation of item may be read by app.get, its decorator",)
    assert (root / "app.py").read_text() == APP.replace("plain(x=1):", "plain(x: int = 1) -> None:")


@pytest.mark.thorough
def test_a_generic_type_that_is_read_gets_no_arguments(root: Path) -> None:
    text = """from routes import App

app = App()
ONE: list = [1]


@app.get('/')
def f(x: list = [1]) -> None: ...
"""
    (root / "pyproject.toml").write_text(project(">=3.11"))
    (root / "routes.py").write_text(ROUTES)
    (root / "app.py").write_text(text)
    found = MYPY.check(root, ["app.py"])
    AnnotateFixer(MYPY).fix(request(root, "app.py", found))
    assert (root / "app.py").read_text() == text.replace("ONE: list", "ONE: list[int]")


def test_what_ruff_would_annotate(root: Path) -> None:
    (root / "ruff.toml").write_text('lint.select = ["ANN201", "RUF013"]\ntarget-version = "py311"\n')
    text = "@app.get('/')\ndef item(x: int = None):\n    return 1\n\n\ndef plain(x: int = None):\n    return 1\n"
    (root / "a.py").write_text(text)
    found = RuffChecker(RUFF).check(root, ["a.py"])
    reply = RuffUnsafeFixer(RUFF).fix(request(root, "a.py", found))
    reader = "an annotation of item may be read by app.get, its decorator"
    assert sorted(reply.remarks) == [f"ruff-unsafe: {code}: {reader}" for code in ("ANN201", "RUF013")]
    assert (root / "a.py").read_text() == text.replace("plain(x: int = None)", "plain(x: int | None = None) -> int")


def test_a_model_of_another_module_keeps_its_fields(root: Path) -> None:
    (root / "ruff.toml").write_text('lint.select = ["RUF012"]\n')
    fields = "    tags: list[str] = []\n"
    text = f"from base import Entity\n\n\nclass User(Entity):\n{fields}\n\nclass Plain:\n{fields}"
    (root / "a.py").write_text(text)
    found = RuffChecker(RUFF).check(root, ["a.py"])
    reply = codemod(root, "class-var", "a.py", found)
    words = "an annotation of User may be read by Entity, a base of User that is not known to read none"
    assert reply.remarks == (f"codemods/class-var: RUF012: {words}",)
    after = (root / "a.py").read_text()
    assert after.count("ClassVar[list[str]]") == 1
    assert after.index("class Plain") < after.index("ClassVar[list")


@pytest.mark.thorough
def test_a_function_that_stubs_call_a_class(root: Path) -> None:
    (root / "pyproject.toml").write_text(project(">=3.10"))
    text = "import threading\n\n\ndef f(lock: threading.Lock = None, x: int = None) -> None: ...\n"
    (root / "a.py").write_text(text)
    codemod(root, "implicit-optional", "a.py", MYPY.check(root, ["a.py"]))
    after = text.replace("threading.Lock", '"threading.Lock | None"').replace("int", "int | None")
    assert (root / "a.py").read_text() == after
    subprocess.run([sys.executable, "-c", "import a"], cwd=root, check=True)
    assert MYPY.check(root, ["a.py"]) == ()


@pytest.mark.thorough
def test_a_package_of_a_monorepo_has_its_own_python(root: Path) -> None:
    (root / "pyproject.toml").write_text(project(">=3.12"))
    (root / "old").mkdir()
    (root / "old" / "pyproject.toml").write_text(project(">=3.9"))
    for path in ("old/a.py", "a.py"):
        (root / path).write_text("def f(x: int = None) -> None: ...\n")
        codemod(root, "implicit-optional", path, MYPY.check(root, [path]))
    assert (root / "a.py").read_text() == "def f(x: int | None = None) -> None: ...\n"
    after = "from typing import Optional\n\n\ndef f(x: Optional[int] = None) -> None: ...\n"
    assert (root / "old" / "a.py").read_text() == after


OVERRIDING = (
    "class A:\n    def f(self) -> int:\n        return 1\n\n\nclass B(A):\n    def f(self) -> int:\n        return 2\n"
)


@pytest.mark.parametrize(
    ("words", "text", "module"),
    [
        ('dependencies = ["typing_extensions>=4.4"]', OVERRIDING, "typing_extensions"),
        ("dependencies = []  # not typing_extensions", OVERRIDING, ""),
        ("", f"# from typing_extensions import Self\n{OVERRIDING}", ""),
        ("", f"from typing_extensions import Self\n{OVERRIDING}", "typing_extensions"),
    ],
)
def test_a_backport_only_where_it_is_declared(root: Path, words: str, text: str, module: str) -> None:
    (root / "pyproject.toml").write_text(project(">=3.10", words))
    (root / "a.py").write_text(text)
    found = Diagnostic("mypy", "explicit-override", "m", "a.py", text.split("\n").index("class B(A):") + 2, 5)
    reply = codemod(root, "explicit-override", "a.py", (found,))
    after = (root / "a.py").read_text()
    assert ("@override" in after) is bool(module)
    assert (f"from {module} import override" in after) is bool(module)
    assert [remark.split(": ", 2)[2][:30] for remark in reply.remarks] == (
        [] if module else ["@override cannot be imported: "]
    )


def test_an_old_python_has_no_annotations_of_variables(root: Path) -> None:
    (root / "setup.py").write_text("from setuptools import setup\nsetup(python_requires='>=3.5')\n")
    (root / "ruff.toml").write_text('lint.select = ["RUF012"]\n')
    (root / "a.py").write_text("class A:\n    x = []\n")
    reply = codemod(root, "class-var", "a.py", RuffChecker(RUFF).check(root, ["a.py"]))
    assert len(reply.remarks) == 1
    assert (root / "a.py").read_text() == "class A:\n    x = []\n"


def test_annotations_that_a_promised_python_lacks_stay_out_with_the_reason(root: Path) -> None:
    classifiers = ["Programming Language :: Python :: 2.7", "Programming Language :: Python :: 3.12"]
    (root / "setup.py").write_text(f"from setuptools import setup\nsetup(classifiers={classifiers})\n")
    (root / "mypy.ini").write_text("[mypy]\nstrict = true\n")
    (root / "a.py").write_text("def double(x=1):\n    return x * 2\n")
    reply = AnnotateFixer(MYPY).fix(request(root, "a.py", MYPY.check(root, ["a.py"])))
    assert reply.remarks == ("annotate: the project promises Python 2.7, which has no such annotations",)
    assert (root / "a.py").read_text() == "def double(x=1):\n    return x * 2\n"


def test_ruff_writes_for_the_package_that_a_file_is_in(root: Path) -> None:
    """By itself it goes by the configuration above; what the package below cannot evaluate is in quotes."""
    lint = '[tool.ruff.lint]\nselect = ["UP", "RUF013"]\n'
    (root / "pyproject.toml").write_text(project(">=3.12") + lint)
    (root / "old").mkdir()
    (root / "old" / "pyproject.toml").write_text(project(">=3.9"))
    text = "from typing import List, Optional\n\n\ndef f(x: Optional[int], y: List[int], z: int = None) -> None: ...\n"
    for path in ("old/a.py", "a.py"):
        (root / path).write_text(text)
        asked = request(root, path, RuffChecker(RUFF).check(root, [path]))
        assert RuffFixer(RUFF).fix(asked).problem == ""
        RuffUnsafeFixer(RUFF).fix(request(root, path, RuffChecker(RUFF).check(root, [path])))
    new = (root / "a.py").read_text()
    assert "x: int | None, y: list[int], z: int | None = None" in new
    old = (root / "old" / "a.py").read_text()
    assert 'x: "int | None", y: list[int], z: Optional[int] = None' in old


def test_ruff_writes_for_the_pythons_that_it_cannot_read_of(root: Path) -> None:
    """It does not look into a `setup.py`, and then goes by its default: `zip(strict=...)` is of 3.10."""
    (root / "ruff.toml").write_text('lint.select = ["B905", "UP"]\n')
    text = "from typing import Optional\n\n\ndef f(x: Optional[int]) -> None:\n    print(list(zip([1], [x])))\n"
    for requires, union, changed in ((">=3.7", '"int | None"', False), (">=3.11", "int | None", True)):
        package = root / f"package{requires[-1]}"
        package.mkdir()
        (package / "setup.py").write_text(f"from setuptools import setup\n\nsetup(python_requires={requires!r})\n")
        (package / "a.py").write_text(text)
        path = f"{package.name}/a.py"
        RuffFixer(RUFF).fix(request(root, path, RuffChecker(RUFF).check(root, [path])))
        RuffUnsafeFixer(RUFF).fix(request(root, path, RuffChecker(RUFF).check(root, [path])))
        new = (package / "a.py").read_text()
        assert ("strict=False" in new, f"x: {union})" in new) == (changed, True)


def test_what_is_tidied_stays_what_the_package_can_run(root: Path) -> None:
    (root / "pyproject.toml").write_text(project(">=3.12") + '[tool.ruff.lint]\nselect = ["UP"]\n')
    (root / "old").mkdir()
    (root / "old" / "pyproject.toml").write_text(project(">=3.9"))
    (root / "old" / "a.py").write_text("def f(x: int = None) -> None: ...\n")
    fixer = CodemodFixer(next(one for one in CODEMODS if one.name == "implicit-optional"), RUFF)
    fixer.fix(request(root, "old/a.py", MYPY.check(root, ["old/a.py"])))
    assert "def f(x: Optional[int] = None)" in (root / "old" / "a.py").read_text()
