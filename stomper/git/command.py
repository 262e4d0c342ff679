"""Call git so that neither the user's configuration nor a surrounding git changes what it does."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stomper import process
from stomper.errors import GitError

if TYPE_CHECKING:
    from stomper.process.companion import Companion

# `true` or a pinentry must never wait for an answer; locks taken for mere refreshes would collide
# with the user's editor; lazy fetches and smudge filters would go to the network.
ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # the same for git before 2.44, which fetches lazily all the same
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_EDITOR": "true",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
    "LANGUAGE": "",
}

# Hooks off, no background maintenance, nothing that follows submodules or asks a file monitor.
QUIET_CONFIG = (
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("submodule.recurse", "false"),
    ("worktree.useRelativePaths", "false"),  # git 2.48 would switch on an extension in the user's configuration
    ("core.quotePath", "false"),
    ("color.ui", "false"),
    ("commit.gpgSign", "false"),
    ("log.showSignature", "false"),  # else `git log` starts gpg.program, which the repository's configuration names
    ("i18n.commitEncoding", "UTF-8"),
)

# In worktrees and private indexes also: bytes stay what the base commit has, whatever the user's line
# ends and attributes are.
EXACT_CONFIG = (
    ("core.attributesFile", os.devnull),
    ("core.autocrlf", "false"),
    ("core.eol", "lf"),
    ("core.safecrlf", "false"),
    ("core.sparseCheckout", "false"),
    ("core.splitIndex", "false"),  # a private index is one file: nobody keeps its other half, which ages
    ("apply.whitespace", "nowarn"),
    ("apply.ignoreWhitespace", "no"),
)

TIMEOUT = 1800.0  # seconds, for the longest of them: a pipe in the place of one of git's files is waited for
LOCKED = "index.lock"
COUNT = "GIT_CONFIG_COUNT"
KEY_VALUE = ("KEY", "VALUE")
PROMISED = "promisor remote"
FETCH_FIRST = "In a partial clone, fetch it first: git fetch --refetch (or git restore --source=HEAD .)"

_held_back: tuple[tuple[str, str], ...] = ()


def hold_back(settings: Sequence[tuple[str, str]]) -> None:
    """Have every git that this process starts from now on go by these settings, before all others."""
    global _held_back
    _held_back = tuple(settings)


def held_back() -> tuple[tuple[str, str], ...]:
    return _held_back


def held_environment() -> dict[str, str]:
    """The variables that carry what is held back, also into submodules, behind those that the user has set so."""
    try:
        first = int(process.variable(COUNT) or 0)
    except ValueError:  # git says that itself, and does nothing
        return {}
    pairs = enumerate(_held_back, first)
    named = {
        f"GIT_CONFIG_{what}_{number}": word
        for number, pair in pairs
        for what, word in zip(KEY_VALUE, pair, strict=True)
    }
    return {**named, COUNT: str(first + len(_held_back))} if named else {}


def git(
    where: Path,
    *arguments: str,
    exact: bool = True,
    index: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    accept: Sequence[int] = (0,),
    timeout: float = TIMEOUT,
) -> bytes:
    """Run git in `where` (always the top level of a working tree, or a git directory) and return its stdout.

    `exact` keeps bytes as they are in the repository (see EXACT_CONFIG); commands on the user's own
    working tree pass False. `index` is used in place of the working tree's index. Raises GitError
    for an exit code that is not in `accept` and where it hangs, beyond `timeout` seconds; ToolError where git cannot be
    started.
    """
    done = git_result(where, *arguments, exact=exact, index=index, env=env, stdin=stdin, accept=accept, timeout=timeout)
    return done.stdout


def git_result(
    where: Path,
    *arguments: str,
    exact: bool = True,
    index: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    accept: Sequence[int] = (0,),
    timeout: float = TIMEOUT,
) -> process.Completed:
    """The same as `git`, with exit code and stderr."""
    words = _command_line(arguments, exact)
    done = process.run(words, cwd=where, env=_environment(index, env), stdin=stdin, timeout=timeout)
    if done.returncode not in accept or not done.ended:
        hint = FETCH_FIRST if PROMISED in done.words() else None
        raise GitError(f"git {_subcommand(arguments)} failed ({done.how()}): {done.words()}", hint, done.words())
    return done


def companion(where: Path, *arguments: str, env: Mapping[str, str] | None = None) -> "Companion":
    """Make a git that stays and answers over pipes, by the same rules as `git`. Started when it is first asked."""
    from stomper.process.companion import Companion

    return Companion(_command_line(arguments, exact=True), where, _environment(None, env), TIMEOUT)


def _command_line(arguments: Sequence[str], exact: bool) -> list[str]:
    config = QUIET_CONFIG + (EXACT_CONFIG if exact else ())
    return ["git", *(word for name, value in config for word in ("-c", f"{name}={value}")), *arguments]


def _environment(index: Path | None, env: Mapping[str, str] | None) -> dict[str, str]:
    """Give the variables that git gets beside the clean environment."""
    place = {"GIT_INDEX_FILE": str(index)} if index else {}
    return {**ENVIRONMENT, **held_environment(), **place, **(env or {})}


def _subcommand(arguments: Sequence[str]) -> str:
    """Give the subcommand of a git call, without the options before it: ours are `-c NAME=VALUE` and flags."""
    words = iter(arguments)
    for word in words:
        if word == "-c":
            next(words)
        elif not word.startswith("-"):
            return word
    return arguments[0]


def lines(output: bytes) -> list[str]:
    """The records of a `-z` output as paths or words; bytes that are not UTF-8 survive as surrogates."""
    return list(each_line(output))


def each_line(output: bytes) -> Iterator[str]:
    """The same one by one: those of a large repository are not all in memory beside what is made of them."""
    start = 0
    while start < len(output):
        end = output.find(b"\0", start)
        end = len(output) if end < 0 else end
        if end > start:
            yield os.fsdecode(output[start:end])
        start = end + 1
