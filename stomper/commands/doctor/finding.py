"""One finding of the doctor."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

State: TypeAlias = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. A `problem` keeps a run from working here; `hint` says what to do about it."""

    area: str
    name: str
    state: State
    text: str
    hint: str = ""
