"""Notebooks as other programs write them: indented or not, with or without line ends, in ASCII or as it is."""

import json
from collections.abc import Sequence
from typing import Any

OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["1 < 2 \u00e9\n"]}
STYLES: dict[str, dict[str, Any]] = {
    "as Jupyter writes it": {"indent": 1},
    "in ASCII": {"indent": 1, "ascii": True},
    "four deep": {"indent": 4, "end": ""},
    "tabs": {"indent": "\t"},
    "other line ends": {"indent": 1, "newline": "\r\n"},
    "one line": {},
    "no blanks": {"separators": (",", ":"), "end": ""},
}


def code(*lines: str, flat: bool = False) -> dict[str, Any]:
    """A code cell that has run. Its keys are in no order that a program would write them in."""
    source = "".join(lines) if flat else list(lines)
    return {"cell_type": "code", "source": source, "outputs": [OUTPUT], "metadata": {"z": 1, "a": []}, "id": "x"}


def notebook(cells: Sequence[dict[str, Any]], style: str = "as Jupyter writes it", **more: Any) -> bytes:
    """The bytes of a notebook of Python with these cells, below one of text."""
    how = dict(STYLES[style])
    newline, end, ascii_only = how.pop("newline", "\n"), how.pop("end", "\n"), how.pop("ascii", False)
    text = {"cell_type": "markdown", "metadata": {}, "source": ["# Caf\u00e9 <b>"]}
    facts = {"cells": [text, *cells], "metadata": {"language_info": {"name": "python"}}, "nbformat": 4}
    written = json.dumps({**facts, "nbformat_minor": 2, **more}, ensure_ascii=ascii_only, **how)
    return f"{written}{end}".replace("\n", newline).encode()
