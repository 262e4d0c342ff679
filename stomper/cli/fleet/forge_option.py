"""The option that names forges whose hosts are not known."""

import click

from stomper.errors import UsageError
from stomper.forges.hosts import KINDS, host_of
from stomper.forges.model import Host


def hosts(_ctx: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> tuple[Host, ...]:
    """Read the forges of `--forge HOST=KIND[,API]`."""
    found = []
    for text in value:
        name, _, rest = text.partition("=")
        kind = next((kind for kind in KINDS if kind == rest.partition(",")[0]), None)
        if not name or kind is None:
            raise click.BadParameter(f"'{text}' is not HOST=KIND; kinds: {', '.join(KINDS)}")
        try:
            found.append(host_of(name.lower(), kind, rest.partition(",")[2]))
        except UsageError as error:
            raise click.BadParameter(error.message) from None
    return tuple(found)


FORGE_OPTION = click.option(
    "--forge",
    "forges",
    multiple=True,
    metavar="HOST=KIND[,API]",
    callback=hosts,
    help="Say which forge is at a host: github, gitlab, gitea (Forgejo too), and the address of its API (repeatable).",
)
