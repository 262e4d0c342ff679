"""The user's git configuration must not change what a patch is."""

from pathlib import Path

import pytest

from stomper.git.commits import apply_patch, commit_tree, delete_ref, fill_index, move_ref, write_index_tree
from stomper.git.worktrees import NOTHING, make_patch
from tests.kit.contents import HARD_FROM, HARD_TO
from tests.kit.hermetic import IDENTITY, Hermetic
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import assert_round_trip, opened_worktree, write

CONFIGS = {
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.srcPrefix": "x/",
    "diff.external": "false",
    "diff.relative": "true",
    "diff.context": "0",
    "diff.interHunkContext": "9",
    "diff.renames": "copies",
    "diff.algorithm": "histogram",
    "diff.orderFile": "/nowhere",
    "diff.ignoreSubmodules": "all",
    "diff.submodule": "log",
    "diff.suppressBlankEmpty": "true",
    "diff.wordRegex": ".",
    "diff.colorMoved": "zebra",
    "diff.statNameWidth": "1",
    "color.ui": "always",
    "color.diff": "always",
    "core.autocrlf": "true",
    "core.autocrlf ": "input",
    "core.eol": "crlf",
    "core.safecrlf": "true",
    "core.whitespace": "trailing-space,space-before-tab,cr-at-eol",
    "core.quotePath": "true",
    "core.precomposeUnicode": "false",
    "core.pager": "false",
    "core.hooksPath": "/nowhere",
    "core.fileMode": "true",
    "core.abbrev": "4",
    "apply.whitespace": "fix",
    "apply.whitespace ": "error",
    "apply.ignoreWhitespace": "change",
    "i18n.commitEncoding": "latin1",
    "i18n.logOutputEncoding": "latin1",
    "index.version": "4",
    "feature.manyFiles": "true",
    "status.relativePaths": "true",
    "checkout.defaultRemote": "nowhere",
    "merge.conflictStyle": "diff3",
}


@pytest.mark.parametrize(("name", "value"), CONFIGS.items(), ids=lambda word: word.strip())
def test_the_users_configuration_does_not_matter(
    repo: GitRepo, hermetic: Hermetic, tmp_path: Path, name: str, value: str
) -> None:
    hermetic.set_git_config(name.strip(), value)
    assert_plain(assert_round_trip(repo, tmp_path, HARD_FROM, HARD_TO))


def test_the_repositorys_configuration_does_not_matter(repo: GitRepo, tmp_path: Path) -> None:
    for name, value in CONFIGS.items():
        repo.config(name.strip(), value)
    assert_plain(assert_round_trip(repo, tmp_path, HARD_FROM, HARD_TO))


def assert_plain(patch: bytes) -> None:
    assert patch.startswith(b'diff --git "a/ b/caf')
    assert b"\x1b" not in patch
    assert b"\nsimilarity index" not in patch


@pytest.mark.parametrize("name", ["GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_LITERAL_PATHSPECS", "GIT_INDEX_FILE"])
def test_a_surrounding_gits_environment_does_not_matter(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    base = repo.commit_file("a.py", "one\n")
    after = repo.commit_file("a.py", "two\n")
    monkeypatch.setenv(name, "/nowhere/false")
    index = tmp_path / "index"
    fill_index(repo.path, index, base)
    apply_patch(repo.path, index, make_patch(repo.path, base, after))
    monkeypatch.delenv(name)
    assert write_index_tree(repo.path, index) == repo.tree(after)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("i18n.commitEncoding", "latin1"),
        ("commit.gpgSign", "true"),
        ("commit.cleanup", "strip"),
        ("gpg.program", "false"),
        ("core.commentChar", "f"),
    ],
)
def test_a_commit_says_what_it_was_told(repo: GitRepo, name: str, value: str) -> None:
    base = repo.commit_file("a.py", "")
    repo.config(name, value)
    message = "fix: caf\u00e9 \u65e5\u672c\n\n# a line\nStomper-Run: r1\n"
    commit = commit_tree(repo.path, repo.tree(), [base], message)
    raw = repo.git_bytes("cat-file", "commit", commit)
    assert raw.endswith(b"\n\n" + message.encode())
    assert b"\nencoding " not in raw
    assert b"\ngpgsig" not in raw
    assert repo.git("log", "-1", "--format=%an <%ae> %P", commit) == f"{IDENTITY[0]} <{IDENTITY[1]}> {base}"


@pytest.mark.parametrize("hook", ["post-checkout", "post-index-change", "reference-transaction", "pre-commit"])
def test_the_users_hooks_are_not_run(repo: GitRepo, tmp_path: Path, hook: str) -> None:
    repo.commit_file("a.py", "one\n")
    repo.hook(hook, f"echo ran >> '{tmp_path}/ran'; exit 1")
    with opened_worktree(repo, tmp_path) as tree:
        write(tree.root, {b"a.py": b"two\n"})
        assert tree.patch(tree.snapshot()).data
    move_ref(repo.path, "refs/stomper/r1/head", repo.head, NOTHING)
    delete_ref(repo.path, "refs/stomper/r1/head")
    assert not (tmp_path / "ran").exists()
