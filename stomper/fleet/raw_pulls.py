"""The tables of fleet.toml on pull requests: [push], and [[forge]] for hosts that are not known."""

from typing import Annotated

from pydantic import AfterValidator, Field

from stomper.config.raw_table import RawTable, Seconds, Text, refuse
from stomper.disk.validate import BAD_REF
from stomper.fleet.pulls.words import problem_of
from stomper.forges.model import Kind


def check_branch(name: str) -> str:
    """Refuse what no branch can be called."""
    if not name or name.startswith("-") or BAD_REF.search(name):
        raise refuse("is no name of a branch")
    return name


def _check_title(template: str) -> str:
    if problem := problem_of(template):
        raise refuse(problem)
    return template


class RawPush(RawTable):
    branch: Annotated[str, AfterValidator(check_branch)] | None = None
    title: Annotated[Text, AfterValidator(_check_title)] | None = None
    body: Text | None = None
    labels: list[Text] | None = None
    reviewers: list[Text] | None = None
    draft: bool | None = None
    auto_merge: bool | None = None


class RawForge(RawTable):
    host: Text
    kind: Kind
    api: Text | None = None
    token_variable: Text | None = None
    pause: Annotated[Seconds, Field(ge=0)] | None = None
