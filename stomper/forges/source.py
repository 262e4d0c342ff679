"""Lists of repositories that a forge has: of an organisation, a group, a user, a topic or a search."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from stomper.errors import UsageError
from stomper.forges.model import Host
from stomper.text.printable import printable

Way: TypeAlias = Literal["org", "user", "topic", "search"]
# An organisation has another name elsewhere.
WAYS: Mapping[str, Way] = {
    "org": "org",
    "group": "org",
    "workspace": "org",
    "user": "user",
    "topic": "topic",
    "search": "search",
}
FORM = re.compile(rf"(?P<forge>\S+?):(?P<way>{'|'.join(WAYS)})/(?P<what>\S.*)")
SHORT = {
    "github": "github.com",
    "gitlab": "gitlab.com",
    "bitbucket": "bitbucket.org",
    "codeberg": "codeberg.org",
    "gitea": "gitea.com",
}
EXAMPLE = "Such as github:org/NAME, gitlab:group/NAME, codeberg:user/NAME, github:topic/NAME, github:search/WORDS"


@dataclass(frozen=True, slots=True)
class Source:
    """One list: of which forge, in which way, and by which name or words."""

    host: Host
    way: Way
    what: str

    def __str__(self) -> str:
        return f"{self.host.name}:{self.way}/{self.what}"


def source_in(text: str, hosts: Mapping[str, Host]) -> Source:
    """Read FORGE:WAY/WHAT. Raises UsageError for what is none, and for what the forge does not have."""
    found = FORM.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"'{printable(text)}' names no list of a forge", EXAMPLE)
    name = SHORT.get(found["forge"], found["forge"].lower())
    if name not in hosts:
        raise UsageError(f"no forge is known at {printable(name)}", f"Say which: --forge {printable(name)}=gitea")
    way, what = WAYS[found["way"]], found["what"].strip("/ ")
    if way != "search" and re.fullmatch(r"[\w./-]+", what) is None:
        raise UsageError(f"'{printable(text)}': {printable(what)} is no name", EXAMPLE)
    if hosts[name].kind == "bitbucket" and (way == "topic" or (way == "search" and "/" not in what)):
        hint = "Name a workspace: bitbucket:org/WORKSPACE, bitbucket:search/WORKSPACE/WORD"
        raise UsageError(f"{name} has no topics, and is searched in one workspace", hint)
    return Source(hosts[name], way, what)
