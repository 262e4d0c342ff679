"""What the action runs, in an environment that has git, Stomper and a shell, and nothing else."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.kit.cli import ROOT, Result
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.samples import findings_repo

SCRIPT = ROOT / "ci" / "action.sh"
# A `gh` that notes what it is asked for, with the body it is given, and answers as it is told.
GH = """#!/bin/sh
printf '%s\\n' "$*" >>"$GH_LOG"
case "$*" in
*--paginate*) printf '%s' "$GH_COMMENTS" ;;
"pr list"*) printf '%s' "$GH_OPEN" ;;
esac
"""


@pytest.fixture(params=["source", pytest.param("binary", marks=pytest.mark.binary)])
def bin_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """All programs that there are: of the shell's, the action needs `mkdir`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("git", "mkdir", "sh"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    if request.param == "binary":
        (folder / "stomper").symlink_to(ROOT / "dist" / "stomper")
    else:
        text = f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m stomper "$@"\n'
        (folder / "stomper").write_text(text)
        (folder / "stomper").chmod(0o755)
    return folder


def act(repo: GitRepo, programs: Path, mode: str, **variables: str) -> Result:
    """Run the action's script, as a runner does. Reports are in `out` beside the programs."""
    known = {name: os.environ[name] for name in ("HOME", "TMPDIR")}
    env = {**known, "PATH": str(programs), "INPUT_REPORTS": str(programs.parent / "out"), "INPUT_MODE": mode}
    done = subprocess.run(["/bin/sh", SCRIPT], cwd=repo.path, env={**env, **variables}, capture_output=True, text=True)
    return Result(done.returncode, done.stdout, done.stderr)


def github(folder: Path) -> Mapping[str, str]:
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_REPOSITORY": "team/tool",
        "GH_LOG": str(folder / "gh.log"),
    }


def test_check_annotates_and_reports_and_changes_nothing(repo: GitRepo, bin_folder: Path, tmp_path: Path) -> None:
    findings_repo(repo, 1, unfixable=True)
    repo.git("checkout", "--quiet", "--detach")
    state = repo.checkout_state()
    result = act(repo, bin_folder, "check", INPUT_ARGS="--no-mypy  --error-type F", **github(tmp_path)).check(1)
    assert result.out.count("::error file=") == 2
    assert "warning" not in result.err
    out = tmp_path / "out"
    assert {file.name for file in out.iterdir()} == {f"stomper.{end}" for end in ("sarif", "md", "junit.xml", "json")}
    assert (tmp_path / "output").read_text() == f"exit-code=1\nreports={out}\n"
    assert (tmp_path / "summary.md").read_text() == (out / "stomper.md").read_text()
    assert repo.checkout_state() == state


def test_what_is_wrong_is_said_before_anything_is_done(repo: GitRepo, bin_folder: Path, tmp_path: Path) -> None:
    findings_repo(repo, 1)
    strangers = {"GITHUB_EVENT_NAME": "pull_request_target"}
    assert "your secrets are" in act(repo, bin_folder, "check", INPUT_TRUST="true", **strangers).check(2).err
    assert "mode 'fix' is none of" in act(repo, bin_folder, "fix").check(2).err
    assert "no name of a branch" in act(repo, bin_folder, "branch", INPUT_BRANCH="--force").check(2).err
    assert not (tmp_path / "out").exists()
    refused = act(repo, bin_folder, "check", INPUT_ARGS="--no-such-option").check(2)
    assert "No such option" in refused.err


def gh(folder: Path) -> None:
    (folder / "gh").write_text(GH)
    (folder / "gh").chmod(0o755)


@pytest.mark.thorough
def test_a_comment_is_written_once_and_changed_then(repo: GitRepo, bin_folder: Path, tmp_path: Path) -> None:
    findings_repo(repo, 1)
    gh(bin_folder)
    state, refs = repo.checkout_state(), repo.refs()
    known = {**github(tmp_path), "INPUT_PULL_REQUEST": "12"}
    act(repo, bin_folder, "comment", **known, GH_COMMENTS="").check()
    body = (tmp_path / "out" / "comment.md").read_text()
    assert body.startswith("<!-- stomper -->\n### Stomper: 2 of 2 diagnostics would be fixed in 1 file")
    act(repo, bin_folder, "comment", **known, GH_COMMENTS="77\n78\n").check()
    asked = (tmp_path / "gh.log").read_text().splitlines()
    words = [line.split(" -F ")[0] for line in asked if "--paginate" not in line]
    assert words == [
        "api --silent -X POST repos/team/tool/issues/12/comments",
        "api --silent -X PATCH repos/team/tool/issues/comments/77",
    ]
    assert "no pull request" in act(repo, bin_folder, "comment", **github(tmp_path)).check().err
    assert (repo.checkout_state(), repo.refs()) == (state, refs)


@pytest.fixture
def published(repo: GitRepo, bin_folder: Path, tmp_path: Path, leaks: Leaks) -> dict[str, str]:
    """The variables for a branch of a repository that has an origin. Its HEAD is on no branch, as runners have it."""
    leaks.allow("ref", "refs/stomper/*/replaced", reason="for undo: the branch of the run before")
    findings_repo(repo, 1, unfixable=True)
    origin = tmp_path / "origin.git"
    repo.git("init", "--quiet", "--bare", str(origin))
    repo.git("remote", "add", "origin", str(origin))
    repo.git("checkout", "--quiet", "--detach")
    gh(bin_folder)
    return {**github(tmp_path), "INPUT_PUBLISH": "true", "INPUT_BRANCH": "fixes"}


def pushed(repo: GitRepo) -> str:
    return repo.git("ls-remote", "origin", "refs/heads/fixes").split()[0]


def test_a_branch_is_pushed_and_nobody_elses_commits_are_lost(
    repo: GitRepo, bin_folder: Path, tmp_path: Path, published: dict[str, str]
) -> None:
    state = repo.checkout_state()
    act(repo, bin_folder, "branch", **published, GH_OPEN="").check(1)
    ours = pushed(repo)
    assert ours == repo.git("rev-parse", "fixes")
    assert repo.checkout_state() == state
    assert "pr create --head fixes" in (tmp_path / "gh.log").read_text()
    assert json.loads((tmp_path / "out" / "stomper.json").read_text())["summary"]["diagnostics_fixed"] == 2
    theirs = repo.git("commit-tree", "-p", ours, "-m", "by hand", f"{ours}^{{tree}}")
    repo.git("push", "--quiet", "--force", "origin", f"{theirs}:refs/heads/fixes")
    refused = act(repo, bin_folder, "branch", **published).check(4)
    assert "fixes has commits of others" in refused.err
    assert pushed(repo) == theirs


@pytest.mark.thorough
def test_a_later_run_changes_its_branch_and_its_pull_request(
    repo: GitRepo, bin_folder: Path, tmp_path: Path, published: dict[str, str]
) -> None:
    act(repo, bin_folder, "branch", **published, GH_OPEN="").check(1)
    first = pushed(repo)
    repo.commit_file("new.py", "import os\n")
    act(repo, bin_folder, "branch", **published, GH_OPEN="5").check(1)
    assert pushed(repo) != first
    assert repo.git("merge-base", "fixes", "HEAD") == repo.head
    assert "pr edit 5 --body-file" in (tmp_path / "gh.log").read_text()
