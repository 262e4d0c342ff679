"""The files at once and the budgets of a fleet, divided among its repositories."""

import pytest

from stomper.fleet.model import Terms
from stomper.fleet.purse import Purse
from stomper.fleet.result import Result
from stomper.fleet.shares import Shares


def order_of(total: int, sizes: dict[str, int]) -> list[tuple[str, int]]:
    """Begin all of them, each as soon as something is free; the one that began first is always over first."""
    shares, waiting, begun, running = Shares(total), [*sizes.items()], list[tuple[str, int]](), list[tuple[str, int]]()
    while waiting or running:
        while (chosen := shares.choose(waiting, more=False)) is not None:
            waiting = [one for one in waiting if one[0] != chosen[0]]
            begun.append(chosen)
            running.append(chosen)
        assert sum(share for _, share in running) <= total
        shares.give_back(*running.pop(0))
    assert shares.free == total
    return begun


def test_a_large_repository_begins_first_and_leaves_room_for_small_ones() -> None:
    begun = order_of(4, {"small": 10, "large": 1000, "tiny": 1, "middle": 50})
    assert begun[0] == ("large", 3)
    assert begun[1] == ("tiny", 1)


@pytest.mark.parametrize("total", [1, 2, 3, 8])
@pytest.mark.parametrize("sizes", [[5], [0, 0, 0], [1, 2, 3, 400, 500, 6], [7] * 20], ids=str)
def test_every_repository_begins_once_and_never_more_files_than_allowed(total: int, sizes: list[int]) -> None:
    named = {f"r{number}": size for number, size in enumerate(sizes)}
    begun = order_of(total, named)
    assert sorted(name for name, _ in begun) == sorted(named)
    assert all(share >= 1 for _, share in begun)


def test_one_at_a_time_keeps_the_order() -> None:
    assert [name for name, _ in order_of(1, {"b": 9, "a": 1, "c": 5})] == ["b", "a", "c"]


def test_the_last_one_gets_all_that_it_can_use() -> None:
    assert order_of(8, {"only": 5}) == [("only", 5)]


def test_what_is_left_of_a_budget_is_divided_and_never_exceeded() -> None:
    purse = Purse(Terms(max_cost=10.0, max_tokens=1000), [Result("old", "fixed", usage={"cost_estimate": 4.0})], 3)
    first, second = purse.allow(), purse.allow()
    assert (first.cost, second.cost, first.tokens) == (2.0, 2.0, 333)
    purse.settle(first, Result("a", "fixed", run="x", usage={"cost_estimate": 0.5, "input_tokens": 33}))
    third = purse.allow()
    assert third.cost == pytest.approx(3.5)
    purse.settle(second, None)  # killed: it may have taken all
    purse.settle(third, Result("c", "failed", exit_code=-9))
    assert purse.cost == pytest.approx(0.0)
    assert purse.spent() == "the money of the fleet is spent"
    assert "--max-tokens" in third.options()


def test_without_budgets_a_repository_gets_its_own_time_alone() -> None:
    purse = Purse(Terms(repository_minutes=4), [], 1)
    assert purse.allow().options() == ["--max-minutes", "3.0000"]
    assert purse.spent() == ""
