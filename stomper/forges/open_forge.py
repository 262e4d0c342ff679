"""Make a forge out of what is known of it: its kind, the token, and who hears of it."""

from collections.abc import Callable
from dataclasses import dataclass

from stomper.forges import gitea, github
from stomper.forges.client import Client
from stomper.forges.forge import Forge
from stomper.forges.limits import Limits
from stomper.forges.model import Host
from stomper.forges.tokens import Token, find_token


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
    maker = github if host.kind == "github" else gitea
    client = Client(host, limits, maker.credentials(token.word), show)
    if host.kind == "github":
        client.accept = github.ACCEPT
        return Opened(github.GitHub(client), client, token)
    return Opened(gitea.Gitea(client), client, token)
