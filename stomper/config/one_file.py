"""One file of settings: TOML with our keys at its top, or of a pyproject.toml the table [tool.stomper]."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from stomper.config.layers import Layer, Setting
from stomper.config.problems import Problem, config_error, validate
from stomper.disk.regular_files import read_regular
from stomper.errors import ConfigError
from stomper.models import printable

MOST_BYTES = 8 * 2**20
PROJECT = "pyproject.toml"

POSITION = re.compile(r" \(at line (\d+), column (\d+)\)$")
END = " (at end of document)"


def layer_in(path: Path, hidden: bool = False) -> Layer:
    """The settings of one file, without those of the files that it extends.

    Raises ConfigError for a file that is wrong; `hidden` says that its values are not to be shown then.
    """
    tables = read_toml(path)
    in_project = path.name == PROJECT
    values, problems = validate(_stomper_table(tables) if in_project else tables)
    where = f"{path} [tool.stomper]" if in_project else str(path)
    if problems:
        raise config_error(printable(where), [_hidden(one) for one in problems] if hidden else problems)
    return {key: Setting(key, value, str(path)) for key, value in values.items()}


def _hidden(problem: Problem) -> Problem:
    return Problem(problem.text.partition(", found ")[0], problem.hint)


def _stomper_table(project: Mapping[str, object]) -> object:
    tool = project.get("tool")
    return tool.get("stomper", {}) if isinstance(tool, dict) else {}


def read_toml(path: Path) -> dict[str, object]:
    """Read a file of TOML, nothing if it is not there. Raises ConfigError, with the line, for one that is none."""
    text = _read_text(path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, str(error)) from error
    except (ValueError, RecursionError) as error:
        # Integers of thousands of digits and arrays nested a thousand deep: tomllib gives no position.
        raise ConfigError(f"{printable(str(path))}: not readable as TOML: {error}") from error


def _read_text(path: Path) -> str:
    try:
        # Some editors put a byte order mark first, which ruff and others take and tomllib does not.
        return read_regular(path, MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(
            f"{printable(str(path))}: cannot be read: {error.strerror}", "See who may read it, or move it away."
        ) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{printable(str(path))}: line {line} is not UTF-8 (byte 0x{error.object[error.start]:02x})",
            "save the file in UTF-8, the only encoding of TOML",
        ) from error


def _syntax_error(path: Path, text: str, reason: str) -> ConfigError:
    found = POSITION.search(reason)
    line, column = (int(found[1]), int(found[2])) if found else _end_of(text)
    reason = POSITION.sub("", reason).removesuffix(END)
    return ConfigError(
        f"{printable(str(path))}: not valid TOML at line {line}, column {column}: {reason}",
        f"correct line {line} of {printable(path.name)}; strings need quotes, and true and false are lower-case",
    )


def _end_of(text: str) -> tuple[int, int]:
    body = text.rstrip()
    return body.count("\n") + 1, len(body) - body.rfind("\n")
