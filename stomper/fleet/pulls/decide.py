"""Decide what is to be done with the pull request of one repository."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from stomper.fleet.pulls.marker import read_marker
from stomper.forges.model import PullRequest

Step: TypeAlias = Literal["create", "update", "reopen", "close", "clean up", "keep", "leave", "nothing"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a repository: the commit to offer, where its branch is elsewhere, its pull request.

    `tip` is '' for a branch that is not there. `pushed` are the commits that we are known to have pushed; `landed` says
    that the base branch has the commit. `reopen` is the wish to open a closed one again; where the forge never
    `reopens`, it is followed by another one.
    """

    head: str
    tip: str
    pull: PullRequest | None
    pushed: frozenset[str]
    landed: bool
    reopen: bool = False
    reopens: bool = True

    @property
    def known(self) -> frozenset[str]:
        """All commits that the branch may be at without anybody else having pushed to it."""
        marker = read_marker(self.pull.body) if self.pull else None
        return self.pushed | {"", self.head} | ({marker.head} if marker else set())


@dataclass(frozen=True, slots=True)
class Decision:
    step: Step
    why: str = ""


def decide(facts: Facts, branch: str) -> Decision:
    """Say what is to be done. What people did counts more than what we want."""
    pull, foreign = facts.pull, facts.tip not in facts.known
    if pull is not None and pull.state == "merged" and (facts.landed or _merged_as_it_is(facts, pull)):
        return _tidy(facts, branch, f"#{pull.number} is merged")
    if facts.landed:
        if pull is not None and pull.state == "open":
            return _foreign(facts, branch) if foreign else Decision("close", "nothing is left of it to merge")
        return _tidy(facts, branch, "there is nothing to offer")
    if foreign:
        return _foreign(facts, branch)
    if pull is None or pull.state == "merged" or _withdrawn(pull):
        return Decision("create")
    if pull.state == "closed":
        if not facts.reopen:
            return Decision("keep", f"#{pull.number} was closed: --reopen")
        return Decision("reopen" if facts.reopens else "create")
    return Decision("update")


def _merged_as_it_is(facts: Facts, pull: PullRequest) -> bool:
    marker = read_marker(pull.body)
    return facts.head in (pull.head, marker.head if marker else "")


def _withdrawn(pull: PullRequest) -> bool:
    """Say whether it was closed by ourselves, so that nobody has to be asked before there is another one."""
    marker = read_marker(pull.body)
    return pull.state == "closed" and marker is not None and marker.withdrawn


def _tidy(facts: Facts, branch: str, why: str) -> Decision:
    """What is over needs no branch. A branch without a pull request of ours is not ours."""
    if not facts.tip or facts.pull is None or facts.tip not in facts.known:
        return Decision("nothing", why)
    return Decision("clean up", f"{why}; {branch} is deleted")


def _foreign(facts: Facts, branch: str) -> Decision:
    return Decision("leave", f"somebody else pushed to {branch} (it is at {facts.tip[:12]}); it is left alone")
