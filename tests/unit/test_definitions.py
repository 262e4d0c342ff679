"""Where the names of a package are defined: what its `__init__.py` says, in the package that the name means."""

from pathlib import Path

import pytest

from stomper.fixers.codemods.base import Source
from stomper.fixers.codemods.definitions import Definition, find_definition


def project(root: Path, **files: str) -> None:
    for name, text in files.items():
        file = root / f"{name.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        (file.parent / "__init__.py").touch()


def definition(root: Path, name: str = "N", path: str = "b.py") -> Definition | None:
    return find_definition(Source("", path, root), "shop", name)


CHANGING = "changing = 1\ndef change() -> None:\n    global changing\n    changing = 2\n"


@pytest.mark.parametrize(
    ("init", "module"),
    [
        ("from .x import N", "x"),
        ("from shop.x import N", "x"),
        ("from .x import M as N", "x"),
        ("from . import x as N", ""),
        ("from shop import N", ""),
        ("from .x import *", ""),
        ("from ..x import N", ""),
        ("from .x import N\nif N: N = 1", ""),
        ("from .x import N\ndel N", ""),
        ("if 1:\n    from .x import N", ""),
        ("from .x import N\nfrom os import *", ""),
        ("from os import *\nfrom .x import N", "x"),
        ("from .missing import N", ""),
        ("from .x import changing", ""),
        ("N = (", ""),
        ("N = 1", ""),
    ],
)
def test_one_import_that_is_always_made(tmp_path: Path, init: str, module: str) -> None:
    project(tmp_path, shop__x="class N: ...\nclass M: ...\n" + CHANGING)
    (tmp_path / "shop/__init__.py").write_text(init)
    found = definition(tmp_path, "changing" if "changing" in init else "N")
    assert (found.module if found else "") == module


def test_steps_end_where_the_name_is_defined_or_exported(tmp_path: Path) -> None:
    project(tmp_path, shop__a__b="from ..c import N as N\n", shop__c="N = 1\n")
    (tmp_path / "shop/__init__.py").write_text("from .a import N\n")
    (tmp_path / "shop/a/__init__.py").write_text("from .b import N\n")
    assert definition(tmp_path) == Definition("a.b", "N")
    (tmp_path / "shop/a/b.py").write_text("from ..c import N\n")
    assert definition(tmp_path) == Definition("c", "N")
    (tmp_path / "shop/c.py").write_text("from .a import N\n")
    assert definition(tmp_path) is None


def test_a_package_within_another_is_not_the_one_that_is_meant(tmp_path: Path) -> None:
    project(tmp_path / "src", shop__outer="N = 1\n", a__shop__inner="N = 2\n")
    (tmp_path / "src/__init__.py").unlink(missing_ok=True)
    (tmp_path / "src/a/__init__.py").touch()
    (tmp_path / "src/shop/__init__.py").write_text("from .outer import N\n")
    (tmp_path / "src/a/shop/__init__.py").write_text("from .inner import N\n")
    assert definition(tmp_path, path="src/a/b.py") == Definition("outer", "N")
    assert definition(tmp_path, path="elsewhere/b.py") is None
