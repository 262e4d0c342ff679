"""What a page tells of tests, and of the search for what broke them."""

from typing import Any

from stomper.report.html.story import Story


def tests_of(story: Story) -> dict[str, Any]:
    """Give the report's facts about tests, with what a template may ask for; empty for a check."""
    facts = story.facts.get("tests")
    if facts is None:
        return {}
    empty: dict[str, Any] = {"dropped": [], "searches": [], "baseline": {}, "final": {}, "command": "", "reason": ""}
    return {**empty, **facts}
