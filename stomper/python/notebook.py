"""The code of a Jupyter notebook as one Python text."""

import json
import re
from collections.abc import Iterator
from typing import Any

from stomper.python.decode import CannotReadError

# What IPython reads and Python does not: magics, the shell, help. Such a line is a statement of its own.
MAGIC = re.compile(r"^(?P<indent>[ \t]*)(?:[%!?][^\n]*|[\w.]+\?\??[ \t]*|[\w., ]+=[ \t]*[%!][^\n]*)$", re.MULTILINE)
OTHER_LANGUAGE = re.compile(r"\s*%%(?!time|capture|prun)")


def cells(data: bytes) -> str:
    """The code cells of a notebook one after the other; '' for no bytes. Raises CannotReadError for what is none."""
    if not data:
        return ""
    try:
        return "\n".join(_sources(json.loads(data)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise CannotReadError("it is no notebook") from None


def _sources(notebook: Any) -> Iterator[str]:
    for cell in notebook["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        if cell["cell_type"] == "code" and not OTHER_LANGUAGE.match(source):
            yield MAGIC.sub(r"\g<indent>pass", source)
