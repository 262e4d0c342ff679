"""The promise of a project: the Pythons it is for and what is installed with it, by its metadata and nothing else."""

from pathlib import Path

import pytest

from stomper.metadata.supported_pythons import read_promise

BACKPORT = "typing_extensions"


def lay(root: Path, **files: str) -> Path:
    """Write files; `__` in a name is a slash, `_x_` nothing: names are given with their own dots by a dictionary."""
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def project(words: str) -> str:
    return f'[project]\nname = "x"\nversion = "1"\n{words}\n'


SCRIPT = '# /// script\n# requires-python = ">=3.12"\n# ///\n'


def requires(words: str) -> str:
    return project(f'requires-python = "{words}"')


NAMED = "Programming Language :: Python ::"
POETRY = '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\n'


@pytest.mark.parametrize(
    ("file", "text", "oldest"),
    [
        ("pyproject.toml", requires(">=3.8"), (3, 8)),
        ("pyproject.toml", requires(">= 3.11, <4"), (3, 11)),
        ("pyproject.toml", requires("<4,>=3.10"), (3, 10)),
        ("pyproject.toml", requires("~=3.8"), (3, 8)),
        ("pyproject.toml", requires("==3.11.*"), (3, 11)),
        ("pyproject.toml", requires(">=3.8,!=3.8.*,!=3.9.*"), (3, 10)),
        ("pyproject.toml", requires(">3.9"), (3, 9)),
        ("pyproject.toml", requires(">=3.9.2"), (3, 9)),
        ("pyproject.toml", requires(">=2.7,!=3.0.*,!=3.1.*"), (2, 7)),
        ("pyproject.toml", requires("<4"), (3, 9)),
        ("pyproject.toml", requires("three"), (3, 7)),
        ("pyproject.toml", '# requires-python = ">=3.12"\n' + requires(">=3.8"), (3, 8)),
        ("pyproject.toml", project('description = "was requires-python = >=3.12"'), (3, 9)),
        ("pyproject.toml", POETRY + 'python = "^3.10"', (3, 10)),
        ("pyproject.toml", POETRY + 'python = ">=3.8,<3.13"', (3, 8)),
        ("pyproject.toml", POETRY + 'python = "~3.8"', (3, 8)),
        ("pyproject.toml", POETRY + 'python = "3.11.*"', (3, 11)),
        ("pyproject.toml", POETRY + 'python = "~2.7 || ^3.6"', (2, 7)),
        ("pyproject.toml", POETRY + 'python = {version = ">=3.12"}', (3, 12)),
        ("pyproject.toml", '[tool.flit.metadata]\nmodule = "x"\nrequires-python = ">=3.8"', (3, 8)),
        ("pyproject.toml", '[tool.ruff]\ntarget-version = "py312"', (3, 12)),
        ("pyproject.toml", '[tool.mypy]\npython_version = "3.8"', (3, 8)),
        ("pyproject.toml", requires(">=3.9") + '[tool.mypy]\npython_version = "3.12"', (3, 9)),
        ("pyproject.toml", project('classifiers = ["Programming Language :: Python :: 3.11"]'), (3, 11)),
        ("setup.cfg", "[options]\npython_requires = >=3.10\n", (3, 10)),
        ("setup.cfg", "[metadata]\npython-requires = >=3.8\n", (3, 8)),
        ("setup.cfg", f"[metadata]\nclassifiers =\n  {NAMED} 3\n  {NAMED} 3.8\n", (3, 8)),
        ("setup.cfg", "[mypy]\npython_version = 3.8\n", (3, 8)),
        ("setup.py", "from setuptools import setup\nsetup(python_requires='>=3.8')", (3, 8)),
        ("setup.py", "import setuptools\nOLD = '>=3.10'\nsetuptools.setup(python_requires=OLD)", (3, 10)),
        ("setup.py", "from setuptools import setup\nsetup(python_requires=make())", (3, 7)),
        ("setup.py", "# setup(python_requires='>=3.12')\nsetup(name='x')", (3, 9)),
        ("Pipfile", '[requires]\npython_version = "3.8"\n', (3, 8)),
        ("ruff.toml", 'target-version = "py38"\n', (3, 8)),
        ("ruff.toml", '[per-file-target-version]\n"*.py" = "py38"\n', (3, 8)),
        ("mypy.ini", "[mypy]\npython_version = 3.8\n", (3, 8)),
        ("README", "requires-python = '>=3.12'", (3, 9)),
    ],
)  # fmt: skip
def test_the_oldest_python(tmp_path: Path, file: str, text: str, oldest: tuple[int, int]) -> None:
    lay(tmp_path, **{file: text})
    assert read_promise(tmp_path, "pkg/a.py").oldest == oldest


@pytest.mark.parametrize(
    ("files", "oldest"),
    [
        ({"pyproject.toml": requires(">=3.12"), "p/pyproject.toml": requires(">=3.9")}, (3, 9)),
        ({"pyproject.toml": requires(">=3.9"), "p/pyproject.toml": requires(">=3.12")}, (3, 12)),
        ({"pyproject.toml": requires(">=3.12"), "p/setup.cfg": "[options]\npython_requires = >=3.8\n"}, (3, 8)),
        ({"pyproject.toml": requires(">=3.12"), "p/pyproject.toml": project("")}, (3, 12)),
        ({"pyproject.toml": requires(">=3.12"), "p/pyproject.toml": "[tool.black]\n"}, (3, 12)),
        ({"pyproject.toml": requires(">=3.12"), "p/ruff.toml": 'target-version = "py39"'}, (3, 9)),
        ({"pyproject.toml": requires(">=3.9"), "p/ruff.toml": 'target-version = "py312"'}, (3, 9)),
        ({"pyproject.toml": project('dynamic = ["x"]'), "setup.py": "setup(python_requires='>=3.8')"}, (3, 8)),
        (
            {
                "pyproject.toml": requires(">=3.12"),
                "p/setup.py": "setup(classifiers=['Programming Language :: Python :: 3.8'])",
            },
            (3, 8),
        ),
        ({"pyproject.toml": requires(">=3.9"), "p/in/a.py": SCRIPT}, (3, 12)),
    ],
)  # fmt: skip
def test_the_nearest_metadata_counts(tmp_path: Path, files: dict[str, str], oldest: tuple[int, int]) -> None:
    lay(tmp_path, **files)
    assert read_promise(tmp_path, "p/in/a.py").oldest == oldest


OLD_ONLY = "dependencies = [\"typing_extensions; python_version < '3.12'\"]\n"
DYNAMIC = project('dynamic = ["dependencies"]')


@pytest.mark.parametrize(
    ("files", "needed"),
    [
        ({"pyproject.toml": project('dependencies = ["typing-extensions>=4.4"]')}, True),
        ({"pyproject.toml": project('dependencies = ["Typing.Extensions"]')}, True),
        ({"pyproject.toml": project("dependencies = []  # no typing_extensions")}, False),
        ({"pyproject.toml": project('dependencies = ["typing_extensions_more"]')}, False),
        ({"pyproject.toml": project('dependencies = ["typing_extensions>=3.7"]')}, False),
        ({"pyproject.toml": project('dependencies = ["typing_extensions==4.2"]')}, False),
        ({"pyproject.toml": project('dependencies = ["typing_extensions<5"]')}, True),
        ({"pyproject.toml": project('dependencies = ["typing_extensions; python_version < \'3.12\'"]')}, False),
        ({"pyproject.toml": project('dependencies = ["typing_extensions; python_version > \'3\'"]')}, True),
        ({"pyproject.toml": project('dependencies = ["typing_extensions; sys_platform == \'win32\'"]')}, False),
        ({"pyproject.toml": requires("==3.10.*") + OLD_ONLY}, True),
        ({"pyproject.toml": project("") + '[dependency-groups]\ndev = ["typing_extensions"]'}, False),
        ({"pyproject.toml": project("") + '[project.optional-dependencies]\nt = ["typing_extensions"]'}, False),
        (
            {
                "pyproject.toml": project('dependencies = ["x[t]"]')
                + '[project.optional-dependencies]\nt = ["typing_extensions"]'
            },
            True,
        ),
        ({"pyproject.toml": project("") + "[build-system]\nrequires = ['typing_extensions']"}, False),
        ({"pyproject.toml": POETRY + 'typing-extensions = "^4.5"'}, True),
        ({"pyproject.toml": POETRY + 'typing-extensions = {version = "*", optional = true}'}, False),
        ({"pyproject.toml": POETRY + 'typing-extensions = {version = "*", python = "<3.12"}'}, False),
        ({"pyproject.toml": POETRY + '[tool.poetry.group.dev.dependencies]\ntyping-extensions = "*"'}, False),
        ({"setup.cfg": "[options]\ninstall_requires =\n  typing_extensions\n"}, True),
        ({"setup.cfg": "[options]\ninstall_requires =\n\n[options.extras_require]\nt = typing_extensions\n"}, False),
        ({"setup.py": "setup(install_requires=['typing_extensions'])"}, True),
        ({"setup.py": "setup(install_requires=['six'], tests_require=['typing_extensions'])"}, False),
        (
            {
                "pyproject.toml": DYNAMIC + "[tool.setuptools.dynamic]\ndependencies = {file = ['r.txt']}",
                "r.txt": "-r more.txt\n",
                "more.txt": "typing_extensions>=4.7 --hash=sha256:1  # pinned\n",
            },
            True,
        ),
        ({"pyproject.toml": DYNAMIC, "setup.py": "setup(install_requires=['typing_extensions'])"}, True),
        ({"pyproject.toml": project(""), "requirements.txt": "typing_extensions\n"}, False),
        ({"requirements.txt": "typing_extensions\n"}, True),
        ({"requirements.txt": "# typing_extensions\n"}, False),
        ({"requirements-dev.txt": "typing_extensions\n"}, False),
        ({"Pipfile": '[packages]\ntyping-extensions = "*"\n'}, True),
        ({"Pipfile": '[dev-packages]\ntyping-extensions = "*"\n'}, False),
        ({"pyproject.toml": project('dependencies = ["typing_extensions"]'), "p/pyproject.toml": project("")}, False),
    ],
)  # fmt: skip
def test_what_is_declared_is_there(tmp_path: Path, files: dict[str, str], needed: bool) -> None:
    lay(tmp_path, **files)
    assert read_promise(tmp_path, "p/a.py").needs(BACKPORT, "4.4.0") is needed


def test_what_cannot_be_read_states_nothing(tmp_path: Path) -> None:
    lay(tmp_path, **{"pyproject.toml": "[project\n", "setup.cfg": "nothing", "setup.py": "print 'old'"})
    assert read_promise(tmp_path, "a.py").oldest == (3, 9)
