"""The needs of a project's tests and checkers: extras, groups, lists of requirements, what tox and nox install."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from stomper.environments.project_files import ProjectFiles
from stomper.metadata.pyproject import poetry_needs, read_toml, table
from stomper.metadata.setuptools import read_ini, read_setup_cfg, read_setup_py
from stomper.python import CannotReadError, read_tree

TESTS = frozenset({"test", "tests", "testing", "unittest", "unittests", "pytest"})
DEVELOPMENT = frozenset({"dev", "develop", "devel", "development"})
PART = re.compile(r"[-_./]")
TOOLS = frozenset({"mypy", "pyright", "basedpyright", "pyrefly", "ty", "zuban", "pylint", "flake8", "bandit", "ruff"})
NAME = re.compile(r"[A-Za-z0-9._-]+")
PYTEST = "pytest"
NEEDS_PYTEST = re.compile(r"^\s*(?:import|from)\s+pytest\b|^(?:async\s+)?def\s+test", re.MULTILINE)
OF_TOXINI = re.compile(r"^-r\s*(?:\{toxinidir\}/)?(?P<path>[^{}\s]+)$")


@dataclass(frozen=True, slots=True)
class Needs:
    """The needs of tests. `groups` are names of dependency groups, with their requirements in `words`."""

    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def find_needs(files: ProjectFiles) -> Needs:
    """What is for tests, by its name, and the checkers that the project lists.

    What is for development, too, where no pytest is in that and tests need it.
    """
    whole = read_toml(files.root / "pyproject.toml")
    return _with_tools(files, whole, _of_tests(files, whole))


def _of_tests(files: ProjectFiles, whole: Mapping[str, Any]) -> Needs:
    for names in (TESTS, TESTS | DEVELOPMENT):
        needs = _named(files, whole, names)
        if not needs_pytest(files) or _has_pytest(files, whole, needs):
            return needs
    more = tuple(_of_tox(files, whole)) or tuple(_of_nox(files))
    lists = [match["path"] for word in more if (match := OF_TOXINI.match(word)) and files.has(match["path"])]
    words = [word for word in more if _requirement(word)]
    found = Needs(needs.extras, needs.groups, (*needs.lists, *lists), (*needs.words, *words))
    if _has_pytest(files, whole, found):
        return found
    return Needs(found.extras, found.groups, found.lists, (*found.words, PYTEST))


def _with_tools(files: ProjectFiles, whole: Mapping[str, Any], needs: Needs) -> Needs:
    """The needs with the checkers that a group or an extra lists, whatever it is called, and stubs for them."""
    groups, extras = groups_of(whole), extras_of(files, whole)
    named = {name: [word for word in words if _is_tool(word)] for name, words in groups.items()}
    own = [name for name, words in named.items() if words and not name.startswith("hatch ")]
    words = [word for found in named.values() for word in found if _requirement(word)]
    words += [w for name, found in extras.items() if name not in needs.extras for w in found if _is_tool(w)]
    groups_too = tuple(dict.fromkeys((*needs.groups, *own)))
    return Needs(needs.extras, groups_too, needs.lists, tuple(dict.fromkeys((*needs.words, *words))))


def _is_tool(word: str) -> bool:
    match = NAME.match(word)
    name = canonicalize_name(match[0]) if match else ""
    return name in TOOLS or name.startswith("types-") or name.endswith("-stubs")


def needs_pytest(files: ProjectFiles) -> bool:
    """Say whether the tests are for pytest."""
    configured = files.has("conftest.py") or files.has("pytest.ini")
    return configured or any(NEEDS_PYTEST.search(files.text(path)) for path in files.tests)


def extras_of(files: ProjectFiles, whole: Mapping[str, Any]) -> dict[str, list[str]]:
    """The extras with their requirements, as texts."""
    declared = table(whole, "project", "optional-dependencies") or table(whole, "tool", "poetry", "extras")
    found = {str(name): _texts(words) for name, words in declared.items()}
    stated = read_setup_cfg(files.root).over(read_setup_py(files.root))
    return {name: [str(one) for one in needs] for name, needs in stated.extras} | found


def groups_of(whole: Mapping[str, Any]) -> dict[str, list[str]]:
    """The dependency groups (PEP 735, Poetry, PDM, Hatch) with their requirements, as texts."""
    declared = table(whole, "dependency-groups")
    found = {str(name): list(_flattened(declared, str(name), ())) for name in declared}
    tool = table(whole, "tool")
    poetry = {str(n): table(g, "dependencies") for n, g in table(tool, "poetry", "group").items()}
    poetry |= {"dev": table(tool, "poetry", "dev-dependencies")} if table(tool, "poetry", "dev-dependencies") else {}
    for name, needs in poetry.items():
        listed = {str(package): said for package, said in needs.items() if not _is_elsewhere(said)}
        found[name] = [str(one) for package, said in listed.items() for one in poetry_needs(package, said)]
    found |= {str(name): _texts(words) for name, words in table(tool, "pdm", "dev-dependencies").items()}
    hatch = table(tool, "hatch", "envs")
    found |= {f"hatch {n}": _texts(table(hatch, n).get("dependencies")) for n in ("default", "test", "hatch-test")}
    return {name: words for name, words in found.items() if words}


def _is_elsewhere(said: object) -> bool:
    """Say whether Poetry takes a package from a folder or an address: one of its name in an index is another one."""
    return isinstance(said, Mapping) and bool({"path", "git", "url", "file"} & said.keys())


def _flattened(groups: Mapping[str, Any], name: str, seen: tuple[str, ...]) -> Iterator[str]:
    """The requirements of a group, with those of groups that it includes."""
    named = {canonicalize_name(str(key)): value for key, value in groups.items()}
    words = named.get(canonicalize_name(name), ())
    for word in words if isinstance(words, list) and name not in seen else ():
        if isinstance(word, str):
            yield word
        elif inner := str(table(word).get("include-group", "")):
            yield from _flattened(groups, inner, (*seen, name))


def _named(files: ProjectFiles, whole: Mapping[str, Any], names: frozenset[str]) -> Needs:
    extras, groups = extras_of(files, whole), groups_of(whole)
    chosen = [name for name in groups if _is_one(name.removeprefix("hatch "), {*names, "hatch-test", "default"})]
    chosen = [name for name in chosen if name.startswith("hatch ") or _is_one(name, names)]
    lists = [path for path in files.paths if _list_for(path) in names]
    words = dict.fromkeys(word for name in chosen for word in groups[name] if _requirement(word))
    return Needs(
        tuple(name for name in extras if _is_one(name, names)),
        tuple(name for name in chosen if not name.startswith("hatch ")),
        tuple(sorted(lists)),
        tuple(words),
    )


def _is_one(name: str, names: Iterable[str]) -> bool:
    return canonicalize_name(name) in names


def is_list(path: str) -> bool:
    """Say whether a file is a list of requirements, by its name; further down only in a folder `requirements`."""
    above, _, name = path.rpartition("/")
    return name.endswith(".txt") and (above == "requirements" or (not above and "requirements" in name))


def _list_for(path: str) -> str:
    """What a list of requirements is for, by its name: `requirements-test.txt`, `requirements/dev.txt`."""
    words = [word for word in PART.split(path) if word not in ("requirements", "txt")] if is_list(path) else []
    return words[0].lower() if len(words) == 1 else ""


def _has_pytest(files: ProjectFiles, whole: Mapping[str, Any], needs: Needs) -> bool:
    """Say whether one of the needs is pytest, or a plugin of it, which brings it."""
    extras = extras_of(files, whole)
    texts = [*needs.words, *(word for name in needs.extras for word in extras[name])]
    texts += [line.strip() for path in needs.lists for line in files.text(path).splitlines()]
    texts += _texts(table(whole, "project").get("dependencies"))
    return any(re.match(r"pytest\b", text) for text in texts)


def _of_tox(files: ProjectFiles, whole: Mapping[str, Any]) -> Iterator[str]:
    """What tox installs for the tests, as far as it is said without factors and without substitutions."""
    sections = read_ini(files.root / "tox.ini")
    environment = table(whole, "tool", "tox", "env_run_base")
    lines = sections.get("testenv", {}).get("deps", "").splitlines()
    yield from (line.strip() for line in lines if line.strip() and not line.strip().startswith("#"))
    yield from _texts(environment.get("deps"))


def _of_nox(files: ProjectFiles) -> Iterator[str]:
    """The texts that sessions of a noxfile which are called after tests install. The file is not run."""
    try:
        tree = read_tree(files.text("noxfile.py"))
    except CannotReadError:
        return
    for session in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and "test" in node.name):
        for call in (node for node in ast.walk(session) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "install":
                yield from (a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


def _requirement(word: str) -> bool:
    """Say whether a text is a requirement that pip takes as one word."""
    try:
        return bool(Requirement(word))
    except InvalidRequirement:
        return False


def _texts(words: object) -> list[str]:
    return [str(word) for word in words if isinstance(word, str)] if isinstance(words, list | tuple) else []
