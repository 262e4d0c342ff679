"""From an attempt to the variables of its prompt, in a given amount of detail: plain data only."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from stomper.fixers.base import FixRequest, Lesson
from stomper.fixers.prompts.advice import Advice, find_advice
from stomper.fixers.prompts.earlier_attempts import Limits, json_rows, rows, tell_tries
from stomper.fixers.prompts.project_rules import Fact, read_facts
from stomper.fixers.prompts.redact_paths import shorten_words
from stomper.fixers.prompts.regions import Outline, Region, choose_regions, read_outline
from stomper.fixers.prompts.source import Source, is_python, read_inside, read_source
from stomper.models import Diagnostic, printable
from stomper.settings import AnswerForm, PromptStrategy

AdviceParts: TypeAlias = Literal["none", "fix", "example", "full"]

LONGEST_LINE = 1_000
LONGEST_QUOTE = 200
EVERYTHING = 10**9
# Who cannot look into the file sees more of it.
MORE_EXACT = 3


@dataclass(frozen=True, slots=True)
class Detail:
    """The amounts of detail in a prompt.

    A file of at most `whole` lines (three times as many where the model cannot look into it) is shown whole,
    another one in regions: `margin` lines around each
    diagnostic, and `body` lines of a function that one is about as a whole.
    """

    whole: int
    margin: int
    body: int
    advice: AdviceParts
    diagnostics: int
    tries: Limits


DETAILS: dict[PromptStrategy, Detail] = {
    "minimal": Detail(whole=60, margin=3, body=0, advice="none", diagnostics=50, tries=Limits(2_000, 0)),
    "normal": Detail(whole=200, margin=8, body=60, advice="fix", diagnostics=100, tries=Limits(6_000, 3)),
    "detailed": Detail(whole=400, margin=15, body=120, advice="example", diagnostics=100, tries=Limits(10_000, 5)),
    "verbose": Detail(whole=800, margin=40, body=250, advice="full", diagnostics=100, tries=Limits(16_000, 10)),
}


@dataclass(frozen=True, slots=True)
class Material:
    """All that a prompt can be made of, read once. `root` is only for taking its path out of tools' words."""

    root: Path
    path: str
    source: Source
    outline: Outline
    diagnostics: tuple[Diagnostic, ...]
    advice: tuple[Advice, ...]
    facts: tuple[Fact, ...]
    lessons: tuple[Lesson, ...]
    answer: AnswerForm
    strategy: PromptStrategy
    other_files: bool


def gather(
    request: FixRequest, answer: AnswerForm, strategy: PromptStrategy, other_files: bool, own: bool = True
) -> Material:
    """Read what a prompt for this attempt is made of; the repository's `own` advice too."""
    source = read_source(request.path, read_inside(request.root, request.path, most=-1) or b"")
    return Material(
        root=request.root,
        path=request.path,
        source=source,
        outline=read_outline(source.text) if is_python(request.path) else Outline(),
        diagnostics=tuple(sorted(request.diagnostics, key=lambda d: (d.line, d.column, d.code))),
        advice=find_advice(request.root if own else None, request.diagnostics),
        facts=read_facts(request.root, request.path),
        lessons=request.lessons,
        answer=answer,
        strategy=strategy,
        other_files=other_files,
    )


def smaller(detail: Detail) -> Iterator[Detail]:
    """The same with less and less, what matters least first; diagnostics last, and one of them stays."""
    if detail.advice == "full":
        yield (detail := dataclasses.replace(detail, advice="example"))
    yield (detail := dataclasses.replace(detail, tries=Limits(min(detail.tries.diff, 4_000), 2)))
    yield (detail := dataclasses.replace(detail, whole=0))
    if detail.advice == "example":
        yield (detail := dataclasses.replace(detail, advice="fix"))
    while detail.margin > 2 or detail.body > 0:
        margin, body = max(2, detail.margin // 2), detail.body // 3
        yield (detail := dataclasses.replace(detail, margin=margin, body=body))
    yield (detail := dataclasses.replace(detail, advice="none", tries=Limits(1_000, 0)))
    while detail.diagnostics > 1:
        yield (detail := dataclasses.replace(detail, diagnostics=detail.diagnostics // 2))


def make_context(material: Material, detail: Detail) -> dict[str, Any]:
    """The variables of the template; `docs/prompts.md` says what each is."""
    shown = material.diagnostics[: detail.diagnostics]
    plain = rows(material.root, shown)
    if material.answer != "edits":
        plain = [{**row, "text": _line(material.source, row["line"])} for row in plain]
    codes = {(d.tool, d.code) for d in shown} | {(d.tool, "") for d in shown} | {("", "")}
    return {
        "path": printable(material.path),
        "language": material.source.language,
        "strategy": material.strategy,
        "answer": material.answer,
        "diagnostics": plain,
        "diagnostics_json": json_rows(plain),
        "omitted": len(material.diagnostics) - len(shown),
        "configuration": [dataclasses.asdict(fact) for fact in material.facts],
        "remarks": list(material.source.remarks()),
        "advice": [_advice(a, detail.advice) for a in material.advice if (a.tool, a.code) in codes],
        "other_files": material.other_files,
        "tries": tell_tries(material.root, material.lessons, shown, detail.tries),
        **_code(material, shown, detail),
    }


def _advice(advice: Advice, parts: AdviceParts) -> Mapping[str, str]:
    hidden = {
        "none": ("meaning", "fix", "avoid", "before", "after"),
        "fix": ("meaning", "before", "after"),
        "example": ("meaning",),
        "full": (),
    }
    return {**dataclasses.asdict(advice), **dict.fromkeys(hidden[parts], "")}


def _code(material: Material, shown: Sequence[Diagnostic], detail: Detail) -> dict[str, Any]:
    """The file, or its regions: with line numbers for who edits it, exactly as it is for who copies out of it."""
    total = len(material.source.lines)
    exact = material.answer != "edits"
    most = EVERYTHING if material.answer == "whole-file" else detail.whole * (MORE_EXACT if exact else 1)
    regions: tuple[Region, ...] = (Region(1, total),) if total else ()
    if total > most:
        lines = (diagnostic.line for diagnostic in shown)
        regions = choose_regions(total, lines, material.outline, detail.margin, detail.body)
    return {
        "lines": total,
        "whole": sum(region.last - region.first + 1 for region in regions) == total,
        "regions": [
            {"first": r.first, "last": r.last, "text": _text(material.source, r, numbered=not exact)} for r in regions
        ],
    }


def _line(source: Source, number: int) -> str:
    """The text of a line, for who sees the code without numbers; '' if the file has no such line."""
    inside = 1 <= number <= len(source.lines)
    return shorten_words(source.lines[number - 1].strip(), LONGEST_QUOTE) if inside else ""


def _text(source: Source, region: Region, numbered: bool) -> str:
    lines = source.lines[region.first - 1 : region.last]
    if not numbered:
        whole = region.last < len(source.lines) or source.final_newline
        return "\n".join(lines) + ("\n" if whole else "")
    width = len(str(region.last))
    numbers = range(region.first, region.last + 1)
    return "".join(
        f"{n:{width}} | {shorten_words(line, LONGEST_LINE)}\n" for n, line in zip(numbers, lines, strict=True)
    )
