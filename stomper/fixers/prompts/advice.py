"""Advice on a code: what it means, how to fix it, what not to do, an example. The project's own wins over ours.

A file is looked for by tool and code: `.stomper/advice/<tool>/<code>.md` in the repository, then the one
that comes with Stomper, then `default.md` of the tool in the same two places, then `default.md` of all.
"""

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from stomper.fixers.prompts.source import read_inside
from stomper.models import Diagnostic

PROJECT_FOLDER = ".stomper/advice"
DEFAULT = "default"
# Codes come from tools: `../../secret` is none of ours to open.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}")
PART = re.compile(r"^(Fix|Do not|Before|After):[ ]*\n?", re.MULTILINE)
TITLE = re.compile(r"\A# (?P<title>[^\n]+)\n+")
FENCED = re.compile(r"\A\s*(?P<fence>`{3,})[^\n]*\n(?P<code>.*?)^(?P=fence)\s*\Z", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Advice:
    """The parts of an advice file. One without any headings of parts is all `fix`."""

    tool: str
    code: str
    title: str
    meaning: str
    fix: str
    avoid: str = ""
    before: str = ""
    after: str = ""


def find_advice(root: Path | None, diagnostics: Iterable[Diagnostic]) -> tuple[Advice, ...]:
    """The advice on the codes of these diagnostics, each once, in the order in which they come.

    That of the repository at `root` wins; None: it is not asked.
    Codes for which there is only the default of their tool share it: its `code` is ''.
    """
    found = {}
    for tool, code in dict.fromkeys((d.tool, d.code) for d in diagnostics):
        advice = _read(root, tool, code) or _read(root, tool, DEFAULT) or _read(root, "", DEFAULT)
        if advice is not None:
            found[advice.tool, advice.code] = advice
    return tuple(found.values())


def _read(root: Path | None, tool: str, name: str) -> Advice | None:
    if not all(map(NAME.fullmatch, filter(None, (tool, name)))):
        return None
    place = "/".join(filter(None, (tool, name))) + ".md"
    own = None if root is None else read_inside(root, f"{PROJECT_FOLDER}/{place}")
    text = _shipped(place) if own is None else own.decode("utf-8", "replace")
    return None if text is None else parse_advice(tool, "" if name == DEFAULT else name, text)


@functools.cache
def _shipped(place: str) -> str | None:
    file = resources.files("stomper.fixers.prompts").joinpath("advice", *place.split("/"))
    return file.read_text(encoding="utf-8") if file.is_file() else None


def shipped_advice() -> Iterator[Advice]:
    """All that comes with Stomper, the defaults among them."""
    top = resources.files("stomper.fixers.prompts").joinpath("advice")
    for folder in sorted(top.iterdir(), key=lambda item: item.name):
        for file in sorted(folder.iterdir(), key=lambda item: item.name) if folder.is_dir() else ():
            name = file.name.removesuffix(".md")
            yield parse_advice(folder.name, "" if name == DEFAULT else name, file.read_text(encoding="utf-8"))


def parse_advice(tool: str, code: str, text: str) -> Advice:
    """An advice file's parts: `# title`, its meaning, then what follows `Fix:`, `Do not:`, `Before:`, `After:`."""
    text = text.replace("\r\n", "\n").strip() + "\n"
    heading = TITLE.match(text)
    title = heading["title"].strip() if heading else code
    first, *rest = PART.split(text[heading.end() :] if heading else text)
    parts = {name: content.strip("\n") for name, content in zip(rest[::2], rest[1::2], strict=True)}
    if not parts:
        return Advice(tool, code, title, "", first.strip())
    return Advice(
        tool,
        code,
        title,
        first.strip(),
        parts.get("Fix", "").strip(),
        parts.get("Do not", "").strip(),
        _code(parts.get("Before", "")),
        _code(parts.get("After", "")),
    )


def _code(text: str) -> str:
    fenced = FENCED.match(text)
    return fenced["code"] if fenced else text
