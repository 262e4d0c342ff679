"""Ask a forge for the repositories of a list, all pages of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias
from urllib.parse import quote

from stomper.forges.client import Client
from stomper.forges.hosts import place_of
from stomper.forges.limits import Limits
from stomper.forges.model import ForgeError, Host, Kind
from stomper.forges.open_forge import open_forge, without_token
from stomper.forges.source import Source
from stomper.text.printable import printable

MOST_FOUND = 1000  # of a search; GitHub has no more pages
Rows: TypeAlias = Iterator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A repository of a list: its address for git, and whether it can be written to no more, or is a fork."""

    address: str
    archived: bool = False
    is_fork: bool = False


def list_repositories(source: Source, stop: Callable[[], object], tell: Callable[[str], None]) -> list[Listed]:
    """Ask for all repositories of a list, in the forge's order. Raises ForgeError if it does not give it.

    Without a token the question is asked as by nobody: public repositories only.
    """
    client = _client(source.host, stop, tell)
    try:
        rows = _ASK[source.host.kind](client, source)
        return [_on_it(found, source.host) for found in _MAKE[source.host.kind](rows)]
    finally:
        client.close()


def _client(host: Host, stop: Callable[[], object], tell: Callable[[str], None]) -> Client:
    try:
        return open_forge(host, stop, tell).client
    except ForgeError:
        return without_token(host, Limits(host.pause, stop, tell, host.name))


def _on_it(found: Listed, host: Host) -> Listed:
    """Refuse an address that leads elsewhere: it was asked of this forge."""
    try:
        place_of(found.address, {host.name: host})
    except ForgeError:
        raise ForgeError(f"{host.name} lists {printable(found.address)}, which is not on it") from None
    return found


def _of_github(client: Client, source: Source) -> Rows:
    name = quote(source.what)
    if source.way in ("org", "user"):
        return client.pages(f"/{source.way}s/{name}/repos", "per_page")
    words = f"topic:{source.what}" if source.way == "topic" else source.what
    return islice(client.pages("/search/repositories", "per_page", q=words), MOST_FOUND)


def _of_gitea(client: Client, source: Source) -> Rows:
    if source.way in ("org", "user"):
        return client.pages(f"/{source.way}s/{quote(source.what)}/repos", "limit")
    topic = {"topic": "true"} if source.way == "topic" else {}
    return client.pages("/repos/search", "limit", q=source.what, **topic)


def _of_gitlab(client: Client, source: Source) -> Rows:
    name = quote(source.what, safe="")
    if source.way == "org":
        return client.pages(f"/groups/{name}/projects", "per_page", include_subgroups="true", with_shared="false")
    if source.way == "user":
        return client.pages(f"/users/{name}/projects", "per_page")
    return client.pages("/projects", "per_page", **{source.way: source.what})


def _of_bitbucket(client: Client, source: Source) -> Rows:
    workspace, _, word = source.what.partition("/")
    if source.way != "search":
        return client.pages(f"/repositories/{quote(source.what)}", "pagelen")
    plain = word.replace("\\", "\\\\").replace('"', '\\"')
    return client.pages(f"/repositories/{quote(workspace)}", "pagelen", q=f'name ~ "{plain}"')


def _from_alike(rows: Iterable[dict[str, Any]]) -> Iterator[Listed]:
    """GitHub and Gitea have the same rows."""
    for row in rows:
        yield Listed(row["clone_url"], bool(row.get("archived")), bool(row.get("fork")))


def _from_gitlab(rows: Iterable[dict[str, Any]]) -> Iterator[Listed]:
    for row in rows:
        yield Listed(row["http_url_to_repo"], bool(row.get("archived")), row.get("forked_from_project") is not None)


def _from_bitbucket(rows: Iterable[dict[str, Any]]) -> Iterator[Listed]:
    """The address has the name of who asks before its host, which is none of a repository."""
    for row in rows:
        links = {link["name"]: link["href"] for link in row["links"]["clone"]}
        scheme, _, rest = links["https"].partition("://")
        host, slash, path = rest.partition("/")
        yield Listed(f"{scheme}://{host.rpartition('@')[2]}{slash}{path}", is_fork=row.get("parent") is not None)


_ASK: Mapping[Kind, Callable[[Client, Source], Rows]] = {
    "github": _of_github,
    "gitea": _of_gitea,
    "gitlab": _of_gitlab,
    "bitbucket": _of_bitbucket,
}
_MAKE: Mapping[Kind, Callable[[Iterable[dict[str, Any]]], Iterator[Listed]]] = {
    "github": _from_alike,
    "gitea": _from_alike,
    "gitlab": _from_gitlab,
    "bitbucket": _from_bitbucket,
}
