"""Patches to commits: in plan order, on a ref and an index of the run's own, and only what was meant."""

import contextlib
import dataclasses
import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stomper.errors import GitError
from stomper.landing.credits import fixed_codes
from stomper.landing.lander import Landed, Lander, in_plan_order, run_ref
from stomper.models import (
    Attempt,
    AttemptResult,
    Blob,
    Diagnostic,
    Fixed,
    FixTask,
    Patch,
    Rejected,
    Skipped,
    Step,
    Timing,
)
from stomper.settings import CommitStyle
from tests.kit.leaks import Leaks
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree, write
from tests.kit.words import commit_message, plain_wording

TIMING = Timing(1.0, 2.0, 3)
RUN = "run-1"


def seen(path: str, code: str, tool: str = "ruff", message: str = "m") -> Diagnostic:
    return Diagnostic(tool, code, message, path, 1, 1)


def attempt(fixer: str, result: AttemptResult = AttemptResult.KEPT) -> Attempt:
    return Attempt(fixer, result, 2, 0, 0.1)


def fixed(path: str, patch: Patch, *codes: str) -> Fixed:
    return Fixed(
        path=path,
        before=tuple(seen(path, code) for code in codes),
        patch=patch,
        attempts=(attempt("ruff"),),
        timing=TIMING,
    )


@pytest.fixture
def base(repo: GitRepo, leaks: Leaks) -> str:
    leaks.expect("ref", run_ref(RUN), reason="the run's own ref is not taken down here")
    for name in ("a.py", "b.py"):
        repo.write(name, "one\ntwo\n")
    return repo.commit("base")


Land = Callable[..., Landed]


@pytest.fixture
def lander(repo: GitRepo, base: str, tmp_path: Path) -> Iterator[Lander]:
    heard: list[list[tuple[str, str, str]]] = []
    with contextlib.closing(
        Lander.begin(repo.path, tmp_path / "index", base, plain_wording(RUN), lambda _: None)
    ) as made:
        made.before_move = lambda commits: heard.append(
            [(task.path, commit, repo.rev(made.ref)) for task, commit in commits]
        )
        vars(made)["heard"] = heard
        yield made


def patch_for(repo: GitRepo, tmp_path: Path, path: str, content: bytes) -> Patch:
    with opened_worktree(repo, tmp_path) as tree:
        write(tree.root, {path.encode(): content})
        return tree.patch(tree.snapshot())


def land(lander: Lander, index: int, path: str, patch: Patch) -> Landed:
    """Land a patch, and have it on the run's ref."""
    landed = lander.land(FixTask(index, path, ()), fixed(path, patch, "F401"))
    lander.settle()
    return landed


def test_results_come_in_plan_order_whatever_finishes_first() -> None:
    tasks = [FixTask(index, f"{index}.py", ()) for index in range(5)]
    for order in itertools.permutations(tasks):
        results = ((task, Skipped(path=task.path, before=(), reason="x")) for task in order)
        assert [task for task, _ in in_plan_order(results)] == tasks


def test_results_are_handed_on_as_soon_as_their_turn_has_come() -> None:
    handed: list[int] = []

    def results() -> object:
        for index, expected in ((2, []), (0, [0]), (1, [0, 1, 2]), (3, [0, 1, 2, 3])):
            yield FixTask(index, "x", ()), Skipped(path="x", before=(), reason="x")
            assert handed == expected

    for task, _ in in_plan_order(results()):  # type: ignore[arg-type]
        handed.append(task.index)
    assert handed == [0, 1, 2, 3]


def test_plan_order_can_begin_later_in_a_resumed_run() -> None:
    tasks = [FixTask(index, "x", ()) for index in range(3, 9)]
    shuffled = random.Random(1).sample(tasks, len(tasks))
    found = in_plan_order(((task, Skipped(path="x", before=(), reason="x")) for task in shuffled), first=3)
    assert [task for task, _ in found] == tasks


def test_each_patch_is_a_commit_on_the_runs_ref_and_the_checkout_stays(
    repo: GitRepo, base: str, lander: Lander, tmp_path: Path
) -> None:
    state = repo.checkout_state()
    assert repo.rev(lander.ref) == base
    one = land(lander, 0, "a.py", patch_for(repo, tmp_path, "a.py", b"one\r\n2 \n"))
    two = land(lander, 1, "b.py", patch_for(repo, tmp_path, "b.py", b"no end"))
    assert one.outcome.status == two.outcome.status == "fixed"
    assert repo.rev(lander.ref) == two.commit == lander.head
    assert repo.git("rev-list", "--reverse", lander.ref).split() == [base, one.commit, two.commit]
    assert repo.content("a.py", lander.ref) == b"one\r\n2 \n"
    assert repo.content("b.py", lander.ref) == b"no end"
    assert vars(lander)["heard"] == [[("a.py", one.commit, base)], [("b.py", two.commit, one.commit)]]
    assert repo.checkout_state() == state


def test_what_has_no_patch_makes_no_commit(lander: Lander, base: str) -> None:
    task, outcome = FixTask(0, "a.py", ()), Skipped(path="a.py", before=(), reason="x")
    assert lander.land(task, outcome) == Landed(task, outcome, None)
    assert lander.head == base


def other_blob(patch: Patch) -> Patch:
    (blob,) = patch.blobs
    return dataclasses.replace(patch, blobs=(dataclasses.replace(blob, id="1" * 40),))


def other_mode(patch: Patch) -> Patch:
    (blob,) = patch.blobs
    return dataclasses.replace(patch, blobs=(dataclasses.replace(blob, mode="100755"),))


def blob_that_should_be_gone(patch: Patch) -> Patch:
    return dataclasses.replace(patch, blobs=(*patch.blobs, Blob("b.py", None, None)))


def garbled(patch: Patch) -> Patch:
    return dataclasses.replace(patch, data=patch.data.replace(b"-two", b"-2wo"))


def cut_off(patch: Patch) -> Patch:
    return dataclasses.replace(patch, data=patch.data[:-1])


REFUSED: dict[Callable[[Patch], Patch], str] = {
    other_blob: "its patch led to other content than the worker's: a.py",
    other_mode: "its patch led to other content than the worker's: a.py",
    blob_that_should_be_gone: "its patch led to other content than the worker's: b.py",
    garbled: "its patch does not apply to the run's head: ",
    cut_off: "its patch does not apply to the run's head: ",
}


@pytest.mark.parametrize("spoil", REFUSED)
def test_patch_that_leads_elsewhere_is_rejected_and_leaves_nothing(
    repo: GitRepo, base: str, lander: Lander, tmp_path: Path, spoil: Callable[[Patch], Patch]
) -> None:
    patch = patch_for(repo, tmp_path, "a.py", b"one\n2\n")
    landed = land(lander, 0, "a.py", spoil(patch))
    assert isinstance(landed.outcome, Rejected)
    assert landed.outcome.reason.startswith(REFUSED[spoil])
    assert landed.commit is None
    assert repo.rev(lander.ref) == base
    after = land(lander, 1, "b.py", patch_for(repo, tmp_path, "b.py", b"one\n2\n"))
    assert after.commit is not None
    assert repo.content("a.py", lander.ref) == b"one\ntwo\n"


def test_patch_that_changes_more_than_its_worker_says_is_rejected(
    repo: GitRepo, lander: Lander, base: str, tmp_path: Path
) -> None:
    with opened_worktree(repo, tmp_path) as tree:
        write(tree.root, {b"a.py": b"1\n", b"b.py": b"one\ntwo # noqa\n"})
        patch = tree.patch(tree.snapshot())
    landed = land(lander, 0, "a.py", dataclasses.replace(patch, blobs=patch.blobs[:1]))
    assert isinstance(landed.outcome, Rejected)
    assert "led to other content than the worker's: b.py" in landed.outcome.reason
    assert repo.rev(lander.ref) == base


def test_patch_of_the_same_lines_twice_is_rejected(repo: GitRepo, lander: Lander, tmp_path: Path) -> None:
    patch = patch_for(repo, tmp_path, "a.py", b"one\n2\n")
    assert land(lander, 0, "a.py", patch).commit
    assert land(lander, 1, "a.py", patch).outcome.status == "rejected"


@pytest.mark.parametrize("name", ["apply.whitespace", "core.autocrlf", "core.whitespace"])
def test_bytes_land_as_they_are_whatever_git_is_configured_to_do(
    repo: GitRepo, lander: Lander, tmp_path: Path, name: str
) -> None:
    content = b"one \t\r\n  \ttwo\n\n\n"
    patch = patch_for(repo, tmp_path, "a.py", content)
    repo.config(name, {"apply.whitespace": "fix", "core.autocrlf": "input"}.get(name, "tab-in-indent,cr-at-eol"))
    assert land(lander, 0, "a.py", patch).outcome.status == "fixed"
    assert repo.content("a.py", lander.ref) == content


def test_ref_that_another_moved_is_an_error_not_overwritten(repo: GitRepo, lander: Lander, tmp_path: Path) -> None:
    patch = patch_for(repo, tmp_path, "a.py", b"one\n2\n")
    theirs = repo.git("commit-tree", repo.tree(), "-m", "theirs")
    repo.git("update-ref", lander.ref, theirs)
    with pytest.raises(GitError):
        land(lander, 0, "a.py", patch)
    assert repo.rev(lander.ref) == theirs


def test_going_back_drops_commits_and_lands_anew_from_there(repo: GitRepo, lander: Lander, tmp_path: Path) -> None:
    one = land(lander, 0, "a.py", patch_for(repo, tmp_path, "a.py", b"A\n"))
    land(lander, 1, "b.py", patch_for(repo, tmp_path, "b.py", b"B\n"))
    assert one.commit is not None
    lander.go_back(one.commit)
    assert repo.rev(lander.ref) == lander.head == one.commit
    last = land(lander, 2, "b.py", patch_for(repo, tmp_path, "b.py", b"other\n"))
    assert repo.git("rev-parse", f"{last.commit}^") == one.commit
    assert repo.content("a.py", lander.ref) == b"A\n"
    assert repo.content("b.py", lander.ref) == b"other\n"


def test_resumed_lander_goes_on_from_its_head(repo: GitRepo, lander: Lander, base: str, tmp_path: Path) -> None:
    one = land(lander, 0, "a.py", patch_for(repo, tmp_path, "a.py", b"A\n"))
    with contextlib.closing(
        Lander(repo.path, tmp_path / "index2", one.commit or "", plain_wording(RUN), lambda _: None)
    ) as again:
        land(again, 1, "b.py", patch_for(repo, tmp_path, "b.py", b"B\n"))
    assert repo.git("rev-list", "--count", again.ref) == "3"


STYLES: dict[CommitStyle, str] = {
    "conventional": "fix(quality): resolve 3 issues in pkg/a.py",
    "plain": "Resolve 3 issues in pkg/a.py",
}


@pytest.mark.parametrize("style", STYLES)
def test_commit_message(style: CommitStyle) -> None:
    path = "pkg/a.py"
    before = (seen(path, "F401"), seen(path, "F401"), seen(path, "E1", tool="mypy"), seen(path, "F821"))
    tries = (
        attempt("ruff"),
        attempt("mine", AttemptResult.WORSE),
        attempt("agent"),
        attempt("ruff"),
    )
    part = Step(before, (seen(path, "F821"),), Patch(b"", ()), tries)
    assert commit_message(path, part, RUN, style) == (
        f"{STYLES[style]}\n\n- E1 (mypy): 1\n- F401 (ruff): 2\n\n"
        "Stomper-Run: run-1\nStomper-Fixer: ruff\nStomper-Fixer: agent\n"
    )


def test_commit_message_of_one_issue_in_an_odd_file() -> None:
    part = Step((seen("a", "F401"),), (), Patch(b"", ()), ())
    assert commit_message("a\nb.py", part, RUN, "plain").splitlines()[0] == "Resolve 1 issue in a\\nb.py"


def test_commit_message_of_what_was_suppressed() -> None:
    one, two, other = seen("a", "F401"), seen("a", "F821"), seen("a", "arg-type", tool="mypy")
    tries = (attempt("suppress"),)
    alone = Step((one, two, other), (one,), Patch(b"", ()), tries, suppressed=(two, other))
    assert commit_message("a", alone, RUN, "conventional") == (
        "chore(quality): suppress 2 issues in a\n\n- F821 (ruff): 1 suppressed\n- arg-type (mypy): 1 suppressed\n\n"
        "Stomper-Run: run-1\nStomper-Fixer: suppress\n"
    )
    both = Step((one, two), (), Patch(b"", ()), tries, suppressed=(two,))
    words = commit_message("a", both, RUN, "conventional").splitlines()
    assert words[0] == "fix(quality): resolve 1 and suppress 1 issue in a"
    assert words[2:4] == ["- F401 (ruff): 1", "- F821 (ruff): 1 suppressed"]


def test_fixed_codes_are_counted_by_what_is_gone_not_by_lines() -> None:
    one, two = seen("a", "E501", message="95 > 88"), seen("a", "E501", message="91 > 88")
    assert fixed_codes([one, two, seen("a", "A1")], [one]) == {"A1": 1, "E501": 1}
    assert fixed_codes([one], [two]) == {}


def test_commits_wait_for_each_other_and_go_the_last_steps_together(
    repo: GitRepo, lander: Lander, base: str, tmp_path: Path
) -> None:
    patches = {path: patch_for(repo, tmp_path, path, b"A\n") for path in ("a.py", "b.py")}
    one, two = (
        lander.land(FixTask(index, path, ()), fixed(path, patch, "F401"))
        for index, (path, patch) in enumerate(patches.items())
    )
    assert repo.rev(lander.ref) == base
    assert vars(lander)["heard"] == []
    lander.settle()
    assert repo.rev(lander.ref) == two.commit
    assert vars(lander)["heard"] == [[("a.py", one.commit, base), ("b.py", two.commit, base)]]
    lander.settle()
    assert len(vars(lander)["heard"]) == 1


@pytest.mark.parametrize("limit", ["MOST_WAITING", "LONGEST_WAIT"])
def test_no_commit_waits_for_too_many_or_too_long(
    repo: GitRepo, lander: Lander, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(f"stomper.landing.lander.{limit}", 0)
    one = lander.land(FixTask(0, "a.py", ()), fixed("a.py", patch_for(repo, tmp_path, "a.py", b"A\n"), "F401"))
    assert repo.rev(lander.ref) == one.commit


def test_going_back_forgets_what_waits(repo: GitRepo, lander: Lander, base: str, tmp_path: Path) -> None:
    one, two, three = (
        lander.land(FixTask(index, path, ()), fixed(path, patch_for(repo, tmp_path, path, content), "F401"))
        for index, (path, content) in enumerate([("a.py", b"A\n"), ("b.py", b"B\n"), ("a.py", b"A\n")])
    )
    assert three.outcome.status == "rejected"
    assert one.commit is not None
    lander.go_back(one.commit)
    lander.settle()
    assert repo.rev(lander.ref) == one.commit
    assert vars(lander)["heard"] == [[("a.py", one.commit, base)]]
    lander.go_back(base)
    assert repo.rev(lander.ref) == lander.head == base
    assert two.commit
