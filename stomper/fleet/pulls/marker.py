"""The mark in the body of a pull request by which it is found again, and what it tells."""

import re
from dataclasses import dataclass

NAME = "stomper:pull-request"
FORM = re.compile(rf"<!-- {NAME} branch=(?P<branch>\S+) head=(?P<head>[0-9a-f]{{40,64}})(?P<withdrawn> withdrawn)? -->")


@dataclass(frozen=True, slots=True)
class Marker:
    """The branch of a pull request, the last commit that we pushed to it, and whether we took it back ourselves."""

    branch: str
    head: str
    withdrawn: bool = False

    def __str__(self) -> str:
        return f"<!-- {NAME} branch={self.branch} head={self.head}{' withdrawn' if self.withdrawn else ''} -->"


def read_marker(body: str) -> Marker | None:
    """Read the last mark in a body; None if it has none."""
    found = list(FORM.finditer(body))
    return Marker(found[-1]["branch"], found[-1]["head"], bool(found[-1]["withdrawn"])) if found else None


def marked(body: str, marker: Marker) -> str:
    """Give a body this mark in the place of those that it has."""
    return f"{FORM.sub('', body).rstrip()}\n\n{marker}\n"
