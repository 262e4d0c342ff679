"""The inline metadata of a script (PEP 723)."""

import re
import tomllib

from stomper.metadata.folder_statements import Stated, read_requirements
from stomper.metadata.versions import read_condition

BLOCK = re.compile(r"(?m)^# /// script[ \t]*$\n(?P<content>(?:^#(?:| .*)$\n)+?)^# ///[ \t]*$")


def read_script(text: str) -> Stated:
    match = BLOCK.search(text)
    if not match:
        return Stated()
    lines = (line[2:] if line.startswith("# ") else line[1:] for line in match["content"].splitlines())
    try:
        whole = tomllib.loads("\n".join(lines))
    except ValueError:
        return Stated(package=True, unreadable=True)
    words = whole.get("requires-python")
    condition = read_condition(words) if isinstance(words, str) else None
    unreadable = words is not None and condition is None
    return Stated(True, condition, unreadable, needs=read_requirements(whole.get("dependencies") or []))
