"""The recipes of other languages, and a project's own: `.stomper/setup`, or a target of its Makefile."""

import json
import re
from collections.abc import Callable

from stomper.environments.of_python import EMPTY
from stomper.environments.project_files import OWN, ProjectFiles
from stomper.environments.recipe import Part, Step

PACKAGES = "node_modules"
MAKEFILES = ("Makefile", "makefile")
TARGETS = ("venv", "setup", "install-dev", "dev-install", "develop", "bootstrap", "install-deps", "deps", "dev")
"""Never `install`, which is for the machine."""


def own_part(files: ProjectFiles) -> Part | None:
    """What the project says itself, in a program of its own: nothing else is done then."""
    if not files.has(OWN) or OWN not in files.programs:
        return None
    return Part("own", OWN, (EMPTY, Step((f"./{OWN}",))), tuple(sorted(_telling(files))))


def _telling(files: ProjectFiles) -> set[str]:
    """The files that such a program may go by: nobody knows more than their names."""
    return {path for path in files.paths if "/" not in path or path == OWN}


def make_part(files: ProjectFiles) -> Part | None:
    """A target of the Makefile that is called after what it is to do."""
    for name in MAKEFILES:
        targets = set(re.findall(r"^([\w-]+)\s*:(?!=)", files.text(name), re.MULTILINE)) if files.has(name) else set()
        if found := next((target for target in TARGETS if target in targets), ""):
            return Part("own", name, (EMPTY, Step(("make", found))), tuple(sorted(_telling(files))))
    return None


def node_part(files: ProjectFiles, is_there: Callable[[str], bool]) -> Part | None:
    """What installs the packages of node, by the manager whose lock file there is."""
    if not files.has("package.json") or not _lists_packages(files.text("package.json")):
        return None
    name, step = _by_manager(files)
    reads = tuple(path for path in ("package.json", name, ".npmrc", ".yarnrc.yml", ".nvmrc") if files.has(path))
    missing = () if is_there(step.words[0]) else (f"{step.words[0]} is not here, which {name} is of",)
    return Part("node", name, (step,), reads, links=(PACKAGES,), notes=missing)


def _by_manager(files: ProjectFiles) -> tuple[str, Step]:
    if files.has("pnpm-lock.yaml"):
        words = ("pnpm", "install", "--frozen-lockfile")
        return "pnpm-lock.yaml", Step(words, (*words, "--offline"))
    if files.has("yarn.lock"):
        new = files.has(".yarnrc.yml")
        words = ("yarn", "install", "--immutable" if new else "--frozen-lockfile")
        return "yarn.lock", Step(words) if new else Step(words, (*words, "--offline"))
    lock = next((name for name in ("package-lock.json", "npm-shrinkwrap.json") if files.has(name)), "")
    words = ("npm", *(("ci",) if lock else ("install", "--no-package-lock")), "--no-audit", "--no-fund")
    return lock or "package.json", Step(words, (*words, "--offline"))


def _lists_packages(text: str) -> bool:
    try:
        facts = json.loads(text)
    except ValueError:
        return False
    return isinstance(facts, dict) and any(facts.get(key) for key in ("dependencies", "devDependencies", "workspaces"))


def rust_part(files: ProjectFiles) -> Part | None:
    """What brings the crates into cargo's own cache."""
    if not files.has("Cargo.toml"):
        return None
    words = ("cargo", "fetch", *(("--locked",) if files.has("Cargo.lock") else ()))
    reads = tuple(path for path in ("Cargo.toml", "Cargo.lock") if files.has(path))
    return Part("rust", reads[-1], (Step(words, (*words, "--offline")),), reads)


def go_part(files: ProjectFiles) -> Part | None:
    """What brings the modules into go's own cache."""
    if not files.has("go.mod"):
        return None
    reads = tuple(path for path in ("go.mod", "go.sum") if files.has(path))
    return Part("go", "go.mod", (Step(("go", "mod", "download")),), reads)
