"""A plan file as users may write it: strict, like the configuration."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from stomper.config.keys import REFUSED
from stomper.config.problems import Problem, config_error, describe
from stomper.config.raw_table import RawTable, Text
from stomper.disk.validate import path_problem
from stomper.models import printable
from stomper.text.suggestions import nearest


def _check_path(path: str) -> str:
    if path_problem(path):
        raise PydanticCustomError(REFUSED, "{reason}", {"reason": "must be a path from the top of the repository"})
    return path


class RawPlanFile(RawTable):
    path: Annotated[Text, AfterValidator(_check_path)]
    codes: dict[Text, Annotated[int, Field(ge=1)]]
    blob: Text | None = None
    wave: int | None = None


class RawPlanCode(RawTable):
    count: int | None = None
    files: int | None = None
    fixers: dict[str, int] | None = None
    grades: dict[str, str] | None = None


class RawPlanEstimate(RawTable):
    max_parallel_files: int | None = None
    waves: int | None = None
    runs: int | None = None
    seconds: float | None = None


class RawPlanSkipped(RawTable):
    path: str
    reason: str
    count: int | None = None


class RawPlan(RawTable):
    """The whole file. Only the base commit and the files must be there."""

    schema_version: Annotated[int, Field(ge=1, le=1)]
    stomper_version: str | None = None
    created: str | None = None
    base_commit: Text
    checkers: list[Text] | None = None
    fixers: list[Text] | None = None
    unsafe_fixes: bool | None = None
    fix_baseline: bool | None = None
    estimate: RawPlanEstimate | None = None
    codes: dict[str, RawPlanCode] | None = None
    files: list[RawPlanFile] = Field(default_factory=list)
    skipped: list[RawPlanSkipped] | None = None


LEVELS: Mapping[str, type[BaseModel]] = {
    "files": RawPlanFile,
    "codes": RawPlanCode,
    "estimate": RawPlanEstimate,
    "skipped": RawPlanSkipped,
}


def validate_plan(document: object, where: str) -> RawPlan:
    """The file's content. Raises ConfigError, naming the file, each key that is wrong, and the nearest right one."""
    try:
        raw = RawPlan.model_validate(document)
    except ValidationError as error:
        raise config_error(where, [_problem(details) for details in error.errors(include_url=False)]) from None
    if doubles := [path for path, count in Counter(file.path for file in raw.files).items() if count > 1]:
        raise config_error(where, [Problem(f"the file {path} is there twice") for path in doubles])
    return raw


def _problem(details: ErrorDetails) -> Problem:
    place = details["loc"]
    entry = f"entry {place[1] + 1} of {place[0]}: " if len(place) > 1 and isinstance(place[1], int) else ""
    if details["type"] != "extra_forbidden":
        problem = describe(details, str)
        return Problem(entry + problem.text, problem.hint)
    known = LEVELS[str(place[0])] if len(place) > 1 else RawPlan
    wrong, near = str(place[-1]), nearest(str(place[-1]), known.model_fields)
    hint = f'did you mean "{near}"?' if near else f"the keys here are {', '.join(known.model_fields)}"
    return Problem(f'{entry}unknown key "{printable(wrong)}"', hint)
