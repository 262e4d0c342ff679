"""Gitea and Forgejo, Codeberg among them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stomper.forges.alike import about_of, pull_at, repo_of, review_of
from stomper.forges.client import Client
from stomper.forges.model import About, ForgeError, Place, PullRequest, PullState, Quota, Wanted
from stomper.forges.tokens import Token

DRAFT = "WIP: "
COLOUR = "#8a8a8a"


def credentials(token: Token) -> dict[str, str]:
    return {"authorization": f"token {token.word}"}


@dataclass(frozen=True, slots=True)
class Gitea:
    """Gitea and Forgejo by their REST API (see `Forge`)."""

    client: Client
    reads: int = 3
    writes: int = 4
    reopens: bool = True

    def quota(self) -> Quota | None:
        """It has no limit of its own."""
        return None

    def about(self, place: Place) -> About:
        found = self.client.look(repo_of(place))
        if found is None:
            raise ForgeError(f"there is no {place.path} on {place.host.name}, or the token may not see it")
        return about_of(found)

    def find(self, place: Place, branch: str, ours: Callable[[str], bool]) -> PullRequest | None:
        """There is no question for a branch: the open ones are looked through, then those that were closed last."""
        for state in ("open", "closed"):
            rows = self.client.pages(f"{repo_of(place)}/pulls", "limit", state=state, sort="recentupdate")
            for row in rows:
                if row["head"]["ref"] == branch and _is_own(row) and ours(row.get("body") or ""):
                    return _pull(row)
        return None

    def create(self, place: Place, wanted: Wanted) -> PullRequest:
        title = DRAFT + wanted.title if wanted.draft else wanted.title
        body = {"title": title, "head": wanted.branch, "base": wanted.base, "body": wanted.body}
        made = self.client.change("POST", f"{repo_of(place)}/pulls", body)
        return _pull(made) if made else PullRequest(0, "", "open", title, wanted.body, wanted.base, "")

    def edit(self, place: Place, pull: PullRequest, title: str, body: str) -> None:
        """One that is a draft stays one."""
        draft = pull.title.startswith(DRAFT) and not title.startswith(DRAFT)
        self.client.change("PATCH", pull_at(place, pull), {"title": DRAFT + title if draft else title, "body": body})

    def set_open(self, place: Place, pull: PullRequest, is_open: bool) -> None:
        self.client.change("PATCH", pull_at(place, pull), {"state": "open" if is_open else "closed"})

    def add_labels(self, place: Place, pull: PullRequest, labels: tuple[str, ...]) -> None:
        """It knows labels by number."""
        known = {row["name"]: row["id"] for row in self.client.pages(f"{repo_of(place)}/labels", "limit")}
        numbers = [known[name] if name in known else self._new_label(place, name) for name in labels]
        self.client.change("POST", f"{repo_of(place)}/issues/{pull.shown}/labels", {"labels": numbers})

    def _new_label(self, place: Place, name: str) -> int:
        made = self.client.change("POST", f"{repo_of(place)}/labels", {"name": name, "color": COLOUR})
        return int(made["id"]) if made else 0

    def asked(self, place: Place, pull: PullRequest) -> frozenset[str]:
        """Who answers is no longer among those that are asked, but what happened to it says who was."""
        rows = self.client.pages(f"{repo_of(place)}/issues/{pull.shown}/timeline", "limit")
        return frozenset(name for row in rows if row.get("type") == "review_request" for name in _asked_in(row))

    def ask_for_review(self, place: Place, pull: PullRequest, reviewers: tuple[str, ...]) -> None:
        self.client.change("POST", f"{pull_at(place, pull)}/requested_reviewers", review_of(reviewers))

    def merge_when_ready(self, place: Place, pull: PullRequest) -> None:
        body = {"Do": "merge", "merge_when_checks_succeed": True}
        try:
            self.client.change("POST", f"{pull_at(place, pull)}/merge", body)
        except ForgeError as error:
            # A pull request does not show whether that was asked for before.
            if "already scheduled" not in str(error):
                raise


def _is_own(row: dict[str, Any]) -> bool:
    return bool(row["head"].get("repo_id") == row["base"].get("repo_id"))


def _asked_in(row: dict[str, Any]) -> list[str]:
    person, team = row.get("assignee"), row.get("assignee_team")
    return [*([person["login"]] if person else []), *([f"@{team['name']}"] if team else [])]


def _pull(row: dict[str, Any]) -> PullRequest:
    state: PullState = "merged" if row.get("merged") else "open" if row["state"] == "open" else "closed"
    people = [one["login"] for one in row.get("requested_reviewers") or ()]
    teams = [f"@{one['name']}" for one in row.get("requested_reviewers_teams") or ()]
    return PullRequest(
        number=row["number"],
        url=row["html_url"],
        state=state,
        title=row["title"],
        body=row.get("body") or "",
        base=row["base"]["ref"],
        head=row["head"]["sha"],
        labels=frozenset(label["name"] for label in row.get("labels") or ()),
        reviewers=frozenset([*people, *teams]),
    )
