"""The project's own Python environment: beside its files, or where the tool that made it keeps it.

One that is there and cannot be used is named. To go on with another Python would mean other packages, and often
no tests and no type checker, with nobody being told.
"""

import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.config.places import place_of
from stomper.disk.regular_files import open_regular
from stomper.errors import ConfigError, ToolError
from stomper.metadata.config_files import read_text

PYTHON = Path("bin", "python")
ALWAYS = (".venv", "venv", ".pixi/envs/default", ".conda")
# These names are those of other folders too.
IF_MARKED = ("env", ".env", "virtualenv")
MARKS = ("pyvenv.cfg", "conda-meta")
KEPT_BY_NAME = ("~/.virtualenvs", "~/.local/share/virtualenvs")
# A file that a manager of environments is known by, and how it says where it keeps the project's.
MANAGERS = {
    "poetry.lock": ("poetry", "env", "info", "--path"),
    "Pipfile": ("pipenv", "--venv"),
    "hatch.toml": ("hatch", "env", "find", "default"),
}
TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Environment:
    """A folder with an interpreter and programs; `name` is what people call it, `fault` why it is of no use."""

    name: str
    folder: Path
    fault: str = ""

    @property
    def python(self) -> Path:
        return self.folder / PYTHON


def own_environment(top: Path) -> Environment | None:
    """The environment of the project at `top`, None if it has none. Raises ConfigError for one that is broken.

    One that is broken does no harm where the user's shell has another one active.
    """
    found = look_for_environment(top)
    if found is None or not found.fault:
        return found
    active = process.active_virtualenv()
    if active and Path(active).resolve() != found.folder.resolve() and (Path(active) / PYTHON).exists():
        return Environment("active virtual environment", Path(active))
    raise ConfigError(
        f"the project's environment {found.name} is broken: {found.fault}",
        f"Make it again, or name another: python = '/path/to/python' {place_of(top, 'environment')}.",
    )


def look_for_environment(top: Path) -> Environment | None:
    """The first environment that can be used, else the first that cannot; None if there is none."""
    found = environments(top)
    return next((one for one in found if not one.fault), found[0] if found else None)


def environments(top: Path) -> list[Environment]:
    """All that are beside the project's files; those kept elsewhere if none of these can be used."""
    top = top.absolute()  # programs are started elsewhere
    beside = list(_beside(top))
    return beside if any(not one.fault for one in beside) else [*beside, *_elsewhere(top)]


def named_places(top: Path) -> Iterator[tuple[str, Path]]:
    """Find folders beside the project's files that have the name of an environment. Nothing in them is started."""
    for name in (*ALWAYS, *IF_MARKED):
        place = top / name
        marked = name not in IF_MARKED or any((place / mark).exists() for mark in MARKS)
        if marked and os.path.lexists(place):
            yield name, place


def _beside(top: Path) -> Iterator[Environment]:
    for name, place in named_places(top):
        if place.is_file():
            yield from _pointed(name, place)
        else:
            yield Environment(name, place, fault_of(place))


def _pointed(name: str, file: Path) -> Iterator[Environment]:
    """A file in the place of the folder has its path, or a name that is looked up where environments are kept."""
    words = read_text(file).strip().splitlines()
    if not words:
        return
    target = Path(words[0].strip()).expanduser()
    homes = [Path(home).expanduser() for home in (process.variable("WORKON_HOME"), *KEPT_BY_NAME) if home]
    places = [file.parent / target, *(home / target for home in homes)]
    folder = next((place for place in places if place.is_dir()), places[0])
    fault = fault_of(folder) if folder.is_dir() else f"the file names {words[0].strip()}, which is not there"
    yield Environment(name, folder, fault)


def _elsewhere(top: Path) -> Iterator[Environment]:
    """Environments that are kept outside of the project by a tool that is the only one to know which."""
    if (python := read_text(top / ".pdm-python").strip()) and Path(python).exists():
        yield Environment("pdm's", Path(python).parent.parent)
    if "[tool.hatch.envs" in read_text(top / "pyproject.toml"):
        yield from _asked(top, MANAGERS["hatch.toml"])
    for file, command in MANAGERS.items():
        if (top / file).exists():
            yield from _asked(top, command)


@functools.lru_cache(maxsize=8)
def _asked(top: Path, command: tuple[str, ...]) -> tuple[Environment, ...]:
    """Give what such a tool answers; asked once, it takes its time."""
    try:
        done = process.run(command, cwd=top, timeout=TIMEOUT, contained=True)
    except ToolError:
        return ()
    folder = Path(os.fsdecode(done.stdout.strip()))
    known = done.returncode == 0 and folder.is_absolute() and (folder / PYTHON).exists()
    return (Environment(f"{command[0]}'s", folder),) if known else ()


def fault_of(folder: Path) -> str:
    """Say why nothing can be started from an environment, '' if it can."""
    python = folder / PYTHON
    if not folder.exists():
        return f"it leads to {os.path.realpath(folder)}, which is not there"
    if not python.exists():
        if os.path.lexists(python):
            return f"{PYTHON} leads to {os.path.realpath(python)}, which is not there"
        return "it was made for Windows" if (folder / "Scripts").is_dir() else f"it has no {PYTHON}"
    try:
        done = process.run([str(python), "-I", "-c", ""], cwd=Path("/"), timeout=TIMEOUT, contained=True)
    except ToolError as error:
        return error.message
    return "" if done.ended and not done.returncode else f"{PYTHON} does not start ({done.how()}): {done.words(200)}"


def missing_interpreter(program: Path) -> str:
    """Give the program that a script asks for and that is gone, as after a move of its environment; '' if none is."""
    try:
        with open_regular(program) as file:
            line = file.readline(1000)
    except OSError:
        return ""
    if not line.startswith(b"#!") or b"/" not in line:
        return ""
    words = os.fsdecode(line[2:]).split()
    return words[0] if words and not Path(words[0]).exists() else ""
