"""Readers of annotations: only an annotation that is proved to be read by nobody is changed."""

import importlib
from pathlib import Path

import pytest

from stomper.fixers.annotations.docs import DocReaders
from stomper.fixers.annotations.harmless import CLASSES, OF_FUNCTIONS
from stomper.fixers.annotations.readers import read_readers

OWN_READER = "import inspect\ndef f(x): ...\ndef g(): return inspect.signature(f)\n"
PARTS = {"base.py": "class Plain: ...\nclass Hooked:\n    def __init_subclass__(cls): ...\n"}


def reason(root: Path, text: str, name: str = "f", files: dict[str, str] | None = None, lenient: bool = False) -> str:
    """Give what may read the annotations of a definition of `pkg/a.py`."""
    for path, content in {"pkg/a.py": text, "pkg/__init__.py": "", **(files or {})}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    readers = read_readers(root, "pkg/a.py", text, lenient=lenient)
    assert readers is not None
    found = [one for one in readers.found if one.name == name]
    assert found, name
    return readers.of(found[-1])


@pytest.mark.parametrize(
    "before",
    [
        "",
        "import functools\n@functools.lru_cache(maxsize=None)",
        "from functools import cache as remembered\n@remembered",
        "from contextlib import contextmanager\n@contextmanager",
        "import pytest\n@pytest.mark.slow",
        "import unittest.mock\n@unittest.mock.patch.object(str, 'x')",
        "from unittest import mock\n@mock.patch('x')",
        "from typing import overload\n@overload",
        "import atexit\n@atexit.register",
        "try:\n    import json\nexcept ImportError:\n    json = None\n",
    ],
)
def test_what_nobody_reads(tmp_path: Path, before: str) -> None:
    assert reason(tmp_path, f"{before}\ndef f(x): ...\n") == ""


@pytest.mark.parametrize(
    ("before", "reader"),
    [
        ("@app.get('/')", "app.get, its decorator"),
        ("import click\n@click.command()", "click.command, its decorator"),
        ("import typer\napp = typer.Typer()\n@app.command()", "app.command, its decorator"),
        ("from celery import shared_task\n@shared_task", "shared_task, its decorator"),
        ("from functools import singledispatch\n@singledispatch", "singledispatch, its decorator"),
        ("import pytest\n@pytest.fixture", "pytest.fixture, its decorator"),
        ("from pydantic import validate_call\n@validate_call", "validate_call, its decorator"),
        ("from beartype import beartype\n@beartype", "beartype, its decorator"),
        ("@strange", "strange, its decorator"),
        ("def cache(f): register(f)\n@cache", "cache, its decorator"),
        ("from functools import cache\ncache = 1\n@cache", "cache, its decorator"),
        (
            "try:\n    from functools import cache\nexcept ImportError:\n    from x import cache\n@cache",
            "its decorator",
        ),
        ("from functools import *\n@cache", "cache, its decorator"),
        ("import functools\n@functools.lru_cache\n@other", "other, its decorator"),
    ],
)
def test_decorators_that_may_read(tmp_path: Path, before: str, reader: str) -> None:
    assert reader in reason(tmp_path, f"{before}\ndef f(x): ...\n")


@pytest.mark.parametrize(
    "after",
    [
        "app.add_url_rule('/', view_func=f)",
        "register(f)",
        "x = Depends(f)",
        "signal.connect(f)",
        "routes = [path('x', f)]",
        "HANDLERS = {'a': f}",
        "handler = f",
        "def made():\n    return f",
        "import inspect\ninspect.signature(f)",
        "typing.get_type_hints(f)",
        "print(f.__annotations__)",
        "def g(x=f): ...",
        "run(*[f])",
        "import functools\ng = functools.partial(f, 1)",
        "for view in list(globals().values()):\n    app.command()(view)",
        "for name in names:\n    app.command()(globals()[name])",
        "app.command()(globals().get(name))",
        "TOOLS = {**globals()}",
        "for name, one in vars().copy().items():\n    app.command()(one)",
        "import sys\nfire.Fire(sys.modules[__name__])",
        "import sys\napp.command()(getattr(sys.modules[__name__], name))",
        "from importlib import import_module\nTOOLS = import_module(__name__)",
    ],
)
def test_what_a_function_is_given_to_may_read_it(tmp_path: Path, after: str) -> None:
    assert "an annotation of f may be read by" in reason(tmp_path, f"def f(x): ...\n{after}\n")


@pytest.mark.parametrize(
    "after",
    [
        "f(1)",
        "sorted([1], key=f)",
        "map(f, [])",
        "import threading\nthreading.Thread(target=f)",
        "pool.submit(f, 1)",
        "f.cache_clear()",
        "if f is None: ...",
        "def g(f):\n    register(f)",
        "def g():\n    f = 1\n    register(f)",
        "register(other.f)",
        "register(f())",
        "globals()['g'] = 1\nglobals().update(a=1)\nif 'g' in globals(): ...",
        "__all__ = [name for name in globals() if name[0] != '_']",
        "x = globals()['x']\ny = globals().get('y')",
        "import sys\nlog = getLogger(__name__)\nsys.modules[__name__].__class__ = g\nsys.modules[__name__] = g",
        "import sys\nsetattr(sys.modules[__name__], name, 1)\ngetattr(sys.modules[__name__], 'x')",
        "def g():\n    return sorted(vars())",
    ],
)
def test_what_a_function_may_be_given_to(tmp_path: Path, after: str) -> None:
    assert reason(tmp_path, f"def f(x): ...\n{after}\n") == ""


@pytest.mark.parametrize(
    ("other", "read"),
    [
        ("from pkg.a import f\nregister(f)\n", True),
        ("from pkg.a import f as view\nregister(view)\n", True),
        ("from .a import f\nroutes = [path('x', f)]\n", True),
        ("from pkg import a\nregister(a.f)\n", True),
        ("import pkg.a\napp.add_url_rule('/', view_func=pkg.a.f)\n", True),
        ("from pkg.a import f\nf(1)\n", False),
        ("def f(): ...\nregister(f)\n", False),
        ("def g(f):\n    register(f)\n", False),
        ("from typing import get_type_hints\nget_type_hints(thing)\n", True),
        ("import inspect\nfor one in inspect.signature(thing).parameters.values():\n    use(one.annotation)\n", True),
        ("import inspect\nlen(inspect.signature(thing).parameters)\n", False),
        ("from beartype.claw import beartype_this_package\nbeartype_this_package()\n", True),
        ("from typeguard import install_import_hook\ninstall_import_hook('pkg')\n", True),
        ("from pkg import a\nregister(a)\n", True),
        ("import pkg.a\nfor one in vars(pkg.a).values():\n    app.command()(one)\n", True),
        ("import pkg.a as tools\nfire.Fire(tools)\n", True),
        ("from . import a\napp.command()(getattr(a, name))\n", True),
        ("from . import a\nTOOLS = [a]\n", True),
        ("from pkg import a\nimport importlib\ngetattr(a, 'size')\nprint(a.__name__, hasattr(a, name))\n", False),
        ("from pkg import a\na.f(1)\nif a is None: ...\n", False),
        ("from other import a\nregister(a)\n", False),
    ],
)
def test_other_files_are_looked_at(tmp_path: Path, other: str, read: bool) -> None:
    assert bool(reason(tmp_path, "def f(x): ...\n", files={"pkg/main.py": other})) is read


@pytest.mark.parametrize(
    ("other", "reader"),
    [
        ("import typing\nprint 'old'\ntyping.get_type_hints(a)\n", "pkg/b.py, which cannot be read"),
        ("from pkg.a import f\nprint 'old'\nregister(f)\n", "pkg/b.py, which cannot be read"),
        ("type A = int\nimport typing\ntyping.get_type_hints(a)\n", "pkg/b.py, which has get_type_hints"),
        ("type A = int\nfrom pkg.a import f\nregister(f)\n", "register, which it is passed to (pkg/b.py, line 3)"),
        ("print 'old'\n", ""),
    ],
    ids=["reads, unreadable", "is given, unreadable", "reads, newer", "is given, newer", "does neither, unreadable"],
)
def test_a_file_of_the_project_that_cannot_be_read_may_read_what_it_names(
    tmp_path: Path, other: str, reader: str
) -> None:
    said = reason(tmp_path, "def f(x): ...\n", files={"pkg/b.py": other})
    assert said == (reader and f"an annotation of f may be read by {reader}")


@pytest.mark.parametrize(
    ("files", "reader"),
    [
        ({"pkg/b.py": "import typing\ntyping.get_type_hints(a)\n"}, ""),
        ({"pkg/b.py": "from pkg.a import f\nregister(f)\n"}, ""),
        (
            {"pytest.ini": "[pytest]\naddopts = --typeguard-packages=pkg\n"},
            "pytest.ini, which has --typeguard-packages",
        ),
    ],
    ids=["code that reads", "code that is given it", "what checks every annotation"],
)
def test_what_tests_can_run_is_no_reader_for_the_lenient(tmp_path: Path, files: dict[str, str], reader: str) -> None:
    assert reason(tmp_path, OWN_READER, files=files, lenient=True) == (
        reader and f"an annotation of f may be read by {reader}"
    )


def test_tests_of_a_project_are_not(tmp_path: Path) -> None:
    files = {"tests/test_a.py": "from pkg.a import f\nregister(f)\n"}
    assert reason(tmp_path, "def f(x): ...\n", files=files) == ""


def test_a_plugin_that_looks_at_every_annotation(tmp_path: Path) -> None:
    files = {"pytest.ini": "[pytest]\naddopts = --typeguard-packages=pkg\n"}
    assert "pytest.ini, which has --typeguard-packages" in reason(tmp_path, "def f(x): ...\n", files=files)


def of_class(root: Path, text: str, files: dict[str, str] | None = None) -> str:
    return reason(root, text, "C", {f"pkg/{name}": content for name, content in PARTS.items()} | (files or {}))


@pytest.mark.parametrize(
    "text",
    [
        "class C: ...",
        "class C(ValueError): ...",
        "import threading\nclass C(threading.Thread): ...",
        "from collections import OrderedDict as Ordered\nclass C(Ordered): ...",
        "from abc import ABC, ABCMeta\nclass B(metaclass=ABCMeta): ...\nclass C(B, ABC): ...",
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass C(Generic[T]): ...",
        "from pkg.base import Plain\nclass C(Plain): ...",
        "from . import base\nclass C(base.Plain): ...",
        "from pkg.more import Again\nclass C(Again): ...",
        "from collections import namedtuple\nclass C(namedtuple('C', 'a b')): ...",
        "class C: ...\nclass D(C): ...\nisinstance(1, C)\ntry: ...\nexcept C: raise C from None\n",
        "class C: ...\ndef g(x: C) -> C: ...",
        "class C: ...\nWORDS = ['__annotations__']",
    ],
)
def test_classes_that_nobody_reads(tmp_path: Path, text: str) -> None:
    assert of_class(tmp_path, text, {"pkg/more.py": "from .base import Plain as Again\n"}) == ""


@pytest.mark.parametrize(
    ("text", "reader"),
    [
        ("from pydantic import BaseModel\nclass C(BaseModel): ...", "BaseModel, a base of C"),
        ("from app.models import Entity\nclass C(Entity): ...", "Entity, a base of C"),
        ("from pkg.base import Hooked\nclass C(Hooked): ...", "__init_subclass__ of Hooked"),
        ("from pkg.missing import Base\nclass C(Base): ...", "Base, a base of C"),
        ("class C(Strange): ...", "Strange, a base of C"),
        ("from enum import Enum\nclass C(Enum): ...", "Enum, a base of C"),
        ("from typing import NamedTuple\nclass C(NamedTuple): ...", "NamedTuple, a base of C"),
        ("from typing import TypedDict\nclass C(TypedDict): ...", "TypedDict, a base of C"),
        ("from typing import Protocol\nclass C(Protocol): ...", "Protocol, a base of C"),
        ("import ctypes\nclass C(ctypes.Structure): ...", "ctypes.Structure, a base of C"),
        ("import dataclasses\n@dataclasses.dataclass\nclass C: ...", "dataclasses.dataclass, the decorator of C"),
        ("import attrs\n@attrs.define\nclass C: ...", "attrs.define, the decorator of C"),
        ("class M(type): ...\nclass C(metaclass=M): ...", "the metaclass of C"),
        ("class C(table=True): ...", "the keyword table of C"),
        ("class C(make()): ...", "make(), a base of C"),
        ("from six import with_metaclass\nclass C(with_metaclass(M)): ...", "with_metaclass(M), a base of C"),
        ("class C: ...\nadmin.site.register(C)", "admin.site.register, which it is passed to"),
        ("class C: ...\ncontainer.register(C)", "container.register, which it is passed to"),
        ("class C: ...\n@app.get('/')\ndef g(x: C = Depends()): ...", "the decorator of g"),
        ("class C: ...\ndef g(x: C = Depends()): ...", "Depends in g"),
        ("from typing import Annotated\nclass C: ...\ndef g(x: Annotated[C, Depends()]): ...", "Annotated in g"),
        ("class C: ...\ndef g(x: Provide(C)): ...", "Provide, which it is passed to"),
        ("class C: ...\ndef g(x: From[C, here()]): ...", "here in g"),
        ("class C: ...\nfrom pydantic import BaseModel\nclass D(C, BaseModel): ...", "BaseModel, a base of D"),
        ("class C: ...\n@strange\nclass D(C): ...", "strange, the decorator of D"),
        ("class C:\n    def run(self): return self.__annotations__", "__annotations__"),
        ("class C:\n    def run(self): return vars(self)['__annotations__']", "__annotations__"),
        ("class C:\n    def run(self): return getattr(self, '__annotations__', {})", "__annotations__"),
    ],
)
def test_classes_that_may_be_read(tmp_path: Path, text: str, reader: str) -> None:
    assert reader in of_class(tmp_path, text)


def test_a_base_whose_module_reads_annotations(tmp_path: Path) -> None:
    text = "import typing\nclass Model:\n    def __init__(self): typing.get_type_hints(type(self))\n"
    assert "pkg/model.py, which has get_type_hints" in of_class(
        tmp_path, "from pkg.model import Model\nclass C(Model): ...", {"pkg/model.py": text}
    )


def test_a_class_of_another_file_that_is_derived_from_it(tmp_path: Path) -> None:
    files = {"pkg/user.py": "from pydantic import BaseModel\nfrom .a import C\nclass User(C, BaseModel): ...\n"}
    assert "BaseModel, a base of User" in of_class(tmp_path, "class C: ...", files)
    again = {"pkg/user.py": "from .mid import Mid\n@entity\nclass User(Mid): ...\n"}
    again["pkg/mid.py"] = "from .a import C\nclass Mid(C): ...\n"
    assert "entity, the decorator of User" in of_class(tmp_path, "class C: ...", again)


@pytest.mark.parametrize("use", ["Depends(User)", "ROUTES = [User]", "from .user import User\nDepends(User)"])
def test_a_class_is_read_with_one_that_is_derived_from_it_and_given_away(tmp_path: Path, use: str) -> None:
    """What a framework is given has the methods of its bases."""
    files = {"pkg/user.py": "from .a import C\nclass User(C): ...\n"}
    assert of_class(tmp_path, "class C: ...", files) == ""
    place = "pkg/main.py" if "import" in use else "pkg/user.py"
    files[place] = f"{files.get(place, '')}{use}\n"
    assert f"({place}, line" in of_class(tmp_path, "class C: ...", files)


def test_methods_are_given_away_where_a_base_is_known(tmp_path: Path) -> None:
    files = {
        "pkg/base.py": "class Plugin: ...\nfor one in Plugin.__subclasses__():\n    app.command()(one().m)\n",
        "pkg/mid.py": "from .base import Plugin\nclass Mid(Plugin): ...\n",
    }
    text = "from .mid import Mid\nclass C(Mid):\n    def m(self, x): ...\n"
    assert "pkg/base.py, line 3" in reason(tmp_path, text, "C.m", files)
    other = text.replace("(Mid)", "(Exception)")
    assert reason(tmp_path, other, "C.m", files) == ""


CALLED = "class C:\n    def __call__(self, x=1): ...\n    def m(self): ...\n"


@pytest.mark.parametrize(
    ("own", "other", "read"),
    [
        ("Depends(C())", "", True),
        ("made = C()\nDepends(made)", "", True),
        ("def make():\n    return C()", "", True),
        ("class D(C): ...\nDepends(D())", "", True),
        ("", "from pkg.a import C\nDepends(C())", True),
        ("", "from pkg import a\nFILTERS = [a.C()]", True),
        ("", "from pkg.a import C\nclass D(C): ...\nDepends(D())", True),
        ("C()", "", False),
        ("C()(1)", "from pkg.a import C\nC()(2)\nprint(C().m())", False),
        ("", "def C(): ...\nDepends(C())", False),
    ],
)
def test_what_a_class_makes_is_given_away_with_its_call(tmp_path: Path, own: str, other: str, read: bool) -> None:
    files = {"pkg/main.py": f"{other}\n"}
    assert bool(reason(tmp_path, f"{CALLED}{own}\n", "C.__call__", files)) is read
    assert reason(tmp_path, f"{CALLED}{own}\n", "C.m", files) == ""


METHODS = "class C({}):\n    {}\n    def m(self, x): ...\n"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (METHODS.format("", "..."), False),
        (METHODS.format("Strange", "..."), True),
        (METHODS.format("", "@property"), False),
        (METHODS.format("", "@property\n    def m(self): ...\n    @m.setter"), False),
        (METHODS.format("", "@strange.getter"), False),
        (METHODS.format("", "@strange"), True),
        ("from typing import Protocol\n" + METHODS.format("Protocol", "..."), False),
        ("from enum import Enum\n" + METHODS.format("Enum", "..."), False),
        ("from dataclasses import dataclass\n@dataclass(frozen=True)\n" + METHODS.format("", "..."), False),
        ("from attrs import define\n@define\n" + METHODS.format("", "..."), True),
        ("@cbv(router)\n" + METHODS.format("", "..."), True),
        (METHODS.format("", "...") + "container.register(C)\n", True),
        (METHODS.format("", "...") + "app.route('/', C().m)\n", True),
        (METHODS.format("", "...") + "C().m(1)\n", False),
    ],
)
def test_methods(tmp_path: Path, text: str, read: bool) -> None:
    assert bool(reason(tmp_path, text, "C.m")) is read


@pytest.mark.parametrize(
    ("inner", "read"),
    [
        ("import functools\n    @functools.wraps(f)", False),
        ("from functools import wraps\n    @wraps(f)", False),
        ("", True),
    ],
)
def test_functions_that_are_returned(tmp_path: Path, inner: str, read: bool) -> None:
    text = f"def deco(f):\n    {inner}\n    def g(x): ...\n    return g\n"
    assert bool(reason(tmp_path, text, "deco.g")) is read


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_classes_of_the_list_have_nothing_that_reads(name: str) -> None:
    module, _, short = name.rpartition(".")
    found = getattr(importlib.import_module(module), short, None)
    if found is None:  # another Python has it
        return
    assert isinstance(found, type)
    assert type(found).__name__ in ("type", "ABCMeta")
    hooks = [one for one in found.__mro__ if "__init_subclass__" in vars(one)]
    # Those of random.Random and TestCase look at what a class defines, at no annotation.
    assert {one.__module__ for one in hooks} <= {"builtins", "typing", "random", "unittest.case"}


def test_bases_for_methods_only_are_not_on_it() -> None:
    assert not CLASSES & OF_FUNCTIONS


OWN_DECORATORS = """
import functools
{more}

def plain(f):
    @functools.wraps(f)
    def g(*args):
        {use}
        return f(*args)
    return g


def made(times):
    def inner(f):
        def g(*args):
            {use}
            return f(*args)
        return g
    return inner


def marked(f):
    f.marked = True
    return f


def other(f):
    return made


class Made:
    def __init__(self, f): self.f = f
"""


@pytest.mark.parametrize(
    ("decorator", "use", "more", "read"),
    [
        ("plain", "print(f.__name__)", "", False),
        ("made(3)", "", "", False),
        ("marked", "", "", False),
        ("plain", "register(f)", "", True),
        ("made(3)", "register(f)", "", True),
        ("made", "", "", False),
        ("Made", "", "", True),
        ("plain", "f.__annotations__", "", True),
        ("plain", "", "import inspect\ninspect.signature(print)", True),
        ("marked.x", "", "", True),
    ],
)
def test_decorators_of_the_project_are_read(tmp_path: Path, decorator: str, use: str, more: str, read: bool) -> None:
    source = OWN_DECORATORS.format(use=use or "pass", more=more)
    files = {"pkg/deco.py": source}
    text = f"from pkg.deco import *\nfrom pkg.deco import plain, made, marked, Made\n@{decorator}\ndef f(x): ...\n"
    assert bool(reason(tmp_path, text, files=files)) is read
    assert bool(reason(tmp_path, f"{source}\n@{decorator}\ndef f(x): ...\n", files=files)) is read


DOCUMENTED = '"""Module."""\ndef f():\n    """Function."""\n'


def docs_of(root: Path, more: str, other: str) -> list[str]:
    """Give what may read the docstrings of a module and of its function; `other` is another module."""
    text = f"{DOCUMENTED}{more}\n"
    for path, content in {"pkg/a.py": text, "pkg/main.py": f"{other}\n"}.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(content)
    readers = DocReaders(root, "pkg/a.py", text)
    return [readers.at(1), readers.at(3)]


@pytest.mark.parametrize(
    ("more", "other", "module", "function"),
    [
        ("", "", "", ""),
        ("docopt(__doc__)", "", "by itself, which has __doc__", ""),
        ("print(f.__doc__)", "", "by this file", "by this file"),
        ("import inspect\ninspect.getdoc(x)", "", "by this file", "by this file"),
        ("x.__doc__ = y.__doc__", "", "", ""),
        ("app.command()(f)", "", "", "app.command(), which it is passed to"),
        ("", "from pkg.a import f\napp.command()(f)", "", "app.command(), which it is passed to (pkg/main.py, line 2)"),
        ("", "from pkg import a\nfire.Fire(a)", "", "what takes the module as a whole (pkg/main.py, line 2)"),
        ("fire.Fire(dict(globals()))", "", "", "what this file gives all its names to in line 4"),
    ],
)
def test_docstrings_that_may_be_read(tmp_path: Path, more: str, other: str, module: str, function: str) -> None:
    found = docs_of(tmp_path, more, other)
    for said, expected in zip(found, (module, function), strict=True):
        assert said.endswith(expected)
        assert bool(said) is bool(expected)


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"b.py": "load('pkg.a.f')\n"}, "`pkg.a.f` (b.py)"),
        ({"b.py": "PLUGINS = ['a:f']\n"}, "`a:f` (b.py)"),
        ({"pyproject.toml": "[project.entry-points.'some.plugins']\nx = 'pkg.a:f'\n"}, "`pkg.a:f` (pyproject.toml)"),
    ],
)
def test_what_is_found_by_its_text_may_be_read(tmp_path: Path, files: dict[str, str], place: str) -> None:
    assert reason(tmp_path, "def f(x): ...\n", files=files).endswith(place)
    assert reason(tmp_path, "class f:\n    def g(self, x): ...\n", files=files).endswith(place)


@pytest.mark.parametrize(
    "files",
    [
        {"b.py": "load('pkg.a.other', 'pkg.b.f', 'f')\n"},
        {"pyproject.toml": "[project.scripts]\nx = 'pkg.a:f'\n"},
        {"pyproject.toml": "[project]\nentry-points = 1\n"},
        {"pyproject.toml": "[project\n"},
    ],
)
def test_what_is_called_or_not_found_by_a_text_is_not(tmp_path: Path, files: dict[str, str]) -> None:
    assert reason(tmp_path, "def f(x): ...\n", files=files) == ""


@pytest.mark.parametrize(
    ("taker", "call"),
    [
        ("def take(g):\n    return g(1)\n", "take(f)"),
        ("def take(a, g=None):\n    if g:\n        g(a)\n", "take(1, g=f)"),
        ("def first(g):\n    return g()\n\n\ndef take(g):\n    return first(g)\n", "take(f)"),
    ],
)
def test_a_function_of_the_module_that_only_calls_what_it_takes(tmp_path: Path, taker: str, call: str) -> None:
    assert reason(tmp_path, f"def f(x): ...\n\n\n{taker}\n\n{call}\n") == ""


@pytest.mark.parametrize(
    ("taker", "call"),
    [
        ("def take(g):\n    return g\n", "take(f)"),
        ("def take(g):\n    register(g)\n", "take(f)"),
        ("def take(g):\n    take(g)\n", "take(f)"),
        ("def take(g):\n    g = wrap(g)\n    g()\n", "take(f)"),
        ("@strange\ndef take(g):\n    g()\n", "take(f)"),
        ("def take(*g):\n    g[0]()\n", "take(f)"),
        ("def take(g):\n    g()\n", "take(*[f])"),
        ("def take(g):\n    g()\n\n\ntake = strange(take)\n", "take(f)"),
    ],
)
def test_a_function_of_the_module_that_may_do_more_with_it(tmp_path: Path, taker: str, call: str) -> None:
    assert "may be read by" in reason(tmp_path, f"def f(x): ...\n\n\n{taker}\n\n{call}\n")
