"""The recipe of a Python project: by uv, Poetry or PDM where it has their lock file and they are there, else by pip."""

from collections.abc import Callable
from pathlib import PurePosixPath

from stomper.environments.needs_of_tests import Needs, extras_of, find_needs, is_list
from stomper.environments.project_files import ProjectFiles
from stomper.environments.recipe import BASE, PYTHON, VENV, Part, Step
from stomper.metadata.pyproject import read_pyproject, read_toml, table

EMPTY = Step((BASE, "-m", "venv", VENV))
METADATA = ("pyproject.toml", "setup.py", "setup.cfg")
NATIVE = frozenset({".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".pyx", ".pxd", ".rs", ".f", ".f90", ".pyi.in"})
BUILDING = frozenset({"meson.build", "CMakeLists.txt", "Cargo.toml", "Cargo.lock", "MANIFEST.in"})
LOCKS = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm"}


def python_part(files: ProjectFiles, is_there: Callable[[str], bool]) -> Part | None:
    """What makes the environment of Python; None where nothing says what is in it."""
    needs = find_needs(files)
    lock = next((name for name in LOCKS if files.has(name)), "")
    if lock and is_there(LOCKS[lock]):
        steps = {"uv.lock": _by_uv, "poetry.lock": _by_poetry, "pdm.lock": _by_pdm}[lock](files, needs)
        return Part("python", lock, (EMPTY, *steps), _reads(files, needs, lock))
    words, because = _pips_words(files, needs)
    if not words:
        return None
    step = Step((PYTHON, "-m", "pip", "install", *words))
    notes = (f"{LOCKS[lock]} is not here: pip chooses versions, which may be others than in {lock}",) if lock else ()
    return Part("python", because, (EMPTY, step), _reads(files, needs, lock), notes=notes)


def _by_uv(files: ProjectFiles, needs: Needs) -> tuple[Step, ...]:
    words = ["uv", "sync", "--frozen", "--no-progress", "--python", PYTHON]
    words += [word for name in needs.groups for word in ("--group", name)]
    words += [word for name in _own_extras(files, needs) for word in ("--extra", name)]
    return (Step(tuple(words), (*words, "--offline")),)


def _by_poetry(files: ProjectFiles, needs: Needs) -> tuple[Step, ...]:
    words = ["poetry", "install", "--no-interaction"]
    optional = [name for name in needs.groups if name != "dev"]
    words += ["--with", ",".join(optional)] if optional else []
    words += [word for name in _own_extras(files, needs) for word in ("--extras", name)]
    return (Step(tuple(words)),)


def _by_pdm(files: ProjectFiles, needs: Needs) -> tuple[Step, ...]:
    words = ["pdm", "install", "--frozen-lockfile", "--no-editable"]
    words += [word for name in (*needs.groups, *_own_extras(files, needs)) for word in ("--group", name)]
    return (Step(("pdm", "use", "--force", PYTHON)), Step(tuple(words)))


def _own_extras(files: ProjectFiles, needs: Needs) -> tuple[str, ...]:
    known = extras_of(files, read_toml(files.root / "pyproject.toml"))
    return tuple(name for name in needs.extras if name in known)


def _pips_words(files: ProjectFiles, needs: Needs) -> tuple[list[str], str]:
    """What pip is told to install, and the file that says most of it."""
    lists = [*needs.lists]
    if installable(files):
        own = [f".[{','.join(needs.extras)}]" if needs.extras else "."]
        words, because = ["--editable", *own], next(name for name in METADATA if files.has(name))
    else:
        words, because = list(_declared(files, needs)), "pyproject.toml"
        if files.has("requirements.txt"):
            lists, because = ["requirements.txt", *lists], "requirements.txt"
        elif not words:
            because = lists[0] if lists else ""
    if not (because and files.has(because)):
        return [], ""
    return [*words, *(word for path in lists for word in ("--requirement", path)), *needs.words], because


def installable(files: ProjectFiles) -> bool:
    """Say whether a project says how it is built: one that only lists what it needs does not."""
    whole = read_toml(files.root / "pyproject.toml")
    return files.has("setup.py") or bool(table(whole, "build-system"))


def _declared(files: ProjectFiles, needs: Needs) -> list[str]:
    """The requirements of a project that is not installed itself."""
    extras = extras_of(files, read_toml(files.root / "pyproject.toml"))
    words = [str(one) for one in read_pyproject(files.root).needs or ()]
    return [*words, *(word for name in needs.extras for word in extras.get(name, ()))]


def _reads(files: ProjectFiles, needs: Needs, lock: str) -> tuple[str, ...]:
    """The files on which an environment depends: what says what is in it, and what is compiled for it."""
    named = {*METADATA, "requirements.txt", "tox.ini", "noxfile.py", ".python-version", lock, *needs.lists}
    paths = {path for path in files.paths if path in named or is_list(path)}
    if installable(files):
        paths |= {path for path in files.paths if _is_compiled(PurePosixPath(path))}
    return tuple(sorted(paths))


def _is_compiled(path: PurePosixPath) -> bool:
    return path.suffix in NATIVE or path.name in BUILDING
