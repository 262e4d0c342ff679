"""The project as its own tools see it: interpreter, import roots, packages, what a worktree needs beside its files."""

import ast
import dataclasses
import os
import re
import shlex
import shutil
import stat
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stomper import process
from stomper.config.places import place_of
from stomper.disk.output_places import leads_out
from stomper.disk.regular_files import read_regular_text
from stomper.disk.validate import path_problem
from stomper.errors import ConfigError, ToolError
from stomper.git.trees import Entry, ignored_files
from stomper.metadata.config_files import Text, may_name_places, read_text
from stomper.project.find_tools import find_python, import_path, project_environment, with_users_paths
from stomper.project.made_environment import Made, read_made
from stomper.project.untracked_files import config_texts, find_folders, find_untracked
from stomper.settings import EnvironmentSettings, TestSettings
from stomper.workspace.configuration_above import Surroundings, find_surroundings
from stomper.workspace.worktree import Site, Worktree, tree_name

SETUP_TIMEOUT = 1800.0
BUILT = ("*.so", "*.pyd", "*.dylib")
NOT_PACKAGES = frozenset({"conftest", "setup", "noxfile", "tasks", "manage", "docs", "doc", "test", "tests"})
KEYS = re.compile(r"\.env(\..+)?")
MAPPING = re.compile(r"^MAPPING(?:\s*:[^=]+)?\s*=\s*(\{.*\})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Project:
    """The environment that tests and type checkers of a project need, found once in the parent.

    `python` is its interpreter; `roots` are import roots, `copies` and `links` untracked files, all relative
    to `top`, and `folders` such that only have to be there; `packages` are the first-party names that can be imported;
    `around` is what lies above it, `room` where its programs are started, None for anywhere. `made` is an environment
    that was made for it, of which a worktree gets what the set-up made beside the project's files.
    """

    top: Path
    python: str
    roots: tuple[str, ...]
    packages: tuple[str, ...]
    copies: tuple[str, ...]
    setup: tuple[str, ...]
    variables: tuple[tuple[str, str], ...]
    links: tuple[str, ...] = ()
    around: Surroundings | None = None
    folders: tuple[str, ...] = ()
    room: process.Room | None = None
    private: tuple[str, ...] = ()
    made: Made | None = None

    def without_private(self) -> "Project":
        """The project for whoever is to fix it: without those of the copies that usually hold keys."""
        return dataclasses.replace(self, copies=tuple(path for path in self.copies if path not in self.private))

    def within(self, tree: Worktree) -> AbstractContextManager[None]:
        """Have the project's programs of a `with` started where they may be, at work in a worktree."""
        return self.room.entered(tree.root, tree.scratch) if self.room is not None else nullcontext()

    def environment(self, tree: Worktree) -> dict[str, str]:
        """The variables for the project's programs in a worktree: its own code comes first, whatever is installed."""
        env = project_environment(tree.root, tree.scratch, self.python, self.roots, self.variables)
        return {**env, "MYPYPATH": import_path(tree.root, self.roots, dict(self.variables).get("MYPYPATH"))}

    def prepare(self, tree: Worktree) -> None:
        """Bring into a worktree what is not in git, around it what is above the checkout, and run the set-up commands.

        One that has it already, of an earlier use, is left as it is; set-up commands are run once for each commit.
        Raises ToolError, ConfigError.
        """
        contents, things = tree.contents, (*self._brought, self.folders, self.setup)
        furnishing = (*things, tree.base if self.setup else "") if any(things) else None
        if furnishing is not None and contents.furnishing == furnishing:
            self._surround(tree)
            return
        if contents.furnishing is not None:
            contents.strip()
        self._furnish(tree)
        if furnishing is not None:
            contents.accept(lambda: self._furnish(tree))
        contents.furnishing = furnishing

    def _surround(self, tree: Worktree) -> None:
        if self.around is not None:
            self.around.furnish(tree.root)

    def _furnish(self, tree: Worktree) -> None:
        self._surround(tree)
        for path in self.folders:
            (tree.root / path).mkdir(parents=True, exist_ok=True)
        for path in self.copies:
            _copy(self.top, path, tree.root / path)
        for path in self.links:
            _link(self.top / path, tree.root / path)
        if self.made is not None:
            self._bring(self.made, tree)
        for command in self.setup:
            argv = shlex.split(command)
            env = self.environment(tree)
            with self.within(tree):
                done = process.run(argv, cwd=tree.root, env=env, timeout=SETUP_TIMEOUT, contained=True)
            if not done.ended or done.returncode:
                raise ToolError(
                    f"setting a worktree up failed: `{command}`: {done.how()}: {done.words(600)}",
                    self._setup_hint(),
                )
        if self.setup:
            tree.reclaim()

    @property
    def _brought(self) -> tuple[object, ...]:
        """What a worktree gets, as words that are the same for the same things."""
        made = self.made
        more = (made.folder, made.copies, made.links) if made is not None and (made.copies or made.links) else ()
        return (self.copies, self.links, *more)

    def _bring(self, made: Made, tree: Worktree) -> None:
        """Bring what the set-up made, unless the checkout has its own."""
        for path in made.copies:
            if not os.path.lexists(tree.root / path):
                _copy(made.source, path, tree.root / path)
        for path in made.links:
            if not os.path.lexists(tree.root / path):
                _link(made.source / path, tree.root / path)

    def _setup_hint(self) -> str:
        hint = f"Correct `setup` {place_of(self.top, 'environment')}."
        if self.room is None:
            return hint
        place = place_of(self.top, "tests")
        return f"{hint} It ran in a sandbox: network = true, or sandbox = 'off', {place} lets it out."


def find_project(
    top: Path, entries: Mapping[str, Entry], environment: EnvironmentSettings, tests: TestSettings
) -> Project:
    """Find the project's interpreter, import roots and packages. Raises ConfigError for a path that is not there."""
    python = find_python(top, environment.python, environment.inside)
    made = read_made(Path(environment.made)) if environment.made else None
    places = (top, made.source) if made is not None else (top,)
    roots = tests.pythonpath if tests.pythonpath is not None else tuple(find_roots(places, entries, python))
    _require_extras(top, entries, environment)
    return Project(
        top=top,
        python=python,
        roots=roots,
        packages=tuple(sorted(find_packages(entries, roots, editable_at_top(places, python)))),
        copies=(*environment.copy, *built_extensions(top, entries)),
        setup=environment.setup,
        variables=with_users_paths(top, (*environment.env, *tests.env)),
        links=environment.link,
        made=made,
    )


def furnished(project: Project, commit: str, entries: Mapping[str, Entry], environment: EnvironmentSettings) -> Project:
    """The project with what its tools see in the checkout and a worktree of the commit has not. Raises ConfigError."""
    named = (*project.copies, *environment.link)
    texts = config_texts(project.top, entries.values())
    untracked = find_untracked(project.top, commit, entries, texts, named)
    folders = find_folders(project.top, commit, entries, (*named, *untracked))
    more = [Text(path, read_text(project.top / path)) for path in untracked if may_name_places(path)]
    around = find_surroundings(project.top, (*texts, *more))
    private = tuple(path for path in untracked if KEYS.fullmatch(PurePosixPath(path).name))
    copies = (*project.copies, *untracked)
    return dataclasses.replace(project, copies=copies, around=around, folders=folders, private=private)


def suited(site: Site, project: Project, entries: Collection[str]) -> Site:
    """The place for worktrees of a commit with these paths, with the project's surroundings."""
    around = project.around or Surroundings(project.top)
    name = tree_name(project.top, entries, around.named)
    return dataclasses.replace(site, name=name, levels=max(1, around.levels))


def _require_extras(top: Path, entries: Mapping[str, Entry], environment: EnvironmentSettings) -> None:
    """Raises ConfigError for something to copy or link that is not there, or that cannot be put into a worktree."""
    named = [("copy", path) for path in environment.copy] + [("link", path) for path in environment.link]
    for key, path in named:
        if Path(path).is_absolute() or ".." in Path(path).parts:
            raise ConfigError(f"environment.{key}: {path} is outside of the repository", "Name a path below its top.")
        if problem := path_problem(PurePosixPath(path).as_posix()):
            raise ConfigError(f"environment.{key}: {path} {problem}", "Name a path of the working tree.")
        if not (top / path).exists():
            raise ConfigError(f"environment.{key}: {path} does not exist in {top}", "Correct the path or drop it.")
        if key == "copy" and leads_out(top, top / path):
            raise ConfigError(
                f"environment.copy: {path} leads out of the repository", "Name it in `link`: no content is copied then."
            )
    for number, path in enumerate(environment.link, len(environment.copy)):
        if any(PurePosixPath(entry).is_relative_to(path) for entry in entries):
            raise ConfigError(f"environment.link: {path} is tracked by git", "A worktree has it already: drop it.")
        others = [Path(other) for _, other in [*named[:number], *named[number + 1 :]]]
        if any(other.is_relative_to(path) or Path(path).is_relative_to(other) for other in others):
            raise ConfigError(f"environment.link: {path} is named twice", "What is in it is there already: drop one.")


def find_roots(tops: Sequence[Path], entries: Mapping[str, Entry], python: str) -> list[str]:
    """Find the folders where first-party imports start: `src`, targets of editable installs, and the top.

    `tops` are the checkout, and a copy that it may be installed from.
    """
    has_src = (
        any(path.startswith("src/") and path.endswith(".py") for path in entries) and "src/__init__.py" not in entries
    )
    installed = [_relative(place, tops) for place in editable_places(Path(python))]
    return list(dict.fromkeys([*(["src"] if has_src else []), *filter(None, installed), "."]))


def _relative(place: Path, tops: Sequence[Path]) -> str | None:
    """A folder of a checkout as it is called in any worktree; None for one elsewhere."""
    found = Path(os.path.realpath(place))
    return next((found.relative_to(top).as_posix() for top in tops if found.is_relative_to(top)), None)


def editable_at_top(tops: Sequence[Path], python: str) -> bool:
    """Return whether an editable install makes everything at the top of a checkout importable."""
    return any(_relative(place, tops) == "." for place in editable_places(Path(python)))


def editable_places(python: Path) -> Iterator[Path]:
    """The import roots that editable installs of an environment name: by .pth lines and by setuptools' import hooks."""
    for packages in sorted(python.parent.parent.glob("lib*/python3*/site-packages")):
        for file in sorted(packages.glob("*.pth")):
            for line in read_regular_text(file, errors="replace").splitlines():
                if line.strip() and not line.startswith(("import ", "import\t", "#")):
                    yield packages / line.strip()
        for hook in sorted(packages.glob("__editable__*finder.py")):
            yield from _mapped_roots(read_regular_text(hook, errors="replace"))


def _mapped_roots(source: str) -> list[Path]:
    """The import roots in a hook's table of packages, {"name": "/folder", "namespace.name": "/root/namespace/name"}."""
    found = MAPPING.search(source)
    try:
        mapping: dict[str, str] = ast.literal_eval(found[1]) if found else {}
        return [Path(place).parents[name.count(".")] for name, place in mapping.items()]
    except (ValueError, SyntaxError, TypeError, AttributeError, IndexError):
        return []


def find_packages(entries: Collection[str], roots: Iterable[str], installed: bool = False) -> set[str]:
    """The names that can be imported from the roots, less test folders and scripts.

    At the top of a repository lie also folders and scripts that nobody imports: there only packages
    count, unless the top itself is `installed`.
    """
    names = set()
    folders = {PurePosixPath(root) for root in (*roots, ".", "src")}
    for path in map(PurePosixPath, entries):
        for root in folders if path.suffix == ".py" else ():
            wide = installed or root != PurePosixPath()
            if path.is_relative_to(root) and (name := _top_name(path.relative_to(root), entries, root, wide)):
                names.add(name)
    return {name for name in names if name.isidentifier() and name not in NOT_PACKAGES | sys.stdlib_module_names}


def _top_name(path: PurePosixPath, entries: Collection[str], root: PurePosixPath, wide: bool) -> str:
    """Give the name by which `import` finds the file: its top package, or, if `wide`, also a namespace or a module."""
    top = path.parts[0]
    if len(path.parts) > 1:
        return top if wide or str(root / top / "__init__.py") in entries else ""
    return path.stem if wide and path.stem != "__init__" else ""


def built_extensions(top: Path, entries: Iterable[str]) -> list[str]:
    """Compiled modules that were built in place, next to tracked sources."""
    folders = {str(PurePosixPath(path).parent) for path in entries if path.endswith(".py")}
    return [path for path in ignored_files(top, BUILT) if str(PurePosixPath(path).parent) in folders]


def _copy(top: Path, path: str, target: Path) -> None:
    """Copy something of the checkout. What a link leads to elsewhere is no part of it: of that comes the link."""
    source = top / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if leads_out(top, source):
        target.symlink_to(source)
    elif source.is_dir():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, ignore=_not_copied)
    else:
        shutil.copy2(source, target)


def _link(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(source)


def _not_copied(folder: str, names: list[str]) -> list[str]:
    """Say what of a folder is left out: what Python keeps, and pipes, sockets and devices, which wait to be read."""
    modes = {name: os.lstat(os.path.join(folder, name)).st_mode for name in names}  # noqa: PTH118  # text, as given
    kinds = (stat.S_ISREG, stat.S_ISDIR, stat.S_ISLNK)
    return [name for name, mode in modes.items() if name == "__pycache__" or not any(is_(mode) for is_ in kinds)]
