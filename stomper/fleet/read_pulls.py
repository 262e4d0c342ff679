"""Make of a fleet.toml what it says of pull requests."""

from pathlib import Path
from typing import TYPE_CHECKING

from stomper.disk.regular_files import read_regular
from stomper.errors import ConfigError
from stomper.fleet.pulls.terms import PullTerms
from stomper.fleet.pulls.words import problem_of
from stomper.forges.hosts import host_of
from stomper.forges.model import Host

if TYPE_CHECKING:
    from stomper.fleet.raw_pulls import RawForge, RawPush


def pull_terms(path: Path, raw: "RawPush | None") -> PullTerms:
    """Give the terms that a [push] names; the body is read from its file, which counts from that of the fleet."""
    if raw is None:
        return PullTerms()
    usual = PullTerms()
    return PullTerms(
        branch=raw.branch or usual.branch,
        title=raw.title or "",
        body=read_body(path.absolute().parent / raw.body) if raw.body else "",
        labels=tuple(raw.labels or ()),
        reviewers=tuple(raw.reviewers or ()),
        draft=bool(raw.draft),
        auto_merge=bool(raw.auto_merge),
    )


def read_body(path: Path) -> str:
    """Read the template of a body. Raises ConfigError for what cannot be filled."""
    try:
        text = read_regular(path).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if problem := problem_of(text):
        raise ConfigError(f"{path}: {problem}")
    return text


def hosts_of(raw: "list[RawForge] | None") -> tuple[Host, ...]:
    """Give the forges that [[forge]] tables name. Raises UsageError for an API that cannot be used."""
    return tuple(host_of(one.host, one.kind, one.api or "", one.token_variable or "", one.pause) for one in raw or ())
