"""Put a page together: the template, one style, one script, and the data as text that no browser takes for code."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from stomper.report.html import figures
from stomper.report.html.costs import costs_of
from stomper.report.html.details import Details
from stomper.report.html.lanes import lanes_of
from stomper.report.html.rows import rows_of
from stomper.report.html.searches import tests_of
from stomper.report.html.story import Story
from stomper.report.places import without_places
from stomper.text.counts import plural
from stomper.text.printable import printable
from stomper.text.redact import hidden_in
from stomper.text.times import duration

SOURCES = "stomper.report.html"
STYLES = ("colours.css", "layout.css", "files.css", "charts.css", "print.css")
SCRIPTS = ("dom.js", "state.js", "diff.js", "detail.js", "list.js", "treemap.js", "timeline.js", "keys.js", "start.js")
# What could end the script element, or be taken for markup; what old scripts took for a line end is an escape anyway.
ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&"}


def render(story: Story) -> str:
    """Give the page."""
    story = replace(story, facts=_shown(without_places(story.facts, story.places)))
    style, script = _read(STYLES), f'(() => {{\n"use strict";\n{_read(SCRIPTS)}}})();\n'
    environment = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"duration": duration, "plural": lambda count, noun: plural(count, noun)}
    return environment.get_template("page.html.j2").render(
        # The sources stand in the page as they are: they are ours, and their hashes are in its policy.
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
        **_context(story),
    )


def data_text(value: Any) -> Markup:
    """Give a value as JSON for a script element that holds data: ASCII, and without a character of markup."""
    text = json.dumps(hidden_in(value), separators=(",", ":"))
    return Markup(text.translate(ESCAPES))


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
        "costs": costs_of(story),
        "lanes": (lanes := lanes_of(story)),
        "index": data_text(_shown({**rows_of(story), "timeline": lanes})),
        "details": _details(story),
    }


def _details(story: Story) -> Iterator[Markup]:
    """Give the data of each file, in the order of the rows."""
    details = Details(story)
    for file in story.facts["files"]:
        yield data_text(without_places(_shown(details.of(file)), story.places))


def _shown(value: Any) -> Any:
    """Give data whose texts, keys too, have no effect on who reads them: what cannot be seen is an escape."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else _visible(value)
    if isinstance(value, dict):
        return {_shown(key): _shown(inner) for key, inner in value.items()}
    return [_shown(inner) for inner in value] if isinstance(value, list | tuple) else value


def _visible(text: str) -> str:
    """Give a text with its line ends and tabs, and of all else only what is seen."""
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in text.split("\n"))


def _policy(style: str, script: str) -> str:
    """The Content-Security-Policy: nothing from anywhere but this one style and this one script."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(source: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def _read(names: tuple[str, ...]) -> str:
    return "\n".join(_source(name) for name in names)


def _source(name: str) -> str:
    return resources.files(SOURCES).joinpath("page", name).read_text("utf-8")
