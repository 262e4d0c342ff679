"""Projects whose environment is made without a network: a wheel, a build backend of the project's own, commands."""

import base64
import hashlib
import zipfile
from pathlib import Path

from stomper.environments.find_recipe import Wanted, find_recipe
from stomper.environments.project_files import ProjectFiles
from stomper.environments.recipe import Part, Recipe, Step
from tests.kit.repo import GitRepo

# A backend as PEP 660 has it: an editable install is a line in a .pth file. It also writes a module, as those do that
# write a version.
BACKEND = """\
import pathlib
import zipfile


def _wheel(folder, files):
    name = "shop-1.0-py3-none-any.whl"
    known = {
        "shop-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: shop\\nVersion: 1.0\\nRequires-Dist: measure\\n",
        "shop-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        for path, text in {**files, **known}.items():
            wheel.writestr(path, text)
        rows = "".join(f"{path},,\\n" for path in [*files, *known, "shop-1.0.dist-info/RECORD"])
        wheel.writestr("shop-1.0.dist-info/RECORD", rows)
    return name


def build_editable(folder, config_settings=None, metadata_directory=None):
    source = pathlib.Path.cwd() / "src"
    (source / "shop" / "_version.py").write_text('VERSION = "1.0"\\n')
    return _wheel(folder, {"shop.pth": f"{source}\\n"})


def build_wheel(folder, config_settings=None, metadata_directory=None):
    return build_editable(folder)
"""
PYPROJECT = """\
[project]
name = "shop"
version = "1.0"
dependencies = ["measure"]
[build-system]
requires = []
build-backend = "own_backend"
backend-path = ["build_tools"]
"""
SHOP = "import os\n\nfrom measure import UNIT\n\nfrom shop._version import VERSION\n\nNAME = f'{UNIT} {VERSION}'\n"
TEST = """\
import unittest
from importlib.metadata import version

from shop.price import NAME


class PriceTest(unittest.TestCase):
    def test_name(self) -> None:
        self.assertEqual(NAME, f"EUR {version('shop')}")
"""


def make_wheel(folder: Path, name: str, module: str) -> Path:
    """A wheel with one module, as pip installs it from a folder."""
    folder.mkdir(exist_ok=True)
    info, place = f"{name}-1.0.dist-info", folder / f"{name}-1.0-py3-none-any.whl"
    files = {
        f"{name}.py": module,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: kit\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(place, "w") as wheel:
        rows = []
        for path, text in files.items():
            wheel.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            rows.append(f"{path},sha256={digest},{len(text.encode())}\n")
        wheel.writestr(f"{info}/RECORD", "".join([*rows, f"{info}/RECORD,,\n"]))
    return place


def shop_repo(repo: GitRepo, wheels: Path) -> dict[str, str]:
    """A project that nothing is installed for: it needs a wheel, its own metadata, and a module that its build writes.

    Returns the variables by which pip finds the wheel, and nothing else.
    """
    make_wheel(wheels, "measure", "UNIT = 'EUR'\n")
    for path, text in {
        "pyproject.toml": PYPROJECT,
        ".gitignore": "_version.py\n",
        "build_tools/own_backend.py": BACKEND,
        "src/shop/__init__.py": "",
        "src/shop/price.py": SHOP,
        "tests/test_price.py": TEST,
    }.items():
        repo.write(path, text)
    repo.commit("A shop")
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}


def by_shell(*scripts: str) -> Recipe:
    """A recipe of these lines for a shell."""
    return Recipe((Part("own", "kit", tuple(Step(("sh", "-c", line)) for line in scripts), ("a.py",)),))


def recipe_of(
    folder: Path, files: dict[str, str], wanted: Wanted | None = None, there: frozenset[str] = frozenset()
) -> Recipe:
    """The recipe of a project with these files, where these programs are there."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    programs = frozenset(path for path in files if path.startswith(".stomper/"))
    return find_recipe(ProjectFiles(folder, files.keys(), programs), wanted or Wanted(), lambda name: name in there)
