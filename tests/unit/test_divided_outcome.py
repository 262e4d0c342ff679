"""What is left of a file's change can be its content, has right steps and attempts, or the whole file is dropped."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from stomper.grades import Edit, Grade, Part
from stomper.models import Attempt, AttemptResult, Blob, CodeTally, Diagnostic, Fixed, Patch, Step, Timing
from stomper.run.divided_outcome import _may_be
from stomper.units.division import divide
from stomper.worker.remnant import Remnant

BASE = b"a\nb\nc\nd\n"
LANDED = b"A\nB\nC\nD\n"
KEPT, WORSE = (
    Attempt("ruff", result, 4, 3, 0.1, codes=(CodeTally("ruff", "X", 1, 1),))
    for result in (AttemptResult.KEPT, AttemptResult.WORSE)
)
PATCH = Patch(b"", (Blob("a.txt", "100644", "0" * 40),))


def part(code: str, *lines: int, divisible: bool = False) -> Part:
    edits = tuple(Edit(line, line + 1, chr(ord("A") + line) + "\n") for line in lines)
    return Part("ruff", Grade.TESTED, (("ruff", code, len(lines)),), edits, divisible)


PARTS = (part("X", 0), part("Y", 1, 2, divisible=True), part("Z", 3))


def found(code: str) -> Diagnostic:
    return Diagnostic("ruff", code, "m", "a.txt", 1, 1)


def remnant(fallen: set[int], attempts: tuple[Attempt, ...], steps: tuple[Step, ...] = ()) -> Remnant:
    division = divide("a.txt", BASE, PARTS, LANDED)
    assert division is not None
    outcome = Fixed(
        path="a.txt", before=(), attempts=attempts, timing=Timing(1.0, 2.0, 3), patch=PATCH, steps=steps, parts=PARTS
    )
    return Remnant(outcome, division, frozenset(fallen))


ATTEMPTS = (WORSE, KEPT, KEPT, WORSE, KEPT)


def test_a_part_that_is_gone_is_a_refused_attempt() -> None:
    rest = remnant({0, 1}, ATTEMPTS)
    assert rest.is_sound
    assert rest.content == b"a\nb\nC\nD\n"
    told = rest.attempts(ATTEMPTS, ("t1",))
    assert [attempt.result for attempt in told] == ["worse", "refused", "kept", "worse", "kept"]
    assert told[1].detail == "dropped by the gate: breaks t1"
    assert told[1].codes == (CodeTally("ruff", "X", 1, 0),)
    assert [(p.codes, len(p.edits)) for p in rest.parts([found("Y")])] == [
        ((("ruff", "Y", 1),), 1),
        ((("ruff", "Z", 1),), 1),
    ]


def test_only_the_guilty_part_breaks_something() -> None:
    lost = remnant({1, 3}, ATTEMPTS).dropped([found("Y"), found("Z")], ("t1",))
    assert [(part.codes, part.lines, part.broken) for part in lost] == [
        ((("ruff", "Y", 1),), (2,), ("t1",)),
        ((("ruff", "Z", 1),), (4,), ()),
    ]


def test_attempts_that_are_no_parts_divide_nothing() -> None:
    assert not remnant({0}, (KEPT, KEPT)).is_sound


class Trees:
    """Makes a tree of each content, and patches between them that say so."""

    def blob(self, content: bytes) -> str:
        return content.decode()

    def store(self) -> None:
        pass

    def tree_with_blobs(self, _: str, blobs: list[Any]) -> str:
        return str(blobs[0].id)

    def patch_between(self, before: str, after: str) -> Patch:
        return Patch(f"{before}>{after}".encode(), ())


@pytest.mark.parametrize(
    ("fallen", "expected"),
    [
        ({0}, [("Y", ["Y", "Y", "Z"], ["Z"]), ("Z", ["Z"], [])]),  # its step is gone, and what it had fixed is left
        (
            {1},
            [
                ("X", ["X", "Y", "Y", "Z"], ["Y", "Y", "Z"]),
                ("Y", ["Y", "Y", "Z"], ["Z", "Y"]),
                ("Z", ["Z", "Y"], ["Y"]),
            ],
        ),
        ({0, 3}, []),  # one step is the whole
    ],
)
def test_steps_go_on_without_what_is_dropped(
    fallen: set[int], expected: list[tuple[str, list[str], list[str]]]
) -> None:
    names = ["X", "Y", "Y", "Z"]
    steps = tuple(
        Step(tuple(map(found, names[a:])), tuple(map(found, names[b:])), Patch(name.encode(), ()), (KEPT,))
        for name, a, b in (("X", 0, 1), ("Y", 1, 3), ("Z", 3, 4))
    )
    rest = remnant(fallen, (KEPT,) * 3, steps)
    back = [found(name) for name in {0: "X", 1: "Y"}.get(min(fallen), "")]
    back += [found("Z")] if 3 in fallen else []
    made = rest.steps(cast(Any, Trees()), BASE.decode(), back)
    codes = [([d.code for d in step.before], [d.code for d in step.after]) for step in made]
    wanted = [(before, after) for _, before, after in expected]
    if fallen == {0}:
        wanted = [([*before, "X"], [*after, "X"]) for before, after in wanted]
    assert codes == wanted


@pytest.mark.parametrize(
    ("path", "content", "may"),
    [("a.py", b"x = 1\n", True), ("a.py", b"x = (\n", False), ("a.py", b"\xff\n", False), ("a.txt", b"x = (\n", True)],
)
def test_python_must_parse(path: str, content: bytes, may: bool) -> None:
    rest = SimpleNamespace(outcome=SimpleNamespace(path=path), content=content)
    assert _may_be(cast(Remnant, rest)) is may
