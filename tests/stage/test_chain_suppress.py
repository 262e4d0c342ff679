"""A chain that ends with accepting what is left: when it is its turn, what it may do, and what that is called."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from stomper.checkers.completeness import Look, Looking
from stomper.fixers import Fixer, FixReply, FixRequest
from stomper.fixers.codemods.base import Claim
from stomper.models import Diagnostic, Fixed, FixTask, Outcome, Partial, Rejected, Suppressed, Timing
from stomper.settings import GitSettings, Settings
from stomper.worker.chain import Chain
from stomper.worker.conclude import judge
from stomper.workspace.worktree import Worktree
from tests.kit.jobs import Editing
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

CONTENT = "bad_A1\nbad_A2\nbad_A3\n"
FIX_1, FIX_2 = ("A1", "bad_A1\n", "good_1\n"), ("A2", "bad_A2\n", "good_2\n")


@dataclass(frozen=True)
class Noqa(Looking):
    """Says `CODE` of each line `bad_CODE`, unless that has a comment for it."""

    name: str = "ruff"

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        lines = [(path, n, line) for path in paths for n, line in enumerate((root / path).read_text().split("\n"), 1)]
        named = [(path, n, line, match[1]) for path, n, line in lines if (match := re.match(r"bad_(\w+)", line))]
        found = (
            Diagnostic("ruff", code, "is bad", path, n, 1)
            for path, n, line, code in named
            if not line.endswith("# noqa") and code not in line.partition("# noqa: ")[2].split(", ")
        )
        return Look(tuple(paths), tuple(found))


def honest(line: str, codes: frozenset[str]) -> str:
    code = line.removeprefix("bad_")
    return f"{line}  # noqa: {code}" if code in codes else line


@dataclass(frozen=True)
class Accepting:
    """A fixer that may suppress: does `edit` to each line, given the codes that it is asked for."""

    edit: Callable[[str, frozenset[str]], str] = honest
    reply: FixReply = FixReply()  # noqa: RUF009  # frozen
    name: str = "suppress"
    divisible: bool = True
    learns: bool = False
    suppresses: bool = True

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return bool(diagnostics)

    def guesses(self, diagnostics: Sequence[Diagnostic]) -> tuple[frozenset[Claim], ...]:
        return (frozenset((d.tool, d.code) for d in diagnostics),)

    def fix(self, request: FixRequest) -> FixReply:
        codes = frozenset(d.code for d in request.diagnostics)
        lines = request.file.read_text().split("\n")
        request.file.write_text("\n".join(self.edit(line, codes) for line in lines))
        return self.reply


@dataclass(frozen=True)
class OneByOne(Editing):
    """Makes one bad line good with each call, of the first two."""

    def fix(self, request: object) -> FixReply:
        file = request.file  # type: ignore[attr-defined]
        file.write_text(re.sub(r"bad_A[12]", "good", file.read_text(), count=1))
        return self.reply


@dataclass(frozen=True)
class Bench:
    """A worktree with the one file, and its chain."""

    tree: Worktree
    task: FixTask

    def run(self, *fixers: Fixer, settings: Settings | None = None) -> tuple[Chain, Outcome]:
        """A chain that ran with these fixers, and what that is called."""
        made = settings or Settings()
        chain = Chain(self.tree, self.task, (Noqa(),), made, lambda _: None, lambda *_: None)
        return chain, judge(self.task, chain.run(fixers), Timing(0, 1, 2))

    @property
    def content(self) -> str:
        return (self.tree.root / "a.py").read_text()


@pytest.fixture
def bench(repo: GitRepo, tmp_path: Path) -> Iterator[Bench]:
    repo.commit_file("a.py", CONTENT)
    task = FixTask(0, "a.py", Noqa().check(repo.path, ["a.py"]))
    with opened_worktree(repo, tmp_path) as tree:
        yield Bench(tree, task)


def codes(diagnostics: Sequence[Diagnostic]) -> list[str]:
    return [diagnostic.code for diagnostic in diagnostics]


def test_its_turn_is_when_the_others_have_done_all_they_can(bench: Bench) -> None:
    chain, outcome = bench.run(OneByOne(()), Accepting())
    assert [attempt.fixer for attempt in chain.attempts] == ["editing", "editing", "editing", "suppress"]
    assert bench.content == "good\ngood\nbad_A3  # noqa: A3\n"
    assert isinstance(outcome, Suppressed)
    assert (codes(outcome.before), codes(outcome.suppressed)) == (["A1", "A2", "A3"], ["A3"])


def test_its_change_is_a_step_of_its_own(bench: Bench) -> None:
    _, outcome = bench.run(Editing((FIX_1,)), Accepting())
    assert isinstance(outcome, Suppressed)
    fixing, accepting = outcome.steps
    assert (codes(fixing.before), codes(fixing.after), fixing.suppressed) == (["A1", "A2", "A3"], ["A2", "A3"], ())
    assert (codes(accepting.before), accepting.after) == (["A2", "A3"], ())
    assert codes(accepting.suppressed) == ["A2", "A3"]
    assert [[a.fixer for a in step.attempts][-1] for step in outcome.steps] == ["editing", "suppress"]
    assert b"noqa" not in fixing.patch.data
    assert b"good_1" not in b"".join(line for line in accepting.patch.data.split(b"\n") if line.startswith(b"+"))


def test_alone_it_needs_no_steps(bench: Bench) -> None:
    _, outcome = bench.run(Accepting())
    assert isinstance(outcome, Suppressed)
    assert outcome.steps == ()
    assert codes(outcome.suppressed) == ["A1", "A2", "A3"]


def test_it_is_the_last_step_where_each_code_has_its_own(bench: Bench) -> None:
    settings = Settings(git=GitSettings(commit_per="code"))
    _, outcome = bench.run(Editing((FIX_1, FIX_2)), Accepting(), settings=settings)
    assert isinstance(outcome, Suppressed)
    assert [codes(step.suppressed) for step in outcome.steps] == [[], [], ["A3"]]


def test_nothing_is_suppressed_where_nothing_is_left(bench: Bench) -> None:
    chain, outcome = bench.run(Editing((FIX_1, FIX_2, ("A3", "bad_A3", "good"))), Accepting())
    assert isinstance(outcome, Fixed)
    assert "suppress" not in [attempt.fixer for attempt in chain.attempts]


def test_what_waits_for_a_budget_is_not_accepted(bench: Bench) -> None:
    chain, outcome = bench.run(
        Editing((FIX_1,)), Editing((), name="model", reply=FixReply(held="no money")), Accepting()
    )
    assert "noqa" not in bench.content
    assert isinstance(outcome, Partial)
    assert chain.held == "no money"


def test_what_it_leaves_is_said_and_counted_apart(bench: Bench) -> None:
    def some(line: str, asked: frozenset[str]) -> str:
        return honest(line, asked - {"A2"})

    accepting = Accepting(some, FixReply(remarks=("suppress: A2: it is too good for that",)))
    _, outcome = bench.run(Editing((FIX_1,)), accepting)
    assert isinstance(outcome, Partial)
    assert outcome.reason == "A2 left; suppress: A2: it is too good for that"
    assert (codes(outcome.after), codes(outcome.suppressed)) == (["A2"], ["A3"])


def bare(line: str, _asked: frozenset[str]) -> str:
    return f"{line}  # noqa" if line.startswith("bad") else line


def changing(line: str, asked: frozenset[str]) -> str:
    return honest(line, asked).replace("bad_A1  # noqa: A1", "good_A1")


def elsewhere(line: str, asked: frozenset[str]) -> str:
    return honest(line, asked).replace("noqa: A2", "noqa: A2, A9")


CHEATS: dict[str, tuple[Callable[[str, frozenset[str]], str], str]] = {
    "bare": (bare, "changes more than the comments that suppress"),
    "changing": (changing, "changes code, where it may add comments only"),
    "elsewhere": (elsewhere, "adds a suppression that silences nothing: A9 at line 2"),
}


@pytest.mark.parametrize("what", CHEATS)
def test_anything_else_is_refused(bench: Bench, what: str) -> None:
    edit, words = CHEATS[what]
    chain, outcome = bench.run(Accepting(edit))
    assert chain.attempts[0].result == "refused"
    assert chain.attempts[0].detail == words
    if what == "bare":
        assert (bench.content, chain.suppressed) == (CONTENT, ())
        assert isinstance(outcome, Rejected)
    else:  # each place is tried alone then, and the honest ones are kept
        kept = {"changing": ["A2", "A3"], "elsewhere": ["A1", "A3"]}[what]
        assert sorted(codes(chain.suppressed)) == kept
        assert bench.content.count("noqa") == 2


def test_no_other_fixer_may_suppress_before_it(bench: Bench) -> None:
    sly = Editing((("A1", "bad_A1", "bad_A1  # noqa: A1"),), name="sly")
    chain, outcome = bench.run(sly, Accepting())
    first = chain.attempts[0]
    assert (first.fixer, first.result, first.detail) == ("sly", "refused", "adds a suppression: noqa[A1] (line 1)")
    assert codes(chain.suppressed) == ["A1", "A2", "A3"]
    assert isinstance(outcome, Suppressed)


def test_what_was_not_asked_for_is_not_silenced_unseen(bench: Bench) -> None:
    """A comment for one of two diagnostics, of which the other one only waits, is refused."""
    task = FixTask(0, "a.py", bench.task.diagnostics[:2], bench.task.diagnostics[2:])

    def everything(line: str, _asked: frozenset[str]) -> str:
        return honest(line, frozenset({"A1", "A2", "A3"}))

    chain, outcome = Bench(bench.tree, task).run(Accepting(everything))
    assert chain.attempts[0].detail == "silences what it was not asked for: A3"
    assert bench.content == CONTENT
    assert isinstance(outcome, Rejected)
