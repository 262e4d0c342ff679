"""GitLab: gitlab.com and servers of one's own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from stomper.forges.client import Client
from stomper.forges.model import About, ForgeError, Place, PullRequest, PullState, Quota, Wanted, is_team
from stomper.forges.tokens import Token

DRAFT = "Draft: "
STATES: dict[str, PullState] = {"opened": "open", "locked": "open", "merged": "merged", "closed": "closed"}
UNDECIDED = ("unchecked", "checking", "preparing", "approvals_syncing")
LOOKS, PAUSE = 5, 2.0  # at a merge request of which it does not know yet whether it can be merged; seconds between


def credentials(token: Token) -> dict[str, str]:
    return {"authorization": f"Bearer {token.word}"}


def project_at(place: Place) -> str:
    """The address of a project; its path is one word in it."""
    return f"/projects/{quote(place.path, safe='')}"


def pull_at(place: Place, pull: PullRequest) -> str:
    return f"{project_at(place)}/merge_requests/{pull.shown}"


@dataclass(frozen=True, slots=True)
class GitLab:
    """GitLab by its REST API (see `Forge`). Its merge requests are our pull requests."""

    client: Client
    reads: int = 2
    writes: int = 4
    reopens: bool = True

    def quota(self) -> Quota | None:
        """It has no question for its limit: each answer says what is left."""
        return None

    def about(self, place: Place) -> About:
        found = self.client.look(project_at(place))
        if found is None:
            raise ForgeError(f"there is no {place.path} on {place.host.name}, or the token may not see it")
        return About(default_branch=found.get("default_branch") or "", archived=bool(found.get("archived")))

    def find(self, place: Place, branch: str, ours: Callable[[str], bool]) -> PullRequest | None:
        address = f"{project_at(place)}/merge_requests"
        rows = self.client.pages(address, "per_page", source_branch=branch)
        own = [row for row in rows if row["source_branch"] == branch and _is_own(row)]
        found = [_pull(row) for row in own if ours(row.get("description") or "")]
        return min(found, key=lambda pull: (pull.state != "open", -pull.number), default=None)

    def create(self, place: Place, wanted: Wanted) -> PullRequest:
        title = DRAFT + wanted.title if wanted.draft else wanted.title
        body = {"source_branch": wanted.branch, "target_branch": wanted.base, "title": title}
        made = self.client.change("POST", f"{project_at(place)}/merge_requests", {**body, "description": wanted.body})
        return _pull(made) if made else PullRequest(0, "", "open", title, wanted.body, wanted.base, "")

    def edit(self, place: Place, pull: PullRequest, title: str, body: str) -> None:
        """One that is a draft stays one."""
        draft = pull.title.startswith(DRAFT) and not title.startswith(DRAFT)
        self.client.change(
            "PUT", pull_at(place, pull), {"title": DRAFT + title if draft else title, "description": body}
        )

    def set_open(self, place: Place, pull: PullRequest, is_open: bool) -> None:
        self.client.change("PUT", pull_at(place, pull), {"state_event": "reopen" if is_open else "close"})

    def add_labels(self, place: Place, pull: PullRequest, labels: tuple[str, ...]) -> None:
        """It makes those that are not there. None of its labels has a comma."""
        self.client.change("PUT", pull_at(place, pull), {"add_labels": ",".join(labels)})

    def asked(self, place: Place, pull: PullRequest) -> frozenset[str]:
        """Who answers stays among its reviewers."""
        return frozenset()

    def ask_for_review(self, place: Place, pull: PullRequest, reviewers: tuple[str, ...]) -> None:
        """It knows people by number, and takes the whole list."""
        if teams := [name for name in reviewers if is_team(name)]:
            self.client.say_once(f"{place.host.name} asks people for a review, not groups: {', '.join(teams)}")
        people = [name for name in reviewers if not is_team(name)]
        if people:
            numbers = [self._number(name) for name in (*sorted(pull.reviewers), *people)]
            self.client.change("PUT", pull_at(place, pull), {"reviewer_ids": numbers})

    def _number(self, name: str) -> int:
        rows = self.client.get("/users", username=name)
        if not rows:
            raise ForgeError(f"{self.client.host.name} knows nobody called {name}")
        return int(rows[0]["id"])

    def merge_when_ready(self, place: Place, pull: PullRequest) -> None:
        """A new one can be asked for that only once it has been looked at; older servers have the other word."""
        self._wait_for_look(place, pull)
        body = {"auto_merge": True, "merge_when_pipeline_succeeds": True}
        self.client.change("PUT", f"{pull_at(place, pull)}/merge", body)

    def _wait_for_look(self, place: Place, pull: PullRequest) -> None:
        for _ in range(LOOKS if self.client.show is None else 0):
            if self.client.get(pull_at(place, pull)).get("detailed_merge_status") not in UNDECIDED:
                return
            self.client.limits.sleep(PAUSE)


def _is_own(row: dict[str, Any]) -> bool:
    return bool(row.get("source_project_id") == row.get("target_project_id"))


def _pull(row: dict[str, Any]) -> PullRequest:
    return PullRequest(
        number=row["iid"],
        url=row["web_url"],
        state=STATES.get(row["state"], "closed"),
        title=row["title"],
        body=row.get("description") or "",
        base=row["target_branch"],
        head=row.get("sha") or "",
        labels=frozenset(row.get("labels") or ()),
        reviewers=frozenset(one["username"] for one in row.get("reviewers") or ()),
        automatic=bool(row.get("merge_when_pipeline_succeeds")),
    )
