"""Settings of the commits that a run makes, and of the branch that they are for."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

CommitStyle: TypeAlias = Literal["conventional", "plain"]
CommitPer: TypeAlias = Literal["file", "code", "folder", "tool", "run"]
BranchExists: TypeAlias = Literal["fail", "append", "replace"]
TypeOf: TypeAlias = Literal["safe", "proved", "tested", "unproved", "suppressed"]

# What the templates of commits can name. `details`, the list of codes, has several lines.
COMMIT_FIELDS = (
    *("type", "summary", "path", "count", "codes", "counts", "details"),
    *("tools", "fixers", "grade", "ticket", "run"),
)


@dataclass(frozen=True, slots=True)
class GitSettings:
    """The commits of a run: where they go, how they are divided, what they say, and what is done with finished ones.

    `branch_exists` says what becomes of commits that a named branch has and HEAD has not. `commit_message`,
    `commit_body` and `trailers` are templates with `COMMIT_FIELDS`; None for the subject of the `commit_style` and for
    the list of codes. `types` are those of conventional commits, by the weakest grade of a commit's fixes. `sign` None
    means: as git's `commit.gpgsign` says. `hook_timeout` is in seconds, for one call of a hook.
    """

    branch_prefix: str = "stomper"
    branch_exists: BranchExists = "fail"
    commit_style: CommitStyle = "conventional"
    commit_per: CommitPer = "file"
    commit_message: str | None = None
    commit_body: str | None = None
    trailers: tuple[str, ...] = ()
    ticket: str | None = None
    signoff: bool = False
    sign: bool | None = None
    hooks: bool = False
    hook_timeout: float = 600.0
    blame_ignore_revs: bool = False
    types: tuple[tuple[TypeOf, str], ...] = ()

    @property
    def steps(self) -> CommitPer:
        """The part of `commit_per` that fixers must know: whether they work on one code of a file after the other."""
        return self.commit_per if self.commit_per in ("code", "tool") else "file"
