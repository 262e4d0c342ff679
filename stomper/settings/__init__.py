"""Settings: what a run was told, resolved once in the parent and sent to the workers as it is.

On floor 0: every folder on a higher floor may import it.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast, get_args

from stomper.settings.commits import BranchExists as BranchExists
from stomper.settings.commits import CommitPer as CommitPer
from stomper.settings.commits import CommitStyle as CommitStyle
from stomper.settings.commits import GitSettings as GitSettings
from stomper.settings.commits import TypeOf as TypeOf
from stomper.settings.tools import CheckerFormat as CheckerFormat
from stomper.settings.tools import CheckerSettings as CheckerSettings
from stomper.settings.tools import CommandSettings as CommandSettings
from stomper.settings.tools import Patterns as Patterns

Validation: TypeAlias = Literal["full", "quick", "final", "none"]
StartMethod: TypeAlias = Literal["spawn", "forkserver"]
Worktrees: TypeAlias = Literal["auto", "overlay", "clone", "recycled", "fresh"]
Policy: TypeAlias = Literal["allow", "warn", "reject"]
Level: TypeAlias = Literal["error", "warning", "information", "hint"]
Strategy: TypeAlias = Literal["all", "one-type", "by-tool"]
ProofLevel: TypeAlias = Literal["safe", "proved", "tested", "none"]
Uncommitted: TypeAlias = Literal["changed", "staged"]
Client: TypeAlias = Literal[
    "claude-code",
    "codex",
    "cursor-cli",
    "gemini-cli",
    "opencode",
    "qwen-code",
    "copilot-cli",
    "aider",
    "goose",
    "amp",
    "openai",
]
TestsSandbox: TypeAlias = Literal["on", "read-only-home", "off"]
ToolSandbox: TypeAlias = Literal["on", "off"]
SandboxMode: TypeAlias = Literal["auto", "require", "off"]
AnswerFormat: TypeAlias = Literal["auto", "whole-file", "search-replace"]
AnswerForm: TypeAlias = Literal["edits", "whole-file", "search-replace"]
PromptStrategy: TypeAlias = Literal["minimal", "normal", "detailed", "verbose"]
PromptChoice: TypeAlias = Literal["auto", "minimal", "normal", "detailed", "verbose"]

MAX_WORKERS = 32
MAX_ROUNDS = 10
AUTO = "auto"
FORMATTERS = ("ruff", "black", "isort", "yapf", "autopep8")
# From the fewest words to the most.
STRATEGIES: tuple[PromptStrategy, ...] = get_args(PromptStrategy)


@dataclass(frozen=True, slots=True)
class WorkflowSettings:
    """The distribution of the work. `max_parallel_files` is 1 to 32, already resolved from 0 (the CPUs).

    `worktrees` is how workers get theirs, or `auto` for the fastest way that works. `rounds` is how often at most a run
    goes over the files that can still win.

    `interrupt_grace` is in seconds. While the machine's load average for each CPU is above `max_load`, or less
    than `min_free_memory` MB are free, no worker beside those at work gets a file; 0 switches that off.
    """

    max_parallel_files: int = 4
    test_validation: Validation = "final"
    continue_on_error: bool = True
    start_method: StartMethod = "forkserver"
    worktrees: Worktrees = "auto"
    interrupt_grace: float = 10.0
    max_load: float = 16.0
    min_free_memory: int = 128
    rounds: int = 3


@dataclass(frozen=True, slots=True)
class FileSettings:
    """The tracked files to look at: git glob patterns from the top of the repository."""

    include: tuple[str, ...] = ("**/*.py", "**/*.pyi")
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IgnoreSettings:
    """The files to leave alone, by glob pattern, and the errors, by code prefix."""

    files: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """An agent: which client, asked for which model, and where.

    `base_url` is the provider's own where None; `key_variable` names the environment variable that holds
    the key, the client's usual one where None. `timeout` is the limit in seconds of one attempt, `quiet_timeout` of
    how long its program may print nothing, and `patience` of how long a file waits while the provider limits
    requests. Prices are in US dollars for a million tokens. `answer` is for "openai": how the model is asked to
    give the new file.
    """

    name: str
    client: Client
    model: str | None = None
    base_url: str | None = None
    key_variable: str | None = None
    program: str | None = None
    timeout: float = 600.0
    quiet_timeout: float = 300.0
    patience: float = 900.0
    max_turns: int = 12
    answer: AnswerFormat = "auto"
    input_price: float | None = None
    output_price: float | None = None


@dataclass(frozen=True, slots=True)
class PromptSettings:
    """The prompts of agents: their detail ("auto": more at each further attempt), and their limit in bytes.

    `own` says that the repository's own template and advice are used.
    """

    strategy: PromptChoice = "auto"
    max_bytes: int = 48_000
    own: bool = True


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """The limits of a run and of each of its files. Costs are in US dollars; None is no limit.

    `max_minutes` are those of a session of the run (a resumed run has them again), `file_max_minutes`
    those that models are asked about one file.
    """

    max_cost: float | None = None
    max_tokens: int | None = None
    max_minutes: float | None = None
    file_max_cost: float | None = None
    file_max_tokens: int | None = None
    file_max_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class TestSettings:
    """The way to run the project's tests. `command` None and `pythonpath` None mean: found out.

    `timeout` is in seconds, for one run of the suite; `parallel` lets several suites run at once;
    `reruns` is how often a new failure is tried again before it counts; `asked` says that the user
    named a mode, so that a verdict which cannot be had is an error and not a remark. `required` says whether a run may
    change code that no test has judged; None: it may not where there are tests. `sandbox`, `network` and
    `variables` (of the user's, that look like secrets) say what tests may have beside an agent's code. `record_types`
    lets their record hold the types that they show, where annotations are wanted.
    """

    __test__ = False  # not one of pytest's

    command: tuple[str, ...] | None = None
    timeout: float = 1800.0
    pythonpath: tuple[str, ...] | None = None
    env: tuple[tuple[str, str], ...] = ()
    parallel: bool = False
    reruns: int = 2
    record_types: bool = True
    sandbox: TestsSandbox = "on"
    network: bool = False
    variables: tuple[str, ...] = ()
    asked: bool = False
    required: bool | None = None


@dataclass(frozen=True, slots=True)
class EnvironmentSettings:
    """The needs of a worktree beyond its files: an interpreter, commands to run first, untracked files, variables.

    What `copy` names is copied into it, what `link` names is there by a symbolic link. `inside` says that programs in
    the checkout may be used, such as those of its `.venv`: never without the user's word (`trust`). With `automatic` an
    environment is made outside of the checkout where the project has none; `made` is the folder of that.
    """

    python: str | None = None
    setup: tuple[str, ...] = ()
    copy: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    inside: bool = True
    automatic: bool = False
    made: str = ""


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """The policy for fixes that do one of these; `deletion_percent` is the share of a file that a fix may delete."""

    suppressions: Policy = "reject"
    removed_tests: Policy = "reject"
    skipped_tests: Policy = "reject"
    removed_assertions: Policy = "reject"
    unreachable_assertions: Policy = "reject"
    weakened_assertions: Policy = "reject"
    disabled_code: Policy = "reject"
    indirect_names: Policy = "reject"
    deletion: Policy = "reject"
    deletion_percent: int = 60


@dataclass(frozen=True, slots=True)
class ProofSettings:
    """The grade that a guess needs to land: `level`, if none of `codes` (prefixes) and then of `paths` (globs) matches.

    The last that matches counts. "tested" lands what is safe, proved or tested; "none" lands all.
    """

    level: ProofLevel = "tested"
    codes: tuple[tuple[str, ProofLevel], ...] = ()
    paths: tuple[tuple[str, ProofLevel], ...] = ()


@dataclass(frozen=True, slots=True)
class SuppressSettings:
    """The fixer `suppress`: what stands behind each of its comments, if anything."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """The cache of outcomes: whether it is used, its limit in MiB, and whether it keeps what agents made."""

    enabled: bool = True
    size: int = 64
    agents: bool = False


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """The runs that are remembered: so many, and for so many days; the last to undo, redo and resume always."""

    keep_runs: int = 20
    keep_days: int = 30


@dataclass(frozen=True, slots=True)
class LandingSettings:
    """The place for the result: the current branch, a new `branch`, the working tree (no commit), or none (dry run)."""

    branch: str | None = None
    commit: bool = True
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class EndingSettings:
    """The exit code of a run that can be trusted: 0 whatever is left, or 1 also if all that it found is fixed."""

    exit_zero: bool = False
    exit_non_zero_on_fix: bool = False


@dataclass(frozen=True, slots=True)
class AgendaFile:
    """One file of a plan file: how many diagnostics of each code are to be taken up in it."""

    path: str
    codes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ScopeSettings:
    """The scope of one command line: also what the baseline knows, only some exact codes, only a plan's entries.

    `remove_stale`: comments that silence nothing are diagnostics too, whether the project's configuration asks for
    that or not.
    """

    fix_baseline: bool = False
    remove_stale: bool = False
    picked: tuple[str, ...] = ()
    agenda: tuple[AgendaFile, ...] | None = None


@dataclass(frozen=True, slots=True)
class ChoiceSettings:
    """The selected files to work on, if the command line names none of them.

    Those that match one of `patterns`, that differ since the merge base with `since`, or that have
    `uncommitted` changes. For "staged": whether fixes are put into the index too (`stage`), and which
    index it is where a `git commit` under way has one of its own (`index`). `included` are the include patterns that
    were given for this time; unless `allow_empty`, each of all these has to match something.
    """

    patterns: tuple[str, ...] = ()
    since: str | None = None
    uncommitted: Uncommitted | None = None
    stage: bool = True
    index: str | None = None
    included: tuple[str, ...] = ()
    allow_empty: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run was told. Nothing here is optional that need not be; defaults have this one home.

    `extends` are the files whose settings are under those of the file that names them, `profile` is the one that was
    chosen, `presets` are files with tools of the user's own. `baseline` is the file of known diagnostics where one was
    named. `checkers_asked` says that the user named the checkers, so that none is added; those in `configured_only`
    look only at files under a configuration of their own. `checker_timeout` is the limit in seconds of one call of a
    built-in checker. `formatters` keep files formatted that are: the named ones, or with "auto" those that the project
    has. `learning` says that what came of agents' attempts is recorded, and decides how they are asked next time.
    `sandbox_readable` are further files and folders that agents and tests may read; `tool_sandbox` is that of checkers
    and of fixers that are commands.
    """

    extends: tuple[str, ...] = ()
    profile: str = ""
    presets: tuple[str, ...] = ()
    checkers: tuple[str, ...] = ("ruff",)
    checkers_asked: bool = False
    configured_only: tuple[str, ...] = ()
    checker_timeout: float = 600.0
    fixers: tuple[str, ...] = ("ruff", "codemods")
    formatters: tuple[str, ...] = (AUTO,)
    max_retries: int = 3
    allow_other_files: bool = False
    unsafe_fixes: bool = False
    error_types: tuple[str, ...] = ()
    max_errors: int | None = None
    max_files: int | None = None
    severity: Level = "hint"
    strategy: Strategy = "all"
    sandbox: SandboxMode = "auto"
    sandbox_readable: tuple[str, ...] = ()
    tool_sandbox: ToolSandbox = "on"
    learning: bool = True
    budget: BudgetSettings = field(default_factory=BudgetSettings)
    workflow: WorkflowSettings = field(default_factory=WorkflowSettings)
    files: FileSettings = field(default_factory=FileSettings)
    ignores: IgnoreSettings = field(default_factory=IgnoreSettings)
    git: GitSettings = field(default_factory=GitSettings)
    tests: TestSettings = field(default_factory=TestSettings)
    environment: EnvironmentSettings = field(default_factory=EnvironmentSettings)
    guards: GuardSettings = field(default_factory=GuardSettings)
    prompts: PromptSettings = field(default_factory=PromptSettings)
    proof: ProofSettings = field(default_factory=ProofSettings)
    suppress: SuppressSettings = field(default_factory=SuppressSettings)
    cache: CacheSettings = field(default_factory=CacheSettings)
    history: HistorySettings = field(default_factory=HistorySettings)
    landing: LandingSettings = field(default_factory=LandingSettings)
    ending: EndingSettings = field(default_factory=EndingSettings)
    scope: ScopeSettings = field(default_factory=ScopeSettings)
    choice: ChoiceSettings = field(default_factory=ChoiceSettings)
    commands: tuple[CommandSettings, ...] = ()
    agents: tuple[AgentSettings, ...] = ()
    own_checkers: tuple[CheckerSettings, ...] = ()
    baseline: str | None = None
    tools: tuple[tuple[str, str], ...] = ()

    def tool(self, name: str) -> str | None:
        """The configured path of a tool, if there is one."""
        return dict(self.tools).get(name)

    def agent(self, name: str) -> AgentSettings | None:
        """The settings of an agent: those of its table, or the defaults where `name` is a client's."""
        for agent in self.agents:
            if agent.name == name:
                return agent
        return AgentSettings(name, cast(Client, name)) if name in get_args(Client) else None

    @property
    def enabled_own_checkers(self) -> tuple[CheckerSettings, ...]:
        """The checkers of the user's own that are named in `checkers`."""
        return tuple(checker for checker in self.own_checkers if checker.name in self.checkers)

    @property
    def included(self) -> tuple[str, ...]:
        """The glob patterns of all files that are looked at: those of the files and of the user's own checkers."""
        return (*self.files.include, *(p for checker in self.enabled_own_checkers for p in checker.include))
