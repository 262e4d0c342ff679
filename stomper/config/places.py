"""Name the place of a setting in the configuration file that a repository has, so that a hint can be followed."""

from pathlib import Path

OWN, PROJECTS = "stomper.toml", "pyproject.toml"


def place_of(top: Path, table: str = "") -> str:
    """Say where the keys of a table belong: `below [tool.stomper.tests] in pyproject.toml`.

    In stomper.toml that is `below [tests] in stomper.toml`; keys at the top have no table there: `in stomper.toml`.
    """
    if own_file(top) == PROJECTS:
        return f"below [{'.'.join(filter(None, ('tool.stomper', table)))}] in {PROJECTS}"
    return f"below [{table}] in {OWN}" if table else f"in {OWN}"


def own_file(top: Path) -> str:
    """Name the file with the settings of the repository at `top`, or the one that they would be written to."""
    own, project = top / OWN, top / PROJECTS
    if own.is_file() and own.stat().st_size:
        return OWN
    return PROJECTS if project.is_file() else OWN
