"""A run gives the same commits, byte for byte, under every git configuration that a user may have."""

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.twin import RUN, Twin, sample_repo

# `{fail}` is a program that leaves a mark and fails. Signatures, which are made if they are asked for, have tests of
# their own.
CONFIGS = [
    "alias.apply=!{fail}",
    "apply.ignoreWhitespace=change",
    "apply.whitespace=error",
    "apply.whitespace=fix",
    "branch.main.mergeOptions=--no-ff --no-edit",
    "branch.main.mergeOptions=--squash",
    "color.ui=always",
    "commit.cleanup=scissors",
    "core.abbrev=4 core.quotePath=true",
    "core.attributesFile={attributes}",
    "core.autocrlf=input",
    "core.autocrlf=true",
    "core.autocrlf=true core.safecrlf=true",
    "core.bigFileThreshold=20",
    "core.checkStat=minimal core.trustctime=false core.ignoreStat=true",
    "core.commentChar=f",
    "core.editor={fail} core.pager={fail} core.askPass={fail} core.sshCommand={fail}",
    "core.eol=crlf",
    "core.excludesFile={excludes}",
    "core.fileMode=false core.ignoreCase=true core.precomposeUnicode=true",
    "core.fsmonitor={fail}",
    "core.logAllRefUpdates=always core.sharedRepository=group",
    "core.splitIndex=true splitIndex.maxPercentChange=0",
    "core.untrackedCache=true index.version=4 feature.manyFiles=true",
    "diff.context=0 diff.interHunkContext=9",
    "diff.external={fail}",
    "diff.mnemonicPrefix=true",
    "diff.noprefix=true",
    "diff.orderFile=/nowhere",
    "diff.relative=true",
    "diff.renames=copies merge.renames=false",
    "diff.submodule=log diff.ignoreSubmodules=all diff.wordRegex=.",
    "diff.wsErrorHighlight=all core.whitespace=trailing-space,space-before-tab diff.colorMoved=zebra",
    "fetch.fsckObjects=true transfer.fsckObjects=true",
    "format.pretty=oneline log.decorate=full log.date=relative",
    "gc.auto=1 gc.autoDetach=false maintenance.auto=true",
    "i18n.commitEncoding=latin1 i18n.logOutputEncoding=latin1",
    "index.threads=1 core.preloadIndex=false",
    "log.showSignature=true gpg.program={fail}",
    "merge.autoStash=true rebase.autoStash=true",
    "merge.conflictStyle=diff3 merge.log=true merge.branchdesc=true",
    "merge.ff=false",
    "merge.ff=only",
    "merge.verifySignatures=true gpg.program={fail}",
    "pull.rebase=true branch.autoSetupRebase=always branch.autoSetupMerge=always",
    "safe.bareRepository=explicit",
    "status.relativePaths=true status.short=true status.branch=true status.showStash=true",
    "status.renames=copies status.renameLimit=1",
    "status.showUntrackedFiles=no",
    "submodule.recurse=true",
    "user.useConfigOnly=true",
    "worktree.guessRemote=true checkout.defaultRemote=nowhere",
]
TOGETHER = 3


def grouped(configs: Sequence[str]) -> list[str]:
    """The lines in groups of three: a run takes a second, and few of them have anything to do with each other.

    No key is twice in a group, and neighbours in the alphabet, which may well have, are in different ones.
    """
    groups: list[list[str]] = [[] for _ in range(math.ceil(len(configs) / TOGETHER))]
    for number, config in enumerate(configs):
        groups[number % len(groups)].append(config)
    return [" ".join(group) for group in groups]


HOOKS = [
    "applypatch-msg", "commit-msg", "fsmonitor-watchman", "post-checkout", "post-commit", "post-index-change",
    "post-merge", "post-rewrite", "pre-applypatch", "pre-auto-gc", "pre-commit", "pre-merge-commit", "pre-rebase",
    "prepare-commit-msg", "reference-transaction", "update",
]  # fmt: skip
HOOK_SCRIPTS = {
    "failing": "exit 1",
    "sleeping": "sleep 600",
    "editing": 'for file in *.py app/*.py; do echo "HOOKED = 1" >> "$file"; done',
}


@pytest.fixture
def fail(tmp_path: Path) -> Path:
    """A program that fails, and leaves a mark that it was run."""
    program = tmp_path / "fail"
    program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{tmp_path}/ran'\nexit 1\n")
    program.chmod(0o755)
    return program


def filled(config: str, tmp_path: Path, fail: Path) -> list[tuple[str, str]]:
    """The settings of one line of CONFIGS as pairs."""
    attributes, excludes = tmp_path / "attributes", tmp_path / "excludes"
    attributes.write_text("* ident diff=mine merge=union whitespace=-trailing-space\nb.py text eol=crlf\n")
    excludes.write_text("*.txt\n*.toml\n")  # ruff itself looks at no file that is excluded here
    text = config.format(fail=fail, attributes=attributes, excludes=excludes)
    words = text.replace(" --no-edit", "\0--no-edit").split(" ")
    return [(name, value.replace("\0", " ")) for name, _, value in (word.partition("=") for word in words)]


def test_no_setting_hides_another_of_its_group() -> None:
    for config in grouped(CONFIGS):
        settings = {word for word in config.split() if "=" in word.removeprefix("--")}
        assert len({setting.partition("=")[0] for setting in settings}) == len(settings), config


@pytest.mark.matrix
@pytest.mark.parametrize("config", grouped(CONFIGS))
def test_the_users_configuration_does_not_matter(
    stomper: Stomper, repo: GitRepo, twin: Twin, hermetic: Hermetic, tmp_path: Path, fail: Path, config: str
) -> None:
    sample_repo(repo)
    for name, value in filled(config, tmp_path, fail):
        hermetic.set_git_config(name, value)
    result = stomper.run(repo, *RUN)
    assert not (tmp_path / "ran").exists(), (tmp_path / "ran").read_text()
    twin.check(repo, result)


def test_the_repositorys_own_configuration_does_not_matter(
    stomper: Stomper, repo: GitRepo, twin: Twin, tmp_path: Path, fail: Path
) -> None:
    sample_repo(repo)
    for config in CONFIGS:
        # Of these git takes the last: each has its own turn above.
        if not config.startswith(("core.autocrlf", "core.eol", "core.commentChar", "core.bigFileThreshold")):
            for name, value in filled(config, tmp_path, fail):
                repo.git("config", "--replace-all", name, value)
    result = stomper.run(repo, *RUN)
    assert not (tmp_path / "ran").exists(), (tmp_path / "ran").read_text()
    twin.check(repo, result)


@pytest.mark.matrix
@pytest.mark.parametrize("script", HOOK_SCRIPTS.values(), ids=HOOK_SCRIPTS)
@pytest.mark.parametrize("place", ["hooks", "global path", "own path"])
def test_the_users_hooks_are_not_run(
    stomper: Stomper, repo: GitRepo, twin: Twin, hermetic: Hermetic, tmp_path: Path, place: str, script: str
) -> None:
    sample_repo(repo)
    for hook in HOOKS:
        file = repo.hook(hook, f"echo {hook} >> '{tmp_path}/ran'\n{script}")
        if place != "hooks":
            (tmp_path / "own").mkdir(exist_ok=True)
            file.rename(tmp_path / "own" / hook)
    if place == "global path":
        hermetic.set_git_config("core.hooksPath", str(tmp_path / "own"))
    elif place == "own path":
        repo.config("core.hooksPath", "../own")
    repo.agreed_settings = repo.settings()
    twin.check(repo, stomper.run(repo, *RUN))
    assert not (tmp_path / "ran").exists(), (tmp_path / "ran").read_text()


@pytest.mark.thorough
def test_a_template_folder_with_hooks_does_not_matter(
    stomper: Stomper, repo: GitRepo, twin: Twin, hermetic: Hermetic, tmp_path: Path, fail: Path
) -> None:
    sample_repo(repo)
    hooks = tmp_path / "template" / "hooks"
    hooks.mkdir(parents=True)
    for hook in HOOKS:
        fail.with_name(hook).write_bytes(fail.read_bytes())
        fail.with_name(hook).chmod(0o755)
        fail.with_name(hook).rename(hooks / hook)
    hermetic.set_git_config("init.templateDir", str(hooks.parent))
    twin.check(repo, stomper.run(repo, *RUN, env={"GIT_TEMPLATE_DIR": str(hooks.parent)}))
    assert not (tmp_path / "ran").exists()


@pytest.mark.thorough
def test_no_maintenance_is_begun(stomper: Stomper, repo: GitRepo, twin: Twin, hermetic: Hermetic) -> None:
    """git guesses how many loose objects there are from one folder, 17."""
    sample_repo(repo)
    hermetic.set_git_config("gc.auto", "1")
    hermetic.set_git_config("gc.autoDetach", "false")
    number = 0
    while len(list(repo.git_dir.glob("objects/17/*"))) < 2:
        number += 1
        content = f"{number}\n".encode()
        if hashlib.sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest().startswith("17"):
            repo.git("hash-object", "-w", "--stdin", stdin=content)
    twin.check(repo, stomper.run(repo, *RUN))
    assert not list(repo.git_dir.glob("objects/pack/*.pack"))
