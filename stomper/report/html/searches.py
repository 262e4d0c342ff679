"""What a page tells of tests, and of the searches for what broke them."""

from collections.abc import Mapping
from typing import Any

from stomper.report.html.story import Story
from stomper.text.counts import plural, shorten

SHOWN = 3


def tests_of(story: Story) -> dict[str, Any]:
    """Give the report's facts about tests, with what a template may ask for; empty for a check."""
    facts = story.facts.get("tests")
    if facts is None:
        return {}
    empty: dict[str, Any] = {"dropped": [], "baseline": {}, "final": {}, "command": "", "reason": ""}
    return {**empty, **facts, "searches": [_search(search) for search in facts.get("searches", ())]}


def _search(search: Mapping[str, Any]) -> dict[str, Any]:
    """Give a search in words: what was red, what was asked, what was found."""
    return {
        "words": f"{plural(search['files'], 'file')} together break {shorten(search['broken'], SHOWN)}",
        "probes": [{"red": probe["red"], "words": _probe(probe)} for probe in search["probes"]],
        "found": _found(search),
    }


def _probe(probe: Mapping[str, Any]) -> str:
    if "files" in probe:
        return f"with the first {plural(probe['files'], 'file')}"
    parts = plural(probe["parts"], "part")
    return f"{parts} of {probe['path']} alone" if probe.get("alone") else f"with the first {parts} of {probe['path']}"


def _found(search: Mapping[str, Any]) -> str:
    if "path" not in search:
        return "broken off"
    lines = search.get("lines", [])
    place = f", {'line' if len(lines) == 1 else 'lines'} {', '.join(map(str, lines))}" if lines else ""
    return f"guilty: {search['path']}{place}" + (f", together with {search['partner']}" if "partner" in search else "")
