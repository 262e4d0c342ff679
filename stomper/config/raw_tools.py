"""The tables of programs that are checkers or fixers, as users and presets write them: strict, like all of it."""

import re
from collections.abc import Collection
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema, model_validator

from stomper.config.exit_codes import EXIT_CODES_SCHEMA, read_exit_codes
from stomper.config.keys import BUILT_IN_CHECKERS, BUILT_IN_FIXERS
from stomper.config.raw_table import RawTable, Seconds, Text, check_text, refuse
from stomper.settings import CheckerFormat, Patterns

MOST_QUIET = 60  # seconds
SERVER = "lsp"
OF_SERVERS = ("quiet_time", "language_id", "settings")
NOT_OF_SERVERS = (
    *("exit_codes", "whole_project", "end", "config_options", "selects", "leaves_out", "usually_leaves_out"),
    *("patterns", "not_checked", "of_all_together", "failures", "looked_at", "no_files"),
)
PATTERN_GROUPS = ("path", "line", "column", "code", "message", "severity")

OWN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def check_program(path: str) -> str:
    if "\0" in path:
        raise refuse("must not contain a NUL character")
    return check_text(path)


def check_command(words: list[str]) -> list[str]:
    if not words:
        raise refuse("must name a program")
    if not words[0].strip():
        raise refuse("must begin with the name of a program, not with an empty word")
    if any("\0" in word for word in words):
        raise refuse("must not contain a NUL character")
    return words


def check_name(name: str, kind: str, built_in: Collection[str], built_in_kind: str) -> str:
    if name in built_in:
        raise refuse(f"{name} is a built-in {built_in_kind}; give yours another name")
    if not OWN_NAME.fullmatch(name):
        raise refuse(f"the name of {kind} is made of letters, digits, - and _")
    return name


def _check_fixer_name(name: str) -> str:
    return check_name(name, "a fixer", BUILT_IN_FIXERS, "fixer")


def _check_checker_name(name: str) -> str:
    return check_name(name, "a checker", BUILT_IN_CHECKERS, "checker")


def _check_expression(pattern: str) -> str:
    _compiled(pattern)
    return pattern


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise refuse(f"is not a regular expression: {error}") from None


def _check_places(places: list[str]) -> list[str]:
    for place in places:
        if "/" in place.partition(":")[0]:
            raise refuse(f"{place}: name a file without its folder; it is looked for in each folder")
    return places


def _check_pattern(pattern: str) -> str:
    groups = _compiled(pattern).groupindex
    if "path" not in groups:
        raise refuse("has no group for the path: (?P<path>...)")
    if unknown := sorted(set(groups) - set(PATTERN_GROUPS)):
        raise refuse(f"has a group that means nothing: {', '.join(unknown)}; there are {', '.join(PATTERN_GROUPS)}")
    return pattern


def _check_exit_codes(value: object) -> tuple[int, ...]:
    try:
        return read_exit_codes(value)
    except ValueError as error:
        raise refuse(str(error)) from None


FixerName: TypeAlias = Annotated[str, AfterValidator(_check_fixer_name)]
CheckerName: TypeAlias = Annotated[str, AfterValidator(_check_checker_name)]
ExitCodes: TypeAlias = Annotated[tuple[int, ...], PlainValidator(_check_exit_codes), WithJsonSchema(EXIT_CODES_SCHEMA)]
Base: TypeAlias = Literal[0, 1]
ToolPath: TypeAlias = Annotated[str, AfterValidator(check_program)]


class RawFixer(RawTable):
    command: Annotated[list[str], AfterValidator(check_command)] | None = None
    timeout: Annotated[Seconds, Field(gt=0)] | None = None
    include: list[Text] | None = None
    takes: list[Text] | None = None
    exit_codes: ExitCodes | None = None
    configured_by: Annotated[list[Text], AfterValidator(_check_places)] | None = None
    executes: dict[Text, list[Text]] | None = None


class RawJson(RawTable):
    """The places of a diagnostic's parts: keys with dots between them. The bases say what a tool counts from."""

    items: str | None = None
    path: Text
    line: Text | None = None
    column: Text | None = None
    code: Text | None = None
    message: Text | None = None
    severity: Text | None = None
    fixable: Text | None = None
    line_base: Base | None = None
    column_base: Base | None = None


class RawFailures(RawTable):
    """The places, as in `RawJson`, of files that a tool names as those it could not look at."""

    items: Text
    path: Text
    message: Text | None = None


class RawLookedAt(RawTable):
    """The places, as in `RawJson`, of the files that a tool says it has looked at, or the lines that name them."""

    items: Text | None = None
    path: Text | None = None
    pattern: Annotated[str, AfterValidator(_check_pattern)] | None = None


class RawChecker(RawTable):
    command: Annotated[list[str], AfterValidator(check_command)] | None = None
    format: CheckerFormat | None = None
    timeout: Annotated[Seconds, Field(gt=0)] | None = None
    include: list[Text] | None = None
    exit_codes: ExitCodes | None = None
    whole_project: bool | None = None
    pattern: Annotated[str, AfterValidator(_check_pattern)] | None = None
    line_base: Base | None = None
    column_base: Base | None = None
    quiet_time: Annotated[Seconds, Field(ge=0, le=MOST_QUIET)] | None = None
    language_id: Text | None = None
    settings: dict[Text, Any] | None = None
    # `json` itself would shadow a method of the model.
    json_places: RawJson | None = Field(default=None, alias="json")
    end: Annotated[str, AfterValidator(_check_expression)] | None = None
    configured_by: Annotated[list[Text], AfterValidator(_check_places)] | None = None
    config_options: dict[str, list[Text]] | None = None
    env: dict[Text, str] | None = None
    selects: list[Text] | None = None
    leaves_out: list[Text] | None = None
    usually_leaves_out: list[Text] | None = None
    patterns: Patterns | None = None
    not_checked: list[Text] | None = None
    of_all_together: list[Text] | None = None
    failures: RawFailures | None = None
    looked_at: RawLookedAt | None = None
    no_files: list[Text] | None = None
    executes: dict[Text, list[Text]] | None = None

    @model_validator(mode="after")
    def _check_format(self) -> Self:
        if self.format is None:  # a table that changes something of a preset
            return self
        for form, given in (("pattern", self.pattern), ("json", self.json_places)):
            if self.format == form and given is None:
                raise refuse(f'format = "{form}" needs `{form}`, which says how to read the output')
            if self.format != form and given is not None:
                raise refuse(f'`{form}` means nothing beside format = "{self.format}"')
        return self

    @model_validator(mode="after")
    def _check_looked_at(self) -> Self:
        wanted = {"json": "path", "pattern": "pattern", "sarif": ""}.get(self.format or "")
        if self.looked_at is None or wanted is None:
            return self
        if not wanted:
            raise refuse('`looked_at` beside format = "sarif" means nothing: a log names them itself')
        if getattr(self.looked_at, wanted) is None:
            raise refuse(f'`looked_at` beside format = "{self.format}" needs `{wanted}`')
        return self

    @model_validator(mode="after")
    def _check_server(self) -> Self:
        if self.format is None:
            return self
        for name in NOT_OF_SERVERS if self.format == SERVER else OF_SERVERS:
            if getattr(self, name) is not None:
                raise refuse(f'`{name}` means nothing beside format = "{self.format}"')
        words = self.command or ()
        if self.format == SERVER and any(place in word for word in words for place in ("{files}", "{file}")):
            raise refuse("a language server is told of files by its protocol: no {files} and no {file} in its command")
        return self

    @model_validator(mode="after")
    def _check_bases(self) -> Self:
        if self.format not in (None, "pattern") and (self.line_base, self.column_base) != (None, None):
            place = "belong into `json`" if self.format == "json" else "mean nothing: SARIF counts from 1"
            raise refuse(f'`line_base` and `column_base` beside format = "{self.format}" {place}')
        return self

    @model_validator(mode="after")
    def _check_words(self) -> Self:
        words = self.command or []
        if any("{files}" in word and word != "{files}" for word in words):
            raise refuse("{files} must be a word of its own in the command")
        if self.whole_project and any(place in word for word in words for place in ("{files}", "{file}")):
            raise refuse("a command for the whole project has no {files} and no {file}")
        return self
