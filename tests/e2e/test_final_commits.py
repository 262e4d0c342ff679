"""The commits that are delivered: grouped, worded by templates, and listed for blame."""

from pathlib import Path

from tests.kit.cli import Stomper
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.runs import assert_refused, report_of
from tests.kit.samples import FIXED, finding_path, findings_repo

LIST = ".git-blame-ignore-revs"
TEMPLATE = "{ticket} {type}: {counts}"
WORDS = ("--ticket", "AB-1", "--signoff", "--commit-message", TEMPLATE, "--trailer", "Refs: {ticket}")


def test_one_commit_for_each_folder_and_one_that_lists_them(repo: GitRepo, stomper: Stomper, leaks: Leaks) -> None:
    repo.write(LIST, "# by hand\n0123456789012345678901234567890123456789")
    before = findings_repo(repo, 5).checkout_state()
    stomper.run(repo, "fix", "-q", "-j2", "--commit-per", "folder", "--blame-ignore-revs", *WORDS).check()
    commits = repo.git("rev-list", "--reverse", f"{before.head}..HEAD").split()
    assert [repo.message(commit).splitlines()[0] for commit in commits] == [
        "AB-1 fix: F401 1, I001 1",  # app/
        "AB-1 fix: F401 1, I001 1",  # app/core/
        "AB-1 fix: F401 1, I001 1",  # lib/
        "AB-1 fix: F401 2, I001 2",  # the top
        f"AB-1 chore: list 4 commits in {LIST}",
    ]
    trailers = repo.git("log", "-1", "--format=%(trailers:only,unfold)", commits[0]).splitlines()
    assert trailers[1:4] == ["Stomper-Fixer: ruff", "Refs: AB-1", "Signed-off-by: Sam Sample <sam@example.org>"]
    run = report_of(repo)
    listed = repo.read(LIST).decode().splitlines()
    assert listed[:3] == ["# by hand", "0" + "1234567890" * 3 + "123456789", ""]
    assert listed[3:] == [f"# stomper run {run['run']}", *commits[:-1]]
    of_top = {file["commit"] for file in run["files"] if "/" not in file["path"]}
    assert of_top == {commits[3]}
    assert run["head_commit"] == commits[-1]
    assert repo.git("blame", "-s", "--ignore-revs-file", LIST, finding_path(1)).startswith(f"^{before.head[:7]}")
    stomper.run(repo, "undo").check()
    assert repo.checkout_state() == before
    leaks.expect("ref", "refs/stomper/*/undone", reason="`redo` needs it")


def test_one_commit_for_the_run_on_a_branch(repo: GitRepo, stomper: Stomper, tmp_path: Path) -> None:
    before = findings_repo(repo, 3).checkout_state()
    done = stomper.run(repo, "fix", "-q", "-j1", "--branch", "auto", "--commit-per", "run").check()
    branch = done.out.strip()
    assert branch.startswith("stomper/")
    assert repo.git("rev-list", f"main..{branch}").split() == [repo.rev(branch)]
    assert repo.message(branch).startswith("fix(quality): resolve 6 issues in 3 files\n")
    assert repo.content(finding_path(0), branch) == FIXED.format(n=0).encode()
    assert repo.checkout_state() == before


def test_a_list_that_is_not_committed_is_in_the_way(repo: GitRepo, stomper: Stomper) -> None:
    findings_repo(repo, 1)
    repo.write(LIST, "# mine\n")
    assert_refused(repo, stomper, f"{LIST} has changes that are not committed", "fix", "--blame-ignore-revs")
