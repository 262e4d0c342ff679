"""The scripted endpoint: each wire format gives the same script, and faults come as they were ordered."""

import json
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.endpoint import Endpoint, Faults, Script, Usage

PROMPT = "Fix F401 in app/bad.py."
EDIT = {"type": "object", "properties": {"file_path": {}, "old_string": {}, "new_string": {}}}
READ = {"type": "object", "properties": {"file_path": {}}}
EDITING = {"file_path": "app/bad.py", "old_string": "import os\n", "new_string": ""}


def post(endpoint: Endpoint, path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(endpoint.url + path, json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def status_of(endpoint: Endpoint) -> int:
    try:
        post(endpoint, "/v1/chat/completions", chat())
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    return 200


def chat(results: int = 0, tools: bool = True, text: str = PROMPT) -> dict[str, Any]:
    given = [
        {"type": "function", "function": {"name": n, "parameters": p}} for n, p in (("read", READ), ("edit", EDIT))
    ]
    answers = [{"role": "tool", "content": "ok"}] * results
    return {"model": "m", "messages": [{"role": "user", "content": text}, *answers], "tools": given if tools else []}


def anthropic() -> dict[str, Any]:
    tools = [{"name": "Read", "input_schema": READ}, {"name": "Edit", "input_schema": EDIT}]
    result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": "text"}]}
    return {"model": "m", "messages": [{"role": "user", "content": PROMPT}, result], "tools": tools}


def responses(tool: dict[str, Any]) -> dict[str, Any]:
    return {"model": "m", "input": [{"role": "user", "content": PROMPT}], "tools": [tool]}


def gemini() -> dict[str, Any]:
    declared = [{"name": "replace", "parametersJsonSchema": EDIT}]
    return {"contents": [{"role": "user", "parts": [{"text": PROMPT}]}], "tools": [{"functionDeclarations": declared}]}


def test_each_wire_format_carries_the_edit() -> None:
    with Endpoint(Script()) as endpoint:
        said = post(endpoint, "/v1/messages", anthropic())
        assert said["content"][0]["input"] == EDITING
        assert said["usage"]["input_tokens"] + said["usage"]["cache_read_input_tokens"] == 1200
        called = post(endpoint, "/v1/chat/completions", chat(1))["choices"][0]["message"]["tool_calls"][0]
        assert json.loads(called["function"]["arguments"]) == EDITING
        custom = post(endpoint, "/v1/responses", responses({"type": "custom", "name": "apply_patch"}))["output"][0]
        assert custom["input"].splitlines()[1:4] == ["*** Update File: app/bad.py", "@@", "-import os"]
        shell = {"type": "function", "name": "exec_command", "parameters": {"properties": {"cmd": {}}}}
        assert "-import os" in post(endpoint, "/v1/responses", responses(shell))["output"][0]["arguments"]
        parts = post(endpoint, "/v1beta/models/m:generateContent", gemini())["candidates"][0]["content"]["parts"]
        assert parts[0]["functionCall"]["args"] == EDITING
        assert [row["file"] for row in endpoint.rows] == ["app/bad.py"] * 5


def test_the_step_follows_from_the_results_of_tools() -> None:
    with Endpoint(Script()) as endpoint:
        for _ in range(2):
            tools = [post(endpoint, "/v1/chat/completions", chat(n))["choices"][0]["finish_reason"] for n in range(3)]
            assert tools == ["tool_calls", "tool_calls", "stop"]
        assert [row["tool"] for row in endpoint.rows] == ["read", "edit", ""] * 2


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Answer with SEARCH/REPLACE blocks. " + PROMPT, "<<<<<<< SEARCH\nimport os\n=======\n>>>>>>> REPLACE"),
        (PROMPT + "\n```python\nimport os\nprint(1)\n```\n", "```python\nprint(1)\n```"),
        (PROMPT + "\n```python\n1 | import os\n2 | print(1)\n```\n", "```python\nprint(1)\n```"),
    ],
)
def test_without_tools_the_answer_is_text(text: str, wanted: str) -> None:
    with Endpoint(Script()) as endpoint:
        said = post(endpoint, "/v1/chat/completions", chat(tools=False, text=text))["choices"][0]["message"]["content"]
        assert wanted in said


def test_the_log_has_what_was_counted_and_the_folder_what_was_asked(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with Endpoint(Script(usage=Usage(500, 6, 0)), log=log, bodies=tmp_path) as endpoint:
        post(endpoint, "/v1/chat/completions", chat())
    row = json.loads(log.read_text())
    assert (row["status"], row["input_tokens"], row["output_tokens"], row["tool"]) == (200, 500, 6, "read")
    assert PROMPT in (tmp_path / "00001.txt").read_text()


def test_the_first_fail() -> None:
    with Endpoint(Script(), Faults(fail_first=2, status=529)) as endpoint:
        assert [status_of(endpoint) for _ in range(3)] == [529, 529, 200]
        assert [row["status"] for row in endpoint.rows] == [529, 529, 200]


def test_more_than_so_many_at_once_are_too_many() -> None:
    with Endpoint(Script(), Faults(at_once=1, delay=20)) as endpoint:
        statuses: list[int] = []
        first = threading.Thread(target=lambda: statuses.append(status_of(endpoint)))
        first.start()
        while not endpoint.busy:
            pass
        assert status_of(endpoint) == 429
        endpoint.stopped.set()
        first.join()
        assert statuses == [200]
