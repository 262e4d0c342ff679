"""The one place that knows which Pythons a file must run on, and what is installed where it does.

The nearest metadata above a file counts: a package of a monorepo has promises of its own. Without a promise it is what
the project's tools are told, then its classifiers.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from stomper.disk.regular_files import read_regular_text
from stomper.metadata.folder_statements import Stated
from stomper.metadata.pyproject import read_pipfile, read_pyproject
from stomper.metadata.requirements import read_list
from stomper.metadata.script import read_script
from stomper.metadata.setuptools import read_setup_cfg, read_setup_py
from stomper.metadata.tool_targets import tools_python
from stomper.metadata.versions import KNOWN, UNREADABLE, Python, admitted, is_open

DEFAULT: Python = (3, 9)
"""The oldest Python of a project that says nothing."""
PLATFORMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))
MINORS, MICROS = 30, 6
"""As many versions of a package are looked at for one that is too old."""
IMPLEMENTATIONS = (("cpython", "CPython"), ("pypy", "PyPy"))


@dataclass(frozen=True, slots=True)
class Promise:
    """The Pythons that a file is for, the oldest first, and the requirements that are installed with it.

    `stated`: the project says something of its Pythons.
    """

    pythons: tuple[Python, ...] = tuple(python for python in KNOWN if python >= DEFAULT)
    requirements: tuple[Requirement, ...] = ()
    stated: bool = True

    @property
    def oldest(self) -> Python:
        return self.pythons[0]

    def needs(self, package: str, since: str = "0") -> bool:
        """Say whether a package is declared for every Python and platform promised, in no version before `since`."""
        name = canonicalize_name(package)
        mine = [one for one in self.requirements if canonicalize_name(one.name) == name and _is_new(one, since)]
        return all(
            any(one.marker is None or one.marker.evaluate(where) for one in mine) for where in self._environments()
        )

    def _environments(self) -> Iterator[dict[str, str]]:
        for python, platform, implementation in itertools.product(self.pythons, PLATFORMS, IMPLEMENTATIONS):
            version = f"{python[0]}.{python[1]}"
            yield {
                "python_version": version,
                "python_full_version": f"{version}.0",
                "implementation_version": f"{version}.0",
                **dict(zip(("sys_platform", "platform_system", "os_name"), platform, strict=True)),
                **dict(zip(("implementation_name", "platform_python_implementation"), implementation, strict=True)),
                "extra": "",
            }


def _is_new(one: Requirement, since: str) -> bool:
    """Say whether a requirement is met by no version before `since`. One without a lower bound gets the newest."""
    spec, first = one.specifier, Version(since)
    if spec.contains("0"):
        return spec.contains(first) or spec.contains("999")
    numbers = itertools.product(range(first.major + 1), range(MINORS), range(MICROS))
    return not any(spec.contains(old) for old in (Version(".".join(map(str, n))) for n in numbers) if old < first)


def read_promise(root: Path, path: str, text: str | None = None) -> Promise:
    """Give what is promised of the file `path` below `root`. Its `text` is read if it is not given."""
    script = read_script(_text(root / path) if text is None else text)
    folders = [(root / parent, parent) for parent in PurePosixPath(path).parents]
    stated = [(script, script.tools), *((_read(f), tools_python(f, str(_below(path, p)))) for f, p in folders)]
    needs = next((one.requirements for one, _ in stated if one.package), None)
    if needs is None:  # an application without metadata says in a list what it runs with
        needs = next((one.requirements for one, _ in stated if one.needs is not None), ())
    pythons = _pythons(stated)
    return Promise(pythons or _from(DEFAULT), needs, stated=bool(pythons))


def _below(path: str, parent: PurePosixPath) -> PurePosixPath:
    return PurePosixPath(path).relative_to(parent)


def _text(file: Path) -> str:
    try:
        return read_regular_text(file, "utf-8-sig")
    except (OSError, ValueError):
        return ""


def _read(folder: Path) -> Stated:
    stated = read_pyproject(folder).over(read_setup_cfg(folder)).over(read_setup_py(folder)).over(read_pipfile(folder))
    listed = [one for name in stated.files for one in read_list(folder / name)]
    if stated.files and stated.needs is None:
        return Stated(needs=tuple(listed)).over(stated)
    if not stated.package and stated.needs is None and (file := folder / "requirements.txt").is_file():
        return Stated(needs=read_list(file)).over(stated)
    return stated


def _pythons(stated: list[tuple[Stated, Python | None]]) -> tuple[Python, ...]:
    """By the nearest that says it; none if nothing does.

    What a tool is told nearer to the file than that counts if it is older.
    """
    nearer: list[Python] = []
    for one, tools in stated:
        told = tools or one.tools
        if pythons := _promised(one):
            return _from(min([pythons[0], *nearer]), pythons)
        hint = told or (one.classifiers[0] if one.classifiers else None)
        if one.package and hint is not None:
            return _from(min([hint, *nearer]))
        nearer += [told] if told is not None else []
    if nearer:
        return _from(nearer[0])
    named = next((one.classifiers for one, _ in stated if one.classifiers), None)
    return _from(named[0]) if named else ()


def _promised(one: Stated) -> tuple[Python, ...]:
    """The Pythons that are promised; none if nothing is."""
    if one.unreadable:
        return _from(UNREADABLE)
    return admitted(one.condition) if one.condition and not is_open(one.condition) else ()


def _from(oldest: Python, pythons: tuple[Python, ...] = KNOWN) -> tuple[Python, ...]:
    """The Pythons from one on; that one too if it is not among them."""
    return tuple(sorted({oldest, *(python for python in pythons if python >= oldest)}))
