"""Call git for repositories elsewhere: it asks nobody for anything, and one that says nothing for long is ended."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stomper import process
from stomper.errors import GitError
from stomper.git.command import ENVIRONMENT, QUIET_CONFIG

PROTOCOLS = "file:git:http:https:ssh"
# Without a terminal of its own git cannot ask there; no window may open either, and no helper of the user's may ask.
UNASKING = {
    "GIT_ALLOW_PROTOCOL": PROTOCOLS,
    "GIT_NO_LAZY_FETCH": "0",
    "SSH_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
}
QUIET = 60.0  # seconds without a word; git tells of its progress several times a second
LIMIT = 3600.0
HEADS = "refs/heads/"
USUAL = ("main", "master")
COUNTING = re.compile(r"^(remote: )?[A-Z][a-z ]+: +\d+")  # the words of a progress


@dataclass(frozen=True, slots=True)
class Remote:
    """The branches of a repository elsewhere, each with its commit; `default` is '' if it has none."""

    default: str
    branches: Mapping[str, str] = field(default_factory=dict)


def far_git(where: Path, *arguments: str, limit: float = LIMIT, quiet: float = QUIET) -> bytes:
    """Run git in `where` for something that is elsewhere, and return its stdout.

    It is ended after `limit` seconds, and after `quiet` seconds without a word. Raises GitError, whose message is
    what git says of it in one line.
    """
    words = ["git", *(word for name, value in QUIET_CONFIG for word in ("-c", f"{name}={value}")), *arguments]
    env = {**ENVIRONMENT, **UNASKING}
    done = process.run(words, cwd=where, env=env, timeout=limit, quiet_timeout=quiet, contained=True)
    if done.returncode or not done.ended:
        said = os.fsdecode(done.stderr)
        reason = reason_in(said) if done.ended else f"git {arguments[0]}: {done.how()}"
        raise GitError(reason or f"git {arguments[0]} failed ({done.how()})", None, said)
    return done.stdout


def reason_in(said: str) -> str:
    """Give what git says of a failure as one line: all up to the first that is fatal, without the progress."""
    found: list[str] = []
    for line in re.split(r"[\r\n]+", said):
        if (text := line.strip()) and not COUNTING.match(text) and not text.startswith("Cloning into"):
            found.append(text.removeprefix("fatal: ").removeprefix("error: "))
            if text.startswith(("fatal: ", "error: ")) and not text.endswith(":"):
                break
    return "; ".join(found)


def look_at(address: str, limit: float = LIMIT, quiet: float = QUIET) -> Remote:
    """Ask a repository elsewhere for its branches. Raises GitError."""
    output = far_git(Path("/"), "ls-remote", "--symref", "--", address, "HEAD", f"{HEADS}*", limit=limit, quiet=quiet)
    return read_remote(os.fsdecode(output).splitlines())


def read_remote(lines: Sequence[str]) -> Remote:
    """Read the output of `git ls-remote --symref`. Of a server that names no default branch, the usual one is taken."""
    rows = [(value, name) for value, _, name in (line.partition("\t") for line in lines)]
    branches = {name.removeprefix(HEADS): value for value, name in rows if name.startswith(HEADS)}
    named = [value.removeprefix("ref: ").removeprefix(HEADS) for value, _ in rows if value.startswith("ref: ")]
    head = next((value for value, name in rows if name == "HEAD" and not value.startswith("ref: ")), "")
    same = [name for name in (*named, *USUAL, *branches) if head and branches.get(name) == head]
    return Remote(same[0] if same else "", branches)
