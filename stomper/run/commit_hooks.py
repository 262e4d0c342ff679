"""Run the user's commit hooks on a commit, in a clone: what they do to a repository is not done to the user's.

In the clone HEAD is the parent, on the branch that the commit is for, and the change is staged: as in `git commit`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from stomper import process
from stomper.disk.regular_files import read_below
from stomper.errors import ToolError
from stomper.git.command import git
from stomper.models import Blob, printable
from stomper.project.environment import Project
from stomper.workspace.clone import Clones
from stomper.workspace.worktree import Worktree

NAME = "hooks"
MESSAGE = ".git/COMMIT_EDITMSG"
MOST_MESSAGE = 2**20
LAST_WORDS = 300
SCRIPT = b"#!"


@dataclass(frozen=True, slots=True)
class Hooked:
    """What hooks made of a commit: its `message`, and the files that they `edited`, with contents by path.

    `refusal` says which hook refused it and why, '' if none did; `log` is what that printed. `hung`: it did not end.
    """

    message: str
    edited: Mapping[Blob, bytes] = field(default_factory=dict)
    refusal: str = ""
    log: str = ""
    hung: bool = False


@dataclass(frozen=True, slots=True)
class CommitHooks:
    """The `hooks` by name, each with at most `timeout` seconds; they work in `clones`, set up as the `project` needs.

    Every program of theirs is in the room of the project's tests, if that has one.
    """

    hooks: Mapping[str, Path]
    clones: Clones
    project: Project
    timeout: float

    def run(self, commit: str, parent: str, message: str) -> Hooked:
        """Run the hooks on a commit that is about to be made on its `parent`. Raises GitError and ToolError.

        No git of ours works in the clone once a hook has been there: it may have changed what git starts.
        """
        with self.clones.open(NAME, commit) as tree:
            self.project.prepare(tree)
            git(tree.root, "update-ref", "HEAD", parent)
            git(tree.root, "update-index", "-q", "--refresh", accept=(0, 1))
            (tree.root / MESSAGE).write_text(message, "utf-8")
            refused = self._refused(tree, "pre-commit", [], message)
            edited = _edited(tree)
            if refused is None:
                refused = self._refused(tree, "prepare-commit-msg", [MESSAGE, "message"], message)
                refused = refused or self._refused(tree, "commit-msg", [MESSAGE], message)
            return replace(refused or _with_message(tree, message), edited=edited)

    def _refused(self, tree: Worktree, name: str, words: list[str], message: str) -> Hooked | None:
        """Run one hook. Returns why it refused, None if it did not or is not there."""
        if name not in self.hooks:
            return None
        env = {"GIT_EDITOR": ":", "GIT_INDEX_FILE": str(tree.root / ".git" / "index")}
        argv = [*_starting(self.hooks[name]), *words]
        try:
            with self.project.within(tree):
                done = process.run(argv, cwd=tree.root, env=env, timeout=self.timeout, contained=True)
        except ToolError as error:
            return Hooked(message, refusal=f"the hook {name} could not be started: {error.message}")
        if done.ended and not done.returncode:
            return None
        how = f"did not end within {self.timeout:g} s" if done.timed_out else f"refused it ({done.how()})"
        last = printable(done.words(LAST_WORDS).strip().rpartition("\n")[2])
        log = (done.stdout + done.stderr).decode("utf-8", "backslashreplace")
        return Hooked(
            message, refusal=f"the hook {name} {how}{f': {last}' if last else ''}", log=log, hung=not done.ended
        )


def _with_message(tree: Worktree, message: str) -> Hooked:
    said = _read_message(tree)
    return Hooked(said) if said else Hooked(message, refusal="the hooks left no message")


def _starting(hook: Path) -> list[str]:
    """The words that start a hook. One that does not say by which program is a shell script, as git has it."""
    with hook.open("rb") as file:
        start = file.read(512)
    return [str(hook)] if start.startswith(SCRIPT) or b"\0" in start else ["sh", str(hook)]


def _edited(tree: Worktree) -> dict[Blob, bytes]:
    """The files of the commit that are not as it has them, with their contents; a file that is gone is empty."""
    found = [blob for path, blob in tree.snapshot().items() if path in tree.contents.entries]
    return {blob: tree.contents.bytes_of(blob) for blob in found}


def _read_message(tree: Worktree) -> str:
    """The message that the hooks left, cleaned as git cleans one that was given by an option; '' for none."""
    try:
        said = read_below(tree.root, MESSAGE, MOST_MESSAGE).decode("utf-8")
    except (OSError, ValueError):
        return ""
    lines = [line.rstrip() for line in said.splitlines()]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return "\n".join(kept).strip("\n") + "\n" if any(kept) else ""
