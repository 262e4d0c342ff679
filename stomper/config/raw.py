"""The configuration as users write it: strict models, one field per key, and nothing else accepted.

A new key is a field here, a line in `stomper.config.keys`, and one of docs/configuration.md (scripts/every_key.py).

No field has a default here: None means absent, which no TOML value is. Defaults live in `stomper.settings`.
"""

import re
from collections.abc import Collection
from pathlib import PurePath
from typing import Annotated, Any, Literal, Self, TypeAlias, get_args

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from stomper.config.exit_codes import read_exit_codes
from stomper.config.keys import BUILT_IN_CHECKERS, BUILT_IN_FIXERS
from stomper.config.preset_names import preset_names
from stomper.config.raw_git import RawGit
from stomper.config.raw_table import RawTable, Seconds, Text, check_text, refuse
from stomper.settings import (
    AUTO,
    FORMATTERS,
    MAX_ROUNDS,
    MAX_WORKERS,
    AnswerFormat,
    CheckerFormat,
    Client,
    Level,
    Patterns,
    Policy,
    PromptChoice,
    ProofLevel,
    SandboxMode,
    StartMethod,
    Strategy,
    TestsSandbox,
    ToolSandbox,
    Validation,
    Worktrees,
)
from stomper.suppressions.python_comments import reason_problem

MOST_CACHE = 16 * 1024  # MiB
MOST_KEPT = 100_000  # runs, or days
MOST_QUIET = 60  # seconds
SERVER = "lsp"
OF_SERVERS = ("quiet_time", "language_id", "settings")
NOT_OF_SERVERS = (
    *("exit_codes", "whole_project", "end", "config_options", "selects", "leaves_out", "usually_leaves_out"),
    *("patterns", "not_checked", "of_all_together", "failures", "looked_at", "no_files"),
)
PATTERN_GROUPS = ("path", "line", "column", "code", "message", "severity")

OWN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def _check_program(path: str) -> str:
    if "\0" in path:
        raise refuse("must not contain a NUL character")
    return check_text(path)


def _check_command(words: list[str]) -> list[str]:
    if not words:
        raise refuse("must name a program")
    if not words[0].strip():
        raise refuse("must begin with the name of a program, not with an empty word")
    if any("\0" in word for word in words):
        raise refuse("must not contain a NUL character")
    return words


def _check_name(name: str, kind: str, built_in: Collection[str], built_in_kind: str) -> str:
    if name in built_in:
        raise refuse(f"{name} is a built-in {built_in_kind}; give yours another name")
    if not OWN_NAME.fullmatch(name):
        raise refuse(f"the name of {kind} is made of letters, digits, - and _")
    return name


def _check_fixer_name(name: str) -> str:
    return _check_name(name, "a fixer", BUILT_IN_FIXERS, "fixer")


def _check_agent_name(name: str) -> str:
    return _check_name(name, "an agent", BUILT_IN_FIXERS, "fixer")


def _check_checker_name(name: str) -> str:
    return _check_name(name, "a checker", BUILT_IN_CHECKERS, "checker")


def _check_profile_name(name: str) -> str:
    return _check_name(name, "a profile", (), "profile")


def _check_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\S*", url):
        raise refuse("is not an address that begins with http:// or https://")
    return url


def _check_variable(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise refuse("is the name of an environment variable, never the key itself")
    return name


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


def _check_reason(reason: str) -> str:
    if problem := reason_problem(reason):
        raise refuse(problem)
    return reason


def _check_formatters(names: list[str]) -> list[str]:
    for name in names:
        if name not in (AUTO, *FORMATTERS):
            raise refuse(f"{name} is no formatter; there are {', '.join(FORMATTERS)}, and {AUTO} for the project's own")
    if AUTO in names and len(names) > 1:
        raise refuse(f"{AUTO} finds the project's own: name it alone, or name each formatter")
    return names


FixerName: TypeAlias = Annotated[str, AfterValidator(_check_fixer_name)]
AgentName: TypeAlias = Annotated[str, AfterValidator(_check_agent_name)]
ProfileName: TypeAlias = Annotated[str, AfterValidator(_check_profile_name)]
CheckerName: TypeAlias = Annotated[str, AfterValidator(_check_checker_name)]
ExitCodes: TypeAlias = Annotated[tuple[int, ...], PlainValidator(_check_exit_codes)]
Base: TypeAlias = Literal[0, 1]
ToolPath: TypeAlias = Annotated[str, AfterValidator(_check_program)]


class RawWorkflow(RawTable):
    max_parallel_files: Annotated[int, Field(ge=0, le=MAX_WORKERS)] | None = None
    test_validation: Validation | None = None
    continue_on_error: bool | None = None
    start_method: StartMethod | None = None
    worktrees: Worktrees | None = None
    interrupt_grace: Annotated[Seconds, Field(ge=0)] | None = None
    max_load: Annotated[Seconds, Field(ge=0)] | None = None
    min_free_memory: Annotated[int, Field(ge=0)] | None = None
    rounds: Annotated[int, Field(ge=1, le=MAX_ROUNDS)] | None = None


class RawFiles(RawTable):
    include: list[Text] | None = None
    exclude: list[Text] | None = None


class RawIgnores(RawTable):
    files: list[Text] | None = None
    errors: list[Text] | None = None


class RawFixer(RawTable):
    command: Annotated[list[str], AfterValidator(_check_command)] | None = None
    timeout: Annotated[Seconds, Field(gt=0)] | None = None
    include: list[Text] | None = None
    takes: list[Text] | None = None
    exit_codes: ExitCodes | None = None
    configured_by: Annotated[list[Text], AfterValidator(_check_places)] | None = None
    executes: dict[Text, list[Text]] | None = None


class RawAgent(RawTable):
    client: Client | None = None
    model: Text | None = None
    base_url: Annotated[str, AfterValidator(_check_url)] | None = None
    key_variable: Annotated[str, AfterValidator(_check_variable)] | None = None
    program: ToolPath | None = None
    timeout: Annotated[Seconds, Field(gt=0)] | None = None
    quiet_timeout: Annotated[Seconds, Field(gt=0)] | None = None
    patience: Annotated[Seconds, Field(ge=0)] | None = None
    max_turns: Annotated[int, Field(ge=1, le=1000)] | None = None
    answer: AnswerFormat | None = None
    input_price: Annotated[Seconds, Field(ge=0)] | None = None
    output_price: Annotated[Seconds, Field(ge=0)] | None = None


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
    command: Annotated[list[str], AfterValidator(_check_command)] | None = None
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


class RawTests(RawTable):
    command: Annotated[list[str], AfterValidator(_check_command)] | None = None
    timeout: Annotated[Seconds, Field(gt=0)] | None = None
    pythonpath: list[Text] | None = None
    parallel: bool | None = None
    reruns: Annotated[int, Field(ge=0, le=20)] | None = None
    record_types: bool | None = None
    required: bool | None = None
    sandbox: TestsSandbox | None = None
    network: bool | None = None
    variables: list[Text] | None = None
    env: dict[Text, str] | None = None


class RawEnvironment(RawTable):
    python: ToolPath | None = None
    setup: list[Text] | None = None
    # `copy` itself would shadow a method of the model.
    copied: list[Text] | None = Field(default=None, alias="copy")
    link: list[Text] | None = None
    env: dict[Text, str] | None = None


class RawGuards(RawTable):
    suppressions: Policy | None = None
    removed_tests: Policy | None = None
    skipped_tests: Policy | None = None
    removed_assertions: Policy | None = None
    unreachable_assertions: Policy | None = None
    weakened_assertions: Policy | None = None
    disabled_code: Policy | None = None
    indirect_names: Policy | None = None
    deletion: Policy | None = None
    deletion_percent: Annotated[int, Field(ge=1, le=100)] | None = None


class RawPrompts(RawTable):
    strategy: PromptChoice | None = None
    # Below that the rules and one diagnostic have no room.
    max_bytes: Annotated[int, Field(ge=8_000)] | None = None


class RawProof(RawTable):
    level: ProofLevel | None = None
    codes: dict[Text, ProofLevel] | None = None
    paths: dict[Text, ProofLevel] | None = None


class RawSuppress(RawTable):
    reason: Annotated[str, AfterValidator(_check_reason)] | None = None


class RawCache(RawTable):
    enabled: bool | None = None
    size: Annotated[int, Field(ge=1, le=MOST_CACHE)] | None = None
    agents: bool | None = None


class RawHistory(RawTable):
    keep_runs: Annotated[int, Field(ge=1, le=MOST_KEPT)] | None = None
    keep_days: Annotated[int, Field(ge=1, le=MOST_KEPT)] | None = None


class RawBudget(RawTable):
    max_cost: Annotated[Seconds, Field(gt=0)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_minutes: Annotated[Seconds, Field(gt=0)] | None = None
    file_max_cost: Annotated[Seconds, Field(gt=0)] | None = None
    file_max_tokens: Annotated[int, Field(ge=1)] | None = None
    file_max_minutes: Annotated[Seconds, Field(gt=0)] | None = None


class RawProfile(RawTable):
    """The settings that a profile can have: all but those that say where settings are from."""

    presets: list[ToolPath] | None = None
    checkers: list[Text] | None = None
    checker_timeout: Annotated[Seconds, Field(gt=0)] | None = None
    fixers: list[Text] | None = None
    formatters: Annotated[list[Text], AfterValidator(_check_formatters)] | None = None
    max_retries: Annotated[int, Field(ge=0, le=100)] | None = None
    allow_other_files: bool | None = None
    unsafe_fixes: bool | None = None
    error_types: list[Text] | None = None
    max_errors: Annotated[int, Field(ge=1)] | None = None
    baseline: ToolPath | None = None
    max_files: Annotated[int, Field(ge=1)] | None = None
    severity: Level | None = None
    strategy: Strategy | None = None
    sandbox: SandboxMode | None = None
    sandbox_readable: list[Text] | None = None
    tool_sandbox: ToolSandbox | None = None
    learning: bool | None = None
    budget: RawBudget | None = None
    workflow: RawWorkflow | None = None
    files: RawFiles | None = None
    ignores: RawIgnores | None = None
    git: RawGit | None = None
    tests: RawTests | None = None
    environment: RawEnvironment | None = None
    guards: RawGuards | None = None
    prompts: RawPrompts | None = None
    proof: RawProof | None = None
    suppress: RawSuppress | None = None
    cache: RawCache | None = None
    history: RawHistory | None = None
    fixer: dict[FixerName, RawFixer] | None = None
    agent: dict[AgentName, RawAgent] | None = None
    checker: dict[CheckerName, RawChecker] | None = None
    tools: dict[Text, ToolPath] | None = None

    @model_validator(mode="after")
    def _check_tools(self) -> Self:
        """A table may change a few keys of a preset; of any other tool it says the whole."""
        presets = {*preset_names(), *(PurePath(path).stem for path in self.presets or ())}
        for name, fixer in (self.fixer or {}).items():
            if fixer.command is None and name not in presets:
                raise refuse(f"fixer.{name} needs a `command`")
        for name, checker in (self.checker or {}).items():
            if (checker.command is None or checker.format is None) and name not in presets:
                raise refuse(f"checker.{name} needs a `command` and a `format`")
        return self

    @model_validator(mode="after")
    def _check_agents(self) -> Self:
        clients = get_args(Client)
        for name, agent in (self.agent or {}).items():
            if agent.client is None and name not in clients:
                raise refuse(f"agent.{name} needs a `client`: one of {', '.join(clients)}")
            if name in (self.fixer or {}):
                raise refuse(f"{name} is the name of a fixer and of an agent; give one of them another name")
        return self


class RawConfig(RawProfile):
    """The whole of stomper.toml, or of [tool.stomper]."""

    extends: list[ToolPath] | None = None
    profile: Text | None = None
    profiles: dict[ProfileName, RawProfile] | None = None
