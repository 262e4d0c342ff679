"""git works where Stomper sends it, in every layout in which git itself works; else nothing at all is written."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from stomper.errors import GitError, UsageError
from stomper.git.prove_paths import OWN_SETTINGS, require_place
from stomper.git.repository import open_repository
from stomper.git.worktrees import admin_folder, reattach, register_worktree, reset_index, unregister_worktree
from tests.kit.cli import Stomper
from tests.kit.fakes import fake_fixer, fixer_table

# Files that git keeps in its own folder have these names too.
FILES = {
    "a.py": "import os\nX = 1\n",
    "b.py": "Y = 1\n",
    "config": "color = red\n",
    "hooks/post-commit": "#!/bin/sh\necho from the tree\n",
    "notes.txt": "notes\n",
}
EDITED = {"b.py": "Y = 1\nWORK = 42\n", "notes.txt": "notes\nmine\n", "untracked.txt": "mine\n"}
LOOKS = (("doctor",), ("fix", "--dry-run"), ("fix", "--git-staged"), ("fix", "--git-changed", "--dry-run"))

Layout: TypeAlias = Callable[[Path], Path]
"""Builds repositories below a folder; returns the checkout to run in."""


def git(where: Path, *words: str | Path) -> str:
    done = subprocess.run(["git", "-C", where, *words], capture_output=True, text=True)
    assert done.returncode == 0, f"git {words}: {done.stderr}"
    return done.stdout.strip()


def made(top: Path, *options: str | Path) -> Path:
    """A repository with the files committed."""
    git(top.parent, "init", "--quiet", "--template=", *options, top)
    return committed(top)


def committed(top: Path) -> Path:
    for path, content in FILES.items():
        file = top / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "begin")
    return top


def per_worktree(top: Path) -> Path:
    """Switch settings for each worktree on, as a tool does that knows nothing of what has to be moved then."""
    git(top, "config", "extensions.worktreeConfig", "true")
    return top


def plain(folder: Path) -> Path:
    return made(folder / "plain")


def linked(folder: Path) -> Path:
    git(plain(folder), "worktree", "add", "--quiet", "-b", "other", folder / "linked")
    return folder / "linked"


def separate(folder: Path) -> Path:
    return made(folder / "co", "--separate-git-dir", folder / "elsewhere")


def shared_setting(folder: Path) -> Path:
    top = separate(folder)
    git(top, "config", "core.worktree", top)
    return per_worktree(top)


def relative_setting(folder: Path) -> Path:
    top = separate(folder)
    git(top, "config", "core.worktree", "../co")
    return per_worktree(top)


def own_setting(folder: Path) -> Path:
    """Set up a worktree as git's documentation asks for."""
    top = per_worktree(separate(folder))
    git(top, "config", "--worktree", "core.worktree", top)
    return top


def setting_beside(folder: Path) -> Path:
    top = plain(folder)
    git(top, "config", "core.worktree", top)
    return per_worktree(top)


def submodule(folder: Path) -> Path:
    library, outer = made(folder / "library"), made(folder / "outer")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library, "lib")
    git(outer, "commit", "--quiet", "--message", "with a submodule")
    git(outer / "lib", "checkout", "--quiet", "-B", "main")
    return outer / "lib"


def submodule_per_worktree(folder: Path) -> Path:
    return per_worktree(submodule(folder))


def submodule_of_linked(folder: Path) -> Path:
    outer = submodule(folder).parent
    git(outer, "worktree", "add", "--quiet", "-b", "other", folder / "linked")
    git(folder / "linked", "-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init")
    git(folder / "linked" / "lib", "checkout", "--quiet", "-B", "main")
    return per_worktree(folder / "linked" / "lib")


def of_bare(folder: Path) -> Path:
    git(plain(folder), "clone", "--quiet", "--bare", ".", folder / "bare.git")
    git(folder / "bare.git", "worktree", "add", "--quiet", folder / "linked", "main")
    return folder / "linked"


def of_bare_per_worktree(folder: Path) -> Path:
    """As `git sparse-checkout` and `git worktree` set it up."""
    top, bare = of_bare(folder), folder / "bare.git"
    per_worktree(top)
    git(bare, "config", "--file", bare / OWN_SETTINGS, "core.bare", "true")
    git(bare, "config", "--file", bare / "config", "--unset", "core.bare")
    return top


def link_to_git_dir(folder: Path) -> Path:
    top = plain(folder)
    (top / ".git").rename(folder / "real")
    (top / ".git").symlink_to("../real")
    return top


def dotted(folder: Path) -> Path:
    """The checkout is beside the repository that names it, and leads back to it."""
    top = separate(folder)
    git(top, "config", "core.worktree", top)
    return top


WORKING: list[Layout] = [
    shared_setting, plain, linked, separate, own_setting,
    submodule_per_worktree, relative_setting, submodule, of_bare, link_to_git_dir,
    submodule_of_linked, setting_beside, of_bare_per_worktree, dotted,
]  # fmt: skip


def everything(folder: Path, *but: str) -> dict[str, tuple[int, bytes]]:
    """Mode and bytes of every file, those of git too; less what is Stomper's own, objects, and names in `but`."""
    found = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in ("objects", "stomper", *but)]
        for name in [*names, *(name for name in folders if (Path(place) / name).is_symlink())]:
            file = Path(place) / name
            if name not in but:
                content = os.fsencode(file.readlink()) if file.is_symlink() else file.read_bytes()
                found[str(file.relative_to(folder))] = (file.lstat().st_mode, content)
    return found


def edit(top: Path) -> None:
    for path, content in EDITED.items():
        (top / path).write_text(content)


@pytest.mark.matrix
@pytest.mark.parametrize("layout", WORKING, ids=lambda layout: layout.__name__)
def test_a_look_changes_no_byte_and_a_fix_only_what_it_fixes(stomper: Stomper, tmp_path: Path, layout: Layout) -> None:
    top = layout(tmp_path)
    edit(top)
    before = everything(tmp_path)
    for words in LOOKS:
        assert stomper.run(top, *words).code in (0, 1)
        assert everything(tmp_path) == before, words
    moved = ("logs", "refs", "ORIG_HEAD", "packed-refs")
    branch = git(top, "rev-parse", "--symbolic-full-name", "HEAD")
    stomper.run(top, "fix", "--branch", "fixes").check()
    assert everything(tmp_path, *moved) == everything_of(before, *moved)
    stomper.run(top, "fix").check()
    assert git(top, "rev-parse", f"{branch}^{{tree}}") == git(top, "rev-parse", "fixes^{tree}")
    after = everything(tmp_path, *moved, "index")
    fixed = str((top / "a.py").relative_to(tmp_path))
    assert after.pop(fixed)[1] == b"X = 1\n"
    assert after == {path: what for path, what in everything_of(before, *moved, "index").items() if path != fixed}
    assert git(top, "status", "--porcelain").splitlines() == ["M b.py", " M notes.txt", "?? untracked.txt"]


def everything_of(before: dict[str, tuple[int, bytes]], *but: str) -> dict[str, tuple[int, bytes]]:
    return {path: what for path, what in before.items() if not set(Path(path).parts) & set(but)}


def core_bare(folder: Path) -> Path:
    top = plain(folder)
    git(top, "config", "core.bare", "true")
    return top


def of_bare_by_hand(folder: Path) -> Path:
    return per_worktree(of_bare(folder))


def linked_of_shared_setting(folder: Path) -> Path:
    top = shared_setting(folder)
    git(top, "worktree", "add", "--quiet", "--no-checkout", "-b", "other", folder / "linked")
    return folder / "linked"


def unknowing(folder: Path) -> Path:
    """The checkout knows nothing of the repository that names it."""
    top = plain(folder)
    (folder / "home").mkdir()
    git(top, "config", "core.worktree", folder / "home")
    return top


def of_another(folder: Path) -> Path:
    top = plain(folder)
    git(top, "config", "core.worktree", made(folder / "another"))
    return top


def inside(folder: Path) -> Path:
    return plain(folder) / ".git"


def other_names(folder: Path) -> Path:
    return made(folder / "long", "--object-format=sha256")


REFUSED: dict[Layout, str] = {
    core_bare: "If {top} is a checkout, core.bare is wrong",
    of_bare_by_hand: "If {top} is a checkout, core.bare is wrong",
    linked_of_shared_setting: "but git that is started there does not work there",
    unknowing: "Lead git from there to its repository",
    of_another: "See what sends git there",
    inside: "is inside of the git directory",
    other_names: "names its objects by sha256",
}


@pytest.mark.parametrize("layout", REFUSED, ids=lambda layout: layout.__name__)
def test_where_git_itself_does_not_work_is_refused(tmp_path: Path, layout: Layout) -> None:
    top = layout(tmp_path)
    before = everything(tmp_path)
    with pytest.raises(UsageError) as caught:
        open_repository(top)
    assert REFUSED[layout].format(top=top) in f"{caught.value.message}\n{caught.value.hint}"
    assert everything(tmp_path) == before


@pytest.mark.parametrize("command", ["fix", "check", "plan", "doctor"])
def test_a_refusal_is_told_and_nothing_is_written(stomper: Stomper, tmp_path: Path, command: str) -> None:
    top = linked_of_shared_setting(tmp_path)
    before = everything(tmp_path)
    result = stomper.run(top, command)
    assert result.code in (2, 3)
    assert "does not work there" in result.out + result.err
    assert everything(tmp_path) == before


def test_a_fixers_own_git_stays_in_its_worktree(stomper: Stomper, tmp_path: Path) -> None:
    """It sees the same configuration as any git: what it resets, cleans and checks out must not be the user's."""
    words = "git checkout HEAD -- . && git reset -q --hard && git clean -fdqx && git checkout-index -af"
    top = shared_setting(tmp_path)
    (top / "stomper.toml").write_text(fixer_table("meddler", fake_fixer("--run", words)).replace("tool.stomper.", ""))
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "with a fixer")
    edit(top)
    before = everything(tmp_path)
    result = stomper.run(top, "fix", "--dry-run", "--fixer", "meddler", "--fixer", "ruff", "--diff").check()
    assert "-import os" in result.out
    assert everything(tmp_path) == before


def test_a_worktree_that_git_takes_for_another_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    top = shared_setting(tmp_path)
    edit(top)
    tree = register_worktree(top, tmp_path / "tree", git(top, "rev-parse", "HEAD"), "test")
    reset_index(tree.tree)
    before = everything(tmp_path)
    (tree.admin / OWN_SETTINGS).unlink()
    with pytest.raises(GitError, match=f"works elsewhere: working tree {top}"):
        tree.require_place()
    with pytest.raises(GitError, match="works elsewhere"):
        require_place(tree.tree, tmp_path, tree.common)
    reattach(tree, git(top, "rev-parse", "HEAD"))
    assert everything(tmp_path) == before
    unregister_worktree(top, tree.tree)


@pytest.mark.parametrize(
    "name", ["sp ace", 'quo"te', "back\\slash", "line\nbreak", "h#sh;semi", " blank ", "t\tab", "é"]
)
def test_a_worktree_of_any_name_keeps_git(tmp_path: Path, name: str) -> None:
    top = shared_setting(tmp_path)
    tree = register_worktree(top, tmp_path / name / "tree", git(top, "rev-parse", "HEAD"), "test")
    assert git(tree.tree, "rev-parse", "--show-toplevel") == str(tree.tree)
    assert git(top, "rev-parse", "--show-toplevel") == str(top)
    unregister_worktree(top, tree.tree)


def test_what_the_user_set_for_the_worktree_counts_in_ours_but_for_its_place(tmp_path: Path) -> None:
    top = own_setting(tmp_path)
    git(top, "config", "--worktree", "user.name", "Own Name")
    git(top, "sparse-checkout", "set", "hooks")
    tree = register_worktree(top, tmp_path / "tree", git(top, "rev-parse", "HEAD"), "test")
    assert git(tree.tree, "config", "user.name") == "Own Name"
    assert git(tree.tree, "config", "--bool", "core.sparseCheckout") == "false"
    assert git(tree.tree, "rev-parse", "--show-toplevel") == str(tree.tree)
    unregister_worktree(top, tree.tree)


def test_the_link_of_a_worktree_may_be_relative(tmp_path: Path) -> None:
    """git writes it so where `worktree.useRelativePaths` is set."""
    top = plain(tmp_path)
    tree = register_worktree(top, tmp_path / "tree", git(top, "rev-parse", "HEAD"), "test")
    (tree.tree / ".git").write_text(f"gitdir: {os.path.relpath(tree.admin, tree.tree)}\n")
    assert admin_folder(tree.tree) == tree.admin == top / ".git" / "worktrees" / "tree"
    unregister_worktree(top, tree.tree)


def test_git_that_is_sent_elsewhere_during_a_run_is_not_let_at_any_file(stomper: Stomper, tmp_path: Path) -> None:
    top = plain(tmp_path)
    words = f"git config core.worktree {made(tmp_path / 'another')}"
    (top / "stomper.toml").write_text(fixer_table("sender", fake_fixer("--run", words)).replace("tool.stomper.", ""))
    git(top, "add", "--all")
    git(top, "commit", "--quiet", "--message", "with a fixer")
    before = everything(tmp_path, "config", "logs", "refs")
    result = stomper.run(top, "fix", "--fixer", "sender", "--fixer", "ruff").check(3)
    assert "not delivered: git, started in" in result.out
    assert "The result is safe on refs/stomper/" in result.out
    assert everything(tmp_path, "config", "logs", "refs") == before
