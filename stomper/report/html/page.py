"""The page of a run or a check: what the template is told, and the data of its files."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from stomper.report.html import figures
from stomper.report.html.costs import costs_of
from stomper.report.html.details import Details
from stomper.report.html.lanes import lanes_of
from stomper.report.html.rows import rows_of
from stomper.report.html.searches import tests_of
from stomper.report.html.shell import data_text, fill, shown
from stomper.report.html.story import Story
from stomper.report.places import without_places

SCRIPTS = ("dom.js", "state.js", "diff.js", "detail.js", "list.js", "treemap.js", "timeline.js", "keys.js", "start.js")


def render(story: Story) -> str:
    """Give the page."""
    story = replace(story, facts=shown(without_places(story.facts, story.places)))
    return fill("page.html.j2", SCRIPTS, _context(story))


def _context(story: Story) -> dict[str, Any]:
    return {
        "facts": story.facts,
        "is_check": story.is_check,
        "states": figures.STATES,
        "sums": figures.sums_of(story),
        "folders": figures.folders_of(story),
        "left": figures.reasons_left(story),
        "dropped": figures.reasons_dropped(story),
        "tests": tests_of(story),
        "trend": story.trend,
        "costs": costs_of(story),
        "lanes": (lanes := lanes_of(story)),
        "index": data_text(shown({**rows_of(story), "timeline": lanes})),
        "details": _details(story),
    }


def _details(story: Story) -> Iterator[Markup]:
    """Give the data of each file, in the order of the rows."""
    details = Details(story)
    for file in story.facts["files"]:
        yield data_text(without_places(shown(details.of(file)), story.places))
