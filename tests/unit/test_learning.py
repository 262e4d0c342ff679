"""What attempts say, and what follows from it: which kind of prompt, and which agent first."""

import pytest

from stomper.learning.ranking import choose_strategy, in_order, lower_bound
from stomper.learning.records import Record, merged, records_of
from stomper.models import (
    Attempt,
    AttemptResult,
    CodeTally,
    Failed,
    Fixed,
    Outcome,
    Patch,
    Rejected,
    Skipped,
    Timing,
    Usage,
)
from stomper.settings import STRATEGIES

F841 = ("ruff", "F841")
E501 = ("ruff", "E501")
TIMING = Timing(0, 1, 1)


def seen(rate: float, attempts: int, strategy: str = "normal", fixer: str = "codex", **more: float) -> Record:
    """A record of F841: so many attempts at ten diagnostics each."""
    tried = 10 * attempts
    return Record(*F841, fixer, strategy, attempts, tried, round(rate * tried), **more)  # type: ignore[arg-type]


# --- which strategy


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], "normal"),
        ([seen(0.0, 1)], "detailed"),
        ([seen(0.9, 8)], "normal"),
        ([seen(1.0, 8)], "minimal"),
        ([seen(1.0, 30), seen(0.1, 10, "minimal")], "normal"),
        ([seen(0.2, 10), seen(0.9, 4, "detailed")], "detailed"),
        ([seen(0.2, 10), seen(0.1, 10, "detailed")], "verbose"),
        ([seen(0.2, 10), seen(0.1, 10, "detailed"), seen(0.0, 9, "verbose")], "verbose"),
        ([seen(0.0, 9, fixer="claude-code")], "normal"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_the_cheapest_strategy_is_taken_that_is_good_enough(records: list[Record], expected: str) -> None:
    assert choose_strategy(records, {F841}, "codex") == expected


def test_a_code_with_a_low_rate_gets_the_detailed_strategy_and_the_choice_changes() -> None:
    attempts = [Attempt("codex", AttemptResult.WORSE, 1, 2, 1.0, strategy="normal", codes=(tally(F841, 1, 0),))] * 3
    before = choose_strategy((), {F841}, "codex")
    after = choose_strategy(
        records_of([Failed(path="a.py", before=(), attempts=tuple(attempts), timing=TIMING, reason="")], ["codex"]),
        {F841},
        "codex",
    )
    assert (before, after) == ("normal", "detailed")


def test_the_hardest_code_of_a_file_decides() -> None:
    assert choose_strategy([seen(0.1, 9)], {F841, E501}, "codex") == "detailed"
    assert choose_strategy([seen(1.0, 9)], {F841, E501}, "codex") == "normal", "of E501 nothing is known"


def test_many_diagnostics_of_one_attempt_are_one_piece_of_evidence() -> None:
    one = Record(*F841, "codex", "detailed", attempts=1, tried=400, fixed=0)
    normal = seen(0.0, 9)
    assert choose_strategy([normal, one], {F841}, "codex") == "verbose"
    assert choose_strategy([normal, one, seen(1.0, 4, "detailed")], {F841}, "codex") == "detailed"


def test_a_vain_try_is_followed_by_a_higher_strategy() -> None:
    assert [choose_strategy((), {F841}, "codex", vain) for vain in range(4)] == [*STRATEGIES[1:], "verbose"]


# --- which agent first


def test_without_records_agents_keep_their_places() -> None:
    assert in_order(("b", "a"), (), {F841}) == ("b", "a")


def test_the_better_agent_for_a_code_comes_first() -> None:
    records = [seen(0.2, 9, fixer="a"), seen(0.9, 9, fixer="b")]
    assert in_order(("a", "b"), records, {F841}) == ("b", "a")
    assert in_order(("a", "b"), records, {E501}) == ("a", "b")


def test_an_agent_that_was_seldom_asked_keeps_its_place() -> None:
    records = [seen(0.2, 9, fixer="a"), seen(1.0, 4, fixer="b"), seen(0.9, 9, fixer="c")]
    assert in_order(("a", "b", "c"), records, {F841}) == ("c", "b", "a")


def test_of_equals_the_cheaper_comes_first_where_all_say_what_they_cost() -> None:
    dear, cheap = (seen(0.8, 9, fixer=name, cost=cost, cost_attempts=9) for name, cost in (("a", 9.0), ("b", 0.9)))
    unpriced = seen(0.7, 9, fixer="c")
    assert in_order(("a", "b"), [dear, cheap], {F841}) == ("b", "a")
    assert in_order(("c", "a"), [dear, unpriced], {F841}) == ("a", "c"), "by rate alone"


def test_a_rate_seen_seldom_counts_less() -> None:
    assert lower_bound(1.0, 2) < lower_bound(0.9, 50) < 0.9
    assert lower_bound(0.5, 0) == 0.0


# --- what attempts say


def tally(code: tuple[str, str], tried: int, fixed: int) -> CodeTally:
    return CodeTally(*code, tried, fixed)


def attempt(usage: Usage | None = None, fixer: str = "codex", **more: object) -> Attempt:
    codes = (tally(F841, 3, 2), tally(E501, 1, 1))
    return Attempt(fixer, AttemptResult.KEPT, 4, 1, 8.0, usage=usage, strategy="normal", codes=codes, **more)  # type: ignore[arg-type]


def fixed(*attempts: Attempt) -> Outcome:
    return Fixed(path="a.py", before=(), patch=Patch(b"", ()), attempts=attempts, timing=TIMING)


def test_what_an_attempt_took_is_shared_out_by_the_number_of_diagnostics() -> None:
    records = records_of([fixed(attempt(Usage(1000, 200, cost=0.5)))], ["codex"])
    assert records == (
        Record(*E501, "codex", "normal", 1, 1, 1, 2.0, 300.0, 1, 0.125, 1),
        Record(*F841, "codex", "normal", 1, 3, 2, 6.0, 900.0, 1, 0.375, 1),
    )


@pytest.mark.parametrize("usage", [None, Usage(), Usage(input_tokens=7)])
def test_what_is_not_known_is_not_nothing(usage: Usage | None) -> None:
    known = attempt(Usage(1000, 200, cost=0.5))
    record = records_of([fixed(known, attempt(usage))], ["codex"])[1]
    assert (record.attempts, record.token_attempts, record.cost_attempts) == (2, 1, 1)
    assert record.cost_each == 0.375 * 2 / 4
    assert record.tokens_each == 900 * 2 / 4


def test_only_what_stays_is_fixed() -> None:
    outcomes: list[Outcome] = [
        Rejected(path="a.py", before=(), attempts=(attempt(),), timing=TIMING, reason="tests: breaks test_a"),
        Skipped(path="b.py", before=(), reason="budget", held=True, attempts=(attempt(),)),
        fixed(attempt(fixer="ruff")),
        Skipped(path="c.py", before=(), reason="uncommitted changes"),
    ]
    assert [(r.code, r.attempts, r.tried, r.fixed) for r in records_of(outcomes, ["codex"])] == [
        ("E501", 2, 2, 1),
        ("F841", 2, 6, 2),
    ]


def test_records_of_one_key_become_one() -> None:
    assert merged([seen(0.5, 2), seen(0.0, 1), seen(1.0, 1, "detailed")]) == (
        seen(1.0, 1, "detailed"),
        Record(*F841, "codex", "normal", 3, 30, 10),
    )
