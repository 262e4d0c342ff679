"""A real git repository for a test, and what can be asked of it."""

import os
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stomper.git.repository import Repository, open_repository

Word: TypeAlias = str | Path


@dataclass(frozen=True)
class CheckoutState:
    """All that a user has checked out. Two of them are equal only if nothing at all was changed."""

    head: str
    branch: str
    index: tuple[str, ...]
    files: dict[str, tuple[str, bytes]]


class GitRepo:
    """A repository at `path`. Its own calls are the test's: what they change in config or hooks is no leak."""

    def __init__(self, path: Path, bare: bool = False) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git_dir = path if bare else path / ".git"
        self._run(["init", "--quiet", "--template=", *(["--bare"] if bare else [])])
        self.own_worktrees: list[Path] = []
        self.agreed_settings = self.settings()

    def git(self, *arguments: Word, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> str:
        """Run git here and return its stdout without the last line end. A failure fails the test."""
        return os.fsdecode(self.git_bytes(*arguments, env=env, stdin=stdin)).removesuffix("\n")

    def git_bytes(self, *arguments: Word, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> bytes:
        before = self.settings()
        output = self._run(arguments, env, stdin)
        if before == self.agreed_settings:
            self.agreed_settings = self.settings()
        return output

    def _run(self, arguments: Sequence[Word], env: Mapping[str, str] | None = None, stdin: bytes = b"") -> bytes:
        environment = {**os.environ, **(env or {})}
        done = subprocess.run(["git", *arguments], cwd=self.path, env=environment, input=stdin, capture_output=True)
        words = " ".join(map(str, arguments))
        assert done.returncode == 0, f"git {words}: {done.returncode}\n{os.fsdecode(done.stdout + done.stderr)}"
        return done.stdout

    def write(self, path: str | bytes, content: str | bytes, executable: bool = False) -> Path:
        """Write a file, folders included; text is written as UTF-8 with its line ends as they are."""
        file = self.path / os.fsdecode(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        if executable:
            file.chmod(0o755)
        return file

    def read(self, path: str) -> bytes:
        return (self.path / path).read_bytes()

    def commit(self, message: str = "change", *, allow_empty: bool = False) -> str:
        """Commit everything there is, hooks off; returns the commit's id."""
        quiet = ["-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", "-c", "core.safecrlf=false"]
        self.git(*quiet, "add", "--all")
        self.git(*quiet, "commit", "--quiet", "--message", message, *(["--allow-empty"] if allow_empty else []))
        return self.head

    def commit_file(self, path: str | bytes, content: str | bytes, message: str = "change") -> str:
        self.write(path, content)
        return self.commit(message)

    def config(self, name: str, value: str) -> None:
        """Set something in the repository's own configuration."""
        self.git("config", "--add", name, value)

    def hook(self, name: str, script: str) -> Path:
        """Install a hook; `script` is sh without the first line."""
        fair = self.settings() == self.agreed_settings
        file = self.git_dir / "hooks" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        if fair:
            self.agreed_settings = self.settings()
        return file

    def add_worktree(self, path: Path, *arguments: str) -> Path:
        """A worktree of the test's own, which the leak check knows of."""
        self.git("worktree", "add", "--quiet", *arguments, path)
        self.own_worktrees.append(path.resolve())
        return path

    @property
    def head(self) -> str:
        return self.rev("HEAD")

    @property
    def branch(self) -> str:
        """The full name of the branch that is checked out, '' when detached."""
        done = subprocess.run(["git", "symbolic-ref", "-q", "HEAD"], cwd=self.path, capture_output=True, text=True)
        return done.stdout.strip()

    def rev(self, name: str) -> str:
        return self.git("rev-parse", "--verify", name)

    def tree(self, commit: str = "HEAD") -> str:
        return self.rev(f"{commit}^{{tree}}")

    def content(self, path: str, commit: str = "HEAD") -> bytes:
        """The bytes of a path in a commit."""
        return self.git_bytes("cat-file", "blob", f"{commit}:{path}")

    def log(self, commit: str = "HEAD") -> list[tuple[str, str]]:
        """(subject, tree id) of every commit, the oldest first."""
        output = self.git("log", "--reverse", "--format=%s%x00%T", commit)
        return [(subject, tree) for subject, _, tree in (line.partition("\0") for line in output.splitlines())]

    def message(self, commit: str = "HEAD") -> str:
        return self.git("log", "-1", "--format=%B", commit)

    def status(self) -> list[str]:
        """`git status --porcelain`, one record each, untracked files included."""
        output = self.git("status", "--porcelain", "-z", "--untracked-files=all", env={"GIT_OPTIONAL_LOCKS": "0"})
        return [record for record in output.split("\0") if record]

    def worktrees(self) -> list[Path]:
        """All registered worktrees, the main one first."""
        records = self.git("worktree", "list", "--porcelain", "-z").split("\0")
        return [Path(r.removeprefix("worktree ")).resolve() for r in records if r.startswith("worktree ")]

    def refs(self, prefix: str = "refs") -> dict[str, str]:
        """Full ref name -> object id."""
        output = self.git("for-each-ref", "--format=%(refname) %(objectname)", prefix)
        return dict(line.split(" ", 1) for line in output.splitlines() if " " in line)

    def stash(self) -> list[str]:
        return self.git("stash", "list").splitlines()

    def checkout_state(self) -> CheckoutState:
        """HEAD, branch, index, and every file of the working tree, untracked and ignored ones too."""
        head = (self.git_dir / "HEAD").read_text().strip()
        commit = subprocess.run(["git", "rev-parse", "-q", "--verify", "HEAD"], cwd=self.path, capture_output=True)
        index = self.git("ls-files", "--stage", "-v", "-z").split("\0")
        return CheckoutState(commit.stdout.decode().strip(), head, tuple(index), self._files())

    def _files(self) -> dict[str, tuple[str, bytes]]:
        found = {}
        for folder, folders, names in os.walk(self.path):
            if folder == str(self.path):
                folders[:] = [name for name in folders if name != ".git"]
            for name in [*names, *(name for name in folders if (Path(folder) / name).is_symlink())]:
                file = Path(folder) / name
                mode = file.lstat().st_mode
                link = stat.S_ISLNK(mode)
                content = os.fsencode(file.readlink()) if link else file.read_bytes() if stat.S_ISREG(mode) else b""
                found[str(file.relative_to(self.path))] = (oct(mode), content)
        return found

    def settings(self) -> dict[str, bytes]:
        """Configuration and hooks, as bytes by path: what no run may touch."""
        names = ["config", "config.worktree", "info/exclude", "info/attributes"]
        names += [f"hooks/{hook.name}" for hook in sorted((self.git_dir / "hooks").glob("*"))]
        files = {name: self.git_dir / name for name in names}
        return {name: oct(f.stat().st_mode).encode() + f.read_bytes() for name, f in files.items() if f.is_file()}

    def opened(self) -> Repository:
        """What Stomper's own code is given for this repository."""
        return open_repository(self.path)
