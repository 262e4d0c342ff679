"""What every forge can do."""

from collections.abc import Callable
from typing import Protocol

from stomper.forges.model import About, Place, PullRequest, Quota, Wanted


class Forge(Protocol):
    """One forge as one user sees it. Whatever it does not do raises ForgeError, with the reason in one line."""

    @property
    def reads(self) -> int:
        """The most requests that `about` and `find` take for one repository, unless it has many pull requests."""
        ...

    @property
    def writes(self) -> int:
        """The most requests that make a pull request, without one for each new label and for the wish to merge it."""
        ...

    @property
    def reopens(self) -> bool:
        """Whether it can open one again that was closed."""
        ...

    def quota(self) -> Quota | None:
        """Ask how many requests may be made; None where the forge does not say."""
        ...

    def about(self, place: Place) -> About:
        """Ask for a repository."""
        ...

    def find(self, place: Place, branch: str, ours: Callable[[str], bool]) -> PullRequest | None:
        """Find the pull request from a branch of the repository itself whose body is `ours`, an open one first."""
        ...

    def create(self, place: Place, wanted: Wanted) -> PullRequest:
        """Make a pull request, as yet without labels and reviewers."""
        ...

    def edit(self, place: Place, pull: PullRequest, title: str, body: str) -> None:
        """Give a pull request another title and body."""
        ...

    def set_open(self, place: Place, pull: PullRequest, is_open: bool) -> None:
        """Open a pull request again, or close it."""
        ...

    def add_labels(self, place: Place, pull: PullRequest, labels: tuple[str, ...]) -> None:
        """Add labels; what is not there yet is made."""
        ...

    def asked(self, place: Place, pull: PullRequest) -> frozenset[str]:
        """Say who was asked for a review and is not among its reviewers any more."""
        ...

    def ask_for_review(self, place: Place, pull: PullRequest, reviewers: tuple[str, ...]) -> None:
        """Ask people, or teams (`@team` or `@owner/team`), for a review."""
        ...

    def merge_when_ready(self, place: Place, pull: PullRequest) -> None:
        """Have the forge merge it as soon as its rules allow that."""
        ...
