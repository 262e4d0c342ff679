"""Issues on a forge: made, written anew, closed, and found again."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from stomper.forges.alike import repo_of
from stomper.forges.client import Client
from stomper.forges.gitlab import project_at
from stomper.forges.model import ForgeError, Kind, Place

KINDS: tuple[Kind, ...] = ("github", "gitea", "gitlab")
LOOKED_THROUGH = 200  # of the latest issues, for one that was made just before something ended us


@dataclass(frozen=True, slots=True)
class Issue:
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Issues:
    """The issues of GitHub, Gitea and GitLab. Whatever a forge does not do raises ForgeError."""

    client: Client

    def create(self, place: Place, title: str, body: str) -> Issue:
        """Make an issue."""
        return self._issue(self.client.change("POST", self._at(place), {"title": title, self._body: body}))

    def write(self, place: Place, number: int, title: str, body: str, is_open: bool) -> None:
        """Give an issue another title and body, and open or close it."""
        words = {"title": title, self._body: body}
        if self._on_gitlab:
            state = {"state_event": "reopen" if is_open else "close"}
            self.client.change("PUT", f"{self._at(place)}/{number}", {**words, **state})
        else:
            state = {"state": "open" if is_open else "closed"}
            self.client.change("PATCH", f"{self._at(place)}/{number}", {**words, **state})

    def find(self, place: Place, ours: Callable[[str], bool]) -> Issue | None:
        """Find one of the latest issues by its body."""
        size = "limit" if self.client.host.kind == "gitea" else "per_page"
        rows = islice(self.client.pages(self._at(place), size, state=self._open), LOOKED_THROUGH)
        return next((self._issue(row) for row in rows if ours(row.get(self._body) or "")), None)

    @property
    def _on_gitlab(self) -> bool:
        return self.client.host.kind == "gitlab"

    @property
    def _body(self) -> str:
        return "description" if self._on_gitlab else "body"

    @property
    def _open(self) -> str:
        return "opened" if self._on_gitlab else "open"

    def _at(self, place: Place) -> str:
        return f"{project_at(place) if self._on_gitlab else repo_of(place)}/issues"

    def _issue(self, row: dict[str, Any] | None) -> Issue:
        if row is None:
            raise ForgeError(f"{self.client.host.name} did not say which issue it made")
        if self._on_gitlab:
            return Issue(int(row["iid"]), str(row["web_url"]))
        return Issue(int(row["number"]), str(row["html_url"]))
