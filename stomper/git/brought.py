"""Find the programs that git would start by a repository's own configuration: filters, merge drivers, hooks, signers.

Whoever copies a repository with its `.git` folder has copied that too. The rest of what git's configuration can have
started is never asked for by our calls (`command.QUIET_CONFIG`, no network, patches without drivers for a diff).
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stomper.git.command import git_result

OWN_SCOPES = frozenset({b"local", b"worktree"})  # what an `include.path` there names counts to these
FILTER, DRIVER, HOOK, SIGNER = "filter", "merge", "hook", "gpg"
# What git itself starts to sign a commit.
SIGNERS = {
    "gpg.program": "gpg",
    "gpg.openpgp.program": "gpg",
    "gpg.x509.program": "gpgsm",
    "gpg.ssh.program": "ssh-keygen",
}
# git-lfs, which the user's own configuration may name, starts what the repository's has for it.
STARTING = re.compile(
    r"(filter)\.(.*)\.(?:clean|smudge|process)|(merge)\.(.*)\.driver|(hook)\.(.*)\.command"
    r"|(lfs\.extension)\.(.*)\.(?:clean|smudge)|(gpg)((?:\.(?:openpgp|x509|ssh))?)\.(?:program|defaultkeycommand)",
    re.DOTALL,
)
GITLINK = b"160000 "
MOST = 1000  # repositories within one, of which git looks into each


@dataclass(frozen=True, slots=True)
class Brought:
    """A setting by which git starts a program: in which file, and the words for a shell."""

    file: Path
    key: str
    words: str


def brought_by(top: Path) -> tuple[Brought, ...]:
    """All such settings of the repository at `top`, and of those checked out within it. Nothing is started."""
    return tuple(one for folder in _with_inner(top) for one in _settings(folder))


def _settings(folder: Path) -> Iterator[Brought]:
    done = git_result(folder, "config", "-z", "--show-scope", "--show-origin", "--list", exact=False, accept=(0, 128))
    parts = done.stdout.split(b"\0")
    for scope, origin, setting in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
        key, _, words = os.fsdecode(setting).partition("\n")
        if scope in OWN_SCOPES and STARTING.fullmatch(key):
            yield Brought(folder / os.fsdecode(origin).removeprefix("file:"), key, words)


def _with_inner(top: Path) -> Sequence[Path]:
    """A repository, and those that its index names as submodules and that are there."""
    found = [top]
    for folder in found:
        found += [inner for inner in _inner(folder) if len(found) < MOST and os.path.lexists(inner / ".git")]
    return found


def _inner(folder: Path) -> list[Path]:
    listed = git_result(folder, "ls-files", "-z", "--stage", accept=(0, 128)).stdout
    if GITLINK not in listed:
        return []
    records = (record for record in listed.split(b"\0") if record.startswith(GITLINK))
    return [folder / os.fsdecode(record.split(b"\t", 1)[1]) for record in records]


def without(brought: Iterable[Brought]) -> tuple[tuple[str, str], ...]:
    """The settings by which git starts none of these: what a filter would change stays, a merge is left to people."""
    return tuple(dict.fromkeys(pair for one in brought for pair in _without(one.key)))


def _without(key: str) -> Sequence[tuple[str, str]]:
    match = STARTING.fullmatch(key)
    assert match is not None, key
    family, name = (part for part in match.groups() if part is not None)
    if family == FILTER:
        off = [(f"{family}.{name}.{which}", "") for which in ("clean", "smudge", "process")]
        return [*off, (f"{family}.{name}.required", "false")]
    if family == DRIVER:
        return [(key, "false")]
    if family == SIGNER:
        return [(key, SIGNERS.get(key, ""))]
    return [(f"{family}.{name}.enabled", "false")] if family == HOOK else [(key, "")]
