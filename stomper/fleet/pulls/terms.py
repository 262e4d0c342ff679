"""What is asked for of the pull requests of a fleet."""

from dataclasses import dataclass

BRANCH = "stomper/fixes"


@dataclass(frozen=True, slots=True)
class PullTerms:
    """How pull requests are made: all from a branch of one name, `title` and `body` as templates ('': the usual).

    `reopen` opens those again that were closed.
    """

    branch: str = BRANCH
    title: str = ""
    body: str = ""
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    draft: bool = False
    auto_merge: bool = False
    reopen: bool = False
