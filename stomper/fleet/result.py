"""What became of one repository of a fleet."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias, get_args

State: TypeAlias = Literal["fixed", "partial", "clean", "unchanged", "failed", "skipped"]
STATES: tuple[State, ...] = get_args(State)
DONE = frozenset[State]({"fixed", "clean", "skipped"})


@dataclass(frozen=True, slots=True)
class CodeCount:
    """The diagnostics of one code in one repository: before the run, fixed or suppressed by it, and left."""

    tool: str
    code: str
    before: int
    gone: int
    left: int


@dataclass(frozen=True, slots=True)
class Result:
    """One repository: its state, the reason for that, and the figures of its run, as far as it came to one.

    `pending` is one that can still be taken up. `top` is where the work was done. Commits and `branch` are those
    of the run, `exit_code` is that of its command. `figures` count files and diagnostics by the report's own names,
    `usage` is what asking models took. `flaky` are the tests that did not always end the same way.
    """

    name: str
    state: State
    reason: str = ""
    pending: bool = False
    top: str = ""
    run: str = ""
    branch: str = ""
    base_commit: str = ""
    head_commit: str = ""
    exit_code: int | None = None
    seconds: float = 0.0
    figures: Mapping[str, int] = field(default_factory=dict)
    codes: tuple[CodeCount, ...] = ()
    usage: Mapping[str, int | float] = field(default_factory=dict)
    flaky: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Return whether nothing is left to do, or nothing was to be done."""
        return self.state in DONE and not self.pending


def facts_of(result: Result) -> dict[str, Any]:
    """Give a result as plain data, without what is empty."""
    kept = ("name", "state", "seconds")
    return {key: value for key, value in asdict(result).items() if key in kept or not _is_empty(value)}


def _is_empty(value: object) -> bool:
    return value is None or value is False or value in ("", {}, ())


def result_of(facts: Mapping[str, Any]) -> Result:
    """Read a result from plain data. Raises ValueError for what is none."""
    known: dict[str, Any] = {name: value for name, value in facts.items() if name in Result.__slots__}
    if known.get("state") not in STATES or not isinstance(known.get("name"), str):
        raise ValueError(f"no result: {known.get('name')!r:.80}")
    known |= {name: tuple(known.get(name, ())) for name in ("flaky", "notes")}
    known["codes"] = tuple(CodeCount(**code) for code in known.get("codes", ()))
    return Result(**known)
