"""The configuration as users write it: strict models, one field per key, and nothing else accepted.

A new key is a field here, a line in `stomper.config.keys`, and one of docs/configuration.md (scripts/every_key.py).

No field has a default here: None means absent, which no TOML value is. Defaults live in `stomper.settings`.
"""

import re
from pathlib import PurePath
from typing import Annotated, Self, TypeAlias, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from stomper.config.keys import BUILT_IN_FIXERS
from stomper.config.preset_names import preset_names
from stomper.config.raw_git import RawGit
from stomper.config.raw_table import RawTable, Seconds, Text, auto_alone, refuse
from stomper.config.raw_tools import (
    CheckerName,
    FixerName,
    RawChecker,
    RawFixer,
    ToolPath,
    check_command,
    check_name,
)
from stomper.settings import (
    AUTO,
    FORMATTERS,
    MAX_ROUNDS,
    MAX_WORKERS,
    AnswerFormat,
    Client,
    Level,
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


def _check_agent_name(name: str) -> str:
    return check_name(name, "an agent", BUILT_IN_FIXERS, "fixer")


def _check_profile_name(name: str) -> str:
    return check_name(name, "a profile", (), "profile")


def _check_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\S*", url):
        raise refuse("is not an address that begins with http:// or https://")
    return url


def _check_variable(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise refuse("is the name of an environment variable, never the key itself")
    return name


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


AgentName: TypeAlias = Annotated[str, AfterValidator(_check_agent_name)]
ProfileName: TypeAlias = Annotated[str, AfterValidator(_check_profile_name)]


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


class RawTests(RawTable):
    command: Annotated[list[str], AfterValidator(check_command)] | None = None
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
    setup: Annotated[list[Text], BeforeValidator(auto_alone)] | None = None
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
