"""The form of a report, key by key, for its JSON Schema and for tests of reports. What has a default may be absent.

pydantic takes long to load: nothing that a run needs may import this module.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from stomper.attempts import AttemptResult
from stomper.grades import Grade
from stomper.models import Status
from stomper.settings import Validation

Count: TypeAlias = Annotated[int, Field(ge=0)]
Seconds: TypeAlias = Annotated[float, Field(ge=0)]
ByCode: TypeAlias = dict[str, Count]
Lines: TypeAlias = list[Annotated[int, Field(ge=1)]]


def says(words: str) -> Any:
    """Give what a schema says of a key."""
    return Field(description=words)


class Part(BaseModel):
    """A table of the report, with known keys only."""

    model_config = ConfigDict(extra="forbid")


class Ending(Part):
    left: Annotated[Count, says("diagnostics that the run's result leaves")]
    rejected: Annotated[Count, says("files of which a fix was rejected")]
    failed: Annotated[Count, says("files whose work failed")]
    not_read: Annotated[Count, says("files that no checker saw")]
    not_delivered: Annotated[Count, says("diagnostics that only the result, which was not delivered, has no more")]
    would_fix: Annotated[Count, says("the same of a dry run")]


class Summary(Part):
    files_total: Annotated[Count, says("the sum of the seven states")]
    files_fixed: Count
    files_suppressed: Count
    files_partial: Count
    files_unchanged: Count
    files_skipped: Count
    files_rejected: Count
    files_failed: Count
    files_waiting: Annotated[Count, says("of those that are skipped: changed, and not delivered")]
    diagnostics_before: Annotated[Count, says("the sum of the fixed, the suppressed, and those after the run")]
    diagnostics_after: Annotated[Count, says("measured on what the user has now")]
    diagnostics_fixed: Count
    diagnostics_suppressed: Count
    withheld: Annotated[Count, says("fixes that were not sure enough to land")]
    dropped: Annotated[Count, says("diagnostics whose fixes tests took out again")]
    grades: Annotated[dict[Grade, Count], says("diagnostics that were fixed on each grade")]


class Concurrency(Part):
    max_parallel_files: Count
    peak: Annotated[Count, says("the most files that were worked on at one moment, as workers measured it")]
    wall_seconds: Seconds
    worker_seconds: Annotated[Seconds, says("the sum of the times of all files")]
    speedup: Seconds
    efficiency: Annotated[Seconds, says("the speed-up for each file at the peak")]


class Stages(Part):
    """Wall seconds of the stages of this session."""

    survey_seconds: Seconds | None = None
    fix_seconds: Annotated[Seconds | None, says("with landing")] = None
    gate_seconds: Seconds | None = None
    commit_seconds: Annotated[Seconds | None, says("if commits are grouped, signed or pass hooks")] = None
    deliver_seconds: Seconds | None = None


class BaseTests(Part):
    passed: Count
    failed: Count
    known_failures: list[str]
    skipped: Count | None = None
    expected_failures: Count | None = None
    deselected: Count | None = None


class FinalTests(Part):
    verdict: Literal["green", "none"]
    flaky: list[str]


class DroppedByTests(Part):
    path: str
    tests: Annotated[list[str], says("the tests that it breaks")]
    log: str
    fixer: str | None = None
    codes: list[str] | None = None
    lines: Lines | None = None


class Probe(Part):
    red: bool
    files: Annotated[Count | None, says("with the first so many files of the row")] = None
    parts: Annotated[Count | None, says("with the first so many parts of the path")] = None
    path: str | None = None
    alone: Annotated[Literal[True] | None, says("without what is before them in the row")] = None


class Search(Part):
    broken: list[str]
    files: Count
    probes: list[Probe]
    path: Annotated[str | None, says("what was found; absent if the search was broken off")] = None
    lines: Annotated[Lines | None, says("if what was found is a part of the file")] = None
    partner: Annotated[str | None, says("what that needs to be red")] = None


class Tests(Part):
    mode: Validation
    runs: Annotated[Count, says("runs of the whole suite")]
    partial_runs: Count
    dropped: list[DroppedByTests]
    reason: Annotated[str | None, says("why no tests are run")] = None
    command: str | None = None
    baseline: Annotated[BaseTests | None, says("the tests on the base commit")] = None
    final: Annotated[FinalTests | None, says("the tests on the result")] = None
    single_tests: Annotated[Literal[False] | None, says("the command does not tell tests apart")] = None
    searches: Annotated[list[Search] | None, says("each search of the gate for what is guilty")] = None
    not_run: Annotated[list[str] | None, says("why some of the tests could not be run")] = None
    only_in_clone: Annotated[list[str] | None, says("tests that pass in a clone, and not in a worktree")] = None


class Round(Part):
    files: Count
    changed: Count
    fixed: Annotated[int, says("diagnostics")]


class ByFixer(Part):
    fixer: str
    tool: str
    code: str
    fixed: Count
    dropped: Annotated[Count, says("fixes that tests took out again")]
    left: Annotated[Count, says("diagnostics that the fixer was there for, and that are left")]


class Usage(Part):
    """What asking models took, in all sessions. What is unknown is absent, never 0."""

    attempts: Count
    unknown_attempts: Annotated[Count, says("those that did not say what they took")]
    requests: Count | None = None
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cost_estimate: Annotated[Seconds | None, says("US dollars")] = None
    unpriced_attempts: Annotated[Count | None, says("those that are not in the estimate")] = None


class Baseline(Part):
    entries: Count
    known: Annotated[Count, says("diagnostics that it accepts")]
    gone: Annotated[Count, says("entries that nothing stands behind any more")]


class NotChecked(Part):
    tool: str
    path: str
    reason: str


class Code(Part):
    tool: str
    code: str
    before: Count
    fixed: Count
    suppressed: Count
    left: Count


class Attempt(Part):
    fixer: str
    result: AttemptResult
    before: Count
    seconds: Seconds
    after: Annotated[Count | None, says("absent if it was not checked again")] = None
    detail: str | None = None
    strategy: Annotated[str | None, says("the kind of prompt")] = None
    grade: Grade | None = None
    elsewhere: Annotated[ByCode | None, says("diagnostics that are gone in other files")] = None
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cached_tokens: Count | None = None
    cost_estimate: Annotated[Seconds | None, says("US dollars")] = None
    requests: Count | None = None


class Withheld(Part):
    fixer: str
    tool: str
    code: str
    line: Annotated[int, says("in the base commit")]
    needs: Annotated[str, says("what would prove it, or the proof that lets it land")]


class Dropped(Part):
    fixer: str
    codes: ByCode
    grade: Grade | None = None
    lines: Annotated[Lines | None, says("in the base commit")] = None
    broken: Annotated[list[str] | None, says("the tests that it breaks")] = None


class CameTo(Part):
    status: Status
    fixed_codes: ByCode
    suppressed_codes: ByCode | None = None
    commit: str | None = None
    commits: list[str] | None = None
    grades: dict[str, dict[Grade, Count]] | None = None


class File(CameTo):
    path: str
    before: Annotated[Count, says("diagnostics")]
    after: Count
    seconds: Seconds
    attempts: list[Attempt]
    reason: str | None = None
    patch: str | None = None
    log: str | None = None
    cached: Annotated[Literal[True] | None, says("the attempts are those of an earlier run")] = None
    withheld: list[Withheld] | None = None
    dropped: Annotated[list[Dropped] | None, says("fixes that tests took out again")] = None
    outcome: Annotated[CameTo | None, says("what the run came to and the user does not have")] = None


class Report(Part):
    """Everything a script may want to know of a run. What is unknown is absent, never null."""

    schema_version: Literal[1]
    run: Annotated[str, says("its id")]
    stomper_version: str
    repository: Annotated[str, says("the name of its folder")]
    remote: Annotated[str | None, says("its address, without password; absent if it is on this machine")] = None
    base_commit: str
    head_commit: str
    branch: str
    started: Annotated[str, says("ISO 8601, UTC")]
    finished: str
    seconds: Annotated[Seconds, says("wall seconds of this session")]
    exit_code: Literal[0, 1, 3, 130]
    tested: Annotated[bool, says("whether tests judged the result")]
    tests_run: Annotated[Count | None, says("absent if the command does not tell tests apart")] = None
    not_tested: Annotated[str | None, says("why no tests judged it")] = None
    delivered: Annotated[bool, says("whether the user has all that the run came to")]
    not_delivered: Annotated[str | None, says("if not: why")] = None
    ref: Annotated[str | None, says("if not, and git has it: the ref with the result")] = None
    ending: Ending
    summary: Summary
    concurrency: Concurrency
    looked_at: Annotated[dict[str, Count], says("the number of chosen files that each checker looked at")]
    stages: Stages | None = None
    tests: Tests
    rounds: Annotated[list[Round] | None, says("if there were several")] = None
    fixers: list[ByFixer] | None = None
    usage: Usage | None = None
    baseline: Baseline | None = None
    not_checked: Annotated[list[NotChecked] | None, says("files that a checker could not look at")] = None
    stub_packages: Annotated[list[str] | None, says("packages of stubs that mypy asks for")] = None
    codes: list[Code] | None = None
    tools: Annotated[dict[str, str] | None, says("versions")] = None
    options: Annotated[dict[str, Any] | None, says("the settings that are not the defaults")] = None
    files: list[File]
