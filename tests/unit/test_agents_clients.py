"""How each client is asked, and how what it prints is read; its words here are those of the real one, shortened."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stomper.errors import ConfigError
from stomper.fixers.agents import CLIENTS, make_agent
from stomper.fixers.agents.base import Answer, Ask, Call
from stomper.fixers.base import Failure
from stomper.models import Usage
from stomper.process import Completed
from stomper.settings import AgentSettings, Client, Settings

HOME = Path("/home-of-try")
NAMES: tuple[Client, ...] = (
    *("qwen-code", "opencode", "aider", "gemini-cli", "copilot-cli"),
    *("cursor-cli", "goose", "amp"),
)
KEY = "the-key"


def ask(name: Client, home: Path = HOME, **settings: Any) -> Ask:
    agent = AgentSettings(name, name, **settings)
    return Ask(Path("/tree"), "app/bad.py", "the prompt", home, agent, f"/bin/{name}", KEY)


def call(name: Client, **settings: Any) -> Call:
    return CLIENTS[name].call(ask(name, **settings))


def read(name: Client, out: str, code: int = 0, err: str = "", home: Path = HOME) -> Answer:
    done = Completed(("x",), code, out.encode(), err.encode(), 1.0)
    return CLIENTS[name].read(ask(name, home), done)


ARGV: dict[Client, str] = {
    "qwen-code": "/bin/qwen-code -o stream-json --auth-type openai -m M --bare --chat-recording false"
    " --approval-mode auto-edit --exclude-tools run_shell_command --max-session-turns 12",
    "opencode": "/bin/opencode run --format json --pure --title fix -m stomper/M",
    "aider": "/bin/aider --model openai/M --model-metadata-file /home-of-try/models.json --edit-format diff"
    " --yes-always --no-git --map-tokens 0 --no-auto-lint --no-check-update --no-show-release-notes"
    " --no-show-model-warnings --no-analytics --no-pretty --no-stream --no-fancy-input --no-suggest-shell-commands"
    " --no-detect-urls --chat-history-file /dev/null --input-history-file /dev/null --env-file /dev/null"
    " --analytics-log /home-of-try/events.jsonl --message-file /home-of-try/prompt.txt -- app/bad.py",
    "gemini-cli": "/bin/gemini-cli -o json -m M --approval-mode auto_edit",
    "copilot-cli": "/bin/copilot-cli --output-format json --no-auto-update --no-ask-user --disable-builtin-mcps"
    " --no-custom-instructions --log-level none --available-tools=view,edit,create --allow-tool write"
    " --usage-output-file /home-of-try/usage.json",
    "cursor-cli": "/bin/cursor-cli -p --output-format stream-json --force --trust --sandbox enabled --model M"
    " --workspace /tree|Read /home-of-try/prompt.md and do exactly what it says.",
    "goose": "/bin/goose run --no-session -q --output-format json --max-turns 12 --with-builtin developer -i -",
    "amp": "/bin/amp -x --stream-json --no-ide --no-notifications",
}
ENV: dict[Client, dict[str, str]] = {
    "qwen-code": {"OPENAI_BASE_URL": "http://s/v1", "OPENAI_API_KEY": KEY, "QWEN_USAGE_STATISTICS_ENABLED": "false"},
    "opencode": {"npm_config_offline": "true", "XDG_CONFIG_HOME": "/home-of-try/config"},
    "aider": {"OPENAI_API_BASE": "http://s/v1", "OPENAI_API_KEY": KEY},
    "gemini-cli": {"GOOGLE_GEMINI_BASE_URL": "http://s", "GEMINI_API_KEY": KEY, "GEMINI_CLI_HOME": "/home-of-try"},
    "copilot-cli": {
        "COPILOT_PROVIDER_BASE_URL": "http://s/v1",
        "COPILOT_PROVIDER_API_KEY": KEY,
        "COPILOT_OFFLINE": "true",
        "COPILOT_MODEL": "M",
    },
    "cursor-cli": {"CURSOR_API_KEY": KEY},
    "goose": {"OPENAI_HOST": "http://s", "OPENAI_BASE_PATH": "v1/chat/completions", "GOOSE_MODEL": "M"},
    "amp": {"AMP_API_KEY": KEY, "AMP_URL": "http://s/v1"},
}


@pytest.mark.parametrize("name", NAMES)
def test_how_it_is_asked(name: Client) -> None:
    base = {} if name == "cursor-cli" else {"base_url": "http://s/v1"}
    made = call(name, model="M", **base)
    words, _, last = ARGV[name].partition("|")
    assert list(made.argv) == words.split() + ([last] if last else [])
    assert ENV[name].items() <= made.env.items()
    sent = (made.stdin or b"") + b"".join(content for file, content in made.files.items() if "prompt" in file)
    assert sent == b"the prompt"
    assert not [word for word in made.argv if KEY in word or "the prompt" in word]


@pytest.mark.parametrize("name", NAMES)
def test_without_a_model_and_an_address_it_uses_its_own(name: Client) -> None:
    made = call(name)
    assert not [word for word in made.argv if word in ("-m", "--model", "None")]
    assert not [name for name in made.env if "URL" in name or "HOST" in name or "API_BASE" in name]
    assert KEY in "".join(made.env.values())


def test_opencode_is_configured_by_a_variable() -> None:
    facts = json.loads(call("opencode", model="M", base_url="http://s/v1").env["OPENCODE_CONFIG_CONTENT"])
    assert facts["enabled_providers"] == ["stomper"]
    assert facts["provider"]["stomper"]["options"] == {"baseURL": "http://s/v1", "apiKey": KEY}
    assert facts["permission"]["bash"] == "deny"
    assert "provider" not in json.loads(call("opencode").env["OPENCODE_CONFIG_CONTENT"])


def test_gemini_is_told_to_be_quiet() -> None:
    facts = json.loads(call("gemini-cli", max_turns=7).files[".gemini/settings.json"])
    assert (facts["privacy"]["usageStatisticsEnabled"], facts["telemetry"]["enabled"]) == (False, False)
    assert (facts["model"]["maxSessionTurns"], facts["general"]["maxAttempts"]) == (7, 2)


def test_copilot_unpacks_itself_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert "XDG_CACHE_HOME" not in call("copilot-cli").env
    (tmp_path / "copilot").mkdir()
    assert call("copilot-cli").env["XDG_CACHE_HOME"] == str(tmp_path)


QWEN = """\
{"type":"system","subtype":"init","cwd":"/tree","tools":["read_file","edit"]}
{"type":"result","subtype":"success","is_error":false,"num_turns":3,"result":"Done.",\
"usage":{"input_tokens":3600,"output_tokens":102,"cache_read_input_tokens":600,"total_tokens":3702}}
"""
QWEN_401 = """\
{"type":"result","subtype":"error_during_execution","is_error":true,"usage":{"input_tokens":0,"output_tokens":0,\
"cache_read_input_tokens":0},"error":{"message":"[API Error: 401 scripted status 401]"}}
"""
STEP = """\
{"type":"step_finish","part":{"reason":"REASON","type":"step-finish",\
"tokens":{"total":1234,"input":1000,"output":34,"reasoning":0,"cache":{"write":0,"read":200}},"cost":0}}
"""
OPENCODE = STEP.replace("REASON", "tool-calls") * 2 + STEP.replace("REASON", "stop")
OPENCODE_401 = """\
{"type":"error","error":{"name":"APIError","data":{"message":"scripted status 401","statusCode":401}}}
"""
GEMINI = """\
{
  "response": "Done.",
  "stats": {"models": {"M": {"api": {"totalRequests": 3, "totalErrors": 0},
    "tokens": {"input": 3000, "prompt": 3600, "candidates": 100, "cached": 600, "thoughts": 2, "tool": 0}}}}
}
"""
GEMINI_401 = """\
    at async Turn.run (file:///chunk.js:333001:24) {
  status: 401
}
{
  "session_id": "958e0bfb",
  "error": {"type": "Error", "message": "{\\"error\\":{\\"code\\":401,\\"message\\":\\"scripted\\"}}", "code": 401}
}
"""
COPILOT_401 = """\
{"type":"session.error","data":{"errorType":"authentication","message":"Authentication failed with provider",\
"statusCode":401}}
{"type":"result","exitCode":1,"usage":{"premiumRequests":0}}
"""
AIDER_401 = """\
Added bad.py to the chat.

litellm.AuthenticationError: AuthenticationError: OpenAIException - scripted
status 401
The API provider is not able to authenticate you. Check your API key.
"""
ALL = Usage(3600, 102, 600, requests=3)


@pytest.mark.parametrize(
    ("name", "out", "usage"),
    [
        ("qwen-code", QWEN, replace(ALL, requests=None)),
        ("opencode", OPENCODE, ALL),
        ("opencode", OPENCODE.replace('"cost":0', '"cost":0.25'), replace(ALL, cost=0.75)),
        ("gemini-cli", GEMINI, ALL),
        ("gemini-cli", "A warning about colours.\n" + GEMINI, ALL),
        ("cursor-cli", '{"type":"result","is_error":false,"duration_ms":1}\n', None),
        ("amp", '{"type":"result","is_error":false}\n', None),
        ("goose", "{}", None),
    ],
)
def test_what_it_says_when_it_is_done(name: Client, out: str, usage: Usage | None) -> None:
    assert read(name, out) == Answer(usage=usage)


def test_what_copilot_says_in_its_file(tmp_path: Path) -> None:
    usage = {"inputTokens": 3600, "outputTokens": 102, "cacheReadTokens": 600, "cacheWriteTokens": 0}
    models = {"M": {"requests": {"count": 3, "cost": 0}, "usage": usage}}
    (tmp_path / "usage.json").write_text(json.dumps({"modelMetrics": models}))
    assert read("copilot-cli", '{"type":"result","exitCode":0}\n', home=tmp_path) == Answer(usage=ALL)


def test_what_aider_says_in_its_events(tmp_path: Path) -> None:
    facts = {"main_model": "openai/M", "prompt_tokens": 1200, "completion_tokens": 34, "cost": 0, "total_cost": 0}
    events = [{"event": "launched", "properties": {}}, {"event": "message_send", "properties": facts}]
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    assert read("aider", "Applied edit to bad.py", home=tmp_path) == Answer(usage=Usage(1200, 34, requests=1))


@pytest.mark.parametrize(
    ("name", "out", "err", "code"),
    [
        ("qwen-code", QWEN_401, "", 1),
        ("opencode", OPENCODE_401, "", 1),
        ("gemini-cli", "", GEMINI_401, 145),
        ("copilot-cli", COPILOT_401, "", 0),
        ("aider", AIDER_401, "", 0),
    ],
)
def test_a_wrong_key(name: Client, out: str, err: str, code: int) -> None:
    answer = read(name, out, code, err)
    assert (answer.failure, answer.usage) == (Failure.UNUSABLE, None)
    assert answer.problem.startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("name", "out", "err"),
    [
        ("opencode", '{"type":"error","error":{"data":{"message":"no","statusCode":402}}}', ""),
        ("gemini-cli", "", 'Warning\n{\n"error": {"message": "no", "code": 402}\n}\n'),
        ("copilot-cli", '{"type":"session.error","data":{"message":"no","statusCode":402}}', ""),
    ],
)
def test_the_status_that_it_names_counts(name: Client, out: str, err: str) -> None:
    answer = read(name, out, 1, err)
    assert answer.failure is Failure.UNUSABLE
    assert answer.problem.startswith(f"{name}: no")


def test_opencode_tells_a_refusal() -> None:
    error = '{"type":"error","error":{"data":{"message":"blocked"}}}'
    answer = read("opencode", STEP.replace("REASON", "content-filter") + error, 1)
    assert (answer.failure, answer.problem) == (Failure.REFUSED, "opencode: blocked")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "out", ["", "{", "[1]\nnull\n7\n", '{"type":"result","usage":[]}\n', '{"stats":{"models":[1]}}']
)
def test_whatever_it_prints_is_read(name: Client, out: str) -> None:
    """And what has died has failed, also where the last that it said sounds well."""
    answer = read(name, out, -11)
    assert (answer.failure, answer.usage) == (Failure.FAILED, None)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("aider", "The API provider has rate limited you.\nRetrying in 0.2 seconds...\n"),
        ("copilot-cli", '{"type":"model.call_failure","data":{"model":"M","statusCode":429,"durationMs":4}}\n'),
    ],
)
def test_one_that_waits_for_its_provider_is_found_out(name: Client, printed: str) -> None:
    limited = call(name).limited
    assert limited
    assert limited.search(printed.encode())
    assert not limited.search(printed.replace("429", "503").replace("\nRetry", "\n> Retry").encode())


def test_cursor_has_no_other_server() -> None:
    with pytest.raises(ConfigError, match="base_url"):
        make_agent(AgentSettings("mine", "cursor-cli", base_url="http://s"), Settings(), Path("/"))
