"""What clients print, and how they are called, without any client: halves of outputs, words of failures, keys."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from stomper.fixers.agents.base import AgentClient, Ask
from stomper.fixers.agents.claude_code import SUBSCRIPTION, ClaudeCode
from stomper.fixers.agents.client_output import failure_of, json_lines
from stomper.fixers.agents.codex import KEY, Codex
from stomper.fixers.base import Failure
from stomper.models import Usage
from stomper.process import Completed
from stomper.settings import AgentSettings

BOTH = pytest.mark.parametrize("client", [ClaudeCode(), Codex()], ids=lambda client: client.name)
SETTINGS = AgentSettings("it", "claude-code", model="m")


def ask(settings: AgentSettings = SETTINGS, key: str | None = "sesame") -> Ask:
    return Ask(Path("/tree"), "a.py", "the prompt", Path("/home"), settings, "/bin/client", key)


def ended(*lines: object, code: int = 0, err: bytes = b"") -> Completed:
    out = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    return Completed(("client",), code, out, err, 1.0)


@pytest.mark.parametrize(
    ("words", "status", "failure"),
    [
        ("anything", 429, Failure.RATE_LIMITED),
        ("anything", 529, Failure.RATE_LIMITED),
        ("unexpected status 529 <unknown status code>: busy", None, Failure.RATE_LIMITED),
        ("exceeded retry limit, last status: 429 Too Many Requests", None, Failure.RATE_LIMITED),
        ("The server is overloaded", None, Failure.RATE_LIMITED),
        ("API Error: 401 no", None, Failure.UNUSABLE),
        ("Not logged in · Please run /login", None, Failure.UNUSABLE),
        ("The model `x` does not exist or you do not have access to it.", None, Failure.UNUSABLE),
        ("Your credit balance is too low", 400, Failure.UNUSABLE),
        ("stopped: content_filter", None, Failure.REFUSED),
        ("connection refused", None, Failure.FAILED),
        ("API Error: 400 scripted", 400, Failure.FAILED),
        ("", None, Failure.FAILED),
    ],
)
def test_words_and_codes_say_what_kind_of_failure_it_is(words: str, status: int | None, failure: Failure) -> None:
    assert failure_of(words, status) is failure


def test_what_is_no_object_is_passed_over() -> None:
    assert list(json_lines(b'{"a": 1}\nnot json\n[1]\n\xff\n{"b": 2}\n{"half')) == [{"a": 1}, {"b": 2}]


@BOTH
@pytest.mark.parametrize("output", [b"", b"Killed\n", b'{"type": "result', b'{"type":"turn.completed","usage":3}'])
def test_an_output_without_an_end_is_a_failure_whose_usage_is_unknown(client: AgentClient, output: bytes) -> None:
    answer = client.read(ask(), Completed(("client",), 1, output, b"it broke", 1.0))
    assert answer.failure is Failure.FAILED
    assert answer.problem.startswith("it: ")
    assert answer.usage is None


@BOTH
def test_prompt_and_key_are_in_no_argument(client: AgentClient) -> None:
    call = client.call(ask())
    assert call.stdin == b"the prompt"
    assert not [word for word in call.argv if "the prompt" in word or "sesame" in word]
    assert [name for name, value in call.env.items() if value == "sesame"] in (["ANTHROPIC_API_KEY"], [KEY])


@BOTH
def test_without_an_address_it_asks_its_provider_and_without_a_key_none_is_made_up(client: AgentClient) -> None:
    call = client.call(ask(key=None))
    assert "ANTHROPIC_BASE_URL" not in call.env
    assert "http://" not in " ".join(call.argv)
    assert not {"ANTHROPIC_API_KEY", KEY} & call.env.keys()


def test_claude_code_asks_a_server_that_wants_no_key_with_some_word() -> None:
    call = ClaudeCode().call(ask(replace(SETTINGS, base_url="http://127.0.0.1:1/v1/"), key=None))
    assert (call.env["ANTHROPIC_BASE_URL"], call.env["ANTHROPIC_API_KEY"]) == ("http://127.0.0.1:1", "none")


def test_a_subscription_is_asked_by_its_token_in_the_mode_that_reads_it() -> None:
    call = ClaudeCode().call(ask(replace(SETTINGS, key_variable=SUBSCRIPTION)))
    assert call.env[SUBSCRIPTION] == "sesame"
    assert "ANTHROPIC_API_KEY" not in call.env
    assert "--bare" not in call.argv
    assert call.argv[call.argv.index("--setting-sources") + 1] == ""


def result(**more: object) -> dict[str, object]:
    counts = {"input_tokens": 10, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 2, "output_tokens": 3}
    facts = {"type": "result", "is_error": False, "usage": counts, "total_cost_usd": 0.5}
    return {**facts, "modelUsage": {"m": {"costBasis": "list"}}, **more}


def said(identity: str, model: str = "m") -> dict[str, object]:
    return {"type": "assistant", "message": {"id": identity, "model": model}}


def test_claude_code_counts_all_input_and_each_answer_once() -> None:
    answer = ClaudeCode().read(ask(), ended(said("1"), said("1"), said("2"), said("3", "<synthetic>"), result()))
    assert answer.usage == Usage(17, 3, 5, 0.5, 2)
    assert answer.problem == ""


def test_a_made_up_price_is_no_price() -> None:
    answer = ClaudeCode().read(ask(), ended(result(modelUsage={"m": {"costBasis": "unknown"}})))
    assert answer.usage
    assert answer.usage.cost is None


def test_an_end_by_too_many_turns_still_says_what_it_took() -> None:
    facts = result(is_error=True, subtype="error_max_turns", errors=["Reached maximum number of turns (8)"])
    answer = ClaudeCode().read(ask(), ended(facts, code=1))
    assert (answer.problem, answer.failure) == ("it: Reached maximum number of turns (8)", Failure.FAILED)
    assert answer.usage
    assert answer.usage.input_tokens == 17


def test_success_in_words_with_another_exit_code_is_a_problem() -> None:
    assert ClaudeCode().read(ask(), ended(result(), code=1)).failure is Failure.FAILED
    turn = {"type": "turn.completed", "usage": {"input_tokens": 1, "output_tokens": 2}}
    answer = Codex().read(ask(), ended(turn, code=1))
    assert answer.failure is Failure.FAILED
    assert answer.usage == Usage(1, 2)
