"""Whole runs with an agent and a scripted endpoint: a storm of limits, budgets that end, what is learned."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.fakes.endpoint import Endpoint, Faults, Script
from tests.kit.cli import Result, Stomper
from tests.kit.repo import GitRepo
from tests.kit.runs import report_of, runs, states

pytestmark = pytest.mark.crew

CONTENT = "import os\n\nx{n} = {n}\n"
TOML = """\
[tool.stomper]
fixers = ["local"]
[tool.stomper.agent.local]
client = "openai"
model = "scripted"
base_url = "{url}/v1"
{keys}
"""
# What an answer of the endpoint (1200 tokens read, 34 written) costs then: 0.1537 dollars.
PRICES = "input_price = 100\noutput_price = 991"
PRICE = 0.153694


@dataclass
class Asked:
    """A repository of files that only the agent fixes, whose model is the endpoint."""

    repo: GitRepo
    stomper: Stomper

    def commit(self, count: int, endpoint: Endpoint, keys: str = "") -> None:
        for n in range(count):
            self.repo.write(f"m{n:02}.py", CONTENT.format(n=n))
        self.repo.write("pyproject.toml", TOML.format(url=endpoint.url, keys=keys))
        self.repo.commit("sample")

    def run(self, *words: str) -> Result:
        return self.stomper.run(self.repo, *words)

    def attempts(self) -> list[Mapping[str, object]]:
        return [attempt for file in report_of(self.repo)["files"] for attempt in file["attempts"]]

    def reasons(self) -> set[str]:
        return {file["reason"] for file in report_of(self.repo)["files"] if file["status"] == "skipped"}


@pytest.fixture
def asked(repo: GitRepo, stomper: Stomper) -> Asked:
    return Asked(repo, stomper)


def answered(endpoint: Endpoint) -> int:
    return sum(row["status"] == 200 for row in endpoint.rows)


@pytest.mark.thorough
def test_a_storm_of_limits_ends_with_every_file_fixed(asked: Asked) -> None:
    """With as many workers as CI can bear; `test_metered.py` and `scripts/try_throttle.py` have eight."""
    files = 10
    with Endpoint(Script(), Faults(at_once=1, retry_after="0.1", delay=0.1)) as endpoint:
        asked.commit(files, endpoint)
        result = asked.run("fix", "-j", "3").check()
    assert set(states(asked.repo).values()) == {"fixed"}
    assert answered(endpoint) == files
    assert files <= len(endpoint.rows) <= 2 * files
    usage = report_of(asked.repo)["usage"]
    assert usage == {
        "attempts": files,
        "requests": files,
        "input_tokens": sum(row.get("input_tokens", 0) for row in endpoint.rows),
        "output_tokens": sum(row.get("output_tokens", 0) for row in endpoint.rows),
        "unknown_attempts": 0,
    }
    assert "asked models 10 times: 12,340 tokens" in result.out.splitlines()


def limit(answers: int) -> str:
    """A limit in money that so many answers reach."""
    return f"{PRICE * answers - 0.01:.2f}"


@pytest.mark.unproved
def test_a_budget_ends_and_the_run_goes_on_with_a_larger_one(asked: Asked) -> None:
    files, workers, most = 7, 2, 3
    repo = asked.repo
    with Endpoint(Script()) as endpoint:
        asked.commit(files, endpoint, PRICES)
        first = asked.run("fix", "-j", str(workers), "--max-cost", limit(most)).check(1)
        done = list(states(repo).values()).count("fixed")
        assert most <= answered(endpoint) == done <= most + workers - 1
        assert asked.reasons() == {f"budget: --max-cost {limit(most)} is reached"}
        assert f"about ${PRICE * done:.2f} (an estimate)" in first.out
        assert "stomper resume" in first.out.splitlines()[-2]
        assert json.loads(asked.run("status", "--format", "json").out)["runs"][0]["state"] == "held"
        asked.run("resume", "-q", "-j", "1", "--max-cost", limit(done + 1)).check(1)
        assert answered(endpoint) == done + 1, "what it has taken counts on"
        assert len(repo.log()) == 1 + done + 1
        repo.commit_file("notes.txt", "mine\n")  # and it follows where the user goes
        asked.run("resume", "--max-cost", "100").check()
    assert answered(endpoint) == files
    assert report_of(repo)["usage"]["cost_estimate"] == pytest.approx(PRICE * files)
    assert len(runs(repo)) == 1
    assert len(repo.log()) == 1 + files + 1
    recorded = json.loads(asked.run("stats", "--format", "json").out)["codes"]
    assert [(row["name"], row["attempts"], row["fixed"]) for row in recorded] == [("ruff F401", files, files)]


def test_out_of_time_what_is_asked_is_cut_off_and_nothing_more_is_begun(asked: Asked) -> None:
    with Endpoint(Script(), Faults(stall=True)) as endpoint:
        asked.commit(2, endpoint)
        asked.run("fix", "-j", "1", "--max-minutes", "0.05").check(1)
    assert asked.reasons() == {"budget: --max-minutes 0.05 is reached"}
    assert [(attempt["result"]) for attempt in asked.attempts()] == ["timeout"]
    assert report_of(asked.repo)["usage"] == {"attempts": 1, "unknown_attempts": 1}


@pytest.mark.thorough
def test_a_code_with_a_low_rate_gets_another_strategy_in_the_next_run(asked: Asked) -> None:
    with Endpoint(Script(steps=())) as endpoint:  # it only talks
        asked.commit(1, endpoint)
        first = asked.run("fix", "--max-cost", "5", "--max-retries", "0").check(1)
        assert "what local costs is not known" in first.err
        before = [attempt["strategy"] for attempt in asked.attempts()]
        assert " 0% " in asked.run("stats").out
        asked.run("fix", "--max-retries", "0").check(1)
    assert (before, [attempt["strategy"] for attempt in asked.attempts()]) == (["normal"], ["detailed"])
