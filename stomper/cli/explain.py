"""`stomper explain`."""

import contextlib
import dataclasses
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

from stomper.cli.printing import paint, tell, tell_json
from stomper.commands.explain import Explanation, explain
from stomper.errors import StomperError
from stomper.git.repository import open_repository
from stomper.proof.words import Word

WIDTH = 100


@click.command()
@click.argument("code")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.pass_obj
def command(here: Path, /, code: str, form: str) -> int:
    """Explain a code: its meaning, the fixers that Stomper has for it, how sure their fixes are, and advice.

    \b
    stomper explain F401
    stomper explain arg-type
    stomper explain mypy/misc       the code of one tool
    stomper explain F4              which codes begin so
    """
    explanation = explain(code, _top(here))
    if form == "json":
        tell_json(as_facts(explanation), indent=2)
    else:
        tell(*as_lines(explanation))
    return 0


def _top(here: Path) -> Path | None:
    with contextlib.suppress(StomperError):
        return open_repository(here).top
    return None


def as_facts(found: Explanation) -> dict[str, object]:
    """The explanation as data; what is not known is absent."""
    fixers = [
        {"fixer": name, "grade": str(word.grade) if word.grade else None, "why": word.why, "needs": word.needs}
        for name, word in found.fixers
    ]
    facts: dict[str, object] = {
        **{key: getattr(found, key) for key in ("tool", "code", "name", "meaning", "page")},
        "fixers": [{key: value for key, value in fixer.items() if value} for fixer in fixers],
        "advice": dataclasses.asdict(found.advice) if found.advice else None,
    }
    return {key: value for key, value in facts.items() if value not in ("", None)}


def as_lines(found: Explanation) -> list[str]:
    """Say what a code is, who fixes it and what to do about it."""
    name = f" ({found.name})" if found.name else ""
    lines = [f"{paint(found.code, 'bold')}{name}, a code of {found.tool}"]
    lines += ["", *_wrapped(found.meaning)] if found.meaning else []
    lines += ["", found.page] if found.page else []
    return [*lines, "", *_fixers(found), *_advice(found)]


def _fixers(found: Explanation) -> Iterator[str]:
    if not found.fixers:
        yield "No fixer of Stomper's own has a fix. An agent may: stomper fix --agent NAME"
        return
    yield "Fixers, in the order in which they are tried:"
    for name, word in found.fixers:
        yield f"  {name:28} {_sure(word)}"


def _sure(word: Word) -> str:
    if word.grade is None:
        return f"to be proved, by {word.needs}" if word.needs else "to be proved"
    checked = " (checked at each place)" if word.checks else ""
    return f"{word.grade}: {word.why}{checked}" if word.why else f"{word.grade}{checked}"


def _advice(found: Explanation) -> Iterator[str]:
    advice = found.advice
    if advice is None:
        return
    yield from ("", paint(f"Advice: {advice.title.removeprefix(f'{found.code}: ')}", "bold"))
    for head, text in (("", advice.meaning), ("Do: ", advice.fix), ("Do not: ", advice.avoid)):
        if text:
            yield from ("", *_wrapped(head + text))
    for head, code in (("Before:", advice.before), ("After:", advice.after)):
        if code:
            yield from ("", head, *(f"    {line.expandtabs(4)}".rstrip() for line in code.splitlines()))


def _wrapped(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.split("\n\n")):
        yield from ("",) if number else ()
        yield from textwrap.wrap(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False)
