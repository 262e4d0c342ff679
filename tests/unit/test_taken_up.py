"""Which files a later round takes up again."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from stomper.fixers import FixReply, FixRequest
from stomper.grades import Dropped, Withheld
from stomper.landing.lander import Landed
from stomper.models import Blob, Diagnostic, FixTask, Outcome, Partial, Patch, Rejected, Skipped, Timing, Unchanged
from stomper.run.taken_up import Neighbours, tasks_again

NOBODY = Neighbours.of((), {})
TIMING = Timing(0.0, 1.0, 1)


def found(code: str, path: str = "a.py", tool: str = "mypy") -> Diagnostic:
    return Diagnostic(tool, code, f"{code} is bad", path, 1, 1)


A, B = found("A"), found("B")
TASK = FixTask(0, "a.py", (A, B))


@dataclass(frozen=True)
class Taking:
    """A fixer that takes these codes."""

    codes: tuple[str, ...] = ("A", "B")
    name: str = "taking"
    learns: bool = False
    divisible: bool = True

    def takes(self, diagnostics: Sequence[Diagnostic]) -> bool:
        return any(d.code in self.codes for d in diagnostics)

    def fix(self, request: FixRequest) -> FixReply:
        return FixReply()


@dataclass(frozen=True)
class Accepting(Taking):
    name: str = "accepting"
    suppresses: bool = True
    ours: bool = field(default=True)


def unchanged(task: FixTask = TASK) -> Landed:
    return Landed(task, Unchanged(path=task.path, before=task.diagnostics, attempts=(), timing=TIMING, reason="why"))


def partial(*after: Diagnostic, dropped: tuple[Dropped, ...] = ()) -> Landed:
    patch = Patch(b"x", (Blob("a.py", None, None),))
    worked = Partial(
        path="a.py", before=(A, B), attempts=(), timing=TIMING, dropped=dropped, after=after, patch=patch, reason="why"
    )
    return Landed(TASK, worked, "c")


def again(item: Landed, left: Sequence[Diagnostic], near: Neighbours = NOBODY, *fixers: Taking) -> tuple[FixTask, ...]:
    return tasks_again([item], left, fixers or (Taking(),), near, 7)


def near(*, imports: str = "", imported_by: str = "") -> Neighbours:
    contents = {"a.py": f"import {imports}\n".encode(), "b.py": f"import {imported_by}\n".encode()}
    return Neighbours.of(["b.py"], contents)


def test_a_file_whose_worker_saw_what_is_there_is_left_alone() -> None:
    assert again(partial(B), [B]) == ()
    assert again(unchanged(), [A, B]) == ()


def test_a_file_with_less_than_its_worker_saw_is_taken_up() -> None:
    (task,) = again(unchanged(), [B])
    assert task == FixTask(7, "a.py", (B,))


def test_what_was_not_asked_for_stays_so() -> None:
    other = found("C")
    task = replace(TASK, others=(other,))
    (anew,) = again(unchanged(task), [B, other])
    assert (anew.diagnostics, anew.others) == ((B,), (other,))


def test_nothing_is_left() -> None:
    assert again(unchanged(), []) == ()


@pytest.mark.parametrize(
    "neighbours", [near(imports="b"), near(imported_by="a"), near(imports="c, b as d"), near(imported_by="x.a")]
)
def test_a_neighbour_of_what_was_changed_is_taken_up(neighbours: Neighbours) -> None:
    (task,) = again(unchanged(), [A, B], neighbours)
    assert task.diagnostics == (A, B)
    assert again(unchanged(), [A, B], near(imports="c", imported_by="c")) == ()


def test_it_is_taken_up_for_what_a_neighbour_can_change() -> None:
    alone = found("A", tool="ruff")
    task = FixTask(0, "a.py", (alone, B))
    (anew,) = again(unchanged(task), [alone, B], near(imports="b"))
    assert anew == FixTask(7, "a.py", (B,), (alone,), frozenset({"B"}))


def test_a_checker_of_single_files_is_no_reason() -> None:
    mine = found("A", tool="ruff")
    task = FixTask(0, "a.py", (mine,))
    assert again(unchanged(task), [mine], near(imports="b")) == ()


def test_it_is_taken_up_for_what_types_of_a_neighbour_may_prove() -> None:
    percent, other = found("UP031", tool="ruff"), found("B", tool="ruff")
    task = FixTask(0, "a.py", (percent, other))
    withheld = tuple(Withheld("taking", one.tool, one.code, 1, "a test") for one in (percent, other))
    outcome = Unchanged(
        path="a.py", before=(percent, other), attempts=(), timing=TIMING, withheld=withheld, reason="why"
    )
    landed = Landed(task, outcome)
    (anew,) = again(landed, [percent, other], near(imports="b"), Taking(("UP031", "B")))
    assert (anew.diagnostics, anew.codes) == ((percent,), frozenset({"UP031"}))
    assert again(landed, [percent, other]) == ()


def test_a_file_is_no_neighbour_of_itself() -> None:
    itself = Neighbours.of(["a.py"], {"a.py": b"import a\n"})
    assert not itself.has("a.py")
    twins = Neighbours.of(["a.py", "x/a.py"], {"a.py": b"import a\n", "x/a.py": b""})
    assert twins.has("a.py")


def test_a_model_is_asked_again_only_if_there_is_another_thing_to_ask() -> None:
    agent = Taking(name="agent", learns=True)
    assert again(unchanged(), [A, B], near(imports="b"), agent) == ()
    (task,) = again(unchanged(), [A], NOBODY, agent)
    assert task.barred == frozenset()


def test_what_was_dropped_is_not_tried_again() -> None:
    dropped = (Dropped("taking", (("mypy", "A", 1),), (1,), ("test_x",)),)
    assert again(partial(A, dropped=dropped), [A]) == ()
    other = Taking(name="other")
    (task,) = again(partial(A, dropped=dropped), [A], NOBODY, Taking(), other)
    assert task.barred == {("taking", "A")}


def test_what_was_dropped_is_not_accepted_either() -> None:
    dropped = (Dropped("taking", (("mypy", "A", 1),), (1,), ("test_x",)),)
    assert again(partial(A, dropped=dropped), [A], NOBODY, Taking(), Accepting()) == ()


def test_bars_add_up() -> None:
    barred = frozenset({("taking", "A")})
    rejected = Rejected(path="a.py", before=(A, B), attempts=(), timing=TIMING, reason="why", broken=("test_x",))
    dropped = (Dropped("taking", (("mypy", "B", 1),), (1,), ("test_x",)),)
    item = Landed(replace(TASK, barred=barred), replace(rejected, dropped=dropped))
    assert again(item, [A, B]) == ()
    (task,) = again(item, [A, B], NOBODY, Taking(), Taking(name="other"))
    assert task.barred == {("taking", "A"), ("taking", "B")}


@pytest.mark.parametrize(
    "outcome",
    [Skipped(path="a.py", before=(A, B), reason="why", held=True), Skipped(path="a.py", before=(A, B), reason="")],
)
def test_what_was_not_tried_waits(outcome: Outcome) -> None:
    assert again(Landed(TASK, outcome), [A]) == ()


def test_tasks_are_numbered_by_path() -> None:
    items = [
        unchanged(FixTask(n, path, (found("A", path), found("B", path)))) for n, path in enumerate(["b.py", "a.py"])
    ]
    tasks = tasks_again(items, [found("A", "a.py"), found("A", "b.py")], (Taking(),), NOBODY, 5)
    assert [(task.index, task.path) for task in tasks] == [(5, "a.py"), (6, "b.py")]
