"""The other two wire formats: OpenAI responses and Gemini generateContent."""

import json
from collections.abc import Iterator

from tests.fakes.endpoint.script import Asked, Tool, Turn, Usage
from tests.fakes.endpoint.wires import Json, Wire, _error_openai, _text, _tool, _users

# OpenAI responses

OUTPUTS = ("function_call_output", "custom_tool_call_output", "local_shell_call_output")


def _read_responses(body: Json) -> Asked:
    given = body.get("input", [])
    items = [{"role": "user", "content": given}] if isinstance(given, str) else given
    results = sum(item.get("type") in OUTPUTS for item in items)
    tools = tuple(_tool(facts, "parameters") for facts in body.get("tools") or ())
    system = str(body.get("instructions") or "")
    return Asked(body.get("model", ""), _users(items), tools, results, bool(body.get("stream")), system)


def _item_responses(turn: Turn) -> Json:
    if turn.tool and turn.tool.custom:
        facts = {
            "type": "custom_tool_call",
            "id": f"ctc_{turn.number}",
            "call_id": f"call_{turn.number}",
            "status": "completed",
        }
        return {**facts, "name": turn.tool.name, "input": turn.text}
    if turn.tool:
        facts = {
            "type": "function_call",
            "id": f"fc_{turn.number}",
            "call_id": f"call_{turn.number}",
            "status": "completed",
        }
        return {**facts, "name": turn.tool.name, "arguments": json.dumps(turn.arguments)}
    words = {"type": "refusal", "refusal": turn.text} if turn.refused else {"type": "output_text", "text": turn.text}
    part = {**words, "annotations": []}
    return {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}


def _usage_responses(usage: Usage) -> Json:
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cached},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.input + usage.output,
    }


def _answer_responses(model: str, turn: Turn, usage: Usage) -> Json:
    facts = {"id": "resp_1", "object": "response", "created_at": 1, "model": model, "status": "completed"}
    more = {"parallel_tool_calls": False, "tool_choice": "auto", "tools": [], "error": None}
    return {**facts, **more, "output": [_item_responses(turn)], "usage": _usage_responses(usage)}


def _events_responses(model: str, turn: Turn, usage: Usage) -> Iterator[tuple[str, Json]]:
    whole, item = _answer_responses(model, turn, usage), _item_responses(turn)
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    hollow = {"content": [], "arguments": "", "input": ""}
    added = {**item, "status": "in_progress", **{key: value for key, value in hollow.items() if key in item}}
    yield "response.created", {"response": begun}
    yield "response.output_item.added", {"output_index": 0, "item": added}
    if not turn.tool and not turn.refused:
        place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
        yield "response.content_part.added", {**place, "part": {"type": "output_text", "text": "", "annotations": []}}
        yield "response.output_text.delta", {**place, "delta": turn.text}
        yield "response.output_text.done", {**place, "text": turn.text}
        yield "response.content_part.done", {**place, "part": item["content"][0]}
    yield "response.output_item.done", {"output_index": 0, "item": item}
    yield "response.completed", {"response": whole}


def _typed_events(model: str, turn: Turn, usage: Usage) -> Iterator[tuple[str, Json | str]]:
    for number, (name, facts) in enumerate(_events_responses(model, turn, usage)):
        yield name, {"type": name, "sequence_number": number, **facts}


# Gemini


def _read_gemini(body: Json) -> Asked:
    parts = [part for content in body.get("contents", []) for part in content.get("parts", ())]
    users = [c for c in body.get("contents", []) if c.get("role", "user") == "user"]
    texts = tuple(text for content in users if (text := _text(content.get("parts"))))
    declared = [facts for group in body.get("tools") or () for facts in group.get("functionDeclarations", ())]
    tools = tuple(_declared(facts) for facts in declared)
    system = _text((body.get("systemInstruction") or {}).get("parts"))
    return Asked("", texts, tools, sum("functionResponse" in part for part in parts), False, system)


def _declared(facts: Json) -> Tool:
    return _tool(facts, "parametersJsonSchema" if "parametersJsonSchema" in facts else "parameters")


def _answer_gemini(model: str, turn: Turn, usage: Usage) -> Json:
    call: Json = {"functionCall": {"name": turn.tool.name, "args": turn.arguments}} if turn.tool else {}
    part = call or {"text": turn.text}
    end = "SAFETY" if turn.refused else "STOP"
    counts = {"promptTokenCount": usage.input, "candidatesTokenCount": usage.output}
    total = {"cachedContentTokenCount": usage.cached, "totalTokenCount": usage.input + usage.output}
    content = {"role": "model", "parts": [part]}
    candidate = {"content": content, "finishReason": end, "index": 0}
    return {"candidates": [candidate], "usageMetadata": {**counts, **total}, "modelVersion": model}


def _events_gemini(model: str, turn: Turn, usage: Usage) -> Iterator[tuple[str, Json | str]]:
    yield "", _answer_gemini(model, turn, usage)


def _error_gemini(status: int, message: str) -> Json:
    names = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}
    return {"error": {"code": status, "message": message, "status": names.get(status, "INTERNAL")}}


RESPONSES = Wire("responses", _read_responses, _answer_responses, _typed_events, _error_openai)
GEMINI = Wire("gemini", _read_gemini, _answer_gemini, _events_gemini, _error_gemini)
