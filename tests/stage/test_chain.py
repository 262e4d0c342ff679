"""The chain of fixers on one file, in a real worktree: what is kept, what is rolled back, who is tried again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import pytest

from stomper.checkers.completeness import Look
from stomper.fixers import Fixer, FixReply, FixRequest
from stomper.models import Attempt, AttemptResult, Diagnostic, FixTask
from stomper.settings import GitSettings, GuardSettings, Settings
from stomper.worker.chain import MOST_TRIES, Chain
from stomper.workspace.worktree import Worktree
from tests.kit.jobs import Editing, LineChecker, commit_files, found_in
from tests.kit.repo import GitRepo
from tests.kit.roundtrip import opened_worktree

PATH = "0.txt"
CONTENT = "bad A\nbad B\nbad C\n"
FIX_A, FIX_B, FIX_C = ((code, f"bad {code}\n", f"good {code}\n") for code in "ABC")
WORSEN_A = ("A", "bad A\n", "bad NEW\n")
WORSEN_B = ("B", "bad B\n", "bad B\nbad NEW\n")
BREAK = ("A", "bad A\n", "crash\n")


@dataclass
class Told:
    """What a chain told of itself."""

    logged: list[str] = field(default_factory=list)
    announced: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Bench:
    """A worktree with the one file."""

    tree: Worktree
    task: FixTask
    told: Told = field(default_factory=Told)

    def chain(self, *fixers: Fixer, settings: Settings | None = None, task: FixTask | None = None) -> Chain:
        """A chain that ran with these fixers."""
        chain = Chain(
            self.tree,
            task or self.task,
            (LineChecker(),),
            settings or Settings(max_retries=0),
            self.told.logged.append,
            lambda fixer, attempt: self.told.announced.append((fixer, attempt)),
        )
        chain.run(fixers)
        return chain

    @property
    def content(self) -> str:
        return (self.tree.root / PATH).read_text()


@pytest.fixture
def bench(repo: GitRepo, tmp_path: Path) -> Iterator[Bench]:
    (task,) = commit_files(repo, CONTENT)
    with opened_worktree(repo, tmp_path) as tree:
        yield Bench(tree, task)


def summary(attempt: Attempt) -> tuple[str, str, int, int | None, str]:
    return attempt.fixer, attempt.result, attempt.before, attempt.after, attempt.detail


ONE_TRY: dict[str, tuple[Editing, tuple[str, int | None, str]]] = {
    "better": (Editing((FIX_A,)), ("kept", 2, "")),
    "all": (Editing((FIX_A, FIX_B, FIX_C)), ("kept", 0, "")),
    "better, with a problem": (Editing((FIX_A,), reply=FixReply("exit code 9")), ("kept", 2, "exit code 9")),
    "nothing": (Editing(()), ("no-change", 3, "")),
    "nothing, with a problem": (Editing((), reply=FixReply("exit code 9")), ("failed", 3, "exit code 9")),
    "no better": (
        Editing((("A", "bad A", "more\nbad A"),)),
        ("not-better", 3, "changed the file, and no diagnostic went away"),
    ),
    "another instead": (Editing((("A", "bad A", "bad NEW"),)), ("worse", 2, "would add NEW")),
    "one more of the same": (Editing((FIX_A, ("B", "bad B\n", "bad B\nbad B\n"))), ("worse", 2, "would add B")),
    "checker crashes": (Editing((BREAK,)), ("failed", None, "lines gave no result")),
    "out of time": (
        Editing((FIX_A,), reply=FixReply("still running", timed_out=True)),
        ("timeout", None, "still running"),
    ),
    "stopped": (Editing((FIX_A,), reply=FixReply("stopped", stopped=True)), ("stopped", None, "stopped")),
}


@pytest.mark.parametrize("what", ONE_TRY)
def test_one_try(bench: Bench, what: str) -> None:
    fixer, (result, after, detail) = ONE_TRY[what]
    chain = bench.chain(fixer)
    assert [summary(attempt) for attempt in chain.attempts] == [("editing", result, 3, after, detail)]
    if result == "kept":
        assert bench.content != CONTENT
        assert len(chain.left) == after
        assert chain.best == bench.tree.snapshot() != {}
    else:
        assert bench.content == CONTENT
        assert chain.left == bench.task.diagnostics
        assert chain.best == bench.tree.snapshot() == {}


@pytest.mark.parametrize("what", [what for what, (_, facts) in ONE_TRY.items() if facts[0] != "kept"])
def test_roll_back_is_to_the_best_so_far_not_to_the_start(bench: Bench, what: str) -> None:
    bad = replace(ONE_TRY[what][0], edits=tuple((c, o.replace("A", "C"), n) for c, o, n in ONE_TRY[what][0].edits))
    chain = bench.chain(Editing((FIX_A,), name="first"), bad, Editing((FIX_B,), name="last"))
    assert (chain.attempts[0].fixer, chain.attempts[0].result) == ("first", AttemptResult.KEPT)
    expected = CONTENT.replace("bad A", "good A")
    if not chain.stopped:
        expected = expected.replace("bad B", "good B")
    assert bench.content == expected
    assert chain.best == bench.tree.snapshot()


def test_fixers_are_tried_in_order_until_nothing_is_left(bench: Bench) -> None:
    everything = Editing((FIX_A, FIX_B, FIX_C), name="second")
    bench.chain(Editing((FIX_A,), name="first"), everything, Editing((), name="third"), settings=Settings())
    assert bench.told.announced == [("first", 1), ("second", 2)]


@dataclass(frozen=True)
class OneByOne(Editing):
    """Makes one bad line good with each call."""

    def fix(self, request: object) -> FixReply:
        file = request.file  # type: ignore[attr-defined]
        file.write_text(file.read_text().replace("bad ", "good ", 1))
        return self.reply


@pytest.mark.parametrize(("retries", "tries"), [(0, 1), (1, 2), (2, 3), (9, 3)])
def test_the_chain_is_gone_through_again_while_that_helps(bench: Bench, retries: int, tries: int) -> None:
    chain = bench.chain(OneByOne(()), settings=Settings(max_retries=retries))
    assert len(chain.attempts) == tries
    assert len(chain.left) == 3 - tries


def test_what_did_not_help_is_not_tried_again(bench: Bench) -> None:
    chain = bench.chain(Editing(()), settings=Settings(max_retries=9))
    assert len(chain.attempts) == 1


@dataclass(frozen=True)
class Guessing(Editing):
    """Makes the lines of its diagnostics good, a code of `bad` another bad one; one guess for each of `apart`."""

    apart: tuple[str, ...] = ("A", "B", "C", "D")
    bad: str = ""
    bad_line: int = 0

    def guesses(self, diagnostics: Sequence[Diagnostic]) -> tuple[frozenset[tuple[str, str]], ...]:
        return tuple(frozenset(("lines", code) for code in codes) for codes in self.apart)

    def fix(self, request: FixRequest) -> FixReply:
        lines = request.file.read_text().split("\n")
        for found in request.diagnostics:
            lines[found.line - 1] = (
                "bad NEW" if found.code in self.bad or found.line == self.bad_line else "good\nlonger"
            )
        request.file.write_text("\n".join(lines))
        return self.reply


def test_each_guess_is_tried_alone(bench: Bench) -> None:
    chain = bench.chain(Guessing((), apart=("C", "AB", "X"), bad="B"), settings=Settings(max_retries=3))
    once = [("kept", 2), ("worse", 0), ("worse", 1), ("kept", 1)]
    # In the second round, what was left of a guess is another guess.
    assert [(a.result, a.after) for a in chain.attempts] == [*once, ("worse", 0)]
    assert [d.code for d in chain.left] == ["B"]
    assert bench.content == "good\nlonger\nbad B\ngood\nlonger\n"


def test_a_guess_that_came_to_nothing_is_not_made_again(repo: GitRepo, tmp_path: Path) -> None:
    (task,) = commit_files(repo, "bad A\n" * 3 + "bad B\n")
    with opened_worktree(repo, tmp_path) as tree:
        guess = Guessing((), name="guessing", apart=("B",), bad="B")
        chain = Bench(tree, task).chain(OneByOne((), name="other"), guess, settings=Settings(max_retries=2))
    assert [a.fixer for a in chain.attempts] == ["other", "guessing", "other", "other"]


@dataclass(frozen=True)
class Late(Guessing):
    """Makes its lines good once nothing is left of `before`, and another bad one until then."""

    before: str = "C"

    def fix(self, request: FixRequest) -> FixReply:
        ready = f"bad {self.before}" not in request.file.read_text()
        return super().fix(request) if ready else Guessing(self.edits, bad="A").fix(request)


def test_a_guess_that_another_fixers_change_makes_possible_is_made_again_at_the_end(bench: Bench) -> None:
    chain = bench.chain(Late((), name="late", apart=("A",)), Editing((FIX_C,), name="other"), settings=Settings())
    assert [(a.fixer, a.result) for a in chain.attempts] == [
        ("late", "worse"), ("other", "kept"), ("other", "no-change"), ("late", "kept"),
        ("other", "no-change"), ("other", "no-change"),
    ]  # fmt: skip
    assert bench.content == "good\nlonger\nbad B\ngood C\n"


def test_a_code_by_itself_is_divided_too(repo: GitRepo, tmp_path: Path) -> None:
    (task,) = commit_files(repo, "bad A\nbad B\nbad A\n")
    settings = Settings(max_retries=0, git=GitSettings(commit_per="code"))
    with opened_worktree(repo, tmp_path) as tree:
        chain = Bench(tree, task).chain(Guessing((), apart=("AB",), bad_line=1), settings=settings)
    assert [a.result for a in chain.attempts] == ["worse", "kept", "worse", "kept"]
    assert [d.code for d in chain.left] == ["A"]


@dataclass(frozen=True)
class Waiting(Guessing):
    """Leaves what another fixer makes everywhere at once to that one."""

    def waits(self, found: Diagnostic) -> bool:
        return True


@dataclass(frozen=True)
class Zealous(LineChecker):
    """Says of itself that it finds A and C; B is another's."""

    def look(self, root: Path, paths: Sequence[str], scratch: Path | None = None) -> Look:
        found = super().look(root, paths, scratch)
        return Look(found.given, tuple(replace(d, tool="b" if d.code == "B" else "z") for d in found.found))


def test_tool_by_tool_the_codes_of_a_tool_follow_each_other(repo: GitRepo, tmp_path: Path) -> None:
    (task,) = commit_files(repo, CONTENT)
    with opened_worktree(repo, tmp_path) as tree:
        task = replace(task, diagnostics=Zealous().look(tree.root, [PATH]).found)
        chain = Chain(
            tree,
            task,
            (Zealous(),),
            Settings(max_retries=0, git=GitSettings(commit_per="tool")),
            lambda _: None,
            lambda *_: None,
        )
        result = chain.run((Editing((FIX_A, FIX_B, FIX_C)),))
    gone = [{d.code for d in step.before} - {d.code for d in step.after} for step in result.steps]
    assert gone == [{"B"}, {"A"}, {"C"}]


@pytest.mark.parametrize("per", ["file", "code"])
def test_a_code_that_is_worse_everywhere_at_once_is_fixed_place_by_place(
    repo: GitRepo, tmp_path: Path, per: Literal["file", "code"]
) -> None:
    (task,) = commit_files(repo, "bad A\nbad A\nbad B\n")
    settings = Settings(max_retries=0, git=GitSettings(commit_per=per))
    everywhere = Editing((WORSEN_A,), name="everywhere", divisible=True)
    with opened_worktree(repo, tmp_path) as tree:
        chain = Bench(tree, task).chain(everywhere, Waiting((), apart=("A", "B")), settings=settings)
        assert (tree.root / PATH).read_text() == "good\nlonger\n" * 2 + "bad B\n"
    assert [d.code for d in chain.left] == ["B"], "of which nobody said that it is worse"


def test_a_guess_is_divided_down_to_its_bad_places(repo: GitRepo, tmp_path: Path) -> None:
    (task,) = commit_files(repo, "".join(f"bad {code}\n" for code in "ACACBCAACBCA"))
    with opened_worktree(repo, tmp_path) as tree:
        chain = Bench(tree, task).chain(Guessing((), apart=("ABC",), bad="B"))
        assert (tree.root / PATH).read_text().count("good") == 10
    assert [d.code for d in chain.left] == ["B", "B"]


def test_dividing_has_an_end(repo: GitRepo, tmp_path: Path) -> None:
    (task,) = commit_files(repo, "bad B\n" * 100)
    with opened_worktree(repo, tmp_path) as tree:
        chain = Bench(tree, task).chain(Guessing((), apart=("B",), bad="B"), settings=Settings(max_retries=5))
        assert (len(chain.attempts), chain.best) == (MOST_TRIES, {})


def test_what_is_worse_as_a_whole_is_tried_code_by_code(bench: Bench) -> None:
    chain = bench.chain(Editing((FIX_A, WORSEN_B, FIX_C), divisible=True))
    assert [(a.result, a.detail) for a in chain.attempts] == [
        ("worse", "would add NEW"), ("kept", ""), ("worse", "would add NEW"), ("kept", ""),
    ]  # fmt: skip
    assert bench.content == "good A\nbad B\ngood C\n"


@pytest.mark.parametrize("edits", [(FIX_A, WORSEN_B), (BREAK,)])
def test_only_what_is_divisible_and_worse_is_divided(bench: Bench, edits: tuple[tuple[str, str, str], ...]) -> None:
    chain = bench.chain(Editing(edits, divisible=edits == (BREAK,)))
    assert len(chain.attempts) == 1
    assert bench.content == CONTENT


def without(*codes: str) -> Callable[[FixTask], FixTask]:
    """The task with these codes among the others that were not asked for."""

    def split(task: FixTask) -> FixTask:
        wanted = tuple(d for d in task.diagnostics if d.code not in codes)
        return replace(task, diagnostics=wanted, others=tuple(d for d in task.diagnostics if d.code in codes))

    return split


def test_others_need_not_go_and_must_not_grow(bench: Bench) -> None:
    task = without("B", "C")(bench.task)
    grown = bench.chain(Editing((FIX_A, ("A", "bad B\n", "bad B\nbad B\n"))), task=task)
    assert [a.result for a in grown.attempts] == ["worse"]
    chain = bench.chain(Editing((FIX_A,)), task=task)
    assert chain.left == ()
    assert [d.code for d in chain.current] == ["B", "C"]


def test_fixer_is_limited_to_the_codes_of_the_task(bench: Bench) -> None:
    task = replace(without("B", "C")(bench.task), codes=frozenset({"A"}))
    chain = bench.chain(Editing((FIX_A, FIX_B, FIX_C)), task=task)
    assert bench.content == CONTENT.replace("bad A", "good A")
    assert chain.left == ()


def test_a_code_of_which_nothing_is_left_is_not_touched_again(bench: Bench) -> None:
    """It would be there again only for a fixer that is asked about other codes."""
    again = Editing((("A", "good A", "other A"), FIX_B), name="again")
    task = replace(without("C")(bench.task), codes=frozenset({"A", "B"}))
    bench.chain(Editing((FIX_A,)), again, task=task)
    assert bench.content == CONTENT.replace("bad A", "good A").replace("bad B", "good B")


def test_a_task_without_limits_has_none_for_its_fixers(bench: Bench) -> None:
    bench.chain(Editing((FIX_A, FIX_C)), task=without("C")(bench.task))
    assert bench.content == CONTENT.replace("bad A", "good A").replace("bad C", "good C")


def test_one_of_a_kind_may_stay_where_only_the_other_was_asked_for(repo: GitRepo, tmp_path: Path) -> None:
    """They have the same key: which of them went cannot be told, but that one did."""
    (task,) = commit_files(repo, "bad A\nbad A\n")
    with opened_worktree(repo, tmp_path) as tree:
        bench = Bench(tree, task)
        one = replace(task, diagnostics=task.diagnostics[1:], others=task.diagnostics[:1])
        chain = bench.chain(Editing((("A", "bad A\nbad A\n", "bad A\ngood A\n"),)), task=one)
    assert ([a.result for a in chain.attempts], chain.left) == (["kept"], ())


@pytest.mark.parametrize(("allowed", "result"), [(False, "refused"), (True, "kept")])
def test_other_files_are_refused_unless_allowed(bench: Bench, allowed: bool, result: str) -> None:
    fixer = OtherFile((FIX_A,))
    chain = bench.chain(fixer, settings=Settings(max_retries=0, allow_other_files=allowed))
    assert [a.result for a in chain.attempts] == [result]
    assert (bench.tree.root / "new.txt").exists() is allowed


@dataclass(frozen=True)
class OtherFile(Editing):
    """Also makes a file of its own."""

    def fix(self, request: object) -> FixReply:
        (request.root / "new.txt").touch()  # type: ignore[attr-defined]
        return super().fix(request)  # type: ignore[arg-type]


LONG = "bad A\n" + "line\n" * 20


@pytest.mark.parametrize(("policy", "result"), [("reject", "refused"), ("warn", "kept"), ("allow", "kept")])
def test_guards_refuse_warn_or_let_through(repo: GitRepo, tmp_path: Path, policy: str, result: str) -> None:
    (task,) = commit_files(repo, LONG)
    guards = GuardSettings(deletion=policy)  # type: ignore[arg-type]
    with opened_worktree(repo, tmp_path) as tree:
        chain = Bench(tree, task).chain(Editing((("A", LONG, "short\n"),)), settings=Settings(guards=guards))
        ((_, said, _, _, detail),) = [summary(a) for a in chain.attempts]
    assert said == result
    assert ("of the file" in detail) is (policy != "allow")
    assert detail.startswith("warning: ") is (policy == "warn")


def test_each_try_is_logged_with_the_words_of_its_program(bench: Bench) -> None:
    bench.chain(Editing((FIX_A,), reply=FixReply("exit code 9", log="$ program\nits words")))
    assert bench.told.logged == ["$ program\nits words", "editing: kept exit code 9"]
    assert found_in(PATH, bench.content)[0].code == "B"


def test_code_by_code_each_gets_the_chain_for_itself_and_is_a_step(bench: Bench) -> None:
    asked: list[set[str]] = []

    @dataclass(frozen=True)
    class Recorded(Editing):
        def fix(self, request: FixRequest) -> FixReply:
            asked.append({d.code for d in request.diagnostics})
            return super().fix(request)

    settings = Settings(max_retries=0, git=GitSettings(commit_per="code"))
    chain = bench.chain(Recorded((WORSEN_B, FIX_A)), Recorded((FIX_C, FIX_A)), settings=settings)
    assert asked == [{"A"}, {"B"}, {"B"}, {"C"}, {"C"}]
    steps = [([d.code for d in s.before], [d.code for d in s.after], len(s.attempts)) for s in chain.steps]
    assert steps == [(["A", "B", "C"], ["B", "C"], 1), (["B", "C"], ["B"], 2)]
    lines = [line for step in chain.steps for line in step.patch.data.decode().splitlines() if line[:2] in ("-b", "+g")]
    assert lines == ["-bad A", "+good A", "-bad C", "+good C"]
