"""Settings of programs that are checkers or fixers: of the user's own, and of presets."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

CheckerFormat: TypeAlias = Literal["sarif", "pattern", "json", "lsp"]
Patterns: TypeAlias = Literal["anchored", "anywhere", "regex"]

# Pairs of a name and what is said of it.
Texts: TypeAlias = tuple[tuple[str, str], ...]
Lists: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class CommandSettings:
    """A fixer that is a program, with `{file}` for the path in its command, and its limit in seconds.

    `include` are glob patterns of the files it takes, all if empty; `takes` the checkers whose diagnostics it is for,
    all if empty; `exit_codes` those that say it ran. `configured_by` and `executes` are as in `CheckerSettings`.
    """

    name: str
    command: tuple[str, ...]
    timeout: float = 300.0
    include: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    exit_codes: tuple[int, ...] = (0,)
    configured_by: tuple[str, ...] = ()
    executes: Lists = ()


@dataclass(frozen=True, slots=True)
class CheckerSettings:
    """A checker that is a program: how it is started, how its output is read, its limit in seconds.

    `include` are glob patterns of the files it looks at, those of `files.include` where empty. Exit codes
    other than `exit_codes` are no results. `pattern` is the regular expression of that format, `json` the
    places of the parts of a diagnostic in that one; `line_base` and `column_base` are the numbers, 0 or 1, that both
    of these count from. What matches `end` must be in the output of a program that came to its end, '' for nothing.

    `configured_by` are the files that configure the tool, each with its table after a colon if it is shared
    ("pyproject.toml:tool.ty"): each file is looked at from the folder of the nearest one. `config_options` are the
    words that name such a file to the tool, those of "" where there is none; `env` variables it is started with.
    `selects` and `leaves_out` are the places, in these tables, of the tool's own patterns of files, and
    `usually_leaves_out` the patterns where the latter says nothing; `patterns` says whether these are paths from the
    configuration's folder, names in any folder where they have no slash, or regular expressions. `not_checked` are the
    prefixes of codes that say that a file could not be looked at, `failures` the places in its JSON of files of which
    it says so apart, `looked_at` those of the files that it did look at, or the pattern of lines that name them. What
    is told of `no_files` (globs) is told of no file. `executes` are the files, by glob, by which a repository has this
    tool run code, with the words that do so, none for any content.

    With the format "lsp" the program is a language server: one that only pushes diagnostics counts as done when it has
    been quiet for `quiet_time` seconds; `language_id` is the protocol's name of the language, found by how files end
    where empty; `settings` is what the server is told, as JSON.
    """

    name: str
    command: tuple[str, ...]
    format: CheckerFormat
    timeout: float = 600.0
    include: tuple[str, ...] = ()
    exit_codes: tuple[int, ...] = (0, 1)
    whole_project: bool = False
    pattern: str = ""
    json: Texts = ()
    line_base: int = 1
    column_base: int = 1
    end: str = ""
    configured_by: tuple[str, ...] = ()
    config_options: Lists = ()
    env: Texts = ()
    selects: tuple[str, ...] = ()
    leaves_out: tuple[str, ...] = ()
    usually_leaves_out: tuple[str, ...] = ()
    patterns: Patterns = "anchored"
    not_checked: tuple[str, ...] = ()
    of_all_together: tuple[str, ...] = ()
    failures: Texts = ()
    looked_at: Texts = ()
    no_files: tuple[str, ...] = ()
    executes: Lists = ()
    quiet_time: float = 1.0
    language_id: str = ""
    settings: str = ""
