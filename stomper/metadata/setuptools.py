"""setup.cfg, as setuptools and pbr read it, and the literals of setup.py, which is never run."""

import ast
import configparser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stomper.disk.regular_files import read_regular, read_regular_text
from stomper.metadata.classifiers import pythons_of
from stomper.metadata.folder_statements import Stated, read_requirements
from stomper.metadata.versions import read_condition, read_python
from stomper.python import CannotReadError, decode, read_tree


def read_ini(file: Path) -> Mapping[str, Mapping[str, str]]:
    """The sections of an INI file; none if it cannot be read."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(read_regular_text(file, "utf-8-sig"))
    except (OSError, ValueError, configparser.Error):
        return {}
    return {name: {key.replace("-", "_"): str(v) for key, v in parser[name].items()} for name in parser.sections()}


def read_setup_cfg(folder: Path) -> Stated:
    whole = read_ini(folder / "setup.cfg")
    metadata, options = whole.get("metadata", {}), whole.get("options", {})
    words = options.get("python_requires") or metadata.get("python_requires") or metadata.get("requires_python")
    condition = read_condition(words) if words else None
    needs = options.get("install_requires")
    files = (needs.strip().removeprefix("file:").strip(),) if needs and needs.strip().startswith("file:") else ()
    return Stated(
        package=bool(metadata or options),
        condition=condition,
        unreadable=bool(words) and condition is None,
        tools=read_python(whole.get("mypy", {}).get("python_version", "")),
        classifiers=pythons_of(metadata.get("classifiers") or metadata.get("classifier")),
        needs=read_requirements(needs.splitlines()) if needs is not None and not files else None,
        files=files,
        extras=tuple(
            (name, read_requirements(text.splitlines()))
            for name, text in whole.get("options.extras_require", {}).items()
        ),
        name=metadata.get("name", ""),
    )


def read_setup_py(folder: Path) -> Stated:
    try:
        tree = read_tree(decode(read_regular(folder / "setup.py")))
    except (OSError, CannotReadError):
        return Stated()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "setup"]
    if not calls:
        return Stated()
    given = {word.arg: word.value for word in calls[-1].keywords if word.arg}
    constants = _constants(tree)
    said = {name: _literal(node, constants) for name, node in given.items()}
    words = said.get("python_requires")
    condition = read_condition(words) if isinstance(words, str) else None
    extras = said.get("extras_require")
    return Stated(
        package=True,
        condition=condition,
        unreadable="python_requires" in given and condition is None,
        classifiers=pythons_of(said.get("classifiers")),
        needs=_needs(said["install_requires"]) if "install_requires" in said else None,
        extras=tuple((str(k), _needs(v)) for k, v in extras.items()) if isinstance(extras, dict) else (),
        name=str(said.get("name") or ""),
    )


def _needs(words: Any) -> Any:
    return read_requirements(words.splitlines() if isinstance(words, str) else words)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """The names that the top of a module gives a value just once."""
    found: dict[str, list[ast.expr]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _literal(node: ast.expr, constants: Mapping[str, ast.expr]) -> Any:
    """The value of a literal, or of a name for one; None for anything that would have to be run."""
    if isinstance(node, ast.Name):
        node = constants.get(node.id, node)
    try:
        return ast.literal_eval(node)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
