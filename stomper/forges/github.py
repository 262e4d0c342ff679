"""GitHub, also GitHub Enterprise Server."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stomper.forges.alike import about_of, pull_at, repo_of, review_of
from stomper.forges.client import Client
from stomper.forges.model import About, ForgeError, Place, PullRequest, PullState, Quota, Wanted
from stomper.forges.tokens import Token

ACCEPT = "application/vnd.github+json"
# The REST API has no request for it.
AUTOMATIC = "mutation($id: ID!) { enablePullRequestAutoMerge(input: {pullRequestId: $id}) { clientMutationId } }"


def credentials(token: Token) -> dict[str, str]:
    return {"authorization": f"Bearer {token.word}", "x-github-api-version": "2022-11-28"}


@dataclass(frozen=True, slots=True)
class GitHub:
    """GitHub by its REST API (see `Forge`)."""

    client: Client
    reads: int = 2
    writes: int = 3
    reopens: bool = True

    def quota(self) -> Quota | None:
        """Ask for the limit; the question does not count. A server of one's own may have none."""
        found = self.client.look("/rate_limit")
        core = found and found.get("resources", {}).get("core")
        return Quota(int(core["remaining"]), int(core["limit"]), float(core["reset"])) if core else None

    def about(self, place: Place) -> About:
        found = self.client.look(repo_of(place))
        if found is None:
            raise ForgeError(f"there is no {place.path} on {place.host.name}, or the token may not see it")
        return about_of(found)

    def find(self, place: Place, branch: str, ours: Callable[[str], bool]) -> PullRequest | None:
        owner = place.path.partition("/")[0]
        rows = self.client.pages(f"{repo_of(place)}/pulls", "per_page", state="all", head=f"{owner}:{branch}")
        # What a fork of another name has is not from a branch of the repository itself.
        own = [row for row in rows if row["head"]["ref"] == branch and _is_own(row, place)]
        found = [_pull(row) for row in own if ours(row.get("body") or "")]
        return min(found, key=lambda pull: (pull.state != "open", -pull.number), default=None)

    def create(self, place: Place, wanted: Wanted) -> PullRequest:
        body = {"title": wanted.title, "head": wanted.branch, "base": wanted.base, "body": wanted.body}
        made = self.client.change("POST", f"{repo_of(place)}/pulls", {**body, "draft": wanted.draft})
        return _pull(made) if made else PullRequest(0, "", "open", wanted.title, wanted.body, wanted.base, "")

    def edit(self, place: Place, pull: PullRequest, title: str, body: str) -> None:
        self.client.change("PATCH", pull_at(place, pull), {"title": title, "body": body})

    def set_open(self, place: Place, pull: PullRequest, is_open: bool) -> None:
        self.client.change("PATCH", pull_at(place, pull), {"state": "open" if is_open else "closed"})

    def add_labels(self, place: Place, pull: PullRequest, labels: tuple[str, ...]) -> None:
        self.client.change("POST", f"{repo_of(place)}/issues/{pull.shown}/labels", {"labels": list(labels)})

    def asked(self, place: Place, pull: PullRequest) -> frozenset[str]:
        """Who answers is no longer among those that are asked, but what happened to it says who was."""
        rows = self.client.pages(f"{repo_of(place)}/issues/{pull.shown}/events", "per_page")
        return frozenset(name for row in rows if row.get("event") == "review_requested" for name in _asked_in(row))

    def ask_for_review(self, place: Place, pull: PullRequest, reviewers: tuple[str, ...]) -> None:
        self.client.change("POST", f"{pull_at(place, pull)}/requested_reviewers", review_of(reviewers))

    def merge_when_ready(self, place: Place, pull: PullRequest) -> None:
        address = place.host.api.removesuffix("/v3") + "/graphql"
        variables = {"id": pull.identity or pull.shown}
        answer = self.client.change("POST", address, {"query": AUTOMATIC, "variables": variables})
        if errors := (answer or {}).get("errors"):
            raise ForgeError(f"{place.host.name} does not merge it by itself: {errors[0].get('message', errors[0])}")


def _is_own(row: dict[str, Any], place: Place) -> bool:
    """Say whether a pull request is from the repository itself. That of a fork which is gone has none."""
    repo = row["head"].get("repo") or {}
    return bool(repo.get("full_name") == (row["base"].get("repo") or {}).get("full_name", place.path))


def _asked_in(row: dict[str, Any]) -> list[str]:
    person, team = row.get("requested_reviewer"), row.get("requested_team")
    return [*([person["login"]] if person else []), *([f"@{team['slug']}"] if team else [])]


def _pull(row: dict[str, Any]) -> PullRequest:
    state: PullState = "merged" if row.get("merged_at") else "open" if row["state"] == "open" else "closed"
    asked = [*(one["login"] for one in row.get("requested_reviewers") or ())]
    teams = [f"@{one['slug']}" for one in row.get("requested_teams") or ()]
    return PullRequest(
        number=row["number"],
        url=row["html_url"],
        state=state,
        title=row["title"],
        body=row.get("body") or "",
        base=row["base"]["ref"],
        head=row["head"]["sha"],
        identity=row.get("node_id") or "",
        labels=frozenset(label["name"] for label in row.get("labels") or () if isinstance(label, dict)),
        reviewers=frozenset([*asked, *teams]),
        automatic=row.get("auto_merge") is not None,
    )
