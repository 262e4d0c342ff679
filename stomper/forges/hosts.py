"""Say which forge an address of git is on."""

import re
from collections.abc import Mapping, Sequence
from typing import get_args
from urllib.parse import urlsplit

from stomper.errors import UsageError
from stomper.forges.model import ForgeError, Host, Kind, Place
from stomper.git.remotes import SHORT

KINDS: tuple[Kind, ...] = get_args(Kind)
KNOWN: Mapping[str, Kind] = {
    "github.com": "github",
    "gitlab.com": "gitlab",
    "bitbucket.org": "bitbucket",
    "codeberg.org": "gitea",
    "gitea.com": "gitea",
}
APIS = {"github.com": "https://api.github.com", "bitbucket.org": "https://api.bitbucket.org/2.0"}
PATHS: Mapping[Kind, str] = {"github": "/api/v3", "gitea": "/api/v1", "gitlab": "/api/v4", "bitbucket": "/2.0"}
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SCHEMES = ("http", "https", "ssh", "git", "git+ssh", "ssh+git")
PLACE = re.compile(r"[\w.-]+/[\w.-]+")
IN_GROUPS = re.compile(r"[\w.-]+(/[\w.-]+)+")  # of GitLab, whose groups have groups


def known_hosts(told: Sequence[Host]) -> dict[str, Host]:
    """Give the forges that are known by their hosts, with those that were told."""
    return {**{name: host_of(name, kind) for name, kind in KNOWN.items()}, **{host.name: host for host in told}}


def host_of(name: str, kind: Kind, api: str = "", token_variable: str = "", pause: float | None = None) -> Host:
    """Make a forge. Raises UsageError for an API to which the token would go in the clear."""
    scheme = "http" if name.partition(":")[0] in LOOPBACK else "https"
    address = (api or APIS.get(name) or f"{scheme}://{name}{PATHS[kind]}").rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise UsageError(f"{name}: {address} is no address of an API", "Such as https://git.example.org/api/v1")
    if parts.scheme == "http" and parts.hostname not in (*LOOPBACK, "::1"):
        raise UsageError(f"{name}: the token would go to {address} in the clear", "Name an address of https.")
    made = Host(name, kind, address, token_variable)
    return made if pause is None else Host(name, kind, address, token_variable, pause)


def place_of(address: str, hosts: Mapping[str, Host]) -> Place:
    """Give the repository that an address of git leads to. Raises ForgeError if that is on no known forge."""
    name, path = _split(address)
    if not name:
        raise ForgeError("it is on no forge: its address is a path")
    host = hosts.get(name) or hosts.get(name.partition(":")[0])
    if host is None:
        raise ForgeError(f"no forge is known at {name}: say which by --forge {name}=gitea")
    path = path.strip("/").removesuffix(".git")
    if not (IN_GROUPS if host.kind == "gitlab" else PLACE).fullmatch(path):
        raise ForgeError(f"{path or 'nothing'} is no repository of {name}")
    return Place(host, path)


def _split(address: str) -> tuple[str, str]:
    """Give host (with port, of http) and path of an address; nothing of one that leads to this machine."""
    if "://" not in address:
        if not SHORT.fullmatch(address):
            return "", ""
        login, _, path = address.partition(":")
        return login.rpartition("@")[2].lower(), path
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port and parts.scheme in ("http", "https") else ""
    except ValueError:
        return "", ""
    if parts.scheme.lower() not in SCHEMES or not parts.hostname:
        return "", ""
    return f"{parts.hostname}{port}", parts.path
