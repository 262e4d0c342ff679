"""What the REST interfaces of GitHub and of Gitea have in common: Gitea's was made after that of GitHub."""

from typing import Any
from urllib.parse import quote

from stomper.forges.model import About, Place, PullRequest, is_team


def repo_of(place: Place) -> str:
    """The address of a repository below that of the interface."""
    return f"/repos/{quote(place.path)}"


def pull_at(place: Place, pull: PullRequest) -> str:
    """The address of a pull request."""
    return f"{repo_of(place)}/pulls/{pull.shown}"


def about_of(row: dict[str, Any]) -> About:
    """A repository, by the row that the forge has for it."""
    return About(default_branch=row.get("default_branch") or "", archived=bool(row.get("archived")))


def review_of(reviewers: tuple[str, ...]) -> dict[str, list[str]]:
    """The body of the request for a review by these people and teams."""
    teams = [name.rpartition("/")[2].removeprefix("@") for name in reviewers if is_team(name)]
    people = [name for name in reviewers if not is_team(name)]
    return {**({"reviewers": people} if people else {}), **({"team_reviewers": teams} if teams else {})}
