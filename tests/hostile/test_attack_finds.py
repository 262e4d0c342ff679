"""What someone who did not build it got through with, and does not any more."""

import os
import sys
from pathlib import Path

import pytest

from stomper import process
from stomper.trust import Tree
from stomper.trust.programs import files_in
from tests.hostile.canaries import UNTRUSTING, Canaries, make_canaries
from tests.kit.cli import Stomper
from tests.kit.hermetic import Hermetic
from tests.kit.repo import GitRepo
from tests.kit.sandboxes import KINDS, sandbox_of

SHOWN = 'checkers = ["mypy"]\n[files]\ninclude = ["**/*.py", "pkg/script"]\n'


@pytest.fixture
def canaries(tmp_path: Path) -> Canaries:
    return make_canaries(tmp_path / "canaries")


@pytest.mark.parametrize(
    ("option", "words"), [([], "pkg/mypy.ini"), (["--untrusted"], "leaves no checker")], ids=["asked", "untrusted"]
)
def test_a_plugin_beside_a_file_without_an_ending_is_asked_for(
    repo: GitRepo, stomper: Stomper, canaries: Canaries, option: list[str], words: str
) -> None:
    """`include` shows mypy any file, and mypy takes the configuration beside it."""
    repo.write("pkg/script", "import os\n")
    repo.write("pkg/mypy.ini", "[mypy]\nfiles = script\nplugins = ../lib/evil.py\n")
    repo.write("lib/evil.py", canaries.python("plugin") + "def plugin(version):\n    raise SystemExit\n")
    repo.write("stomper.toml", SHOWN)
    repo.commit()
    with_mypy = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    result = stomper.run(repo, "check", *option, env={**UNTRUSTING, "PATH": with_mypy}).check(2)
    assert canaries.sung == set()
    assert words in result.err


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["src/project", ".cache/stomper"])
def test_a_home_with_something_in_it_does_not_switch_the_sandbox_off(hermetic: Hermetic, kind: str, name: str) -> None:
    """The trial names the home and the repository to its probe, and what is named is shown."""
    (hermetic.home / ".ssh").mkdir()
    (hermetic.home / name).mkdir(parents=True)
    proofs = process.prove(sandbox_of(kind), hermetic.home / name, hermetic.home)
    assert [proof.name for proof in proofs if not proof.holds] == []


@pytest.mark.parametrize("words", [["-m", "tools.fix"], ["-mtools.fix"], ["-Im", "tools.fix"]], ids="".join)
def test_a_module_that_a_command_names_is_asked_for_again_when_it_changes(repo: GitRepo, words: list[str]) -> None:
    repo.commit_file("tools/fix.py", "one\n")
    before = files_in(Tree(repo.opened()), ["python", *words, "{file}"])
    repo.commit_file("tools/fix.py", "two\n")
    assert before != files_in(Tree(repo.opened()), ["python", *words, "{file}"])
