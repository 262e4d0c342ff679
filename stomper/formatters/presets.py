"""The facts about each formatter: how it is told to format a file, and where a project configures it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """A formatter called `name`: between its program and the file stand the `words`.

    A project has it if a configuration of its commit is one of `files`, or has one of `tables` (of pyproject.toml) or
    `sections` (of INI files), or if pre-commit runs one of `hooks`. `lays_out`: it decides on all of the layout, and
    not only on imports. Its program stays if it imports `module`.
    """

    name: str
    words: tuple[str, ...]
    module: str = ""
    tables: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    lays_out: bool = True


RUFF, BLACK = "ruff", "black"
PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "isort",
            ("--quiet", "--filter-files"),
            module="isort",
            tables=("tool.isort",),
            sections=("isort", "tool:isort"),
            files=(".isort.cfg",),
            hooks=("isort",),
            lays_out=False,
        ),
        Preset(BLACK, ("--quiet",), module="black", tables=("tool.black",), hooks=("black", "black-jupyter")),
        Preset(RUFF, ("format", "--no-cache"), tables=("tool.ruff.format",), hooks=("ruff-format",)),
        Preset(
            "yapf",
            ("--in-place",),
            module="yapf",
            tables=("tool.yapf",),
            sections=("yapf",),
            files=(".style.yapf",),
            hooks=("yapf",),
        ),
        Preset(
            "autopep8",
            ("--in-place",),
            module="autopep8",
            tables=("tool.autopep8",),
            sections=("autopep8",),
            hooks=("autopep8",),
        ),
    )
}
"""In the order in which they format a file."""
