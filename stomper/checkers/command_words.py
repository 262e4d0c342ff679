"""The words and variables that the command of a checker is started with: what stands in braces is replaced."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from stomper import process
from stomper.checkers.nearest import Place
from stomper.settings import CheckerSettings

FILES, FILE = "{files}", "{file}"
CONFIG, PYTHON, ROOT, ROOTS, SCRATCH = "{config}", "{python}", "{root}", "{roots}", "{scratch}"
USUAL_ROOTS = (".", "src")


def calls_of(
    command: Sequence[str], settings: CheckerSettings, place: Place, roots: Sequence[str], root: Path
) -> Iterator[list[str]]:
    """The calls of a command for the files of a place.

    `{files}` is replaced by the paths; with a `{file}` the command is run once for each; with neither the paths come
    last, unless the command is for the whole project. `{config}` stands for the words that name the configuration, a
    word with `{root}` is there once for each import root that is not one of USUAL_ROOTS.
    """
    told = list(_filled(command, settings, place, roots, root))
    # What begins with a dash would be taken for an option.
    paths = [place.inner(path) for path in place.paths]
    words = [f"./{path}" if path.startswith("-") else path for path in paths]
    if settings.whole_project:
        yield told
    elif any(FILE in word for word in told):
        yield from ([part.replace(FILE, word) for part in told] for word in words)
    else:
        template = told if FILES in told else [*told, FILES]
        where = template.index(FILES)
        for chunk in process.split_arguments(words):
            yield [*template[:where], *chunk, *template[where + 1 :]]


def _filled(
    command: Sequence[str], settings: CheckerSettings, place: Place, roots: Sequence[str], root: Path
) -> Iterator[str]:
    name = place.configuration.name if place.configuration else ""
    for word in command:
        if word == CONFIG:
            yield from dict(settings.config_options).get(name, ())
        elif ROOT in word:
            yield from (word.replace(ROOT, str(root / folder)) for folder in roots if folder not in USUAL_ROOTS)
        else:
            yield word


def variables_of(settings: CheckerSettings, roots: Sequence[str], root: Path, scratch: Path | None) -> dict[str, str]:
    """The variables of a checker; `{roots}` in them are the import roots of this checkout, `{scratch}` a folder."""
    path = os.pathsep.join(str(root / folder) for folder in roots)
    values = {name: value.replace(ROOTS, path).replace(SCRATCH, str(scratch)) for name, value in settings.env}
    return {**({"TMPDIR": str(scratch)} if scratch else {}), **values}


def needs_place(settings: CheckerSettings) -> bool:
    """Say whether a checker is told of a folder for what it keeps."""
    return any(SCRATCH in value for _, value in settings.env)


def needs_roots(settings: CheckerSettings) -> bool:
    """Say whether a checker is told where the imports of the project start."""
    return any(ROOT in word for word in settings.command) or any(ROOTS in value for _, value in settings.env)
