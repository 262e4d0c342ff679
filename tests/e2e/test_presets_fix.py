"""Presets from finding to commit: three tools of other languages, each file by the fixer for it."""

import pytest

from tests.hostile.canaries import UNTRUSTING
from tests.kit.cli import Stomper
from tests.kit.preset_samples import SAMPLES
from tests.kit.repo import GitRepo
from tests.kit.runs import states
from tests.kit.tools import on_path

TOOLS = ("eslint", "shfmt", "codespell")
pytestmark = pytest.mark.unproved


@pytest.fixture
def languages(repo: GitRepo) -> GitRepo:
    repo.write("stomper.toml", f"checkers = {[*TOOLS]}\nfixers = {[*TOOLS]}\n")
    for name in TOOLS:
        sample = SAMPLES[name]
        for path, text in {sample.path: sample.content, **sample.config}.items():
            repo.write(path if name != "eslint" else f"web/{path}", text)
    repo.commit("base")
    return repo


def test_fixes_of_presets_land(languages: GitRepo, stomper: Stomper) -> None:
    """eslint starts in the folder of its configuration; what its fixer cannot do stays."""
    stomper.run(languages, "fix", "-j2", "--no-run-tests", env=on_path(*TOOLS)).check(1)
    eslint, shfmt, codespell = (SAMPLES[name] for name in TOOLS)
    assert states(languages) == {shfmt.path: "fixed", codespell.path: "fixed", f"web/{eslint.path}": "partial"}
    assert languages.read(f"web/{eslint.path}").decode() == eslint.fixed
    assert languages.read(shfmt.path).decode() == shfmt.fixed
    assert languages.read(codespell.path).decode() == codespell.fixed


@pytest.mark.thorough
def test_a_fixer_that_makes_a_finding_of_another_is_rolled_back(repo: GitRepo, stomper: Stomper) -> None:
    """black finds something, and a tool of the user's that is called so puts a misspelling in its place."""
    own = "[fixer.black]\ncommand = ['sh', '-c', 'printf \"# t%s\" eh > $0']\n"
    repo.write("stomper.toml", f"checkers = ['black', 'codespell']\nfixers = ['black']\n{own}")
    repo.commit_file("a.py", SAMPLES["black"].content)
    stomper.run(repo, "fix", "-j1", "--no-run-tests", env=on_path("black", "codespell")).check(1)
    assert repo.read("a.py").decode() == SAMPLES["black"].content
    assert states(repo) == {"a.py": "unchanged"}


@pytest.mark.thorough
def test_a_configuration_that_is_code_is_asked_for(languages: GitRepo, stomper: Stomper) -> None:
    asked = stomper.run(languages, "check", env={**UNTRUSTING, **on_path(*TOOLS)}).check(2)
    assert "web/eslint.config.js" in asked.err
    assert "eslint runs code: what is in this file" in asked.err
    without = stomper.run(languages, "check", "--untrusted", env={**UNTRUSTING, **on_path(*TOOLS)}).check(1)
    assert "eslint" not in without.out
    assert "codespell" in without.out
