"""The meaning of a name at a place, the way to write one there, and new exceptions."""

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.bindings import Spelling, spell
from stomper.fixers.codemods.new_exceptions import NewExceptions
from stomper.fixers.codemods.scopes import Scopes

PLAIN = Spelling("ClassVar", "from typing import ClassVar")
ALIAS = Spelling("_ClassVar", "from typing import ClassVar as _ClassVar")
HERE = Spelling("ClassVar")

# The place is the line that says HERE.
SPELLINGS: Mapping[str, tuple[str, Spelling | None]] = {
    "nothing is there": ("HERE\n", PLAIN),
    "imported above": ("from typing import ClassVar\nHERE\n", HERE),
    "imported with others": ("from typing import Any, ClassVar as ClassVar\nHERE\n", HERE),
    "from the backport": ("from typing_extensions import ClassVar\nHERE\n", HERE),
    "under another name": ("from typing import ClassVar as C\nHERE\n", Spelling("C")),
    "of the module": ("import typing\nHERE\n", Spelling("typing.ClassVar")),
    "of the module under another name": ("import typing as t\nHERE\n", Spelling("t.ClassVar")),
    "imported further down": ("HERE\nfrom typing import ClassVar\n", PLAIN),
    "looked up before it is imported": ("ClassVar\nHERE\nfrom typing import ClassVar\n", ALIAS),
    "in one case only": ("if a:\n    from typing import ClassVar\nHERE\n", ALIAS),
    "for type checkers only": ("if TYPE_CHECKING:\n    from typing import ClassVar\nHERE\n", ALIAS),
    "in both cases": (
        "if a:\n    from typing import ClassVar\nelse:\n    from typing_extensions import ClassVar\nHERE\n",
        HERE,
    ),
    "where it can be imported": (
        (
            "try:\n    from typing import ClassVar\n"
            "except ImportError:\n    from typing_extensions import ClassVar\nHERE\n"
        ),
        HERE,
    ),
    "something else where it cannot": (
        "try:\n    from typing import ClassVar\nexcept ImportError:\n    ClassVar = None\nHERE\n",
        ALIAS,
    ),
    "not where it cannot": (
        "try:\n    from typing import ClassVar\nexcept ImportError:\n    pass\nHERE\n",
        ALIAS,
    ),
    "in a loop": ("for a in b:\n    from typing import ClassVar\nHERE\n", ALIAS),
    "deleted": ("from typing import ClassVar\ndel ClassVar\nHERE\n", ALIAS),
    "deleted later": ("from typing import ClassVar\ndef f():\n    HERE\ndel ClassVar\n", ALIAS),
    "bound anew": ("from typing import ClassVar\nClassVar = 1\nHERE\n", ALIAS),
    "changed by a function": (
        "from typing import ClassVar\ndef f():\n    global ClassVar\n    ClassVar = 1\nHERE\n",
        ALIAS,
    ),
    "a parameter": ("from typing import ClassVar\ndef f(ClassVar):\n    HERE\n", ALIAS),
    "a local name": ("from typing import ClassVar\ndef f():\n    HERE\n    ClassVar = 1\n", ALIAS),
    "a name of the class": ("from typing import ClassVar\nclass A:\n    ClassVar = 1\n    HERE\n", ALIAS),
    "a pattern": (
        "from typing import ClassVar\ndef f(a):\n    match a:\n        case [*ClassVar]:\n            HERE\n",
        ALIAS,
    ),
    "imported by another function": ("def f():\n    from typing import ClassVar\ndef g():\n    HERE\n", ALIAS),
    "of a module beside it": ("from . import ClassVar\nHERE\n", ALIAS),
    "of another module": ("from other import ClassVar\nHERE\n", ALIAS),
    "another module called so": ("import other as ClassVar\nHERE\n", ALIAS),
    "another module called typing": ("import other as typing\nHERE\n", PLAIN),
    "of a relative typing": ("from .typing import ClassVar\nHERE\n", ALIAS),
    "a star below it": ("from typing import ClassVar\nfrom other import *\nHERE\n", ALIAS),
    "a star above it": ("from other import *\nfrom typing import ClassVar\nHERE\n", HERE),
    "a star alone": ("from other import *\nHERE\n", ALIAS),
    "in `__all__`": ("__all__ = ['ClassVar']\nHERE\n", ALIAS),
    "given on demand": ("def __getattr__(name):\n    return 1\nHERE\n", ALIAS),
    "both names are taken": (
        "ClassVar = _ClassVar = 1\nHERE\n",
        Spelling("_ClassVar_of_typing", "from typing import ClassVar as _ClassVar_of_typing"),
    ),
    "seen by `globals()`": ("HERE\nprint(globals())\n", None),
    "seen by `dir()`": ("HERE\n__all__ = [name for name in dir() if name != '_']\n", None),
    "`locals()` of a function": ("def f():\n    return locals()\nHERE\n", PLAIN),
}


@pytest.mark.parametrize("how", SPELLINGS)
def test_a_name_is_written_so_that_it_means_that_at_its_place(tmp_path: Path, how: str) -> None:
    text, expected = SPELLINGS[how]
    assert written(tmp_path, text) == expected


def written(root: Path, text: str, path: str = "a.py") -> Spelling | None:
    lines = {number for number, line in enumerate(text.split("\n"), 1) if "HERE" in line}
    return spell(Source(text, path, root), lines, ["typing", "typing_extensions"], "ClassVar")


def test_one_way_to_write_a_name_serves_all_its_places(tmp_path: Path) -> None:
    text = "from typing import ClassVar\nHERE\ndef f(ClassVar):\n    HERE\n"
    assert written(tmp_path, text) == ALIAS
    assert written(tmp_path, "import typing as t\n" + text) == Spelling("t.ClassVar")


def test_a_module_that_may_be_found_instead_is_not_imported(tmp_path: Path) -> None:
    (tmp_path / "typing.py").touch()
    assert written(tmp_path, "HERE\n") is None
    assert written(tmp_path, "from typing import ClassVar\nHERE\n") == HERE


def test_an_import_does_not_stand_for_a_module_of_a_package(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "ClassVar.py").touch()
    assert written(tmp_path, "HERE\n", "a/__init__.py") == ALIAS
    assert written(tmp_path, "HERE\n", "a/b.py") == PLAIN


PACKAGE = {
    "app/__init__.py": "from .errors import Broken\n",
    "app/errors.py": (
        "from builtins import ValueError as Wrong\n\n\nclass Broken(Exception):\n    pass\n\n\n"
        "def Wrap(error):\n    return error\n\n\nKnown = Broken()\nOther = Broken\n\n\n"
        "class Kept(Exception):\n    def __new__(cls):\n        return cls.one\n"
    ),
    "app/again.py": "from app.errors import Broken\nfrom .errors import Wrap as Made\n",
}
RAISED = {
    "ValueError": True,
    "ValueError('a')": True,
    "builtins_of_nobody": False,
    "print()": False,
    "Broken": True,
    "Broken()": True,
    "Again()": True,
    "app.Broken()": True,
    "errors.Broken()": True,
    "errors.Broken.made()": False,
    "Wrap(error)": False,
    "again.Made(error)": False,
    "errors.Known": False,
    "errors.Other()": False,
    "errors.Missing()": False,
    "errors.Kept()": False,
    "requests.Timeout()": True,
    "requests.Timeout": False,
    "requests.wrap(error)": False,
    "requests.ERRORS()": False,
    "requests.exceptions.HTTPError()": True,
    "Timeout(1)": True,
    "Optional()": False,
    "type(error)()": True,
    "type(error, (), {})()": False,
    "error.__class__(1)": True,
    "error": False,
    "error.with_traceback(None)": False,
    "ValueError('a').with_traceback(None)": True,
    "ValueError if error else TypeError('a')": True,
    "ValueError if error else error": False,
    "error or ValueError()": False,
    "(lambda: error)()": False,
    "[error][0]": False,
}
IMPORTS = (
    "import app\nimport requests\nfrom app import errors, again\nfrom app.errors import Broken, Wrap\n"
    "from app.again import Broken as Again\nfrom requests.exceptions import Timeout\n"
    "try:\n    from requests import Optional\nexcept ImportError:\n    Optional = print\n"
)


@pytest.mark.parametrize("raised", RAISED)
def test_what_is_raised_is_new_only_where_that_is_certain(tmp_path: Path, raised: str) -> None:
    for path, content in PACKAGE.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    text = f"{IMPORTS}def f(error):\n    raise {raised}\n"
    scopes = Scopes(text)
    (node,) = (node for node in ast.walk(scopes.tree) if isinstance(node, ast.Raise))
    assert NewExceptions(Source(text, "tool/main.py", tmp_path), scopes).is_new(node.exc) is RAISED[raised]
