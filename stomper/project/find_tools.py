"""Find a tool: configured path, the project's virtual environment, PATH, the copy we ship."""

import contextlib
import functools
import itertools
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.config.places import place_of
from stomper.disk.atomic_write import is_inside
from stomper.errors import ConfigError, ToolError
from stomper.project.find_environments import environments, missing_interpreter, own_environment
from stomper.project.made_environment import read_made
from stomper.project.private_environment import is_private
from stomper.settings import Settings

SHIPPED = frozenset({"ruff", "pyrefly"})
SHIM_SECONDS = 30.0
OF_PYTHON = frozenset({"mypy"})  # sees the packages of the environment that it is in


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that was found; `origin` says where, for people."""

    name: str
    path: str
    origin: str


def project_environment(
    root: Path, place: Path, python: str, roots: Sequence[str], variables: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """The variables for a project's programs in the checkout `root`: its own code first, and nothing written into it.

    `place` is for temporary files, `python` the project's interpreter; `roots` are where its imports start,
    relative to `root`, and `variables` its own.
    """
    own = dict(variables)
    return {
        "TMPDIR": str(place),
        "PYTEST_DEBUG_TEMPROOT": str(place),
        "PYTHONDONTWRITEBYTECODE": "1",
        "COVERAGE_FILE": str(place / "coverage"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(place / "hypothesis"),
        # pytest-drill-sergeant writes into test files unless told not to; that is for its fixer alone.
        "DRILL_SERGEANT_WRITE_MARKERS": "false",
        "PATH": os.pathsep.join([str(Path(python).parent), process.search_path()]),
        **own,
        "PYTHONPATH": import_path(root, roots, own.get("PYTHONPATH")),
    }


def import_path(root: Path, roots: Sequence[str], more: str | None) -> str:
    """The import roots of a checkout as a variable has them, before what the project itself or the user says."""
    return os.pathsep.join(str(root / folder) for folder in (*roots, *filter(None, (more or "").split(os.pathsep))))


def users_path(name: str, top: Path, own: Sequence[tuple[str, str]] = ()) -> str:
    """A variable that is a list of folders: those of the project's `own`, and then those that the user has set.

    What is inside of the checkout at `top` is relative to it: a worktree has its own.
    """
    words = filter(None, (process.variable(name) or "").split(os.pathsep))
    return os.pathsep.join(filter(None, [dict(own).get(name), *(_from_top(word, top) for word in words)]))


def _from_top(word: str, top: Path) -> str:
    place = Path(os.path.abspath(word))  # noqa: PTH100  # links must stay as they are
    for inner in (place, Path(os.path.realpath(place))):
        if inner.is_relative_to(top):
            return inner.relative_to(top).as_posix()
    return str(place)


def with_users_paths(top: Path, variables: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The project's own variables, with what the user's environment adds to those that we set too."""
    paths = ((name, users_path(name, top, variables)) for name in ("PYTHONPATH", "MYPYPATH"))
    return (*variables, *((name, value) for name, value in paths if value))


def find_tool(
    name: str,
    top: Path,
    configured: str | None = None,
    python: str | None = None,
    inside: bool = True,
    made: str = "",
) -> Tool:
    """The program to run for `name` in the project at `top`.

    The order is the user's word, the project's own environment, the machine, then what came with
    Stomper: a project that pins its ruff gets its ruff. `python` is the configured interpreter of the
    project, beside which its tools are. Not `inside`: of what is found in the checkout, nothing is taken. `made` is the
    folder of an environment that was made for the project. Raises ConfigError where a configured path is not a program,
    or the project's environment is broken, ToolError where nothing is found.
    """
    if configured is not None:
        if not os.access(configured, os.X_OK) or Path(configured).is_dir():
            raise ConfigError(f"tools.{name}: {configured} is not a program", f"Correct the path of {name} or drop it.")
        return Tool(name, configured, "configured")
    beside = [("beside the project's interpreter", str(Path(python).parent))] if python is not None else []
    beside += _of_made(made)
    if inside and name in OF_PYTHON and python is None:
        own_environment(top)
    for origin, folder in [*beside, *(_folders(name, top) if inside else _outer_folders(name, top))]:
        if found := shutil.which(name, path=folder):
            return _usable(Tool(name, str(Path(found).absolute()), origin), top)
    raise ToolError(
        f"{name} was not found: not in the project's environment or node_modules, not on PATH",
        f"Install {name} for the project, or name its place: {name} = '/path' {place_of(top, 'tools')}",
    )


def tool_of(settings: Settings, name: str, top: Path) -> Tool:
    """The program that the settings mean by `name`. Raises what `find_tool` does."""
    own = settings.environment
    return find_tool(name, top, settings.tool(name), inside=own.inside, made=own.made)


def python_of(settings: Settings, top: Path) -> str:
    """The interpreter that the settings mean. Raises what `find_python` does."""
    return find_python(top, settings.environment.python, settings.environment.inside)


@functools.cache
def without_shim(python: str, top: Path) -> str:
    """The interpreter that a script such as pyenv's starts for the project at `top`; any other as it is.

    Tools that look for packages beside an interpreter find nothing beside such a script. It goes by the folder it is
    started in.
    """
    with contextlib.suppress(OSError):
        with Path(python).open("rb") as file:
            is_script = file.read(2) == b"#!"
        if is_script:
            say = [python, "-I", "-c", "import sys; print(sys.executable)"]
            done = process.run(say, cwd=top, env=process.outer_python(top), timeout=SHIM_SECONDS)
            found = done.stdout.decode("utf-8", "surrogateescape").strip()
            return found if done.returncode == 0 and Path(found).is_absolute() else python
    return python


def find_command(command: Sequence[str], top: Path, settings: Settings) -> tuple[str, ...]:
    """A command with its program found, by the same order, beside a configured interpreter before all.

    One with a slash is a path, from where it will be run.
    """
    program, *words = command
    if os.sep in program:
        return tuple(command)
    own = settings.environment
    return (find_tool(program, top, settings.tool(program), own.python, own.inside, own.made).path, *words)


def _of_made(folder: str) -> list[tuple[str, str]]:
    """The folders with programs of an environment that was made."""
    made = read_made(Path(folder)) if folder else None
    return [("the made environment", str(place)) for place in made.programs] if made is not None else []


def _usable(tool: Tool, top: Path) -> Tool:
    if missing := missing_interpreter(Path(tool.path)):
        raise ConfigError(
            f"{tool.path} is started by {missing}, which is not there: was its environment moved?",
            f"Make the environment again, or name another program: {tool.name} = '/path' {place_of(top, 'tools')}.",
        )
    return tool


def _folders(name: str, top: Path) -> list[tuple[str, str]]:
    folders = [(f"project {own.name}", str(own.folder / "bin")) for own in environments(top)]
    folders.append(("project node_modules", str(top / "node_modules" / ".bin")))
    if active := process.active_virtualenv():
        folders.append(("active virtual environment", str(Path(active) / "bin")))
    folders.append(("PATH", process.search_path()))
    if name in SHIPPED:
        folders.append(("shipped with Stomper", _shipped_folder()))
    return folders


def _outer_folders(name: str, top: Path) -> list[tuple[str, str]]:
    """The user's own folders with this program, less those of which the checkout decides what is in them."""
    own = [(origin, folder) for origin, folder in users_folders() if shutil.which(name, path=folder)]
    folders = [(origin, folder) for origin, folder in own if not _leads_into(folder, name, top)]
    return [*folders, *([("shipped with Stomper", _shipped_folder())] if name in SHIPPED else [])]


def users_folders() -> list[tuple[str, str]]:
    """The folders in which the user's shell finds programs, each with its origin, as absolute paths."""
    active = process.active_virtualenv()
    folders = [("active virtual environment", str(Path(active) / "bin"))] if active else []
    folders += [("PATH", folder) for folder in process.search_path().split(os.pathsep)]
    return [(origin, os.path.abspath(folder)) for origin, folder in folders]  # noqa: PTH100  # links must stay as they are


def _leads_into(folder: str, name: str, top: Path) -> bool:
    """Say whether a program of this folder is in the checkout, by its own path or by where that leads."""
    return is_inside(folder, top) or is_inside(os.path.join(folder, name), top)  # noqa: PTH118  # may be no path at all


def _shipped_folder() -> str:
    if process.is_frozen():
        return str(Path(getattr(sys, "_MEIPASS", "")) / "bin")
    return _scripts()


@functools.cache
def _scripts() -> str:
    import sysconfig  # not for a worker, which looks for no tools

    return sysconfig.get_path("scripts")


def find_python(top: Path, configured: str | None, inside: bool = True) -> str:
    """The interpreter of the project: configured, of its own environment, the active one, the one on PATH.

    Never that of an environment in which there is nothing but Stomper, unless it was configured. Not `inside`: one in
    the checkout is not taken, unless it was configured.
    Raises ConfigError for a configured one that is none, and for an environment of the project that is broken.
    """
    if configured is not None:
        if not os.access(configured, os.X_OK):
            raise ConfigError(f"environment.python: {configured} is not a program", "Name the project's interpreter.")
        return configured
    if not inside:
        return _outer_python(top)
    if own := own_environment(top):
        return str(own.python)
    active = process.active_virtualenv()
    if active and not is_private(Path(active)) and (found := Path(active) / "bin" / "python").exists():
        return str(found)
    return _python_of_shell(lambda folder, name: True)


def _outer_python(top: Path) -> str:
    """The interpreter of the user's shell, if it is not one of the checkout's."""
    return _python_of_shell(lambda folder, name: not _leads_into(folder, name, top))


def _python_of_shell(is_meant: Callable[[str, str], bool]) -> str:
    """The first interpreter of the user's shell that is meant; without one, that which Stomper's own was made of."""
    for name, (_, folder) in itertools.product(("python3", "python"), users_folders()):
        if (
            is_meant(folder, name)
            and not is_private(Path(folder).parent)
            and (found := shutil.which(name, path=folder))
        ):
            return found
    base = Path(sys.base_prefix) / "bin" / "python3"
    return str(base) if base.exists() and not process.is_frozen() else sys.executable
