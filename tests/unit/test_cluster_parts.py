"""The parts of work on a cluster that need no scheduler."""

import dataclasses
import threading
import time
from pathlib import Path

import pytest

from stomper.cluster.place import place_of_cluster
from stomper.cluster.spec import Spec, differing_tool, require_sendable
from stomper.cluster.turns import Turns
from stomper.errors import StomperError, UsageError
from stomper.fleet.model import Entry, Terms
from stomper.fleet.orders import Order, OrderError, fetchable, read_order, require_no_secret
from stomper.fleet.prepare import Ready
from stomper.git.repository import Head
from stomper.settings import BudgetSettings, EnvironmentSettings, Settings, WorkflowSettings

ORDER = Order("tool", "c" * 40, "refs/heads/main", ("fix", "--fixer", "ruff"), 60.0, ("Ann", "ann@example.org"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("tcp://host:8786", "tcp://host:8786"),
        ("tls://host:8786", "tls://host:8786"),
        ("scheduler.json", "/srv/scheduler.json"),
        ("/run/scheduler.json", "/run/scheduler.json"),
        ("", ""),
    ],
)
def test_the_place_of_a_scheduler_is_an_address_or_a_file(text: str, place: str) -> None:
    assert place_of_cluster(text, Path("/srv")) == place


def test_the_address_of_a_scheduler_has_no_password() -> None:
    with pytest.raises(UsageError, match="has no password") as caught:
        place_of_cluster("tcp://me:secret@host:1", Path())
    assert "secret" not in caught.value.message


def test_an_order_is_the_same_after_its_way() -> None:
    order = dataclasses.replace(ORDER, shallow=("d" * 40,), set_up=("make",), depth=3)
    assert read_order(order.to_bytes()) == order


@pytest.mark.parametrize(
    "change",
    [
        {"words": ("fix", "--trailer", "Api-Token=abcdefgh1234")},
        {"set_up": ("pip install --index-url https://me:hunter22@host/simple x",)},
        {"set_up": ("login --token abcdefgh1234",)},
        {"defaults": 'x = "the-value-of-a-variable"\n'},
    ],
)
def test_no_secret_is_in_an_order(change: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPLE_TOKEN", "the-value-of-a-variable")
    require_no_secret(ORDER)
    with pytest.raises(OrderError, match="not sent"):
        require_no_secret(dataclasses.replace(ORDER, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize("source", ["/srv/tool", "file:///srv/tool", "https://me:hunter22@example.org/tool"])
def test_what_others_cannot_or_may_not_fetch_is_sent(source: str) -> None:
    ready = Ready(Entry("tool", source), Path("/nowhere"), 1)
    assert fetchable(ready, Head("c" * 40, "refs/heads/main")) == ("", "")


def test_a_suspect_is_alone() -> None:
    turns, seen = Turns(), list[str]()

    def work(kind: str) -> None:
        with turns.alone() if kind == "alone" else turns.beside():
            seen.append(f"{kind} begins")
            time.sleep(0.02)
            seen.append(f"{kind} ends")

    threads = [threading.Thread(target=work, args=(kind,)) for kind in ("beside", "beside", "alone", "alone", "beside")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    starts = [at for at, word in enumerate(seen) if word == "alone begins"]
    assert [seen[at + 1] for at in starts] == ["alone ends", "alone ends"]
    for at in starts:
        before = seen[:at]
        assert before.count("beside begins") == before.count("beside ends")


def test_another_version_of_a_tool_is_named() -> None:
    tools = (("python", "3.11"), ("ruff", "ruff 0.6.0"))
    spec = Spec("x", "c" * 40, Settings(), ("a", "b"), 1.0, (), frozenset(), None, {}, {}, tools)
    assert differing_tool(spec, tools) == ""
    wrong = differing_tool(spec, (("python", "3.11"), ("ruff", "ruff 0.7.0")))
    assert wrong == "it has ruff ruff 0.7.0, and this is for ruff 0.6.0"


def test_terms_have_no_cluster_by_themselves() -> None:
    assert Terms().cluster == ""
    assert issubclass(OrderError, StomperError)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(workflow=WorkflowSettings(test_validation="full")), "test_validation full and quick"),
        (Settings(budget=BudgetSettings(max_tokens=5)), "a limit of costs or tokens"),
        (Settings(environment=EnvironmentSettings(env=(("API_TOKEN", "abcdefgh12345"),))), "have a secret in them"),
    ],
)
def test_what_only_this_machine_can_do_is_refused(settings: Settings, said: str) -> None:
    require_sendable(Settings(environment=EnvironmentSettings(env=(("TZ", "UTC"),))))
    with pytest.raises(UsageError, match=said):
        require_sendable(settings)
