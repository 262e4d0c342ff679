"""Find changed files: those since another branch, and uncommitted ones as a commit that no ref has."""

import shutil
from pathlib import Path

from stomper.disk.private_files import make_folder
from stomper.errors import GitError, UsageError
from stomper.git.command import git, git_result, lines
from stomper.git.commits import commit_tree
from stomper.git.repository import Head, Repository
from stomper.models import printable
from stomper.settings import Uncommitted

# The private copy of the index is nobody's to share, and a file that git would convert is no reason to stop.
PRIVATE = ("-c", "core.splitIndex=false", "-c", "core.safecrlf=false")


def merge_base(top: Path, ref: str, head: str) -> str:
    """The best common ancestor of a ref and HEAD. Raises UsageError, which says what to fetch, if there is none."""
    asked = git_result(top, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", accept=(0, 1, 128))
    if asked.returncode:
        raise UsageError(
            f"'{printable(ref)}' is no commit, branch or tag here",
            "Check the spelling; a branch that only the server has is fetched first: git fetch origin BRANCH",
        )
    done = git_result(top, "merge-base", asked.stdout.decode().strip(), head, accept=(0, 1))
    if done.returncode == 0:
        return done.stdout.decode().strip()
    if is_shallow(top):
        raise UsageError(
            f"the clone is shallow, and the commit that HEAD and {printable(ref)} have in common is not in it",
            "Fetch more of the history: git fetch --deepen=100 origin (again until it is there),"
            " or all of it: git fetch --unshallow",
        )
    raise UsageError(f"HEAD and {printable(ref)} have no commit in common", "Name a branch that HEAD was made from.")


def is_shallow(top: Path) -> bool:
    return git(top, "rev-parse", "--is-shallow-repository").strip() == b"true"


def paths_between(top: Path, before: str, after: str) -> frozenset[str]:
    """The paths that `after` has and that are new or different since `before`."""
    words = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", "--diff-filter=d", before, after]
    return frozenset(lines(git(top, *words)))


def index_in_use(repository: Repository, index: str | None) -> Path:
    """The file that holds the user's index: the repository's own, or that of a `git commit` under way."""
    return Path(index) if index else repository.git_dir / "index"


def index_of_commit(repository: Repository, named: str | None, written: bool) -> str | None:
    """The index of a `git commit` under way, which names it, where that is not the repository's own.

    Raises UsageError if it is to be `written` and git would not take it over: in `git commit PATHS`.
    """
    place = (repository.top / named).resolve() if named else repository.git_dir
    if place.parent != repository.git_dir or place.name == "index" or not place.exists():
        return None
    if written and place.name != "index.lock":
        raise UsageError(
            "`git commit PATHS` commits from an index of its own, and a fix put into it would be missing in yours",
            "git add the paths and commit without naming them, or use --no-stage.",
        )
    return str(place)


def commit_in_hand(repository: Repository, index: str | None) -> bool:
    """Return whether a git that has named its index to us is about to commit it."""
    place = (repository.top / index).resolve() if index else repository.git_dir
    if place.parent != repository.git_dir or not place.exists():
        return False  # of another repository, or of none
    words = ["diff-index", "--cached", "--quiet", "--ignore-submodules=none", "HEAD"]
    return place.suffix == ".lock" or git_result(repository.top, *words, index=place, accept=(0, 1)).returncode == 1


def commit_uncommitted(repository: Repository, head: Head, kind: Uncommitted, index: Path, scratch: Path) -> str:
    """Make a commit on HEAD of the staged changes, or of all changes. Neither index nor HEAD is touched.

    `scratch` is the path of the private index that this takes. Raises UsageError if files are in conflict.
    """
    top = repository.top
    make_folder(scratch.parent)
    if index.exists():
        shutil.copyfile(index, scratch)
    if conflicts := git(top, "ls-files", "-z", "--unmerged", index=scratch):
        path = lines(conflicts)[0].split("\t", 1)[1]
        raise UsageError(f"{printable(path)} is in conflict", "Resolve it first, and git add it.")
    if kind == "changed":
        git(top, *PRIVATE, "add", "--update", "--", ".", exact=False, index=scratch)
        _add_untracked(top, scratch)
    tree = git(top, *PRIVATE, "write-tree", exact=False, index=scratch).decode().strip()
    return commit_tree(top, tree, [head.commit], f"{kind} files, not committed yet\n", nameless_too=True)


def _add_untracked(top: Path, index: Path) -> None:
    """Repositories inside are shown as folders, which git itself passes over here."""
    found = git(top, "ls-files", "-z", "--others", "--exclude-standard", exact=False, index=index)
    git(top, *PRIVATE, "update-index", "--add", "-z", "--stdin", exact=False, index=index, stdin=found)


def parent_of(top: Path, commit: str) -> str:
    """The commit that an uncommitted state stands on. Raises UsageError if git has forgotten it."""
    try:
        return git(top, "rev-parse", "--verify", "--quiet", f"{commit}^").decode().strip()
    except GitError:
        raise UsageError("git no longer has what the run began with", "Start again: stomper fix") from None
