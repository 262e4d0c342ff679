"""pyproject.toml and Pipfile: PEP 621, Poetry, Flit, Hatch, setuptools; what ruff and mypy are told there."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from packaging.requirements import InvalidRequirement, Requirement

from stomper.disk.regular_files import read_regular_text
from stomper.metadata.classifiers import pythons_of
from stomper.metadata.folder_statements import Stated, read_requirements
from stomper.metadata.versions import read_condition, read_poetry, read_python

Table: TypeAlias = Mapping[str, Any]


def read_toml(file: Path) -> Table:
    """The tables of a TOML file; none if it cannot be read."""
    try:
        return tomllib.loads(read_regular_text(file, "utf-8-sig"))
    except (OSError, ValueError):
        return {}


def table(whole: Any, *names: str) -> Table:
    """A table within a table; empty if there is none."""
    for name in names:
        whole = whole.get(name) if isinstance(whole, Mapping) else None
    return whole if isinstance(whole, Mapping) else {}


def read_pyproject(folder: Path) -> Stated:
    whole = read_toml(folder / "pyproject.toml")
    stated = _project(table(whole, "project"), table(whole, "tool"))
    stated = stated.over(_poetry(table(whole, "tool", "poetry"))).over(_flit(table(whole, "tool", "flit", "metadata")))
    return stated.over(Stated(tools=read_python(str(table(whole, "tool", "mypy").get("python_version", "")))))


def _project(project: Table, tool: Table) -> Stated:
    if not project:
        return Stated()
    words = project.get("requires-python")
    condition = read_condition(words) if isinstance(words, str) else None
    dynamic = project.get("dynamic") or ()
    listed = "dependencies" in project
    return Stated(
        package=True,
        condition=condition,
        unreadable=words is not None and condition is None,
        classifiers=pythons_of(project.get("classifiers")),
        # Without a list it needs nothing, unless another file is to say so.
        needs=read_requirements(project.get("dependencies")) if listed or "dependencies" not in dynamic else None,
        files=tuple(_dynamic_files(tool)) if "dependencies" in dynamic else (),
        extras=tuple((str(k), read_requirements(v)) for k, v in table(project, "optional-dependencies").items()),
        name=str(project.get("name", "")),
    )


def _dynamic_files(tool: Table) -> Iterator[str]:
    """The lists of requirements that a build tool reads in place of `dependencies`."""
    named = table(tool, "setuptools", "dynamic", "dependencies").get("file")
    hatch = table(tool, "hatch", "metadata", "hooks", "requirements_txt")
    for words in (named, hatch.get("files"), hatch.get("filename")):
        yield from [words] if isinstance(words, str) else [str(word) for word in words or ()]


def _poetry(poetry: Table) -> Stated:
    needs = table(poetry, "dependencies")
    if not needs:
        return Stated(package="name" in poetry, classifiers=pythons_of(poetry.get("classifiers")))
    python = needs.get("python")
    words = python.get("version") if isinstance(python, Mapping) else python
    condition = read_poetry(words) if isinstance(words, str) else None
    return Stated(
        package=True,
        condition=condition,
        unreadable=python is not None and condition is None,
        classifiers=pythons_of(poetry.get("classifiers")),
        needs=tuple(one for name, said in needs.items() for one in poetry_needs(str(name), said) if name != "python"),
        name=str(poetry.get("name", "")),
    )


def poetry_needs(name: str, said: Any) -> Iterator[Requirement]:
    """A dependency of Poetry's as PEP 508 has it; none if it is optional, or for some Pythons that it cannot say."""
    for one in said if isinstance(said, list) else [said]:
        words = one if isinstance(one, Mapping) else {"version": one}
        if words.get("optional"):
            continue
        alternatives = read_poetry(str(words.get("version", "*"))) or ()
        version = str(alternatives[0]) if len(alternatives) == 1 else ""
        markers = [f"({words['markers']})"] if words.get("markers") else []
        markers += [_python_marker(str(words["python"]))] if words.get("python") else []
        try:
            yield Requirement(f"{name}{version}" + (f" ; {' and '.join(markers)}" if markers else ""))
        except InvalidRequirement:
            continue


def _python_marker(words: str) -> str:
    """A condition of Poetry's on Python as a marker."""
    alternatives = [
        " and ".join(f"python_full_version {one.operator} '{one.version}'" for one in specifiers)
        for specifiers in read_poetry(words) or ()
    ]
    return f"({' or '.join(f'({one})' for one in alternatives)})"


def _flit(metadata: Table) -> Stated:
    if not metadata:
        return Stated()
    words = metadata.get("requires-python")
    condition = read_condition(words) if isinstance(words, str) else None
    return Stated(
        package=True,
        condition=condition,
        unreadable=words is not None and condition is None,
        classifiers=pythons_of(metadata.get("classifiers")),
        needs=read_requirements(metadata.get("requires") or []),
    )


def read_pipfile(folder: Path) -> Stated:
    whole = read_toml(folder / "Pipfile")
    if not whole:
        return Stated()
    python = read_python(str(table(whole, "requires").get("python_version", "")))
    condition = read_condition(f"=={python[0]}.{python[1]}.*") if python else None
    needs = tuple(one for name, said in table(whole, "packages").items() for one in _pipfile_needs(str(name), said))
    return Stated(condition=condition, needs=needs)


def _pipfile_needs(name: str, said: Any) -> Iterator[Requirement]:
    marker = said.get("markers") if isinstance(said, Mapping) else None
    version = said.get("version", "*") if isinstance(said, Mapping) else said
    try:
        yield Requirement(f"{name}{'' if version == '*' else version}" + (f" ; {marker}" if marker else ""))
    except InvalidRequirement:
        return
