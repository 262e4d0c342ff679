"""Put a page together: a template, one style, one script, and the data as text that no browser takes for code.

Everything foreign gets in as text whose characters can be seen; the policy of a page admits its own style and script.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from stomper.text.counts import plural
from stomper.text.printable import printable
from stomper.text.redact import hidden_in
from stomper.text.times import duration

SOURCES = "stomper.report.html"
STYLES = ("colours.css", "layout.css", "files.css", "charts.css", "print.css")
# What could end the script element, or be taken for markup; what old scripts took for a line end is an escape anyway.
ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&"}


def fill(template: str, scripts: Sequence[str], context: Mapping[str, Any]) -> str:
    """Give the page that a template makes of what it is told, with these scripts, in this order."""
    style, script = _read(STYLES), f'(() => {{\n"use strict";\n{_read(scripts)}}})();\n'
    environment = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"duration": duration, "plural": plural, "is_web": is_web, "as_said": as_said}
    # The sources stand in the page as they are: they are ours, and their hashes are in its policy.
    sources = {"style": Markup(style), "script": Markup(script), "policy": _policy(style, script)}
    return environment.get_template(template).render(**sources, **context)


def is_web(address: str) -> bool:
    """Say whether an address leads to a page, and is no code."""
    return address.startswith(("https://", "http://"))


def as_said(value: Any) -> str:
    """Give the value of a setting as a file has it, near enough."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def data_text(value: Any) -> Markup:
    """Give a value as JSON for a script element that holds data: ASCII, and without a character of markup."""
    text = json.dumps(hidden_in(value), separators=(",", ":"))
    return Markup(text.translate(ESCAPES))


def shown(value: Any) -> Any:
    """Give data whose texts, keys too, have no effect on who reads them: what cannot be seen is an escape."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else _visible(value)
    if isinstance(value, dict):
        return {shown(key): shown(inner) for key, inner in value.items()}
    return [shown(inner) for inner in value] if isinstance(value, list | tuple) else value


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


def _read(names: Sequence[str]) -> str:
    return "\n".join(_source(name) for name in names)


def _source(name: str) -> str:
    return resources.files(SOURCES).joinpath("page", name).read_text("utf-8")
