"""What is said to a forge and heard from it, in words that all forges share."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from stomper.errors import StomperError

Kind: TypeAlias = Literal["github", "gitea", "gitlab", "bitbucket"]
PullState: TypeAlias = Literal["open", "closed", "merged"]
PAUSE = 1.0


class ForgeError(StomperError):
    """A forge did not do what it was asked for; the message says why in one line."""


class SignedOutError(ForgeError):
    """The forge does not take the token, for any repository."""


@dataclass(frozen=True, slots=True)
class Host:
    """A forge: the host that addresses of git name, its kind, and the address of its API.

    `token_variable` names the variable with the token, if not the usual one. `pause` is the time between two requests
    that change something, in seconds.
    """

    name: str
    kind: Kind
    api: str
    token_variable: str = ""
    pause: float = PAUSE


@dataclass(frozen=True, slots=True)
class Place:
    """A repository on a forge: `path` is `owner/name`, on GitLab with groups in between."""

    host: Host
    path: str


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as it is there. `number` is 0 for one that a dry run would make; `head` is the commit on top."""

    number: int
    url: str
    state: PullState
    title: str
    body: str
    base: str
    head: str
    identity: str = ""
    labels: frozenset[str] = frozenset()
    reviewers: frozenset[str] = frozenset()
    automatic: bool = False

    @property
    def shown(self) -> str:
        """Its number in an address."""
        return str(self.number or "NEW")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pull request as it is to be."""

    branch: str
    base: str
    title: str
    body: str
    draft: bool = False
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quota:
    """How many requests may still be made until a moment (seconds since 1970), and how many there are of all."""

    remaining: int
    limit: int
    reset: float


@dataclass(frozen=True, slots=True)
class About:
    """What a forge says of a repository: its usual branch, and whether it can be written to no more."""

    default_branch: str = ""
    archived: bool = False


def is_team(name: str) -> bool:
    """Say whether a reviewer is a team: `@team` or `owner/team`."""
    return name.startswith("@") or "/" in name


def as_listed(name: str) -> str:
    """Give a reviewer as a pull request has it: a team is `@team`, whoever owns it."""
    return "@" + name.rpartition("/")[2].removeprefix("@") if is_team(name) else name
