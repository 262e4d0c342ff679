"""Find the token for a forge: a variable, the program of GitHub or of GitLab, or what git knows."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from stomper import process
from stomper.errors import ToolError
from stomper.forges.model import ForgeError, Host, Kind
from stomper.git.far import stored_login
from stomper.text.redact import remember

# A variable is for the host of its maker alone; that of another one is named by `token_variable`.
VARIABLES = {
    "github.com": ("GH_TOKEN", "GITHUB_TOKEN"),
    "gitlab.com": ("GITLAB_TOKEN",),
    "bitbucket.org": ("BITBUCKET_TOKEN",),
    "codeberg.org": ("CODEBERG_TOKEN",),
    "gitea.com": ("GITEA_TOKEN",),
}
# A password of an app, which goes with the name of its user.
APP = ("BITBUCKET_USER", "BITBUCKET_APP_PASSWORD")
PROGRAMS: Mapping[Kind, tuple[str, ...]] = {
    "github": ("gh", "auth", "token", "--hostname"),
    "gitlab": ("glab", "config", "get", "token", "--host"),
}
LOG_IN = {"github": "`gh auth login`", "gitlab": "`glab auth login`"}
# What git is to say where a token has no user.
GIT_USERS = {"gitlab": "oauth2", "bitbucket": "x-token-auth"}
LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the user's name that goes with it. `stored` says that git finds it by itself."""

    word: str
    user: str = ""
    stored: bool = False


def find_token(host: Host) -> Token:
    """Find the token for a forge. Raises ForgeError if there is none. No text shows it from here on."""
    found = _from_variable(host) or _from_program(host) or _from_git(host)
    if found is None:
        names = [host.token_variable] if host.token_variable else [*VARIABLES.get(host.name, ())]
        ways = [*(f"set {name}" for name in names[:1]), "let `git credential fill` have one"]
        ways += [f"set {' and '.join(APP)}"] if host.name == "bitbucket.org" else []
        ways += [LOG_IN[host.kind]] if host.kind in LOG_IN else []
        if not names:
            ways.insert(0, f"name a variable: token_variable of [[forge]] {host.name}")
        raise ForgeError(f"there is no token for {host.name}: {', or '.join(ways)}")
    remember([found.word])
    return found


def _from_variable(host: Host) -> Token | None:
    names = (host.token_variable,) if host.token_variable else VARIABLES.get(host.name, ())
    found = next((Token(word) for name in names if (word := _variable(name))), None)
    if found is None and host.name == "bitbucket.org" and not host.token_variable:
        user, word = map(_variable, APP)
        return Token(word, user) if user and word else None
    return found


def _variable(name: str) -> str:
    return (process.variable(name) or "").strip()


def _from_program(host: Host) -> Token | None:
    """Ask the forge's own program, which may keep it."""
    if host.kind not in PROGRAMS:
        return None
    argv = [*PROGRAMS[host.kind], host.name]
    try:
        done = process.run(argv, cwd=Path("/"), timeout=LIMIT, contained=True)
    except (OSError, ToolError):
        return None
    word = os.fsdecode(done.stdout).strip() if done.ended and not done.returncode else ""
    return Token(word) if word else None


def _from_git(host: Host) -> Token | None:
    scheme = urlsplit(host.api).scheme
    found = stored_login(scheme, host.name, LIMIT)
    return Token(found[1], found[0], stored=True) if found else None
