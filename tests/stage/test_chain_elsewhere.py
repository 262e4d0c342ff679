"""A change by which a file itself wins nothing is kept if other files do, and none of them loses."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from stomper.attempts import AttemptResult, CodeTally
from stomper.checkers.completeness import Look, Looking
from stomper.fixers import FixReply
from stomper.grades import Grade
from stomper.models import Patch, Step
from stomper.proof.grader import Grader
from stomper.settings import ProofLevel, ProofSettings, Settings
from stomper.worker.chain import Chain
from stomper.worker.proofs import Proofs
from tests.kit.jobs import Editing, commit_files, found_in
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree
from tests.kit.words import commit_message

CALLED, CALLER = "0.txt", "1.txt"
TYPED = (("A", "def\n", "typed def\n"),)


@dataclass(frozen=True)
class CallChecker(Looking):
    """Finds the bad lines; those of a file that call another one only as long as that one is not typed."""

    name: str = "lines"

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        typed = "typed" in (root / CALLED).read_text()
        kinds = {"bad CALL": not typed, "bad TYPED": typed}
        found = [
            diagnostic
            for path in paths
            for diagnostic in found_in(path, (root / path).read_text())
            if kinds.get(f"bad {diagnostic.code}", True)
        ]
        return Look(tuple(paths), tuple(found))


def chain_of(repo: GitRepo, tmp_path: Path, caller: str, *named: str, proof: ProofLevel | None = None) -> Chain:
    """A chain that has worked on the called file, by a fixer that says which other files win."""
    task, _ = commit_files(repo, "def\nbad A\n", caller)
    with opened_worktree(repo, tmp_path) as tree:
        chain = Chain(tree, task, (CallChecker(),), Settings(max_retries=0), lambda _: None, lambda *_: None)
        chain.proof = Proofs(Grader(ProofSettings(proof)), tree, CALLED) if proof else None
        chain.run([Editing(TYPED, reply=FixReply(elsewhere=named))])
        assert (tree.root / CALLED).read_text() == ("typed def\nbad A\n" if chain.best else "def\nbad A\n")
    return chain


def test_what_helps_another_file_is_kept(repo: GitRepo, tmp_path: Path) -> None:
    chain = chain_of(repo, tmp_path, "bad CALL\nbad CALL\nbad B\n", CALLER)
    (attempt,) = chain.attempts
    assert (attempt.result, attempt.before, attempt.after) == (AttemptResult.KEPT, 1, 1)
    assert attempt.elsewhere == (CodeTally("lines", "CALL", 2, 2),)
    assert [found.code for found in chain.left] == ["A"]


@pytest.mark.parametrize(
    ("caller", "named"),
    [
        pytest.param("bad CALL\n", [], id="nobody says so"),
        pytest.param("bad B\n", [CALLER], id="nothing goes"),
        pytest.param("bad CALL\nbad CALL\nbad TYPED\n", [CALLER], id="something comes"),
        pytest.param("bad CALL\n", ["other.txt", CALLED], id="there is no other such file"),
    ],
)
def test_what_helps_nobody_is_not(repo: GitRepo, tmp_path: Path, caller: str, named: list[str]) -> None:
    chain = chain_of(repo, tmp_path, caller, *named)
    assert [attempt.result for attempt in chain.attempts] == [AttemptResult.NOT_BETTER]
    assert chain.best == {}


@pytest.mark.parametrize(("proof", "result"), [("none", AttemptResult.KEPT), ("tested", AttemptResult.WITHHELD)])
def test_it_is_graded_like_any_other(repo: GitRepo, tmp_path: Path, proof: ProofLevel, result: AttemptResult) -> None:
    chain = chain_of(repo, tmp_path, "bad CALL\n", CALLER, proof=proof)
    assert [(attempt.result, attempt.grade) for attempt in chain.attempts] == [(result, Grade.UNPROVED)]
    assert [part.codes for part in chain.parts] == ([()] if result is AttemptResult.KEPT else [])


def test_the_commit_says_that_it_helps_others(repo: GitRepo, tmp_path: Path) -> None:
    chain = chain_of(repo, tmp_path, "bad CALL\n", CALLER)
    task = chain.task
    step = Step(task.diagnostics, task.diagnostics, Patch(b"", ()), tuple(chain.attempts))
    subject, _, body = commit_message(CALLED, step, "run", "conventional").partition("\n\n")
    assert subject == "fix(quality): resolve 1 issue of other files in 0.txt"
    assert body.startswith("- CALL (lines): 1 in other files\n\nStomper-Run: run\n")
