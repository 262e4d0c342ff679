"""The table `git` as users write it: branches, and what commits say."""

import re
from collections.abc import Collection
from typing import Annotated

from pydantic import AfterValidator, Field

from stomper.config.raw_table import RawTable, Seconds, check_text, refuse
from stomper.settings.commits import COMMIT_FIELDS, BranchExists, CommitPer, CommitStyle, TypeOf
from stomper.text.templates import template_problem

# git-check-ref-format(1), for a name that `/something` is put after; no bytes that are not UTF-8 (surrogates).
BAD_REF = re.compile(r"[\x00-\x20\ud800-\udfff\x7f~^:?*\[\\]|\.\.|//|@\{|^[-/]|[/.]$|^@$|(^|/)\.|\.lock(/|$)")
TRAILER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*: \S.*")
OWN_TRAILERS = ("stomper-run:", "stomper-fixer:")
COMMIT_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
ONE_LINE_FIELDS = tuple(name for name in COMMIT_FIELDS if name != "details")


def _check_prefix(prefix: str) -> str:
    if not prefix or BAD_REF.search(prefix):
        raise refuse("is not a name that git takes at the start of a branch")
    return prefix


def _check_line(text: str) -> str:
    if not text.isprintable():
        raise refuse("must be one line of text")
    return check_text(text)


def _check_template(text: str, fields: Collection[str] = ONE_LINE_FIELDS) -> str:
    if problem := template_problem(text, fields):
        raise refuse(problem)
    return text


def _check_subject(text: str) -> str:
    return _check_template(_check_line(text))


def _check_body(text: str) -> str:
    if "\0" in text:
        raise refuse("must not contain a NUL character")
    return _check_template(text, COMMIT_FIELDS)


def _check_trailer(text: str) -> str:
    if not TRAILER.fullmatch(_check_line(text)):
        raise refuse("is no trailer: write a word, a colon and a value, as in Reviewed-by: NAME")
    if text.lower().startswith(OWN_TRAILERS):
        raise refuse("is written by Stomper itself")
    return _check_template(text)


def _check_type(text: str) -> str:
    if not COMMIT_TYPE.fullmatch(text):
        raise refuse("is no type of a commit: write a word, such as fix, style, chore or refactor")
    return text


class RawGit(RawTable):
    branch_prefix: Annotated[str, AfterValidator(_check_prefix)] | None = None
    branch_exists: BranchExists | None = None
    commit_style: CommitStyle | None = None
    commit_per: CommitPer | None = None
    commit_message: Annotated[str, AfterValidator(_check_subject)] | None = None
    commit_body: Annotated[str, AfterValidator(_check_body)] | None = None
    trailers: list[Annotated[str, AfterValidator(_check_trailer)]] | None = None
    ticket: Annotated[str, AfterValidator(_check_line)] | None = None
    signoff: bool | None = None
    sign: bool | None = None
    hooks: bool | None = None
    hook_timeout: Annotated[Seconds, Field(gt=0)] | None = None
    blame_ignore_revs: bool | None = None
    types: dict[TypeOf, Annotated[str, AfterValidator(_check_type)]] | None = None
