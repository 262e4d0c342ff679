"""A fixer that learns, in the chain: asked again with what came of its last try, and not for ever."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stomper.fixers import FixReply, FixRequest
from stomper.fixers.base import Failure
from stomper.models import Diagnostic, FixTask, Usage
from stomper.settings import GitSettings, Settings
from stomper.worker.chain import Chain
from stomper.workspace.worktree import Worktree
from tests.kit.jobs import Editing, LineChecker, commit_files, found_in
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

PATH = "0.txt"
CONTENT = "bad A\nbad B\n"


@dataclass
class Learner:
    """Gives the file the next of its answers at each try, the last one for ever, and keeps what it was asked."""

    answers: Sequence[str]
    replies: Sequence[FixReply] = (FixReply(),)
    name: str = "learner"
    divisible: bool = False
    learns: bool = True
    asked: list[FixRequest] = field(default_factory=list)

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return bool(diagnostics)

    def fix(self, request: FixRequest) -> FixReply:
        number = len(self.asked)
        self.asked.append(request)
        request.file.write_text(self.answers[min(number, len(self.answers) - 1)])
        return self.replies[min(number, len(self.replies) - 1)]


@pytest.fixture
def tree(repo: GitRepo, tmp_path: Path) -> Iterator[Worktree]:
    commit_files(repo, CONTENT)
    with opened_worktree(repo, tmp_path) as opened:
        yield opened


def run(tree: Worktree, *fixers: Learner | Editing, retries: int = 3, commit_per: str = "file") -> Chain:
    settings = Settings(max_retries=retries, git=GitSettings(commit_per=commit_per))  # type: ignore[arg-type]
    task = FixTask(0, PATH, tuple(found_in(PATH, CONTENT)))
    chain = Chain(tree, task, (LineChecker(),), settings, lambda _: None, lambda _fixer, _number: None)
    chain.run(fixers)
    return chain


WORSE = "bad A\nbad B\nbad NEW\n"
HALF = "good A\nbad B\n"
GOOD = "good A\ngood B\n"


def test_each_try_is_told_of_those_before(tree: Worktree) -> None:
    learner = Learner([WORSE, HALF, GOOD])
    chain = run(tree, learner)
    assert [a.result for a in chain.attempts] == ["worse", "kept", "kept"]
    assert not chain.left
    first, second, third = (request.lessons for request in learner.asked)
    assert first == ()
    assert [(lesson.fixer, lesson.result, lesson.detail) for lesson in second] == [
        ("learner", "worse", "would add NEW")
    ]
    assert "+bad NEW" in second[0].diff
    assert second[0].left is not None
    assert [d.code for d in second[0].left] == ["A", "B", "NEW"]
    assert [lesson.result for lesson in third] == ["worse", "kept"]
    assert [[d.code for d in request.diagnostics] for request in learner.asked] == [["A", "B"], ["A", "B"], ["B"]]


@pytest.mark.parametrize("retries", [0, 2])
def test_a_file_is_asked_about_so_often_and_no_more(tree: Worktree, retries: int) -> None:
    learner = Learner([CONTENT + f"bad {code}\n" for code in "VWXYZ"])
    run(tree, learner, retries=retries)
    assert len(learner.asked) == 1 + retries


def test_tries_count_over_the_whole_chain(tree: Worktree) -> None:
    learner = Learner([HALF, CONTENT.replace("bad A", "good A") + "bad X\n", HALF + "bad Y\n", HALF + "bad Z\n"])
    run(tree, Editing(()), learner, retries=2)
    assert len(learner.asked) == 3, "something was kept, so the chain is gone through again; its tries are used up"


def test_the_same_change_twice_is_in_vain(tree: Worktree) -> None:
    learner = Learner([WORSE])
    run(tree, learner, retries=9)
    assert len(learner.asked) == 2


@pytest.mark.parametrize("failure", [Failure.REFUSED, Failure.UNUSABLE])
def test_who_will_not_or_cannot_is_not_asked_again(tree: Worktree, failure: Failure) -> None:
    learner = Learner([CONTENT], [FixReply("no", failure=failure)])
    run(tree, learner, retries=9)
    assert len(learner.asked) == 1


def test_the_next_agent_hears_of_the_first(tree: Worktree) -> None:
    first, second = Learner([WORSE]), Learner([GOOD], name="other")
    chain = run(tree, first, second)
    assert not chain.left
    assert [lesson.fixer for lesson in second.asked[0].lessons] == ["learner", "learner"]


def test_a_try_says_what_it_took(tree: Worktree) -> None:
    usage = Usage(input_tokens=1200, output_tokens=34)
    chain = run(tree, Learner([GOOD], [FixReply(usage=usage, strategy="normal")]))
    assert [(a.usage, a.strategy) for a in chain.attempts] == [(usage, "normal")]


def test_code_by_code_each_code_may_be_asked_for_again(tree: Worktree) -> None:
    learner = Learner([WORSE, HALF, GOOD])
    chain = run(tree, learner, commit_per="code")
    assert [(len(step.before), len(step.after)) for step in chain.steps] == [(2, 1), (1, 0)]
    assert [[d.code for d in request.diagnostics] for request in learner.asked] == [["A"], ["A"], ["B"]]


def test_a_try_says_what_became_of_each_code(tree: Worktree) -> None:
    chain = run(tree, Learner([WORSE, HALF, GOOD]))
    tallies = [[(tally.code, tally.tried, tally.fixed) for tally in attempt.codes] for attempt in chain.attempts]
    assert tallies == [[("A", 1, 0), ("B", 1, 0)], [("A", 1, 1), ("B", 1, 0)], [("B", 1, 1)]]


def test_one_that_is_held_is_not_asked_again_and_is_no_attempt(tree: Worktree) -> None:
    held, other = Learner([CONTENT], [FixReply("no", held="budget")]), Learner([HALF], name="other")
    chain = run(tree, held, other, retries=1)
    assert [attempt.fixer for attempt in chain.attempts] == ["other", "other"]
    assert (chain.held, chain.remarks, len(held.asked)) == ("budget", ["budget"], 1)


def test_what_was_cut_off_by_a_budget_is_an_attempt(tree: Worktree) -> None:
    held = Learner([GOOD], [FixReply("late", timed_out=True, held="budget")])
    chain = run(tree, held)
    assert [attempt.result for attempt in chain.attempts] == ["timeout"]
    assert (chain.held, len(held.asked), len(chain.left)) == ("budget", 1, 2)
