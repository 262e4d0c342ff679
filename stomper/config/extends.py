"""Settings that are shared: files that a configuration extends, each weaker than the one that names it."""

import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

from stomper import process
from stomper.config.layers import Layer, merge
from stomper.config.one_file import layer_in
from stomper.errors import ConfigError
from stomper.models import printable

PACKAGE = "package:"
DEEPEST = 16


def with_bases(layer: Layer, path: Path, top: Path, above: tuple[Path, ...] = ()) -> Layer:
    """The settings of a file with those of the files that it extends: the last one named beats those before it.

    `above` are the files that lead here. Each setting says by which file of the repository or the user it came. Raises
    ConfigError for a file that is not there, is wrong, or extends itself by way of others.
    """
    names = cast(tuple[str, ...], layer["extends"].value) if "extends" in layer else ()
    if not names:
        return layer
    chain = (*above, path)
    bases = [_base(name, chain, top) for name in names]
    return merge([*bases, layer])


def _base(name: str, chain: tuple[Path, ...], top: Path) -> Layer:
    path, said = _place(name, chain[-1], top), f"{printable(str(chain[-1]))}: extends: {printable(name)}"
    if path is None or not path.is_file():
        raise ConfigError(f"{said} is not there", "A path counts from the file that names it.")
    if path in chain or len(chain) > DEEPEST:
        raise ConfigError(f"{said} leads back to a file that extends it", "Take it out of one of them.")
    layer = {key: replace(setting, by=str(chain[0])) for key, setting in layer_in(path, hidden=True).items()}
    return with_bases(layer, path, top, chain)


def _place(name: str, file: Path, top: Path) -> Path | None:
    """The place of a base: beside the file that names it, or in a package that an environment has."""
    if not name.startswith(PACKAGE):
        return (file.parent / Path(name).expanduser()).resolve()
    package, _, inner = name.removeprefix(PACKAGE).partition("/")
    if not package.isidentifier():
        return None
    folders = [*(folder / package for folder in _packages(top)), *_own_package(package)]
    places = ((folder, (folder / inner).resolve()) for folder in folders)
    return next((place for folder, place in places if place.is_file() and place.is_relative_to(folder.resolve())), None)


def _packages(top: Path) -> Iterator[Path]:
    """The folders with the packages of the environment beside the project's files, and of the active one."""
    for environment in (top / ".venv", top / "venv", Path(process.active_virtualenv() or top / ".venv")):
        yield from sorted(environment.glob("lib*/python3*/site-packages"))


def _own_package(package: str) -> Iterator[Path]:
    """The folders of a package beside Stomper. Nothing of it is imported."""
    found = importlib.util.find_spec(package)
    yield from map(Path, (found.submodule_search_locations or ()) if found else ())
