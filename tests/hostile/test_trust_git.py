"""What git itself starts by a `.git/config` that came with the repository: asked for, and held back until then."""

from pathlib import Path

import pytest

from stomper.git.brought import brought_by, without
from stomper.git.checkout_files import stored_id
from stomper.git.command import hold_back
from stomper.git.commits import subject_of
from stomper.git.trees import dirty_paths
from tests.hostile.canaries import UNTRUSTING, Canaries, make_canaries
from tests.kit.cli import Stomper
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo

HELD = {
    "filter.evil.clean", "filter.evil.smudge", "filter.a=b.Clean.clean", "filter.included.clean", "filter.work.process",
    "merge.evil.driver", "hook.evil.command", "lfs.extension.evil.clean",
    "gpg.program", "gpg.ssh.program", "gpg.ssh.defaultkeycommand",
}  # fmt: skip
NEVER = (
    "alias.status", "alias.config", "core.alternateRefsCommand", "core.askPass", "core.editor", "core.fsmonitor",
    "core.gitProxy", "core.pager", "core.sshCommand", "credential.helper", "diff.evil.command",
    "diff.evil.textconv", "diff.external", "difftool.evil.cmd", "gc.recentObjectsHook", "interactive.diffFilter",
    "mergetool.evil.cmd", "pager.status", "remote.origin.receivepack", "remote.origin.uploadpack",
    "sequence.editor", "tar.tgz.command", "trailer.x.command", "trailer.x.cmd", "uploadpack.packObjectsHook",
)  # fmt: skip
PLAIN = {
    "commit.gpgSign": "true", "log.showSignature": "true", "merge.verifySignatures": "true",
    "extensions.worktreeConfig": "true", "hook.evil.event": "reference-transaction", "filter.evil.required": "true",
    "remote.origin.url": "ext::touch x", "remote.origin.promisor": "true", "diff.tool": "evil", "merge.tool": "evil",
}  # fmt: skip
HOOKS = ("post-checkout", "post-index-change", "pre-commit", "reference-transaction", "post-merge", "pre-auto-gc")
COMMANDS = (
    ("check",), ("check", "--git-changed"), ("check", "--git-staged"), ("plan",), ("baseline", "write"), ("doctor",),
    ("fix",), ("fix", "--git-changed"), ("resume",), ("undo",), ("redo",), ("status",), ("stats",), ("cleanup",),
    ("trust", "--list"), ("baseline", "show"),
)  # fmt: skip


@pytest.fixture
def canaries(tmp_path: Path) -> Canaries:
    return make_canaries(tmp_path / "canaries")


def words(canaries: Canaries, key: str) -> str:
    return f"touch '{canaries.folder}/{key}'; cat"


def poisoned(repo: GitRepo, canaries: Canaries) -> GitRepo:
    """A repository that came with a `.git` in which each setting that starts something has a program of its own."""
    repo.write(".gitattributes", "*.py filter=evil merge=evil diff=evil\nb.py filter=a=b.Clean\nc.py filter=included\n")
    for name in ("a", "b", "c", "d"):
        repo.write(f"{name}.py", "import os\n")
    repo.commit("all as it was")
    included = repo.git_dir / "more"
    for key in (*HELD, *NEVER):
        file = {"filter.included.clean": included, "filter.work.process": repo.git_dir / "config.worktree"}
        repo.git("config", "--file", file.get(key, repo.git_dir / "config"), key, words(canaries, key))
    for key, value in PLAIN.items():
        repo.git("config", "--file", repo.git_dir / "config", key, value)
    for hook in HOOKS:
        repo.hook(hook, f"touch '{canaries.folder}/hook-{hook}'")
    repo.git("config", "--file", repo.git_dir / "config", "core.hooksPath", repo.git_dir / "hooks")
    repo.git("config", "--file", repo.git_dir / "config", "include.path", "more")
    (repo.git_dir / "info").mkdir(exist_ok=True)
    (repo.git_dir / "info" / "attributes").write_text("d.py filter=work\n")
    for name in ("a", "b", "c", "d"):
        (repo.path / f"{name}.py").write_text("import re\n")  # of the same size: git has to look into it
    (repo.path / "new.py").write_text("import os\n")
    for sung in canaries.sung:
        (canaries.folder / sung).unlink()
    repo.agreed_settings = repo.settings()
    return repo


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_git_starts_nothing_of_the_repository_before_it_is_agreed_to(
    repo: GitRepo, stomper: Stomper, canaries: Canaries, command: tuple[str, ...]
) -> None:
    stomper.run(poisoned(repo, canaries), *command, env=UNTRUSTING)
    assert canaries.sung == set()


def test_each_setting_that_stays_in_force_is_asked_for(repo: GitRepo, stomper: Stomper, canaries: Canaries) -> None:
    told = stomper.run(poisoned(repo, canaries), "check", env=UNTRUSTING).check(2).err
    assert [key for key in HELD if f": {key} " not in told] == []
    assert f".git/config: filter.evil.clean        git starts {words(canaries, 'filter.evil.clean')}\n" in told
    assert ".git/more: filter.included.clean" in told
    assert ".git/config.worktree: filter.work.process" in told
    assert [key for key in NEVER if f" {key} " in told] == []


@pytest.mark.parametrize(
    "command", [("check", "--git-changed"), ("fix", "--no-sign"), ("plan",), ("doctor",)], ids=" ".join
)
def test_untrusted_git_starts_nothing_of_the_repository(
    repo: GitRepo, stomper: Stomper, canaries: Canaries, command: tuple[str, ...]
) -> None:
    poisoned(repo, canaries)
    stomper.run(repo, "trust", env=UNTRUSTING).check()
    result = stomper.run(repo, *command, "--untrusted", env=UNTRUSTING)
    assert result.code in (0, 1), result
    assert "filter.evil.clean" in result.err
    assert canaries.sung == set()


def test_what_is_agreed_to_is_in_force_and_nothing_else_is_started(
    repo: GitRepo, stomper: Stomper, canaries: Canaries
) -> None:
    poisoned(repo, canaries)
    stomper.run(repo, "trust", env=UNTRUSTING).check()
    assert canaries.sung == set()
    stomper.run(repo, "fix", "--git-changed", env=UNTRUSTING)
    assert canaries.sung & HELD
    assert canaries.sung <= HELD
    repo.git("config", "--file", repo.git_dir / "config", "filter.evil.smudge", "other")
    again = stomper.run(repo, "check", env=UNTRUSTING).check(2).err
    assert "filter.evil.smudge" in again
    assert "filter.evil.clean" not in again


def test_a_script_of_the_checkout_that_a_filter_names_is_part_of_it(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("tools/clean", "one\n")
    repo.commit_file("a.py", "x = 1\n")
    repo.git("config", "--file", repo.git_dir / "config", "filter.own.clean", "sh tools/clean %f")
    stomper.run(repo, "trust", env=UNTRUSTING).check()
    stomper.run(repo, "check", env=UNTRUSTING).check()
    repo.commit_file("tools/clean", "two\n")
    assert "filter.own.clean" in stomper.run(repo, "check", env=UNTRUSTING).check(2).err


def test_the_users_own_filters_are_no_ask(repo: GitRepo, stomper: Stomper) -> None:
    repo.commit_file("a.py", "x = 1\n")
    repo.git("config", "--global", "filter.lfs.clean", "git-lfs clean -- %f")
    stomper.run(repo, "check", env=UNTRUSTING).check()


def test_the_settings_of_a_submodule_are_among_them(repo: GitRepo, canaries: Canaries) -> None:
    inner = repo.path / "inner"
    repo.git("init", "--quiet", inner)
    repo.git("-C", inner, "commit", "--quiet", "--allow-empty", "-m", "first")
    repo.git("-C", inner, "config", "filter.deep.clean", words(canaries, "deep"))
    repo.git("add", "inner")
    repo.commit("with a repository inside")
    assert [(one.file.parent.parent.name, one.key) for one in brought_by(repo.path)] == [("inner", "filter.deep.clean")]


def test_a_filter_that_is_held_back_changes_nothing_and_fails_for_nothing(repo: GitRepo, canaries: Canaries) -> None:
    poisoned(repo, canaries)
    hold_back(without(brought_by(repo.path)))
    try:
        ids = {stored_id(repo.path, f"{name}.py", b"text\n") for name in ("a", "b", "c", "d")}
        assert dirty_paths(repo.path) >= {"a.py", "b.py", "c.py", "d.py"}
    finally:
        hold_back(())
    assert len(ids) == 1
    assert canaries.sung == set()
    dirty_paths(repo.path)
    assert canaries.sung == {
        "filter.evil.clean",
        "filter.a=b.Clean.clean",
        "filter.included.clean",
        "filter.work.process",
    }


def test_no_signature_is_looked_at_for_a_subject(repo: GitRepo, canaries: Canaries) -> None:
    repo.commit_file("a.py", "x = 1\n")
    head, _, rest = repo.git("cat-file", "commit", "HEAD").partition("\n\n")
    signed = f"{head}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n{rest}"
    (repo.path / "signed").write_text(f"{signed}\n")
    commit = repo.git("hash-object", "-t", "commit", "-w", "signed").strip()
    repo.git("config", "--file", repo.git_dir / "config", "gpg.program", f"{canaries.folder.parent}/gpg")
    (canaries.folder.parent / "gpg").write_text(canaries.shell("gpg"))
    (canaries.folder.parent / "gpg").chmod(0o755)
    repo.git("config", "--file", repo.git_dir / "config", "log.showSignature", "true")
    repo.agreed_settings = repo.settings()
    assert subject_of(repo.path, commit)
    assert canaries.sung == set()


@pytest.mark.parametrize("agreed", [False, True])
def test_undo_starts_what_is_agreed_to_only(
    repo: GitRepo, stomper: Stomper, canaries: Canaries, leaks: Leaks, agreed: bool
) -> None:
    """It does not ask: what it puts back came from a run, and that has asked."""
    leaks.allow("ref", "refs/stomper/*/undone", reason="`redo` needs it")
    repo.write(".gitattributes", "*.py filter=evil\n")
    repo.commit_file("a.py", "import os\n")
    stomper.run(repo, "fix", env=UNTRUSTING).check()
    for which in ("clean", "smudge"):
        repo.git("config", "--file", repo.git_dir / "config", f"filter.evil.{which}", words(canaries, which))
    if agreed:
        stomper.run(repo, "trust", env=UNTRUSTING).check()
    stomper.run(repo, "undo", env=UNTRUSTING).check()
    assert repo.read("a.py") == b"import os\n"
    assert ("smudge" in canaries.sung) is agreed
    assert bool(canaries.sung) is agreed
