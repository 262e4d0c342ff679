"""Find the repository, and tell whether Stomper can work in it now."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.errors import GitError, ToolError, UsageError
from stomper.git.borrowed import lender
from stomper.git.command import git, git_result
from stomper.git.prove_paths import misled, path_of

OLDEST_GIT = (2, 34)
VERSION_TIMEOUT = 60.0
OLDEST_GIT_REASON = "`git worktree add --lock --reason` and `git apply --cached --3way` need it"

# The files by which git itself knows that something is under way (wt-status.c), and its name.
UNDER_WAY = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase or am",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "sequencer": "cherry-pick or revert",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with a working tree. `top` is its root, `common` the git directory all worktrees share."""

    top: Path
    git_dir: Path
    common: Path

    @property
    def state(self) -> Path:
        """The folder for Stomper's records of this repository: inside git's directory, never in the tree."""
        return self.common / "stomper"


@dataclass(frozen=True, slots=True)
class Head:
    """The checked out commit's id, and the full ref name of the branch, None when detached."""

    commit: str
    branch: str | None


def require_git() -> tuple[int, ...]:
    """The version of git. Raises ToolError if it is missing or too old."""
    try:
        done = process.run(["git", "--version"], cwd=Path("/"), timeout=VERSION_TIMEOUT)
    except ToolError:
        if shutil.which("git", path=process.search_path()) is not None:
            raise
        raise ToolError("git was not found on PATH", "Install git, or add its folder to PATH.") from None
    match = re.search(rb"(\d+)\.(\d+)", done.stdout)
    if match is None:
        raise ToolError(f"`git --version` gave no version: {done.words()}", "Check which git is first on PATH.")
    version = tuple(int(part) for part in match.groups())
    if version < OLDEST_GIT:
        wanted = ".".join(map(str, OLDEST_GIT))
        found = ".".join(map(str, version))
        raise ToolError(f"git {found} is too old: Stomper needs {wanted} or newer ({OLDEST_GIT_REASON})", "Update git.")
    return version


def open_repository(where: Path) -> Repository:
    """The repository that `where` is in, as git itself sees it.

    Raises UsageError if there is none, one without a working tree, or one that git cannot be led back to from
    the top of its working tree.
    """
    if not where.is_dir():
        raise UsageError(f"{where} does not exist", "Name a folder inside a git repository with -C.")
    top = path_of(where, "--show-toplevel")
    git_dir, common = path_of(where, "--git-dir"), path_of(where, "--git-common-dir")
    if top is None or git_dir is None or common is None:
        raise _no_place(where, git_dir)
    repository = Repository(top, git_dir, common)
    _require_own_place(repository)
    if others := lender(top, git_dir, common):
        raise UsageError(
            f"{top} has the branches of another checkout: its .git leads to {others}",
            "Work there, or make a worktree of it: git worktree add",
        )
    _require_sha1(repository)
    return repository


def works_elsewhere(repository: Repository) -> str:
    """Say where git, started in the user's checkout, would work instead, in words; empty if it works there."""
    try:
        return misled(repository.top, repository.git_dir, repository.common)
    except GitError as error:
        return error.stderr


def _require_own_place(repository: Repository) -> None:
    if elsewhere := works_elsewhere(repository):
        top, git_dir = repository.top, repository.git_dir
        hint = f"Lead git from there to its repository: echo 'gitdir: {git_dir}' > {top / '.git'}"
        if os.path.lexists(top / ".git"):
            hint = f"See what sends git there: git --git-dir={git_dir} config --show-origin core.worktree"
        raise UsageError(
            f"the working tree of {git_dir} is {top}, but git that is started there does not work there: {elsewhere}",
            hint,
        )


def _no_place(where: Path, git_dir: Path | None) -> UsageError:
    """Say why git has no working tree for a folder. Ownership, formats it does not know and damage are git's to say."""
    if git_dir is not None:
        return _no_checkout(where, git_dir)
    found = _found(where)
    if found is None:
        return UsageError(
            f"{where} is not in a git repository", "Go into one, name one with -C, or make one with `git init`."
        )
    said = git_result(where, "rev-parse", "--git-dir", accept=(0, 128)).words()
    hint = "Run `git status` here to see what git says."
    if "dubious ownership" in said:
        said = said.partition("\n")[0]  # what follows is the same advice as ours
        hint = f"If you trust it: git config --global --add safe.directory '{found}'"
    return UsageError(f"git refuses to work in {found}: {said}", hint)


def _no_checkout(where: Path, git_dir: Path) -> UsageError:
    if git(where, "rev-parse", "--is-bare-repository").strip() != b"true":
        return UsageError(f"{where} is inside of the git directory {git_dir}", "Go into the working tree.")
    hint = "Stomper needs a working tree: use a clone of it, or a worktree: git worktree add"
    if where != git_dir:
        hint = (
            f"If {where} is a checkout, core.bare is wrong, and git itself does not work there: see"
            " `git config --show-origin --get-all core.bare`, and set it to false for this working tree."
        )
    return UsageError(f"{git_dir} is a bare repository to git, one without a working tree", hint)


def _found(where: Path) -> Path | None:
    """A repository that git does not want to open: found by looking for it, without git."""
    import git as gitpython

    try:
        with gitpython.Repo(where, search_parent_directories=True, expand_vars=False) as repo:
            return Path(repo.working_tree_dir or repo.git_dir)
    except (gitpython.InvalidGitRepositoryError, gitpython.NoSuchPathError, ValueError):
        return None


def _require_sha1(repository: Repository) -> None:
    hashes = git(repository.top, "rev-parse", "--show-object-format", exact=False).decode().strip()
    if hashes != "sha1":
        raise UsageError(
            f"{repository.top} names its objects by {hashes}", "Stomper works in repositories with sha1 names only."
        )


def read_head(repository: Repository) -> Head:
    """Read what is checked out now. Raises UsageError if there is no commit yet."""
    done = git_result(repository.top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}", accept=(0, 1, 128))
    if done.returncode:
        raise UsageError(f"{repository.top} has no commit yet", "Make a first commit: git add -A && git commit")
    branch = git_result(repository.top, "symbolic-ref", "--quiet", "HEAD", accept=(0, 1))
    return Head(done.stdout.decode().strip(), branch.stdout.decode().strip() or None)


def require_quiet(repository: Repository) -> None:
    """Raises UsageError in the middle of a merge, rebase, cherry-pick or revert."""
    for name, action in UNDER_WAY.items():
        if (repository.git_dir / name).exists():
            raise UsageError(
                f"a {action} is under way in {repository.top}",
                f"Finish or abort it first (`git status` says how); {repository.git_dir / name} marks it.",
            )


def require_identity(repository: Repository) -> None:
    """Raises UsageError if git does not know whose commits these would be."""
    for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        done = git_result(repository.top, "-c", "user.useConfigOnly=true", "var", who, exact=False, accept=(0, 1, 128))
        if done.returncode:
            raise UsageError(
                "git does not know who you are, so nothing can be committed",
                "git config --global user.name 'Your Name' && git config --global user.email you@example.org",
            )
