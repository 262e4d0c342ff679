"""GitHub, also GitHub Enterprise Server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from stomper.forges.client import Client
from stomper.forges.model import About, ForgeError, Place, PullRequest, PullState, Quota, Wanted, is_team

ACCEPT = "application/vnd.github+json"
LISTS = {"org": "/orgs/{}/repos", "user": "/users/{}/repos"}
# The REST API has no request for it.
AUTOMATIC = "mutation($id: ID!) { enablePullRequestAutoMerge(input: {pullRequestId: $id}) { clientMutationId } }"


def credentials(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "x-github-api-version": "2022-11-28"}


@dataclass(frozen=True, slots=True)
class GitHub:
    """GitHub by its REST API (see `Forge`)."""

    client: Client
    reads: int = 2
    writes: int = 3

    def quota(self) -> Quota | None:
        """Ask for the limit; the question does not count. A server of one's own may have none."""
        found = self.client.look("/rate_limit")
        core = found and found.get("resources", {}).get("core")
        return Quota(int(core["remaining"]), int(core["limit"]), float(core["reset"])) if core else None

    def about(self, place: Place) -> About:
        found = self.client.look(_repo(place))
        if found is None:
            raise ForgeError(f"there is no {place.path} on {place.host.name}, or the token may not see it")
        return _about(found)

    def find(self, place: Place, branch: str, ours: Callable[[str], bool]) -> PullRequest | None:
        owner = place.path.partition("/")[0]
        rows = self.client.pages(f"{_repo(place)}/pulls", "per_page", state="all", head=f"{owner}:{branch}")
        # What a fork of another name has is not from a branch of the repository itself.
        own = [row for row in rows if row["head"]["ref"] == branch and _is_own(row, place)]
        found = [_pull(row) for row in own if ours(row.get("body") or "")]
        return min(found, key=lambda pull: (pull.state != "open", -pull.number), default=None)

    def create(self, place: Place, wanted: Wanted) -> PullRequest:
        body = {"title": wanted.title, "head": wanted.branch, "base": wanted.base, "body": wanted.body}
        made = self.client.change("POST", f"{_repo(place)}/pulls", {**body, "draft": wanted.draft})
        return _pull(made) if made else PullRequest(0, "", "open", wanted.title, wanted.body, wanted.base, "")

    def edit(self, place: Place, pull: PullRequest, title: str, body: str) -> None:
        self.client.change("PATCH", _at(place, pull), {"title": title, "body": body})

    def set_open(self, place: Place, pull: PullRequest, is_open: bool) -> None:
        self.client.change("PATCH", _at(place, pull), {"state": "open" if is_open else "closed"})

    def add_labels(self, place: Place, pull: PullRequest, labels: tuple[str, ...]) -> None:
        self.client.change("POST", f"{_repo(place)}/issues/{pull.shown}/labels", {"labels": list(labels)})

    def ask_for_review(self, place: Place, pull: PullRequest, reviewers: tuple[str, ...]) -> None:
        teams = [name.rpartition("/")[2].removeprefix("@") for name in reviewers if is_team(name)]
        people = [name for name in reviewers if not is_team(name)]
        body = {**({"reviewers": people} if people else {}), **({"team_reviewers": teams} if teams else {})}
        self.client.change("POST", f"{_at(place, pull)}/requested_reviewers", body)

    def merge_when_ready(self, place: Place, pull: PullRequest) -> None:
        address = place.host.api.removesuffix("/v3") + "/graphql"
        variables = {"id": pull.identity or pull.shown}
        answer = self.client.change("POST", address, {"query": AUTOMATIC, "variables": variables})
        if errors := (answer or {}).get("errors"):
            raise ForgeError(f"{place.host.name} does not merge it by itself: {errors[0].get('message', errors[0])}")

    def repositories(self, wish: str, name: str) -> Iterator[About]:
        if wish in LISTS:
            rows = self.client.pages(LISTS[wish].format(quote(name, safe="")), "per_page")
        else:
            query = f"topic:{name}" if wish == "topic" else name
            rows = self.client.pages("/search/repositories", "per_page", q=query)
        return map(_about, rows)


def _repo(place: Place) -> str:
    return f"/repos/{quote(place.path)}"


def _at(place: Place, pull: PullRequest) -> str:
    return f"{_repo(place)}/pulls/{pull.shown}"


def _is_own(row: dict[str, Any], place: Place) -> bool:
    """Say whether a pull request is from the repository itself. That of a fork which is gone has none."""
    repo = row["head"].get("repo") or {}
    return bool(repo.get("full_name") == (row["base"].get("repo") or {}).get("full_name", place.path))


def _about(row: dict[str, Any]) -> About:
    return About(
        path=row["full_name"],
        address=row["clone_url"],
        default_branch=row.get("default_branch") or "",
        archived=bool(row.get("archived")),
        fork=bool(row.get("fork")),
        topics=tuple(row.get("topics") or ()),
    )


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
