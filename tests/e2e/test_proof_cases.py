"""What changes the meaning of a program does not land: kinds of faults from public reports, and others like them.

No project here has tests, so that nothing but Stomper's own knowledge stands between a guess and the commit. Each
program says the same before and after.
"""

import subprocess
import sys
from dataclasses import dataclass, field

import pytest

from tests.kit.cli import Stomper
from tests.kit.repo import GitRepo

PROJECT = '[project]\nname = "x"\nversion = "1"\nrequires-python = ">=3.11"\n'

SQL = """\
class Clause:
    def __init__(self, text):
        self.text = text


class Column:
    def __eq__(self, other):
        return Clause(f"= {other}" if other is not None else "IS NULL")

    def __ne__(self, other):
        return Clause(f"<> {other}" if other is not None else "IS NOT NULL")

    def keys(self):
        return ["a"]

    def __contains__(self, name):
        return False
"""
ROUTES = """\
import inspect


class App:
    def get(self, path):
        def register(function):
            for one in (inspect.signature(function).return_annotation,):
                print(path, one)
            return function

        return register
"""
MODELS = """\
import typing


class Model:
    def __init__(self, **given):
        for name, kind in typing.get_type_hints(type(self)).items():
            if typing.get_origin(kind) is not typing.ClassVar and kind is not typing.ClassVar:
                setattr(self, name, given.pop(name, getattr(type(self), name, None)))
        if given:
            raise TypeError(sorted(given))


class Entity(Model):
    id: int = 0
"""
FIELDS = """\
def fields(cls):
    made = list(vars(cls).get("__annotations__", ()))
    cls.__init__ = lambda self, **given: print(sorted(given.keys() - set(made)))
    return cls
"""
META = """\
class Meta(type):
    def __new__(cls, name, bases, space):
        print(name, bases, sorted(word for word in space if not word.startswith("_")), space.get("__annotations__"))
        return type.__new__(cls, name, bases, space)
"""
CONVERT = """\
import typing


def convert(function, text):
    kind = typing.get_type_hints(function)["x"]
    return type(kind).__name__, kind is typing.Callable, str(kind), text
"""


@dataclass(frozen=True)
class Case:
    """A program `a.py`, the codes that are asked for, and the files beside it."""

    codes: str
    text: str
    beside: dict[str, str] = field(default_factory=dict)


CASES = {
    # == None of what has its own ==
    "== None of a column": Case("E711", "from sql import Column\n\nprint((Column() == None).text)\n", {"sql.py": SQL}),
    "!= None of a column": Case("E711", "from sql import Column\n\nprint((Column() != None).text)\n", {"sql.py": SQL}),
    "== True of a column": Case("E712", "from sql import Column\n\nprint((Column() == True).text)\n", {"sql.py": SQL}),
    "not == of a column": Case(
        "SIM201",
        "from sql import Column\n\nif not Column() == 1:\n    print(1)\nelse:\n    print(2)\n",
        {"sql.py": SQL},
    ),
    "in keys() of a row": Case("SIM118", "from sql import Column\n\nprint('a' in Column().keys())\n", {"sql.py": SQL}),
    # a mutable default that keeps its state
    "a default that remembers": Case(
        "B006", "def seen(x, known=[]):\n    known.append(x)\n    return len(known)\n\n\nprint(seen(1), seen(2))\n"
    ),
    "a default that is a cache": Case(
        "B006",
        "def square(x, cache={}):\n    if x not in cache:\n        print('works')\n        cache[x] = x * x\n"
        "    return cache[x]\n\n\nprint(square(2), square(2))\n",
    ),
    "a default that many share": Case(
        "B006", "def f(x=set()):\n    return x\n\n\ndef g():\n    return f()\n\n\ng().add(1)\nprint(f())\n"
    ),
    # what a class says of itself
    "a list of a model": Case(
        "RUF012",
        "from models import Entity\n\n\nclass User(Entity):\n    tags: list[str] = []\n\n\n"
        "print(User(tags=['a']).tags)\n",
        {"models.py": MODELS},
    ),
    "a list of fields": Case(
        "RUF012",
        "import fields\n\n\n@fields.fields\nclass User:\n    tags: list[str] = []\n    more = []\n\n\n"
        "User(tags=1, more=2)\n",
        {"fields.py": FIELDS},
    ),
    "a list that a metaclass sees": Case(
        "RUF012", "from meta import Meta\n\n\nclass User(metaclass=Meta):\n    tags = []\n", {"meta.py": META}
    ),
    "a name that another file has too": Case(
        "RUF012",
        "class User:\n    tags = []\n\n\nif __name__ == '__main__':\n    import b\n",
        {"b.py": "ClassVar = 1\nfrom a import *\n\nprint(ClassVar, User.tags)\n"},
    ),
    "names that another file lists": Case(
        "RUF012",
        "class User:\n    tags = []\n\n\nif __name__ == '__main__':\n    import b\n",
        {"b.py": "import a\n\nprint([name for name in dir(a) if not name.startswith('_')])\n"},
    ),
    # raise within except
    "a handler in a handler": Case(
        "B904",
        "def load(first, second):\n    try:\n        return first()\n    except KeyError:\n        try:\n"
        "            second()\n"
        "        except ValueError:\n            if second is None:\n                raise RuntimeError('a')\n"
        "        raise RuntimeError('b')\n\n\ndef first():\n    return {}['a']\n\n\ndef second():\n    int('a')\n\n\n"
        "try:\n    load(first, second)\nexcept RuntimeError as error:\n    print(error)\n",
    ),
    "an exception with another traceback": Case(
        "B904",
        "def f():\n    try:\n        int('a')\n    except ValueError as error:\n"
        "        raise error.with_traceback(None)\n\n\n"
        "try:\n    f()\nexcept ValueError as error:\n    print(error.__cause__)\n",
    ),
    "the end of an iteration in a context manager": Case(
        "B904",
        "import contextlib\n\n\n@contextlib.contextmanager\ndef guard():\n    try:\n        yield\n"
        "    except StopIteration:\n        raise RuntimeError('empty')\n\n\n"
        "try:\n    with guard():\n        next(iter(()))\nexcept (RuntimeError, StopIteration) as error:\n"
        "    print(type(error).__name__)\n",
    ),
    "a cause that is asked for": Case(
        "B904",
        "import causes\n\n\ndef f():\n    try:\n        int('a')\n    except ValueError:\n        raise KeyError('b')\n"
        "\n\n"
        "try:\n    f()\nexcept KeyError as error:\n    print(causes.first(error))\n",
        {"causes.py": "def first(error):\n    return type(error.__cause__ or error).__name__\n"},
    ),
    # annotations that are read
    "what a route returns": Case(
        "ANN",
        "from routes import App\n\napp = App()\n\n\n"
        "@app.get('/')\ndef one():\n    return 1\n\n\n@app.get('/b')\ndef two():\n    print()\n",
        {"routes.py": ROUTES},
    ),
    "a route that is registered later": Case(
        "ANN",
        "from routes import App\n\n\ndef one():\n    return 1\n\n\ndef two():\n    return 's'\n\n\n"
        "App().get('/')(one)\nfor each in [two]:\n    App().get('/two')(each)\n",
        {"routes.py": ROUTES},
    ),
    "a parameter that is converted": Case(
        "RUF013",
        "from convert import convert\n\n\ndef f(x: int = None):\n    return x\n\n\nprint(convert(f, '1'))\n",
        {"convert.py": CONVERT},
    ),
    "a lock": Case("RUF013", "import threading\n\n\ndef f(x: threading.Lock = None):\n    return x\n\n\nprint(f())\n"),
    "what makes a weak reference": Case(
        "RUF013",
        "import weakref\n\n\nclass A:\n    def f(self, x: weakref.proxy = None):\n        return x\n\n\n"
        "print(A().f())\n",
    ),
    "a function that is called a type": Case(
        "RUF013", "import multiprocessing\n\n\ndef f(x: multiprocessing.Queue = None):\n    return x\n\n\nprint(f())\n"
    ),
    # what ruff calls safe
    "a list of a dataclass, by another name": Case(
        "UP006,UP035",
        "from convert import convert\nfrom typing import List\n\n\n"
        "def f(x: List[int]):\n    return x\n\n\nprint(convert(f, '1'))\n",
        {"convert.py": CONVERT},
    ),
    "an annotation with another module behind it": Case(
        "UP035",
        "from convert import convert\nfrom typing import Callable\n\n\n"
        "def f(x: Callable):\n    return x\n\n\nprint(convert(f, '1'))\n",
        {"convert.py": CONVERT},
    ),
    "an alias": Case("UP006", "from typing import List\n\nNames = List[int]\nprint(Names)\n"),
    "a class that is made anew": Case(
        "UP008",
        "def again(cls):\n    return type(cls.__name__, cls.__bases__, {'f': cls.__dict__['f']})\n\n\n"
        "class A:\n    def f(self):\n        return 'A'\n\n\n@again\nclass B(A):\n    def f(self):\n"
        "        return super(B, self).f()\n\n\ntry:\n    print(B().f())\nexcept TypeError:\n    print('other')\n",
    ),
    "bases that a metaclass sees": Case(
        "UP004", "from meta import Meta\n\n\nclass User(object, metaclass=Meta):\n    pass\n", {"meta.py": META}
    ),
    "a list that changes while it is gone through": Case(
        "PERF101",
        "def drop(xs, x):\n    xs.remove(x)\n\n\n"
        "def f():\n    xs = [1, 2, 3]\n    for x in list(xs):\n        drop(xs, x)\n"
        "    return xs\n\n\nprint(f())\n",
    ),
    "the order of a set": Case("PLC0208", "for x in {3, 1, 2}:\n    print(x)\n"),
    "values by number": Case(
        "UP030", "xs = [1, 2, 3]\nprint('{1} {0}'.format(xs.pop(), xs.pop()))\nprint('{0}'.format(1))\n"
    ),
    "the order of calls": Case("UP032", "xs = [1, 2]\nprint('{} {}'.format(xs, xs.pop()))\n"),
}


def says(repo: GitRepo) -> str:
    done = subprocess.run([sys.executable, "-B", "a.py"], cwd=repo.path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_nothing_that_changes_meaning_lands(repo: GitRepo, stomper: Stomper, case: Case) -> None:
    select = ", ".join(f'"{code}"' for code in case.codes.split(","))
    repo.write("pyproject.toml", f"{PROJECT}\n[tool.ruff.lint]\npreview = true\nselect = [{select}]\n")
    for path, text in {"a.py": case.text, **case.beside}.items():
        repo.write(path, text)
    repo.commit()
    before = says(repo)
    result = stomper.run(repo, "fix", "--no-mypy")
    assert result.code in (0, 1), result
    assert says(repo) == before, repo.git("diff", "HEAD~1")
