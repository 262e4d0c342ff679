"""Which repository this is, and whether it can be worked in now."""

import re
from dataclasses import dataclass
from pathlib import Path

from stomper import process
from stomper.errors import GitError, ToolError, UsageError
from stomper.git.command import git, git_result

OLDEST_GIT = (2, 34)
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
        """Where Stomper keeps what it knows of this repository: inside git's directory, never in the tree."""
        return self.common / "stomper"


@dataclass(frozen=True, slots=True)
class Head:
    """What is checked out: a commit id, and the full ref name of the branch, None when detached."""

    commit: str
    branch: str | None


def require_git() -> tuple[int, ...]:
    """The version of git. Raises ToolError where it is missing or too old."""
    try:
        done = process.run(["git", "--version"], cwd=Path("/"))
    except ToolError:
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
    """The repository that `where` is in. Raises UsageError where there is none, or one without a working tree."""
    import git as gitpython

    try:
        with gitpython.Repo(where, search_parent_directories=True, expand_vars=False) as repo:
            found = Path(repo.git_dir), Path(repo.common_dir), repo.working_tree_dir
            bare = repo.bare
    except gitpython.NoSuchPathError:
        raise UsageError(f"{where} does not exist", "Name a folder inside a git repository with -C.") from None
    except (gitpython.InvalidGitRepositoryError, ValueError):
        raise UsageError(
            f"{where} is not in a git repository", "Go into one, name one with -C, or make one with `git init`."
        ) from None
    git_dir, common, top = found
    if bare or top is None:
        raise UsageError(f"{git_dir} is a bare repository", "Stomper needs a working tree: use a clone of it.")
    repository = Repository(Path(top).resolve(), git_dir.resolve(), common.resolve())
    _ask_git_itself(repository)
    return repository


def _ask_git_itself(repository: Repository) -> None:
    """Let git's own checks speak: ownership (safe.directory), formats it does not know, damage."""
    try:
        hashes = git(repository.top, "rev-parse", "--show-object-format", exact=False).decode().strip()
    except GitError as error:
        hint = "Run `git status` here to see what git says."
        if "dubious ownership" in error.stderr:
            hint = f"If you trust it: git config --global --add safe.directory '{repository.top}'"
        raise UsageError(f"git refuses to work in {repository.top}: {error.stderr}", hint) from None
    if hashes != "sha1":
        raise UsageError(
            f"{repository.top} names its objects by {hashes}", "Stomper works in repositories with sha1 names only."
        )


def read_head(repository: Repository) -> Head:
    """What is checked out now. Raises UsageError where there is no commit yet."""
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
    """Raises UsageError where git does not know whose commits these would be."""
    for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        done = git_result(repository.top, "-c", "user.useConfigOnly=true", "var", who, exact=False, accept=(0, 1, 128))
        if done.returncode:
            raise UsageError(
                "git does not know who you are, so nothing can be committed",
                "git config --global user.name 'Your Name' && git config --global user.email you@example.org",
            )
