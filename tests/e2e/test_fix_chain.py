"""`stomper fix` with fixers that do harm: each try is judged by the diff and a re-check, or rolled back."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kit.chains import chain_toml, file_report, results
from tests.kit.cli import Result, Stomper
from tests.kit.fakes import fake_fixer
from tests.kit.repo import GitRepo
from tests.kit.samples import UNFIXABLE, UNFIXABLE_PATH, findings_repo

pytestmark = pytest.mark.unproved

OTHER = "app/other.py"
HONEST = fake_fixer("--only-if", "undefined_name", "--replace", "undefined_name", "0")
FIXED = UNFIXABLE.replace("undefined_name", "0").encode()


@dataclass(frozen=True)
class Chain:
    """Runs a chain on a repository with one file that has F821, which only a fixer of the test's own can fix."""

    repo: GitRepo
    stomper: Stomper

    def run(self, *flags: str | Path, then: list[str] | None = None, keys: str = "", timeout: float = 60.0) -> Result:
        """A fixer `bad` with these flags, and the one that `then` is."""
        fixers = {"bad": fake_fixer(*flags), **({"good": then} if then else {})}
        toml = chain_toml(fixers, keys, timeout=timeout)
        findings_repo(self.repo, 0, unfixable=True, pyproject=toml)
        self.repo.commit_file(OTHER, "other = 1\n")
        return self.stomper.run(self.repo, "fix")

    @property
    def file(self) -> dict[str, object]:
        return file_report(self.repo, UNFIXABLE_PATH)

    @property
    def bad(self) -> str:
        """What became of the bad fixer's first try."""
        return dict(reversed(results(self.repo, UNFIXABLE_PATH)))["bad"]

    def assert_untouched(self) -> None:
        assert self.repo.log()[-1][0] == "change"
        assert self.repo.read(UNFIXABLE_PATH) == UNFIXABLE.encode()
        assert self.repo.status() == []


@pytest.fixture
def chain(repo: GitRepo, stomper: Stomper) -> Chain:
    return Chain(repo, stomper)


ROLLED_BACK = {
    "worse": (["--append", "import os\n"], "would add E402, F401"),
    "no better": (["--append", "# one more line\n"], "changed the file, and no diagnostic went away"),
    "syntax error": (["--replace", "undefined_name", "(", "--append", "def (\n"], "would add invalid-syntax"),
    "syntax error in the right place": (["--replace", "return undefined_name", "return ("], "would add invalid-syntax"),
    "other file": (["--replace", "undefined_name", "0", "--touch-other", OTHER], f"touches other files: {OTHER}"),
    "new file": (["--replace", "undefined_name", "0", "--touch-other", "new.py"], "touches other files: new.py"),
    "suppression": (["--replace", "undefined_name", "undefined_name  # noqa: F821"], "adds a suppression: noqa[F821]"),
}


@pytest.mark.matrix
@pytest.mark.parametrize("what", ROLLED_BACK)
def test_harm_is_rolled_back_and_the_next_fixer_starts_clean(chain: Chain, what: str) -> None:
    flags, _ = ROLLED_BACK[what]
    chain.run(*flags, then=HONEST).check()
    assert chain.bad in ("worse", "not-better", "refused")
    assert chain.repo.git("diff", "--name-only", "HEAD~", "HEAD") == UNFIXABLE_PATH
    assert chain.repo.read(UNFIXABLE_PATH) == FIXED
    assert chain.repo.message().splitlines()[-1] == "Stomper-Fixer: good"


@pytest.mark.matrix
@pytest.mark.parametrize("what", ROLLED_BACK)
def test_harm_alone_is_named(chain: Chain, what: str) -> None:
    flags, words = ROLLED_BACK[what]
    result = chain.run(*flags).check(1)
    status = "rejected" if chain.bad == "refused" else "unchanged"
    line = f"{status} {UNFIXABLE_PATH}: F821 left; bad: {words}"
    line += f" (log: {file_report(chain.repo, UNFIXABLE_PATH)['log']})" if status == "rejected" else ""
    assert line in result.out.splitlines()
    chain.assert_untouched()


def test_other_files_are_let_through_where_allowed(chain: Chain) -> None:
    flags, _ = ROLLED_BACK["other file"]
    chain.run(*flags, keys="allow_other_files = true").check()
    assert chain.repo.git("diff", "--name-only", "HEAD~", "HEAD").splitlines() == [OTHER, UNFIXABLE_PATH]
    assert chain.repo.read(OTHER) == b"other = 1\ntouched = True\n"


def test_exit_code_does_not_decide(chain: Chain) -> None:
    chain.run("--replace", "undefined_name", "0", "--exit", "9", "--say", "could not do it").check()
    assert results(chain.repo, UNFIXABLE_PATH) == [("bad", "kept")]
    assert chain.repo.read(UNFIXABLE_PATH) == FIXED


def test_failure_is_named_in_the_words_of_the_program(chain: Chain) -> None:
    result = chain.run("--exit", "9", "--say", "out of tokens").check(1)
    assert (
        f"failed {UNFIXABLE_PATH}: F821 left; bad: exit code 9 (not in fixer.bad.exit_codes): out of tokens (log: "
        in result.out
    )
    assert "out of tokens" in (chain.repo.path / str(chain.file["log"])).read_text()
    chain.assert_untouched()


def test_program_that_is_not_there(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 0, unfixable=True, pyproject=chain_toml({"bad": ["no-such-program", "{file}"]}))
    result = stomper.run(repo, "fix").check(1)
    assert f"failed {UNFIXABLE_PATH}: F821 left; bad: cannot start no-such-program: No such file" in result.out


@pytest.mark.parametrize("flags", [["--hang"], ["--replace", "undefined_name", "0", "--hang"]])
def test_hanging_program_is_ended(chain: Chain, flags: list[str]) -> None:
    """What it wrote before is not kept: it may have been in the middle of it."""
    result = chain.run(*flags, timeout=2).check(1)
    assert f"failed {UNFIXABLE_PATH}: F821 left; bad: still running after " in result.out
    assert chain.bad == "timeout"
    chain.assert_untouched()


@pytest.mark.thorough
def test_flood_of_output_is_ended(chain: Chain) -> None:
    result = chain.run("--flood").check(1)
    assert f"failed {UNFIXABLE_PATH}: F821 left; bad: wrote more than " in result.out
    assert len(result.out) < 5000
    chain.assert_untouched()


def test_deleted_file_is_no_fix(chain: Chain) -> None:
    chain.run("--delete", then=HONEST).check()
    assert chain.bad == "refused"
    assert chain.repo.read(UNFIXABLE_PATH) == FIXED


@pytest.mark.thorough
def test_deleted_file_is_no_fix_where_its_absence_is_no_diagnostic(repo: GitRepo, stomper: Stomper) -> None:
    """Without E902 selected, ruff has nothing to say of a file that is not there."""
    repo.write("pyproject.toml", chain_toml({"bad": fake_fixer("--delete")}) + '[tool.ruff.lint]\nselect = ["F401"]\n')
    repo.commit_file("a.py", "import os\n")
    result = stomper.run(repo, "fix").check(1)
    assert "rejected a.py: F401 left; bad: deletes the file (log: " in result.out
    assert repo.read("a.py") == b"import os\n"


def test_mode_alone_is_no_fix_and_with_one_it_is_kept(chain: Chain) -> None:
    chain.run("--chmod", "755", then=HONEST).check()
    assert chain.bad == "not-better"
    assert chain.repo.git("diff", "--summary", "HEAD~", "HEAD") == ""


@pytest.mark.parametrize("mode", ["000", "200"])
def test_file_without_permissions_is_put_back(chain: Chain, mode: str) -> None:
    chain.run("--chmod", mode, then=HONEST).check()
    assert chain.repo.read(UNFIXABLE_PATH) == FIXED
    assert chain.repo.git("diff", "--summary", "HEAD~", "HEAD") == ""


def test_commit_in_the_worktree_goes_nowhere(chain: Chain) -> None:
    chain.run("--append", "import os\n", "--commit", then=HONEST).check()
    assert [subject for subject, _ in chain.repo.log()[1:]] == [
        "change", f"fix(quality): resolve 1 issue in {UNFIXABLE_PATH}",
    ]  # fmt: skip
    assert chain.repo.read(UNFIXABLE_PATH) == FIXED


@pytest.mark.thorough
def test_fix_that_the_program_commits_itself_counts_as_its_change(chain: Chain) -> None:
    chain.run("--replace", "undefined_name", "0", "--commit").check()
    assert chain.repo.read(UNFIXABLE_PATH) == FIXED
    assert chain.repo.message().splitlines()[-1] == "Stomper-Fixer: bad"


@pytest.mark.parametrize("wiped", [[], ["--wipe-env"]])
def test_daemon_does_not_outlive_its_fixer(chain: Chain, tmp_path: Path, wiped: list[str]) -> None:
    """That the sleeper is gone is for the leak check to say: its mark is a path of the test."""
    mark = chain.stomper.hermetic.root / "sleeper"
    flags = ["--replace", "undefined_name", "0", "--spawn-setsid", "600", "--mark", str(mark), *wiped]
    chain.run(*flags).check()
    assert chain.repo.read(UNFIXABLE_PATH) == FIXED


def test_inherited_git_variables_do_not_lead_a_fixer_astray(chain: Chain, tmp_path: Path) -> None:
    seen = tmp_path / "environment"
    chain.run("--replace", "undefined_name", "0", "--print-env", seen).check()
    inherited = {name for name in json.loads(seen.read_text()) if name.startswith("GIT_")}
    assert inherited & {"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"} == set()
