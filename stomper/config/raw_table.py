"""The base of the raw models: a strict table, and what is the same for many keys."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from stomper.config.keys import REFUSED
from stomper.settings import AUTO


def refuse(reason: str) -> PydanticCustomError:
    """Give the error for a value that a rule of ours refuses; the reason is for people as it is."""
    return PydanticCustomError(REFUSED, "{reason}", {"reason": reason})


def check_text(text: str) -> str:
    """Refuse an empty text."""
    # An empty code prefix would match every code, an empty pattern or name none.
    if not text.strip():
        raise refuse("must not be empty")
    return text


def auto_alone(value: object) -> object:
    """Take the one word for a list of it: `setup = "auto"`."""
    return [AUTO] if value == AUTO else value


Text: TypeAlias = Annotated[str, AfterValidator(check_text)]
Seconds: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]


class RawTable(BaseModel):
    """A table with known keys only, each of the very type of its field."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
