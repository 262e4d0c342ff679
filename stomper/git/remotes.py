"""The address that a repository was cloned from."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from stomper.git.command import git, lines

ORIGIN = "remote.origin.url"
# git's short form of ssh: `git@host:path`. `ext::command` is none.
SHORT = re.compile(r"(?:[^@/:\s]+@)?[^@/:\s]+:(?!:)[^\s]+")
ELSEWHERE = ("http", "https", "ssh", "git", "ftp", "ftps", "git+ssh", "ssh+git")
NAMED = ("ssh", "git+ssh", "ssh+git")


def remote_address(top: Path) -> str:
    """Give the address of `origin`, or of the only remote, as it is configured, without name, password and query.

    '' if there is none, or none on another machine.
    """
    records = lines(git(top, "config", "--null", "--get-regexp", r"^remote\..*\.url$", accept=(0, 1)))
    found = dict(record.split("\n", 1) for record in reversed(records) if "\n" in record)
    address = found.get(ORIGIN) or (next(iter(found.values())) if len(found) == 1 else "")
    return shown_remote(address)


def shown_remote(address: str) -> str:
    """Give an address of git as it may be shown; '' for one on this machine, or in no form that is known.

    The name in an address of ssh is no secret; that in one of https may be a token.
    """
    if "://" not in address:
        return address if SHORT.fullmatch(address) else ""
    try:
        parts = urlsplit(address)
        login, _, host = parts.netloc.rpartition("@")
    except ValueError:
        return ""
    if parts.scheme.lower() not in ELSEWHERE or not host:
        return ""
    name = login.partition(":")[0] if parts.scheme.lower() in NAMED else ""
    return f"{parts.scheme}://{f'{name}@' if name else ''}{host}{parts.path}"
