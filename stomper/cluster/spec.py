"""What a machine of a cluster has to know of a job to fix its files: everything that does not lie in a folder here."""

import dataclasses
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from stomper import process
from stomper.config.stored_secrets import secrets_of
from stomper.errors import StomperError, UsageError
from stomper.git.parcels import Parcel, identity_of
from stomper.learning.records import Record
from stomper.models import Outcome
from stomper.project.find_tools import tool_of
from stomper.project_tests.line_record import LineRecord
from stomper.settings import ChoiceSettings, LandingSettings, Settings
from stomper.worker.fix_file import Job

TIMEOUT = 60.0
RECORD = "record"


@dataclass(frozen=True, slots=True)
class Sent:
    """A parcel with what a commit has beyond `known`."""

    parcel: Parcel
    commit: str
    known: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """A job for another machine. `name` is that of the repository's folder, `seconds` are left until its deadline.

    `record` has no folder here, but its `files`; `clean` are those of each formatter; `tools` are the versions that the
    results depend on.
    """

    name: str
    base: str
    settings: Settings
    author: tuple[str, str]
    seconds: float
    learned: tuple[Record, ...]
    broke: frozenset[tuple[str, str]]
    record: LineRecord | None
    files: Mapping[str, bytes]
    clean: Mapping[str, frozenset[str] | None]
    tools: tuple[tuple[str, str], ...]
    held_back: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a file: its outcome, the contents that its patches lead to, by id, and its log."""

    outcome: Outcome
    contents: Mapping[str, bytes] = field(default_factory=dict)
    log: bytes = b""


def spec_of(job: Job) -> Spec:
    """Make the spec of a job, whose settings can be sent."""
    settings = dataclasses.replace(job.settings, landing=LandingSettings(dry_run=True), choice=ChoiceSettings())
    record = job.record
    return Spec(
        name=job.site.top.name,
        base=job.base,
        settings=settings,
        author=identity_of(job.site.top),
        seconds=job.deadline - time.monotonic(),
        learned=job.learned,
        broke=job.broke,
        record=record and dataclasses.replace(record, folder=None),
        files=_files(record.folder) if record and record.folder else {},
        clean={formatter.name: formatter.clean for formatter in job.formatters},
        tools=tools_of(job.settings, job.site.top),
        held_back=job.held_back,
    )


def require_sendable(settings: Settings) -> None:
    """Raises UsageError for settings that only this machine can go by, or with a secret in them."""
    if settings.workflow.test_validation in ("full", "quick"):
        raise UsageError(
            "--cluster is not for test_validation full and quick: there each file is tested where it is fixed",
            "Test the whole on this machine: --test-validation final",
        )
    if settings.budget.max_cost is not None or settings.budget.max_tokens is not None:
        raise UsageError("--cluster is not for a limit of costs or tokens: workers do not know what others spend")
    if any(secrets_of(settings, lambda _: None)):
        raise UsageError("the settings have a secret in them, which is not sent to workers", "Set it on the workers.")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def tools_of(settings: Settings, top: Path) -> tuple[tuple[str, str], ...]:
    """Give the tools that decide what a fix is, with their versions."""
    names = ["ruff", *(name for name in ("mypy",) if name in settings.checkers)]
    here = [("python", "{}.{}".format(*sys.version_info[:2])), ("libcst", version("libcst"))]
    return (*here, *((name, _version(settings, name, top)) for name in names))


def _version(settings: Settings, name: str, top: Path) -> str:
    try:
        program = tool_of(settings, name, top).path
        done = process.run([program, "--version"], cwd=Path("/"), timeout=TIMEOUT, contained=True)
    except StomperError:
        return "none"
    return done.stdout.decode("utf-8", "replace").strip()


def differing_tool(spec: Spec, found: tuple[tuple[str, str], ...]) -> str:
    """Say which tool has another version than the spec says; '' for none."""
    there = dict(found)
    wrong = [(name, there.get(name, "none"), wanted) for name, wanted in spec.tools if there.get(name) != wanted]
    return "".join(f"it has {name} {have}, and this is for {wanted}" for name, have, wanted in wrong[:1])
