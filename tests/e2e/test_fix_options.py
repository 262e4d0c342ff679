"""`stomper fix`: which files, which codes, which fixers, and what is said of it."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.kit.chains import chain_toml, file_report, results
from tests.kit.cli import ROOT, Stomper
from tests.kit.fakes import fake_fixer
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, states
from tests.kit.samples import FIXABLE, PYPROJECT, UNFIXABLE_PATH, finding_paths, findings_repo, fixed_content

pytestmark = pytest.mark.crew

# `== None` (E711) is fixed only by what ruff calls unsafe.
UNSAFE = "def is_none(x: object) -> bool:\n    return x == None\n"


@pytest.mark.parametrize(
    ("words", "codes", "content"),
    [
        (["--error-type", "F401"], {"F401": 1}, "import sys\n"),
        (["--error-type", "F4, E9"], {"F401": 1}, "import sys\n"),
        (["--ignore", "F"], {"I001": 1}, "import os\nimport sys\n"),
        (["--error-type", "F,I", "--ignore", "I001"], {"F401": 1}, "import sys\n"),
    ],
)
def test_only_the_codes_that_were_asked_for(
    repo: GitRepo, stomper: Stomper, words: list[str], codes: dict[str, int], content: str
) -> None:
    findings_repo(repo, 1)
    stomper.run(repo, "fix", *words).check()
    assert repo.read("module_000.py").decode().startswith(content + "\n")
    assert file_report(repo, "module_000.py")["fixed_codes"] == codes
    assert report_of(repo)["summary"]["diagnostics_before"] == 1


def test_max_errors_leaves_the_rest_for_another_run(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 3)
    first, second, third = finding_paths(3)
    result = stomper.run(repo, "fix", "--max-errors", "3").check(1)
    assert states(repo) == {first: "fixed", second: "fixed", third: "skipped"}
    assert file_report(repo, third)["reason"] == "waits: --max-errors is reached"
    summary = report_of(repo)["summary"]
    assert (summary["diagnostics_before"], summary["diagnostics_fixed"], summary["diagnostics_after"]) == (6, 3, 3)
    assert f"skipped {third}: waits: --max-errors is reached" in result.out
    stomper.run(repo, "fix", "--max-errors", "3").check()
    assert stomper.run(repo, "check").check().out.startswith("nothing found\n")


def test_fixers_are_tried_in_the_order_given(repo: GitRepo, stomper: Stomper) -> None:
    commands = {name: fake_fixer("--remove-import", "nothing") for name in ("one", "two")}
    findings_repo(repo, 1, pyproject=chain_toml({"ruff": None, **commands}))
    stomper.run(repo, "fix", "--fixer", "two", "--fixer", "one", "--fixer", "ruff").check()
    tried = [("two", "no-change"), ("one", "no-change"), ("ruff", "kept")]
    assert results(repo, "module_000.py") == tried
    assert repo.message().splitlines()[-1] == "Stomper-Fixer: ruff"


@pytest.mark.thorough
@pytest.mark.unproved
def test_later_fixers_get_what_is_left(repo: GitRepo, stomper: Stomper) -> None:
    name = fake_fixer("--replace", "undefined_name", "0")
    findings_repo(repo, 1, unfixable=True, pyproject=chain_toml({"ruff": None, "name": name}))
    repo.commit_file(UNFIXABLE_PATH, "import os\n\n\ndef broken() -> int:\n    return undefined_name\n")
    stomper.run(repo, "fix").check()
    assert results(repo, "module_000.py") == [("ruff", "kept")]
    assert results(repo, UNFIXABLE_PATH) == [("ruff", "kept"), ("name", "kept")]
    assert repo.git("log", "--format=%(trailers:key=Stomper-Fixer,valueonly,separator=%x2C)", "-2").split() == [
        "ruff", "ruff,name",
    ]  # fmt: skip


@pytest.mark.thorough
def test_unsafe_fixes_only_where_asked_for(repo: GitRepo, stomper: Stomper) -> None:
    repo.write("pyproject.toml", PYPROJECT + chain_toml({"ruff": None}))
    repo.commit_file("a.py", UNSAFE)
    stomper.run(repo, "fix").check(1)
    assert file_report(repo, "a.py")["reason"] == "no fixer has a fix for E711"
    stomper.run(repo, "fix", "--unsafe-fixes").check(1)
    assert "withheld: E711 needs a test that runs it" in file_report(repo, "a.py")["reason"]
    stomper.run(repo, "fix", "--unsafe-fixes", "--unproved").check()
    assert repo.read("a.py").decode() == UNSAFE.replace("==", "is")


def test_no_continue_on_error_stops_after_the_first_failure(repo: GitRepo, stomper: Stomper) -> None:
    fail = fake_fixer("--only-if", "undefined_name", "--exit", "7")
    findings_repo(repo, 3, pyproject=chain_toml({"ruff": None, "fail": fail}))
    paths = finding_paths(3)
    repo.commit_file(paths[1], "print(undefined_name)\n")
    stomper.run(repo, "fix", "-j", "1", "--no-continue-on-error").check(1)
    assert list(states(repo).values()) == ["fixed", "failed", "skipped"]
    assert file_report(repo, paths[2])["reason"] == "stopped after an error in another file"
    assert repo.read(paths[2]).decode().startswith("import sys\nimport os\n")
    stomper.run(repo, "fix", "-j", "1", "--continue-on-error").check(1)
    assert list(states(repo).values()) == ["failed", "fixed"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("words", "below", "chosen"),
    [
        (["app"], ".", ["app/core/module_002.py", "app/module_001.py"]),
        (["app/core", "module_000.py"], ".", ["app/core/module_002.py", "module_000.py"]),
        (["-f", "lib/module_003.py", "--file", "module_000.py"], ".", ["lib/module_003.py", "module_000.py"]),
        (["core", "../lib/module_003.py"], "app", ["app/core/module_002.py", "lib/module_003.py"]),
    ],
)
def test_only_the_files_that_were_named(
    repo: GitRepo, stomper: Stomper, words: list[str], below: str, chosen: list[str]
) -> None:
    findings_repo(repo, 4)
    stomper.run(repo.path / below, "fix", *words).check()
    assert states(repo) == dict.fromkeys(chosen, "fixed")
    assert repo.git("diff", "--name-only", "HEAD~2", "HEAD").splitlines() == chosen
    assert repo.status() == []


@pytest.mark.thorough
def test_files_with_uncommitted_changes_are_left_alone(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 3)
    core, app, top = finding_paths(3)
    repo.write(app, FIXABLE.format(n=1) + "# mine\n")
    repo.write(top, FIXABLE.format(n=0) + "# staged\n")
    repo.git("add", top)
    stomper.run(repo, "fix").check(1)
    assert states(repo) == {core: "fixed", app: "skipped", top: "skipped"}
    assert file_report(repo, app)["reason"] == file_report(repo, top)["reason"] == "uncommitted changes"
    assert repo.status() == [f" M {app}", f"M  {top}"]
    assert repo.read(core) == fixed_content(2)


def test_what_is_said(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    findings_repo(repo, 2, unfixable=True)
    log = tmp_path / "run.log"
    normal = stomper.run(repo, "fix", "--dry-run", "-j", "1").check(1)
    verbose = stomper.run(repo, "fix", "--dry-run", "--no-cache", "-j", "1", "-v").check(1)
    quiet = stomper.run(repo, "fix", "--dry-run", "--no-cache", "-j", "1", "-q", "--log-file", log).check(1)
    files = [line for line in normal.err.splitlines() if line.startswith("[")]
    assert files == [
        "[1/3] cleared app/module_001.py (2 of 2 diagnostics fixed)",
        "[2/3] unchanged app/unfixable.py (0 of 1 diagnostics fixed): no fixer has a fix for F821",
        "[3/3] cleared module_000.py (2 of 2 diagnostics fixed)",
    ]
    begun = ["begin app/module_001.py (2 diagnostics)", "begin app/unfixable.py (1 diagnostic)"]
    assert [line for line in verbose.err.splitlines() if line in begun] == begun
    assert not [line for line in normal.err.splitlines() if line.startswith("begin")]
    assert (quiet.out, quiet.err) == ("", "")
    assert set(begun) | set(files) <= set(log.read_text().splitlines())


@pytest.mark.thorough
@pytest.mark.parametrize("words", [[], ["--diff"]])
def test_a_reader_that_has_seen_enough_changes_nothing(repo: GitRepo, stomper: Stomper, words: list[str]) -> None:
    """`stomper fix | true`: what was delivered counts, not who listened."""
    findings_repo(repo, 1)
    program = shlex.join([*stomper.command, "fix", *words])
    script = f"mkfifo pipe; exec 3<>pipe 4>pipe 3<&-; rm pipe; {program} >&4"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-c", script], cwd=repo.path, env=environment, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr.count("Error")) == (0, 0), done.stderr
    assert states(repo)["module_000.py"] == "fixed"


def test_one_type_says_which_code_it_takes_up_and_what_waits(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 2, unfixable=True)
    result = stomper.run(repo, "fix", "--strategy", "one-type", "--dry-run").check(1)
    assert "this run takes up F401 only: 2 of 5 diagnostics" in result.err
    assert f"skipped {UNFIXABLE_PATH}: waits: --strategy one-type takes up F401 only" in result.out
