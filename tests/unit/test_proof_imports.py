"""Changes of imports: what nobody can tell is proved, anything else is said by name."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stomper.fixers.annotations.surroundings import Surroundings
from stomper.grades import Grade
from stomper.proof.asked_names import AskedNames
from stomper.proof.imports import Project, judge_imports
from stomper.proof.project_modules import project_of
from stomper.proof.quiet_modules import QUIET, is_quiet

PLAIN = Project(own={"own"}, is_plain=lambda module: module in ("own.plain", ".plain"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import os\n", ""),
        ("import os.path\nimport os\nos\n", "import os\nos\n"),
        ("from typing import List, Dict\nx: List\n", "from typing import List\nx: List\n"),
        ("import sys, os\n(sys, os)\n", "import os\nimport sys\n(sys, os)\n"),
        ("import third\nimport os\n(third, os)\n", "import os\nimport third\n(third, os)\n"),
        ("import third\nimport third.part\n(third,)\n", "import third.part\nimport third\n(third,)\n"),
        ("from own.plain import b, a\n(a, b)\n", "from own.plain import a, b\n(a, b)\n"),
        ("from own.plain import b, a\n(a)\n", "from own.plain import a\n(a)\n"),
        ("from .plain import b\nfrom .plain import a\n", "from .plain import a, b\n"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import third\n",
            "from typing import TYPE_CHECKING\n",
        ),
        ("import os.path as path\npath\n", "from os import path\npath\n"),
        ("from __future__ import print_function\n", ""),
        ("def f():\n    import os\n", "def f():\n    pass\n"),
        ("x = ''\n", "import string\nx = string.digits\n"),
        ("import os\nimport re\nre\n", "import re\nre\n"),
    ],
)
def test_what_nobody_can_tell(before: str, after: str) -> None:
    word = judge_imports(before, after, "own/m.py", PLAIN)
    assert word.grade is Grade.PROVED, word.why


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("import third\n", "", "the import of `third` may have an effect"),
        ("import own.os\n", "", "the import of `own.os` may have an effect"),
        ("from . import x\n", "", "the import of `..x` may have an effect"),
        ("import readline\n", "", "the import of `readline` may have an effect"),
        ("from third import a, b\n(a)\n", "from third import a\n(a)\n", "the import of `third.b` may have an effect"),
        ("import third.part\nimport third\n", "import third\n", "the import of `third.part` may have an effect"),
        ("import third\nif x:\n    import third\n", "if x:\n    pass\n", "may have an effect"),
        ("try:\n    import os\nexcept ImportError:\n    x = 1\n", "x = 1\n", "a block may depend on whether `os`"),
        ("from os import *\n", "", "the names of `os.*` go"),
        ("from __future__ import annotations\n", "", "changes how the file is read"),
        ("import os\nprint(os)\n", "print(os)\n", "the name `os` is used"),
        ("import os\nprint(eval(x))\n", "print(eval(x))\n", "look"),
        ("import os\nprint(globals())\n", "print(globals())\n", "look"),
        ("import os\n__all__ = ['os']\n", "__all__ = ['os']\n", "a text names `os`"),
        ("import os\npatch('own.m.os.sep')\n", "patch('own.m.os.sep')\n", "a text names `os`"),
        ("'''\n>>> os.sep\n'''\nimport os\n", "'''\n>>> os.sep\n'''\n", "a text names `os`"),
        ("import os.path\nimport os\nos.path\n", "import os\nos.path\n", "`os.path` is used, and comes from elsewhere"),
        (
            "import xml.dom.minidom as md\nimport xml.dom\nx = xml\nx.dom.minidom\n",
            "import xml.dom\nx = xml\nx.dom.minidom\n",
            "`xml.dom.minidom` may be there only by this import",
        ),
        ("import b\nimport a\n", "import a\nimport b\n", "`b` and `a` run in another order"),
        (
            "from a import x\nimport b\nfrom a import y\n",
            "import b\nfrom a import x\nfrom a import y\n",
            "another order",
        ),
        ("from third import b, a\n", "from third import a, b\n", "may be modules"),
        ("from os import *\nfrom re import *\n", "from re import *\nfrom os import *\n", "may bind the same name"),
        ("from os import x\nfrom re import x\n", "from re import x\nfrom os import x\n", "may bind the same name"),
        ("from typing import Callable\nCallable\n", "from collections.abc import Callable\nCallable\n", "is used, and"),
        ("import third\nf()\n", "f()\nimport third\n", "moves past other code"),
        ("f()\nimport third\n", "import third\nf()\n", "moves past other code"),
        ("import os\nf(os)\n", "f(os)\nimport os\n", "moves past other code"),
        ("x = 1\n", "import third\nx = 1\n", "the import of `third` may have an effect"),
        ("string = ''\n", "import string\nstring = ''\n", "has another meaning too"),
    ],
)
def test_what_may_be_told(before: str, after: str, why: str) -> None:
    word = judge_imports(before, after, "own/m.py", PLAIN)
    assert word.grade is None
    assert why in word.why
    assert word.needs


@pytest.mark.parametrize("left", ["from .own import x", "from . import x", "from ..own import x"])
def test_a_relative_import_may_be_left(left: str) -> None:
    before = f"import codecs\nimport os\ntry:\n    {left}\nexcept ImportError:\n    x = os\n"
    word = judge_imports(before, before.replace("import codecs\n", ""), "own/m.py", PLAIN)
    assert word.grade is Grade.PROVED, word.why


def test_a_package_that_is_left_is_not_imported_to_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loud_one.py").write_text("raise SystemExit('imported')\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = "import codecs\nfrom loud_one import x\nx\n"
    word = judge_imports(before, before.replace("import codecs\n", ""), "own/m.py", PLAIN)
    assert word.grade is Grade.PROVED, word.why


def test_a_package_offers_what_it_imports() -> None:
    before, after = "from own.plain import a, b\na\n", "from own.plain import a\na\n"
    assert judge_imports(before, after, "own/m.py", PLAIN).grade is Grade.PROVED
    assert judge_imports(before, after, "own/__init__.py", PLAIN).why == "the package offers `b`"
    assert judge_imports("import os\n", "", "own/__init__.py", PLAIN).grade is Grade.PROVED


FILES = {
    "app/m.py": "import os\nimport re\nimport json\nimport sys\nimport abc\n",
    "app/__init__.py": "import csv\n",
    "app/user.py": "from app.m import (\n    os,\n)\nimport app.m as other\nprint(other.re)\n",
    "tests/test_m.py": "from unittest import mock\nmock.patch('app.m.json.loads')\n",
    "main.py": "from app import csv\n",
}


@pytest.mark.parametrize(
    ("path", "name", "who"),
    [
        ("app/m.py", "os", "app/user.py"),
        ("app/m.py", "re", "app/user.py"),
        ("app/m.py", "json", "tests/test_m.py"),
        ("app/m.py", "abc", ""),
        ("app/__init__.py", "csv", "main.py"),
    ],
)
def test_who_asks_a_module_for_a_name(tmp_path: Path, path: str, name: str, who: str) -> None:
    for file, text in FILES.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    assert AskedNames(tmp_path).of(path, name) == who


@pytest.mark.parametrize(
    ("other", "is_needed"),
    [
        ("import logging\nlogging.handlers\n", True),
        ("import logging as log\nlog.handlers\n", True),
        ("def f():\n    import logging.handlers\nlogging.handlers\n", True),
        ("import logging.handlers\nlogging.handlers\n", False),
        ("from logging import handlers\nhandlers\n", False),
        ("import logging\nlogging.getLogger().handlers\n", False),
    ],
)
@pytest.mark.parametrize("gone", ["import logging.handlers\n", "from logging import handlers\n"])
def test_who_has_a_part_of_a_package_by_an_import_elsewhere(
    tmp_path: Path, gone: str, other: str, is_needed: bool
) -> None:
    (tmp_path / "a.py").write_text(gone)
    (tmp_path / "b.py").write_text(other)
    word = judge_imports(gone, "", "a.py", project_of(tmp_path, "a.py", Surroundings()))
    assert word.why == "b.py has `logging.handlers` only by this import" if is_needed else word.grade is Grade.PROVED


def test_a_name_that_is_no_module_is_no_part(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text("import typing\nx: typing.List\n")
    before = "import typing\nfrom typing import List\nx: typing.List\n"
    after = before.replace("from typing import List\n", "")
    project = project_of(tmp_path, "a.py", Surroundings())
    assert judge_imports(before, after, "a.py", project).grade is Grade.PROVED


def test_a_module_of_the_project_may_stand_in_for_one_of_the_library(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    for file in ("json.py", "app/m.py", "app/queue.py"):
        (tmp_path / file).write_text("")
    project = project_of(tmp_path, "app/m.py", Surroundings())
    assert [name for name in ("json", "queue", "os") if project.is_quiet(name)] == ["os"]


def test_a_plain_module_is_one_file_without_names_made_on_demand(tmp_path: Path) -> None:
    (tmp_path / "app/pkg").mkdir(parents=True)
    for file in ("app/m.py", "app/plain.py", "app/pkg/__init__.py", "app/twice.py", "twice.py"):
        (tmp_path / file).write_text("")
    (tmp_path / "app/lazy.py").write_text("def __getattr__(name: str) -> object: ...\n")
    (tmp_path / "app/plain.py").write_text("class A:\n    def __getattr__(self, name): ...\n")
    is_plain = project_of(tmp_path, "app/m.py", Surroundings()).is_plain
    names = (".plain", "app.plain", ".pkg", "app.pkg", ".lazy", ".gone", "third", ".", "..twice", "twice")
    assert [name for name in names if is_plain(name)] == [".plain", "app.plain", "..twice", "twice"]


# What Python keeps for a whole program, before and after each import.
LOOK = """
import atexit, builtins, gc, importlib, json, locale, logging, os, signal, socket, sys, threading, warnings
warnings.simplefilter("error")

def state():
    return {
        "path": list(sys.path), "finders": list(map(repr, sys.meta_path)), "hooks": list(map(repr, sys.path_hooks)),
        "environment": dict(os.environ), "folder": os.getcwd(), "built-in": sorted(map(str, dir(builtins))),
        "hook": [repr(getattr(sys, f"{name}hook")) for name in ("except", "display", "unraisable", "breakpoint")],
        "signals": {n: repr(signal.getsignal(n)) for n in sorted(signal.valid_signals())},
        "filters": list(map(str, warnings.filters)), "handlers": list(map(repr, logging.getLogger().handlers)),
        "level": logging.getLogger().level, "threads": threading.active_count(), "locale": locale.setlocale(0),
        "gc": [gc.isenabled(), gc.get_threshold()], "limit": sys.getrecursionlimit(),
        "timeout": socket.getdefaulttimeout(),
        "trace": [repr(sys.gettrace()), repr(sys.getprofile())], "streams": [repr(sys.stdin), repr(sys.stdout)],
    }

told, missing, old = {}, [], state()
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        missing.append(name)
    except Exception as error:
        told[name] = repr(error)
    new = state()
    if new != old:
        told[name] = [key for key in new if new[key] != old[key]]
    old = new
print(json.dumps([told, missing]))
"""


def test_what_is_called_quiet_is(tmp_path: Path) -> None:
    argv = [sys.executable, "-I", "-c", LOOK, *sorted(QUIET)]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=True)
    told, missing = json.loads(done.stdout)
    assert told == {}
    assert {*missing} <= {name for name in QUIET if name not in sys.stdlib_module_names} | {
        "bz2",
        "lzma",
        "dbm",
        "sqlite3",
        "ssl",
    }
    assert not done.stderr


@pytest.mark.parametrize("name", ["this", "antigravity", "readline", "site", "__main__", "asyncio.windows_events"])
def test_what_does_something_is_not_called_quiet(name: str) -> None:
    assert not is_quiet(name)
