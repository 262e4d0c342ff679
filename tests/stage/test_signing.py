"""git signs commits with real keys of OpenPGP and of SSH; what it cannot sign is said before and after."""

import pytest

from stomper.errors import GitError, UsageError
from stomper.git.hooks import find_hooks, hooks_folder
from stomper.git.signing import require_signing, sign_commit, signs
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.signers import KINDS, pretender


@pytest.mark.parametrize("kind", KINDS)
def test_a_commit_is_signed_with_a_real_key(repo: GitRepo, hermetic: Hermetic, kind: str) -> None:
    base = repo.commit_file("a", "1")
    with KINDS[kind](hermetic):
        require_signing(repo.opened())
        made = sign_commit(repo.path, repo.tree(), [base], "words: ä\n\nbody\n")
        assert repo.git("log", "-1", "--format=%G?%P%T", made) == f"G{base}{repo.tree()}"
        assert repo.message(made) == "words: ä\n\nbody\n"
        repo.git("verify-commit", made)
    assert repo.refs() == {"refs/heads/main": base}


def test_what_cannot_be_signed(repo: GitRepo, hermetic: Hermetic) -> None:
    base = repo.commit_file("a", "1")
    pretender(hermetic, 1)
    require_signing(repo.opened())
    with pytest.raises(UsageError, match="commits cannot be signed: error: gpg failed") as refused:
        require_signing(repo.opened())
    assert "--no-sign" in (refused.value.hint or "")
    with pytest.raises(GitError, match="the commits could not be signed: error: gpg failed"):
        sign_commit(repo.path, repo.tree(), [base], "m")


@pytest.mark.parametrize(("said", "expected"), [(None, False), ("true", True), ("1", True), ("no", False)])
def test_the_users_git_says_whether_to_sign(
    repo: GitRepo, hermetic: Hermetic, said: str | None, expected: bool
) -> None:
    repo.commit_file("a", "1")
    if said is not None:
        hermetic.set_git_config("commit.gpgSign", said)
    assert signs(repo.path, None) is expected
    assert (signs(repo.path, True), signs(repo.path, False)) == (True, False)
    if said is not None:
        repo.config("commit.gpgSign", "false" if expected else "true")
        assert signs(repo.path, None) is not expected


def test_hooks_are_where_the_users_git_has_them(repo: GitRepo, hermetic: Hermetic) -> None:
    repo.commit_file("a", "1")
    repo.hook("commit-msg", "exit 0")
    repo.hook("post-commit", "exit 0")
    repo.hook("pre-commit", "exit 0").chmod(0o644)
    repo.agreed_settings = repo.settings()
    assert find_hooks(repo.opened()) == {"commit-msg": repo.git_dir / "hooks" / "commit-msg"}
    hermetic.set_git_config("core.hooksPath", "~/hooks")
    assert hooks_folder(repo.opened()) == hermetic.home / "hooks"
    repo.config("core.hooksPath", ".husky")
    assert hooks_folder(repo.opened()) == repo.path / ".husky"
