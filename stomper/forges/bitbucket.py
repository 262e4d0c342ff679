"""Bitbucket Cloud."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from stomper.forges.client import Client
from stomper.forges.model import About, ForgeError, Place, PullRequest, PullState, Quota, Wanted, is_team
from stomper.forges.tokens import Token

STATES: dict[str, PullState] = {"OPEN": "open", "MERGED": "merged"}
NAMES = ("display_name", "account_id", "nickname", "uuid")  # the last one counts where several have the same
LONGEST_BODY = 32_000
CUT = "\n\n(shortened)\n\n"
# A comment of HTML is shown as it stands there; a reference that nothing names is not.
COMMENT, REFERENCE = re.compile(r"<!-- ([^()\n]*) -->"), re.compile(r"\[//\]: # \(([^()\n]*)\)")


def credentials(token: Token) -> dict[str, str]:
    """An access token has no user, a password of an app has."""
    if not token.user:
        return {"authorization": f"Bearer {token.word}"}
    words = base64.b64encode(f"{token.user}:{token.word}".encode()).decode()
    return {"authorization": f"Basic {words}"}


def repo_at(place: Place) -> str:
    """The address of a repository: its workspace and its own name."""
    return f"/repositories/{quote(place.path)}"


def pull_at(place: Place, pull: PullRequest) -> str:
    return f"{repo_at(place)}/pullrequests/{pull.shown}"


@dataclass(frozen=True, slots=True)
class Bitbucket:
    """Bitbucket Cloud by its REST API (see `Forge`)."""

    client: Client
    reads: int = 3
    writes: int = 4
    reopens: bool = False
    _people: dict[str, dict[str, str]] = field(default_factory=dict)

    def quota(self) -> Quota | None:
        """It does not say how much is left."""
        return None

    def about(self, place: Place) -> About:
        found = self.client.look(repo_at(place))
        if found is None:
            raise ForgeError(f"there is no {place.path} on {place.host.name}, or the token may not see it")
        return About(default_branch=(found.get("mainbranch") or {}).get("name") or "")

    def find(self, place: Place, branch: str, ours: Callable[[str], bool]) -> PullRequest | None:
        """A list does not have the reviewers: the one that is found is asked for once more."""
        states = ["OPEN", "MERGED", "DECLINED", "SUPERSEDED"]
        name = branch.replace("\\", "\\\\").replace('"', '\\"')
        address = f"{repo_at(place)}/pullrequests"
        rows = self.client.pages(address, "pagelen", state=states, q=f'source.branch.name = "{name}"')
        own = [row for row in rows if row["source"]["branch"]["name"] == branch and _is_own(row)]
        found = [_pull(row) for row in own if ours(body_of(row))]
        best = min(found, key=lambda pull: (pull.state != "open", -pull.number), default=None)
        return best and _pull(self.client.get(pull_at(place, best)))

    def create(self, place: Place, wanted: Wanted) -> PullRequest:
        ends = {"source": _branch(wanted.branch), "destination": _branch(wanted.base)}
        words = {"type": "pullrequest", "title": wanted.title, "description": fitted(wanted.body)}
        made = self.client.change("POST", f"{repo_at(place)}/pullrequests", {**words, **ends, "draft": wanted.draft})
        return _pull(made) if made else PullRequest(0, "", "open", wanted.title, wanted.body, wanted.base, "")

    def edit(self, place: Place, pull: PullRequest, title: str, body: str) -> None:
        words = {"title": title, "description": fitted(body)}
        self._change(place, pull, words, pull.identity.split())

    def _change(self, place: Place, pull: PullRequest, words: dict[str, Any], reviewers: list[str]) -> None:
        """Change a pull request. Reviewers that are not named again are taken away."""
        body = {"type": "pullrequest", **words, "reviewers": [_user(one) for one in reviewers]}
        self.client.change("PUT", pull_at(place, pull), body)

    def set_open(self, place: Place, pull: PullRequest, is_open: bool) -> None:
        if is_open:
            raise ForgeError(f"{place.host.name} opens no pull request again")
        self.client.change("POST", f"{pull_at(place, pull)}/decline")

    def add_labels(self, place: Place, pull: PullRequest, labels: tuple[str, ...]) -> None:
        self.client.say_once(f"{place.host.name} has no labels: {', '.join(labels)} left out")

    def asked(self, place: Place, pull: PullRequest) -> frozenset[str]:
        """Who answers stays among its reviewers."""
        return frozenset()

    def ask_for_review(self, place: Place, pull: PullRequest, reviewers: tuple[str, ...]) -> None:
        """It knows people by a number of their own, and takes the whole list."""
        if teams := [name for name in reviewers if is_team(name)]:
            self.client.say_once(f"{place.host.name} asks people for a review, not groups: {', '.join(teams)}")
        people = [self._number(place, name) for name in reviewers if not is_team(name)]
        if people:
            self._change(place, pull, {"title": pull.title}, [*pull.identity.split(), *people])

    def _number(self, place: Place, name: str) -> str:
        """Find a member of the workspace by nickname, account number or whole name."""
        if name.startswith("{"):
            return name
        workspace = place.path.partition("/")[0]
        if workspace not in self._people:
            self._people[workspace] = self._members(workspace)
        if (found := self._people[workspace].get(name.casefold())) is None:
            raise ForgeError(f"{place.host.name} knows nobody called {name} in {workspace}")
        return found

    def _members(self, workspace: str) -> dict[str, str]:
        rows = [row["user"] for row in self.client.pages(f"/workspaces/{quote(workspace)}/members", "pagelen")]
        return {row[key].casefold(): row["uuid"] for key in NAMES for row in rows if row.get(key)}

    def merge_when_ready(self, place: Place, pull: PullRequest) -> None:
        self.client.say_once(f"{place.host.name} cannot be asked to merge by itself: auto_merge left out")


def fitted(body: str) -> str:
    """Give a body as Bitbucket can have it: with the mark where nobody sees it, and not too long."""
    text = COMMENT.sub(r"[//]: # (\1)", body)
    if len(text) <= LONGEST_BODY:
        return text
    head, _, mark = text.rstrip().rpartition("\n")
    return head[: LONGEST_BODY - len(mark) - len(CUT) - 1] + CUT + mark + "\n"


def body_of(row: dict[str, Any]) -> str:
    """Give the body of a pull request, with the mark as everywhere."""
    raw = (row.get("summary") or {}).get("raw") or ""
    return REFERENCE.sub(r"<!-- \1 -->", raw)


def _branch(name: str) -> dict[str, Any]:
    return {"branch": {"name": name}}


def _user(number: str) -> dict[str, str]:
    return {"type": "user", "uuid": number}


def _is_own(row: dict[str, Any]) -> bool:
    """Say whether it is from the repository itself. That of a fork which is gone has none."""
    ours, theirs = row["destination"].get("repository") or {}, row["source"].get("repository") or {}
    return bool(theirs.get("full_name") == ours.get("full_name"))


def _pull(row: dict[str, Any]) -> PullRequest:
    """Give one as all forges have it; `identity` has its reviewers, as requests name them."""
    reviewers = row.get("reviewers") or ()
    return PullRequest(
        number=row["id"],
        url=row["links"]["html"]["href"],
        state=STATES.get(row["state"], "closed"),
        title=row["title"],
        body=body_of(row),
        base=row["destination"]["branch"]["name"],
        head=((row["source"].get("commit") or {}).get("hash")) or "",
        identity=" ".join(one["uuid"] for one in reviewers),
        reviewers=frozenset(one[key] for one in reviewers for key in NAMES if one.get(key)),
    )
