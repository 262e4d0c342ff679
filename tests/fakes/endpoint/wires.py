"""The wire formats: Anthropic messages, OpenAI chat completions and responses, Gemini generateContent."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.fakes.endpoint.script import Asked, Tool, Turn, Usage

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wire:
    """A wire format: how a request is read, and how an answer and an error are written.

    `answer` gives the body of a plain answer, `events` (name, data) of a streamed one, `error` the body of
    a status with a message.
    """

    name: str
    read: Callable[[Json], Asked]
    answer: Callable[[str, Turn, Usage], Json]
    events: Callable[[str, Turn, Usage], Iterator[tuple[str, Json | str]]]
    error: Callable[[int, str], Json]


def _text(content: object) -> str:
    """The text of a message's content: a string, or a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(part["text"] for part in parts if isinstance(part.get("text"), str))


def _tool(facts: Json, schema: str) -> Tool:
    parameters = facts.get(schema) or {}
    custom = facts.get("type") == "custom" and schema not in facts
    required = tuple(parameters.get("required", ()))
    return Tool(str(facts.get("name", "")), parameters.get("properties") or {}, required, custom)


def _users(messages: list[Json]) -> tuple[str, ...]:
    texts = (_text(message.get("content")) for message in messages if message.get("role") == "user")
    return tuple(text for text in texts if text)


# Anthropic messages


def _read_anthropic(body: Json) -> Asked:
    messages = body.get("messages", [])
    blocks = [block for m in messages if isinstance(m.get("content"), list) for block in m["content"]]
    results = sum(block.get("type") == "tool_result" for block in blocks)
    tools = tuple(_tool(facts, "input_schema") for facts in body.get("tools") or ())
    return Asked(body.get("model", ""), _users(messages), tools, results, bool(body.get("stream")))


def _block_anthropic(turn: Turn) -> Json:
    if turn.tool:
        return {"type": "tool_use", "id": f"toolu_{turn.number}", "name": turn.tool.name, "input": turn.arguments}
    return {"type": "text", "text": turn.text}


def _usage_anthropic(usage: Usage) -> Json:
    facts = {"input_tokens": usage.input - usage.cached, "cache_read_input_tokens": usage.cached}
    return {**facts, "cache_creation_input_tokens": 0, "output_tokens": usage.output}


def _answer_anthropic(model: str, turn: Turn, usage: Usage) -> Json:
    return {
        "id": f"msg_{turn.number}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [_block_anthropic(turn)],
        "stop_reason": "refusal" if turn.refused else "tool_use" if turn.tool else "end_turn",
        "stop_sequence": None,
        "usage": _usage_anthropic(usage),
    }


def _events_anthropic(model: str, turn: Turn, usage: Usage) -> Iterator[tuple[str, Json]]:
    whole, block = _answer_anthropic(model, turn, usage), _block_anthropic(turn)
    empty = {**block, "input": {}} if turn.tool else {**block, "text": ""}
    words = {"type": "text_delta", "text": turn.text}
    delta = {"type": "input_json_delta", "partial_json": json.dumps(turn.arguments)} if turn.tool else words
    stop = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    for facts in (
        {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": empty},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": stop, "usage": {"output_tokens": usage.output}},
        {"type": "message_stop"},
    ):
        yield str(facts["type"]), facts


ERRORS_ANTHROPIC = {400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error"}
LIMITS_ANTHROPIC = {429: "rate_limit_error", 529: "overloaded_error"}


def _error_anthropic(status: int, message: str) -> Json:
    kind = {**ERRORS_ANTHROPIC, **LIMITS_ANTHROPIC}.get(status, "api_error")
    return {"type": "error", "error": {"type": kind, "message": message}}


# OpenAI chat completions


def _read_chat(body: Json) -> Asked:
    messages = body.get("messages", [])
    results = sum(message.get("role") == "tool" for message in messages)
    tools = tuple(_tool(facts.get("function") or {}, "parameters") for facts in body.get("tools") or ())
    system = "".join(_text(m.get("content")) for m in messages if m.get("role") in ("system", "developer"))
    return Asked(body.get("model", ""), _users(messages), tools, results, bool(body.get("stream")), system)


def _message_chat(turn: Turn) -> Json:
    if not turn.tool:
        return {"role": "assistant", "content": turn.text, **({"refusal": turn.text} if turn.refused else {})}
    function = {"name": turn.tool.name, "arguments": json.dumps(turn.arguments)}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": f"call_{turn.number}", "type": "function", "function": function}],
    }


def _end_chat(turn: Turn) -> str:
    return "content_filter" if turn.refused else "tool_calls" if turn.tool else "stop"


def _usage_chat(usage: Usage) -> Json:
    counts = {"prompt_tokens": usage.input, "completion_tokens": usage.output}
    return {
        **counts,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached},
    }


def _answer_chat(model: str, turn: Turn, usage: Usage) -> Json:
    choice = {"index": 0, "message": _message_chat(turn), "finish_reason": _end_chat(turn)}
    facts = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model}
    return {**facts, "choices": [choice], "usage": _usage_chat(usage)}


def _events_chat(model: str, turn: Turn, usage: Usage) -> Iterator[tuple[str, Json | str]]:
    delta = _message_chat(turn)
    for index, call in enumerate(delta.get("tool_calls", ())):
        call["index"] = index
    facts = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model}
    yield "", {**facts, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    yield "", {**facts, "choices": [{"index": 0, "delta": {}, "finish_reason": _end_chat(turn)}]}
    yield "", {**facts, "choices": [], "usage": _usage_chat(usage)}
    yield "", "[DONE]"


def _error_openai(status: int, message: str) -> Json:
    codes = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}
    return {"error": {"message": message, "type": "error", "param": None, "code": codes.get(status)}}


ANTHROPIC = Wire("anthropic", _read_anthropic, _answer_anthropic, _events_anthropic, _error_anthropic)
CHAT = Wire("chat", _read_chat, _answer_chat, _events_chat, _error_openai)
