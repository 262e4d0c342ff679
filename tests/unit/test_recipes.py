"""From a project's files to the commands that make its environment."""

import json
from pathlib import Path

import pytest

from stomper.environments.find_recipe import Wanted
from tests.kit.environments import recipe_of

BUILT = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
NAMED = '[project]\nname = "a"\nversion = "1"\n'
EVERY = Wanted(python=True, node=True, rust=True, go=True)
MANAGERS = frozenset({"uv", "poetry", "pdm"})
PYTESTS = {"tests/test_a.py": "import pytest\n"}
PACKAGES = json.dumps({"devDependencies": {"eslint": "^9"}})

CASES: dict[str, tuple[dict[str, str], str]] = {
    "nothing": ({"a.py": "", "README.md": ""}, ""),
    "extra": (
        {"pyproject.toml": f'{NAMED}{BUILT}[project.optional-dependencies]\ntests = ["pytest"]\ndocs = ["sphinx"]\n'},
        "python -m pip install --editable '.[tests]'",
    ),
    "extra for development, where pytest is": (
        {
            "pyproject.toml": f"{NAMED}{BUILT}[project.optional-dependencies]\n"
            'test = ["freezegun"]\ndev = ["pytest>=8"]\n',
            **PYTESTS,
        },
        "python -m pip install --editable '.[test,dev]'",
    ),
    "group with a group": (
        {
            "pyproject.toml": f'{NAMED}{BUILT}[dependency-groups]\nbase = ["pytest"]\n'
            'Tests = [{include-group = "base"}, "trio"]\n'
        },
        "python -m pip install --editable . pytest trio",
    ),
    "groups that include each other": (
        {"pyproject.toml": f'{NAMED}{BUILT}[dependency-groups]\ntest = [{{include-group = "test"}}, "trio"]\n'},
        "python -m pip install --editable . trio",
    ),
    "no build, so not installed": (
        {"pyproject.toml": f'{NAMED}dependencies = ["httpx"]\n[dependency-groups]\ndev = ["pytest"]\n', **PYTESTS},
        "python -m pip install httpx pytest",
    ),
    "lists": (
        {"requirements.txt": "django\n", "requirements-test.txt": "pytest\n", "requirements-docs.txt": "sphinx\n"},
        "python -m pip install --requirement requirements.txt --requirement requirements-test.txt",
    ),
    "lists in a folder": (
        {"setup.py": "from setuptools import setup\nsetup()\n", "requirements/dev.txt": "pytest\n", **PYTESTS},
        "python -m pip install --editable . --requirement requirements/dev.txt",
    ),
    "setup.cfg": (
        {
            "setup.py": "from setuptools import setup\nsetup()\n",
            "setup.cfg": "[metadata]\nname = a\n[options.extras_require]\ntesting = pytest\n",
        },
        "python -m pip install --editable '.[testing]'",
    ),
    "tox": (
        {
            "pyproject.toml": NAMED + BUILT,
            "tox.ini": "[testenv]\ndeps =\n    pytest>=7\n    py38: old\n    -r{toxinidir}/more.txt\n",
            "more.txt": "trio\n",
            **PYTESTS,
        },
        "python -m pip install --editable . --requirement more.txt 'pytest>=7'",
    ),
    "nox": (
        {
            "pyproject.toml": NAMED + BUILT,
            "noxfile.py": "def tests(session):\n    session.install('pytest', '-e', '.')\n    session.install(name)\n",
            **PYTESTS,
        },
        "python -m pip install --editable . pytest",
    ),
    "pytest that nobody lists": (
        {"pyproject.toml": NAMED + BUILT, **PYTESTS},
        "python -m pip install --editable . pytest",
    ),
    "poetry without poetry": (
        {
            "pyproject.toml": '[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\npython = "^3.9"\nyarl = "^1.2"\n'
            '[tool.poetry.group.dev.dependencies]\npytest = "^8.1"\nown = {path = "../own"}\n'
            '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n',
            **PYTESTS,
        },
        "python -m pip install --editable . 'pytest<9,>=8.1'",
    ),
    "checkers in other groups": (
        {
            "pyproject.toml": f'{NAMED}{BUILT}[dependency-groups]\ntests = ["pytest"]\nlint = ["mypy==1.5", "tox"]\n'
            '[project.optional-dependencies]\ndocs = ["sphinx", "types-docutils"]\n'
        },
        "python -m pip install --editable . pytest mypy==1.5 types-docutils",
    ),
    "pdm's groups": (
        {"pyproject.toml": f'{NAMED}{BUILT}[tool.pdm.dev-dependencies]\ntest = ["pytest"]\n'},
        "python -m pip install --editable . pytest",
    ),
    "hatch's environment": (
        {"pyproject.toml": f'{NAMED}{BUILT}[tool.hatch.envs.default]\ndependencies = ["pytest", "trio"]\n', **PYTESTS},
        "python -m pip install --editable . pytest trio",
    ),
    "own program": ({".stomper/setup": "#!/bin/sh\n", "pyproject.toml": NAMED + BUILT}, "./.stomper/setup"),
    "Makefile": ({"Makefile": "VENV := x\nsetup: a\n\techo\ninstall:\n\tcp\n"}, "make setup"),
    "Makefile for the machine": ({"Makefile": "install:\n\tcp\n"}, ""),
    "Makefile beside metadata": (
        {"Makefile": "setup:\n\techo\n", "pyproject.toml": NAMED + BUILT},
        "python -m pip install --editable .",
    ),
    "npm": ({"package.json": PACKAGES, "package-lock.json": "{}"}, "npm ci --no-audit --no-fund"),
    "npm without a lock": ({"package.json": PACKAGES}, "npm install --no-package-lock --no-audit --no-fund"),
    "pnpm": ({"package.json": PACKAGES, "pnpm-lock.yaml": ""}, "pnpm install --frozen-lockfile"),
    "yarn": ({"package.json": PACKAGES, "yarn.lock": ""}, "yarn install --frozen-lockfile"),
    "new yarn": ({"package.json": PACKAGES, "yarn.lock": "", ".yarnrc.yml": ""}, "yarn install --immutable"),
    "no packages": ({"package.json": "{}", "package-lock.json": "{}"}, ""),
    "no JSON": ({"package.json": "{", "package-lock.json": "{}"}, ""),
    "cargo": ({"Cargo.toml": "", "Cargo.lock": ""}, "cargo fetch --locked"),
    "go": ({"go.mod": ""}, "go mod download"),
    "no TOML": ({"pyproject.toml": "[", **PYTESTS}, ""),
}


@pytest.mark.parametrize("name", CASES)
def test_the_commands_are_found(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    assert recipe_of(tmp_path, files, EVERY).text == expected


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        ("uv.lock", "uv sync --frozen --no-progress --python python --group tests --extra test"),
        ("poetry.lock", "poetry install --no-interaction --with tests --extras test"),
        ("pdm.lock", "pdm use --force python; pdm install --frozen-lockfile --no-editable --group tests --group test"),
    ],
)
def test_a_lock_file_is_for_its_manager_where_that_is(tmp_path: Path, lock: str, expected: str) -> None:
    text = f'{NAMED}{BUILT}[project.optional-dependencies]\ntest = ["trio"]\n[dependency-groups]\ntests = ["pytest"]\n'
    files = {"pyproject.toml": text, lock: ""}
    assert recipe_of(tmp_path, files, there=MANAGERS).text == expected
    without = recipe_of(tmp_path, files)
    assert without.text == "python -m pip install --editable '.[test]' pytest"
    (note,) = without.notes
    assert lock in note


def test_only_what_is_wanted_is_made(tmp_path: Path) -> None:
    files = {"pyproject.toml": NAMED + BUILT, "package.json": PACKAGES, "Cargo.toml": "", "go.mod": ""}
    assert recipe_of(tmp_path, files).text == "python -m pip install --editable ."
    assert recipe_of(tmp_path, files, Wanted(python=False)).text == ""
    assert recipe_of(tmp_path, {".stomper/setup": ""}, Wanted(python=False)).text == ""


def test_an_environment_depends_on_what_it_is_made_from(tmp_path: Path) -> None:
    files = {"setup.py": "", "src/a.c": "", "src/a.py": "", "uv.lock": "", "requirements/x.txt": "", "README.md": ""}
    assert recipe_of(tmp_path, files).reads == ("requirements/x.txt", "setup.py", "src/a.c", "uv.lock")
