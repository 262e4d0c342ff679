"""Push a branch to a repository elsewhere, only if it is there what it is believed to be."""

import os
import re
from pathlib import Path

from stomper.errors import GitError
from stomper.git.command import git
from stomper.git.far import COUNTING, HEADS, LIMIT, Login, far_git, reason_in

STALE = ("stale info", "fetch first", "non-fast-forward", "cannot lock ref", "failed to update ref")
REFUSED = re.compile(r"! +\[(?P<kind>[a-z ]+)\][^(]*(\((?P<why>.*)\))?$")
REMOTE = "remote: "
RUNS = "%(trailers:key=Stomper-Run,valueonly,separator=%x0A)"


class PushRaceError(GitError):
    """Somebody else pushed to the branch in the meantime."""


def push_branch(
    top: Path, address: str, commit: str, branch: str, expected: str, login: Login | None = None, limit: float = LIMIT
) -> None:
    """Have a commit as a branch elsewhere, which now is at `expected` ('': is not there). An empty `commit` deletes it.

    Raises PushRaceError if the branch is somewhere else, GitError with the words of the other side if it refuses.
    """
    lease = f"--force-with-lease={HEADS}{branch}:{expected}"
    words = ["push", "--progress", "--no-follow-tags", "--recurse-submodules=no", "--no-signed", lease]
    try:
        far_git(top, *words, "--", address, f"{commit}:{HEADS}{branch}", limit=limit, login=login)
    except GitError as error:
        why = refusal_in(error.stderr) or error.message
        if any(word in why for word in STALE):
            raise PushRaceError(f"somebody else pushed to {branch} at the same time", None, error.stderr) from None
        raise GitError(why, error.hint, error.stderr) from None


def refusal_in(said: str) -> str:
    """Give what a server says of a push that it does not take, as one line."""
    lines = [line.strip() for line in re.split(r"[\r\n]+", said)]
    told = [line.removeprefix(REMOTE).strip() for line in lines if line.startswith(REMOTE) and not COUNTING.match(line)]
    remote = [line.removeprefix("error: ").strip() for line in told]
    found = next((match for line in lines if (match := REFUSED.search(line))), None)
    if found is None:
        return reason_in(said)
    return "; ".join([*(line for line in remote if line and set(line) - set("=-")), found["why"] or found["kind"]])


def runs_between(top: Path, base: str, head: str) -> list[str]:
    """Give the ids of the runs that made the commits from `base` to `head`, the latest first."""
    output = git(top, "log", f"--format={RUNS}", f"{base}..{head}", exact=False)
    return list(dict.fromkeys(line for line in os.fsdecode(output).splitlines() if line))


def has_commit(top: Path, commit: str) -> bool:
    """Say whether a commit is here; nothing is fetched for that."""
    try:
        git(top, "cat-file", "-e", f"{commit}^{{commit}}", exact=False)
    except GitError:
        return False
    return True
