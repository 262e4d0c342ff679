"""What a scripted forge has: repositories with their pull requests, its limit, and what it is to do wrong."""

import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

TOKEN = "a-token-of-the-tests-4711"


@dataclass
class Pull:
    """A pull request. `merged` and `open` are its state; `head` is kept when its branch is gone."""

    number: int
    title: str
    body: str
    branch: str
    base: str
    head: str
    draft: bool = False
    open: bool = True
    merged: bool = False
    labels: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    automatic: bool = False
    asked: list[str] = field(default_factory=list)
    """Everybody who was asked for a review, each time."""

    def ask(self, names: list[str], instead: bool = False) -> None:
        """Ask people for a review, also, or `instead` of those who were asked."""
        self.asked += [name for name in names if name not in self.reviewers]
        self.reviewers = names if instead else [*self.reviewers, *names]


@dataclass
class Ticket:
    """An issue."""

    number: int
    title: str
    body: str
    open: bool = True
    states: list[str] = field(default_factory=list)
    """Its titles, one after the other."""

    def write(self, title: str, body: str, is_open: bool) -> None:
        self.title, self.body, self.open = title, body, is_open
        self.states.append(title)


@dataclass
class Repo:
    """A repository: `path` is `owner/name`; its bare repository is in `store`."""

    path: str
    store: Path
    archived: bool = False
    fork: bool = False
    topics: tuple[str, ...] = ()
    pulls: list[Pull] = field(default_factory=list)
    issues: list[Ticket] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)

    def tip(self, branch: str) -> str:
        """Give the commit of a branch, '' if it is not there."""
        words = ["git", "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"]
        return subprocess.run(words, cwd=self.store, capture_output=True, text=True, check=False).stdout.strip()

    def add_issue(self, title: str, body: str) -> Ticket:
        self.issues.append(Ticket(len(self.issues) + 501, title, body, states=[title]))
        return self.issues[-1]

    def issue(self, number: int) -> Ticket | None:
        return next((one for one in self.issues if one.number == number), None)

    def git(self, *words: str) -> str:
        """Run git in the store, as its owner does."""
        done = subprocess.run(["git", *words], cwd=self.store, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit_by_hand(self, branch: str, message: str = "by hand") -> str:
        """Put a commit of somebody else's on a branch."""
        parent = self.tip(branch)
        commit = self.git("commit-tree", f"{parent}^{{tree}}", "-p", parent, "-m", message)
        self.git("update-ref", f"refs/heads/{branch}", commit)
        return commit

    def protect(self) -> None:
        """Have every push refused, as that to a protected branch is."""
        hook = self.store / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        words = "error: Protected branch update failed for refs/heads/stomper/fixes."
        hook.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n")
        hook.chmod(0o755)

    def settle(self) -> None:
        """Take up what pushes did: an open pull request follows its branch, and is closed with it."""
        for pull in self.pulls:
            if pull.open:
                tip = self.tip(pull.branch)
                pull.head, pull.open = tip or pull.head, bool(tip)

    def merge(self, number: int, squash: bool = False) -> None:
        """Merge a pull request, as a person does by the button."""
        self.settle()
        (pull,) = (pull for pull in self.pulls if pull.number == number)
        base, head = self.tip(pull.base), pull.head
        parents = ["-p", base, *([] if squash else ["-p", head])]
        commit = self.git("commit-tree", f"{head}^{{tree}}", *parents, "-m", f"{pull.title} (#{number})")
        self.git("update-ref", f"refs/heads/{pull.base}", commit)
        pull.open, pull.merged = False, True


@dataclass
class State:
    """A forge. `limit` requests may be made, then none for `window` seconds; None: as many as one likes."""

    folder: Path
    token: str = TOKEN
    limit: int | None = None
    window: float = 3600.0
    remaining: int = 0
    reset: float = 0.0
    secondary: int = 0
    """So many requests for a change are refused first: too fast."""
    busy: int = 0
    """So many looks at a pull request until it is known whether it can be merged."""
    people: tuple[str, ...] = ("ann", "bob")
    racing: set[str] = field(default_factory=set)
    """Paths of repositories whose branch somebody else pushes to just before we do."""
    repos: dict[str, Repo] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Each request: method, path, status."""
    wrong: list[str] = field(default_factory=list)
    """What was found wrong with requests and answers."""
    refused: int = 0
    """Requests that came when none was left."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add(self, path: str, source: Path, **facts: object) -> Repo:
        """Have a repository, as a bare clone of another one."""
        store = self.folder / f"{path}.git"
        store.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "clone", "-q", "--bare", "--template=", str(source), str(store)], check=True)
        self.repos[path] = Repo(path, store, **facts)  # type: ignore[arg-type]
        return self.repos[path]

    def spend(self) -> bool:
        """Count a request. False if it is one too many."""
        if self.limit is None:
            return True
        if self.remaining <= 0 and time.time() >= self.reset:
            self.remaining = self.limit
        if self.remaining <= 0:
            self.refused += 1
            return False
        self.remaining -= 1
        self.reset = time.time() + self.window
        return True

    @property
    def pulls(self) -> dict[str, list[Pull]]:
        """All pull requests, by repository."""
        return {path: repo.pulls for path, repo in self.repos.items()}

    @property
    def writes(self) -> list[str]:
        return [row for row in self.asked if not row.startswith("GET ")]
