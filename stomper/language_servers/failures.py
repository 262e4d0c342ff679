"""The ways in which a language server fails to answer."""

from stomper.errors import ToolError


class ServerError(ToolError):
    """A server that gave no result: it says something that is no answer, or refuses to give one."""


class ServerDied(ServerError):  # noqa: N818  # named for what happened
    """A server that has ended, or broken the protocol, before it answered."""


class ServerSilent(ServerError):  # noqa: N818
    """A server that has not answered in time."""
