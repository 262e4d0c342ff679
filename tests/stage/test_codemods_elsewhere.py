"""What another file of the project makes of a rewrite: each is made without that file, and not beside it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from stomper.fixers import Fixer
from stomper.fixers.base import FixReply
from stomper.fixers.codemods import explicit_override
from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.defining_module import rewrite
from stomper.models import Diagnostic
from tests.kit.cases import Bench
from tests.kit.subjects import SUBJECTS

LONG = "a line of prose that goes on and on until it is much longer than any line of a file may be here, at last"

CAUGHT = "def f(g):\n    try:\n        g()\n    except KeyError:\n        raise ValueError('a')\n"
LIST = "class A:\n    x = []\n"
PLAIN = "".join(f"class {name}(Exception):\n    pass\n\n\n" for name in ("Missing", "Any", "Base"))


@dataclass(frozen=True)
class Case:
    """The fixer of a code, the text that it rewrites, and that of a file beside it for which it does not."""

    fixer: str
    code: str
    text: str
    other: str
    name: str = "other.py"


CASES = {
    "an exception that the module has not": Case(
        "with-suppress",
        "SIM105",
        "import other\n\n\ndef f(g):\n    try:\n        g()\n    except other.Missing:\n        pass\n",
        "class Present(Exception):\n    pass\n",
    ),
    "an exception that is asked what is derived from it": Case(
        "with-suppress",
        "SIM105",
        "from other import Any\n\n\ndef f(g):\n    try:\n        g()\n    except Any:\n        pass\n",
        "class Any(Exception, metaclass=Kinds):\n    pass\n",
    ),
    "groups of exceptions": Case(
        "with-suppress",
        "SIM105",
        "def f(g):\n    try:\n        g()\n    except ValueError:\n        pass\n",
        "def g():\n    raise ExceptionGroup('many', [ValueError()])\n",
    ),
    "types that compare themselves": Case(
        "type-compare",
        "E721",
        "def f(a, b):\n    return type(a) == type(b)\n",
        "class Meta(type):\n    def __eq__(cls, other):\n        return True\n",
    ),
    "who looks at the variables of its caller": Case(
        "local-names",
        "E741",
        "from other import shown\n\n\ndef f():\n    l = 1\n    shown()\n    return l\n",
        "import inspect\n\n\ndef shown():\n    print(inspect.currentframe().f_back.f_locals)\n",
    ),
    "who looks at the variables of its caller, and one is not used": Case(
        "ruff-unsafe",
        "F841",
        "from other import shown\n\n\ndef f():\n    unused = 1  # why\n    shown()\n",
        "import inspect\n\n\ndef shown():\n    print(inspect.currentframe().f_back.f_locals)\n",
    ),
    "a base whose objects exist already": Case(
        "raise-from",
        "B904",
        "from other import Base\n\n\nclass E(Base):\n    pass\n\n\n"
        "def f(g):\n    try:\n        g()\n    except E:\n        raise E('a')\n",
        "class Base(Exception):\n    def __new__(cls, *args):\n        return ONE\n",
    ),
    "who reads the causes of exceptions": Case(
        "raise-from",
        "B904",
        CAUGHT,
        "def root(error):\n    while error.__cause__:\n        error = error.__cause__\n    return error\n",
    ),
    "who tries again because of a cause": Case(
        "raise-from",
        "B904",
        CAUGHT,
        "import tenacity\n\nagain = tenacity.retry_if_exception_cause_type(KeyError)\n",
    ),
    "who has another thing of the name that an import adds": Case(
        "class-var", "RUF012", LIST, "ClassVar = 'mine'\nfrom it import *\n"
    ),
    "who lists the names of the module": Case("class-var", "RUF012", LIST, "import it\n\nNAMES = sorted(dir(it))\n"),
    "who goes through what the module has": Case(
        "class-var", "RUF012", LIST, "import inspect, it\n\nNAMES = inspect.getmembers(it, inspect.isclass)\n"
    ),
    "who reads docstrings, long ones": Case(
        "long-docstrings",
        "E501",
        f'def f():\n    """Do.\n\n    {LONG}\n    """\n',
        "import it\n\nprint(it.f.__doc__)\n",
    ),
    "who reads docstrings, with characters": Case(
        "plain-characters",
        "RUF002",
        'def f():\n    """Do it \u2013 now."""\n',
        "from inspect import getdoc\n\nprint(getdoc(f))\n",
    ),
    "who reads docstrings, with white space": Case(
        "ruff-unsafe",
        "W291",
        'def f():\n    """Do.\n\n    More.  \n    """\n',
        'import it\n\nprint(getattr(it.f, "__doc__"))\n',
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_is_left_where_another_file_makes_a_difference(tmp_path: Path, case: Case) -> None:
    _, reply, text = _fixed(tmp_path, case, case.other)
    assert text == case.text
    assert case.code in " ".join(reply.remarks) or case.code in ("W291", "F841")


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_is_made_where_no_other_file_does(tmp_path: Path, case: Case) -> None:
    _, _, text = _fixed(tmp_path, case, PLAIN)
    assert text != case.text


COPIED = "def g(f):\n    def inner():\n        pass\n\n    inner.__doc__ = f.__doc__\n    return inner\n"


def test_a_docstring_that_is_only_handed_on_is_read_by_nobody(tmp_path: Path) -> None:
    case = CASES["who reads docstrings, with characters"]
    assert _fixed(tmp_path, case, COPIED)[2] == case.text.replace("\u2013", "-")


READ = {
    "a decorator": 'import click\n\n\n@click.command()\ndef f():\n    """Do it \u2013 now."""\n',
    "a base": 'from models import Model\n\n\nclass F(Model):\n    """Do it \u2013 now."""\n',
    "a call": 'import tools\n\n\ndef f():\n    """Do it \u2013 now."""\n\n\ntools.register(f)\n',
}


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_a_docstring_that_a_framework_may_read_stays(tmp_path: Path, text: str) -> None:
    _, reply, after = _fixed(tmp_path, Case("plain-characters", "RUF002", text, ""), "")
    assert after == text
    assert "may be read by" in " ".join(reply.remarks)


def _fixed(tmp_path: Path, case: Case, other: str) -> tuple[Fixer, FixReply, str]:
    """The fixer at work on a file beside another one."""
    subject = next(one for one in SUBJECTS if one.name == case.fixer)
    bench = Bench(tmp_path / "tree", tmp_path / "scratch", frozenset({("ruff", case.code)}))
    for folder in (bench.root, bench.scratch):
        folder.mkdir()
    (bench.root / "ruff.toml").write_text(f'lint.select = ["{case.code}"]\n')
    (bench.root / "it.py").write_text(case.text)
    (bench.root / case.name).write_text(other)
    found = bench.found(["it.py"])["it.py"]
    assert found
    reply = bench.fix(subject.fixer, "it.py", found)
    return subject.fixer, reply, bench.content("it.py").decode()


@pytest.mark.parametrize("other", ["import p\n\np.thing = None\n", "import p\n\nsetattr(p, 'thing', None)\n"])
def test_a_name_of_a_package_that_another_file_replaces_stays_with_it(tmp_path: Path, other: str) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "__init__.py").write_text("from .impl import thing\n")
    (tmp_path / "p" / "impl.py").write_text("def thing() -> None: ...\n")
    (tmp_path / "it.py").write_text("from p import thing\n")
    said = 'Module "p" does not explicitly export attribute "thing"'
    found = [Diagnostic("mypy", "attr-defined", said, "it.py", 1, 1)]
    source = Source("from p import thing\n", "it.py", tmp_path)
    assert rewrite(source, found) == "from p.impl import thing\n"
    (tmp_path / "other.py").write_text(other)
    assert rewrite(source, found) is None


def test_an_override_that_another_file_asks_for_stays(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nrequires-python = ">=3.12"\n')
    text = "class A:\n    def f(self): ...\n\n\nclass B(A):\n    def f(self): ...\n"
    found = [Diagnostic("mypy", "explicit-override", "is not marked", "it.py", 6, 5)]
    source = Source(text, "it.py", tmp_path)
    assert "@override" in (explicit_override.rewrite(source, found) or "")
    (tmp_path / "other.py").write_text("def marked(f):\n    return f.__override__\n")
    assert explicit_override.rewrite(source, found) is None
    assert "`__override__` is read by other.py" in source.left


OWN = {
    "types that compare themselves": Case(
        "type-compare",
        "E721",
        f"{CASES['types that compare themselves'].other}\n\n{CASES['types that compare themselves'].text}",
        "",
    ),
    "names": Case("class-var", "RUF012", "class A:\n    x = []\n\n\nNAMES = list(globals())\n", ""),
    "causes": Case("raise-from", "B904", f"def r(e):\n    return e.__cause__\n\n\n{CAUGHT}", ""),
    "frames": Case(
        "local-names", "E741", "def f(lines, sys):\n    for l in lines:\n        print(sys._getframe().f_locals)\n", ""
    ),
}


@pytest.mark.parametrize("case", OWN.values(), ids=OWN)
def test_what_another_file_would_make_of_it_the_file_itself_may(tmp_path: Path, case: Case) -> None:
    assert _fixed(tmp_path, case, "")[2] == case.text
