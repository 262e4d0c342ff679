"""Make a forge out of what is known of it: its kind, the token, and who hears of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stomper.forges import bitbucket, gitea, github, gitlab
from stomper.forges.client import Client
from stomper.forges.forge import Forge
from stomper.forges.limits import Limits
from stomper.forges.model import Host, Kind
from stomper.forges.tokens import Token, find_token

CREDENTIALS: Mapping[Kind, Callable[[Token], dict[str, str]]] = {
    "github": github.credentials,
    "gitea": gitea.credentials,
    "gitlab": gitlab.credentials,
    "bitbucket": bitbucket.credentials,
}
FORGES: Mapping[Kind, Callable[[Client], Forge]] = {
    "github": github.GitHub,
    "gitea": gitea.Gitea,
    "gitlab": gitlab.GitLab,
    "bitbucket": bitbucket.Bitbucket,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A forge, the client that it uses, and the token with which git can push there."""

    forge: Forge
    client: Client
    token: Token


def open_forge(
    host: Host, stop: Callable[[], object], tell: Callable[[str], None], show: Callable[[str], None] | None = None
) -> Opened:
    """Make a forge. With `show` it changes nothing, and shows what it would ask for. Raises ForgeError."""
    token = find_token(host)
    limits = Limits(host.pause, stop, tell, host.name)
    client = without_token(host, limits)
    client.credentials, client.show = CREDENTIALS[host.kind](token), show
    return Opened(FORGES[host.kind](client), client, token)


def without_token(host: Host, limits: Limits) -> Client:
    """Make a client that asks as nobody."""
    client = Client(host, limits, {})
    client.accept = github.ACCEPT if host.kind == "github" else client.accept
    return client
