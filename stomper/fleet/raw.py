"""fleet.toml as users write it: strict models, one field per key, and nothing else accepted."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from stomper.config.raw_table import RawTable, Seconds, Text, auto_alone, refuse
from stomper.fleet.addresses import fit_name
from stomper.fleet.raw_pulls import RawForge, RawPush, check_branch
from stomper.settings import MAX_WORKERS


def _check_name(name: str) -> str:
    if fit_name(name) != name:
        raise refuse(f"can have letters, digits, '-', '_' and '.': {fit_name(name)}")
    return name


MoreThanNone = Annotated[Seconds, Field(gt=0)]


class RawShared(RawTable):
    """The keys that a repository can have for itself, and a fleet for all of them."""

    branch: Annotated[str, AfterValidator(check_branch)] | None = None
    options: list[Text] | None = None
    set_up: Annotated[list[Text], BeforeValidator(auto_alone)] | None = None
    in_place: bool | None = None
    config: dict[str, Any] | None = None


class RawRepository(RawShared):
    url: Text | None = None
    path: Text | None = None
    name: Annotated[str, AfterValidator(_check_name)] | None = None


class RawSource(RawShared):
    """A list that a forge has; the other keys are for each repository of it."""

    from_: Annotated[Text, Field(alias="from")]
    archived: bool | None = None
    forks: bool | None = None


class RawFleet(RawShared):
    max_parallel_files: Annotated[int, Field(ge=0, le=MAX_WORKERS)] | None = None
    max_cost: MoreThanNone | None = None
    max_tokens: Annotated[int, Field(gt=0)] | None = None
    max_minutes: MoreThanNone | None = None
    repository_minutes: MoreThanNone | None = None
    trust: bool | None = None
    depth: Annotated[int, Field(gt=0)] | None = None
    partial: bool | None = None
    cache_gigabytes: Annotated[Seconds, Field(ge=0)] | None = None
    cluster: Text | None = None
    tracker: Text | None = None
    only: list[Text] | None = None
    skip: list[Text] | None = None
    push: RawPush | None = None
    forge: list[RawForge] | None = None
    repository: list[RawRepository] | None = None
    source: list[RawSource] | None = None
