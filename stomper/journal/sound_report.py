"""The form of a report that is read back from a run's folder: the keys that are read, those of every version first.

A report has more keys; the others are for its readers outside.
"""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt at a file."""

    fixer: str
    result: str
    before: int
    seconds: float
    after: int = 0
    detail: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """The result of a run for a file."""

    status: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that a run worked on."""

    path: str
    status: str
    before: int
    after: int
    fixed_codes: dict[str, int]
    seconds: float
    attempts: list[Attempt]
    reason: str = ""
    suppressed_codes: dict[str, int] = field(default_factory=dict)
    commit: str = ""
    commits: list[str] = field(default_factory=list)
    patch: str = ""
    log: str = ""
    outcome: Came = Came("")


@dataclass(frozen=True, slots=True)
class Code:
    """The counts of a code."""

    tool: str
    code: str
    before: int
    fixed: int
    suppressed: int
    left: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a run."""

    files_total: int
    diagnostics_before: int
    diagnostics_after: int
    diagnostics_fixed: int


@dataclass(frozen=True, slots=True)
class Concurrency:
    """The time that a run worked on its files."""

    wall_seconds: float


@dataclass(frozen=True, slots=True)
class StoredReport:
    """The report of a run."""

    run: str
    started: str
    finished: str
    exit_code: int
    branch: str
    base_commit: str
    head_commit: str
    summary: Summary
    concurrency: Concurrency
    files: list[File]
    delivered: bool = True
    not_delivered: str = ""
    codes: list[Code] = field(default_factory=list)


def require_report(report: dict[str, Any]) -> None:
    """Raises ValueError for what is no report, so that nobody who reads one looks at its form again."""
    import pydantic

    pydantic.TypeAdapter(StoredReport).validate_json(json.dumps(report), strict=True)
