"""Find the token for a forge: a variable, GitHub's own program, or what git knows."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from stomper import process
from stomper.errors import ToolError
from stomper.forges.model import ForgeError, Host
from stomper.git.far import stored_login
from stomper.text.redact import remember

# A variable is for the host of its maker alone; that of another one is named by `token_variable`.
VARIABLES = {
    "github.com": ("GH_TOKEN", "GITHUB_TOKEN"),
    "codeberg.org": ("CODEBERG_TOKEN",),
    "gitea.com": ("GITEA_TOKEN",),
}
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
        ways += ["`gh auth login`"] if host.kind == "github" else []
        if not names:
            ways.insert(0, f"name a variable: token_variable of [[forge]] {host.name}")
        raise ForgeError(f"there is no token for {host.name}: {', or '.join(ways)}")
    remember([found.word])
    return found


def _from_variable(host: Host) -> Token | None:
    names = (host.token_variable,) if host.token_variable else VARIABLES.get(host.name, ())
    return next((Token(word) for name in names if (word := (process.variable(name) or "").strip())), None)


def _from_program(host: Host) -> Token | None:
    """Ask `gh`, which keeps it for GitHub and its likes."""
    if host.kind != "github":
        return None
    argv = ["gh", "auth", "token", "--hostname", host.name]
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
