"""`stomper explain`: what a code stands for, who fixes it, how sure that is, and advice."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stomper.checkers.mypy_codes import MYPY_CODES
from stomper.checkers.rules import Rules, read_rules
from stomper.config.preset_names import BUILT_IN, preset_names
from stomper.config.presets import shipped
from stomper.errors import UsageError
from stomper.fixers.annotate.fixer import CLAIMS as ANNOTATED
from stomper.fixers.codemods import CODEMODS, PREFIX
from stomper.fixers.prompts.advice import Advice, find_advice, shipped_advice
from stomper.fixers.ruff_format import CODES as FORMATTED
from stomper.fixers.unsafe_codes import LEFT, TRIED
from stomper.models import Diagnostic, Severity
from stomper.proof.words import Word, word_for
from stomper.settings import EnvironmentSettings, Settings
from stomper.text.counts import plural, shorten
from stomper.text.suggestions import near_ones

SHOWN = 20
NO_FIX = "None"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A code of a tool: its `name` and `meaning` by that tool, the page about it, its fixers in their order."""

    tool: str
    code: str
    name: str
    meaning: str
    page: str
    fixers: tuple[tuple[str, Word], ...]
    advice: Advice | None


def explain(asked: str, top: Path | None) -> Explanation:
    """Explain a code: `F401`, `arg-type`, or with its tool `mypy/arg-type`. Nothing of the repository is executed.

    Advice of the repository at `top` counts, if there is one. Raises UsageError for a code that is not known.
    """
    rules = read_rules(Settings(environment=EnvironmentSettings(inside=False)), top or Path("/"))
    tool, code = _resolve(asked, rules)
    rule = rules.ruff.get(code) if tool == "ruff" else None
    place = Diagnostic(tool, code, "", "", 1, 1, Severity.ERROR)
    advice = next((one for one in find_advice(top, [place]) if one.code == code), None)
    meaning = rule.meaning() if rule else MYPY_CODES.get(code, "") if tool == "mypy" else ""
    fixable = rule is not None and rule.fix != NO_FIX
    name = rule.name if rule else ""
    page = rules.page(tool, code) or page_of_preset(tool, code)
    return Explanation(tool, code, name, meaning, page, tuple(_fixers(tool, code, fixable)), advice)


def page_of_preset(tool: str, code: str) -> str:
    """The page about a code of a tool that is a preset; '' if none is known."""
    return shipped(tool).page.replace("{code}", code) if tool in preset_names() else ""


def _resolve(asked: str, rules: Rules) -> tuple[str, str]:
    tool, _, code = asked.rpartition("/")
    known = [pair for pair in known_codes(rules) if tool in ("", pair[0])]
    if found := [pair for pair in known if pair[1].lower() == code.lower()]:
        return found[0]
    family = sorted({name for _, name in known if code and name.lower().startswith(code.lower())})
    if family:
        raise UsageError(
            f"'{asked}' is the beginning of {plural(len(family), 'code')}", f"Name one: {shorten(family, SHOWN)}"
        )
    if owner := tool if tool in preset_names() else _owner_by_look(code):
        return owner, code
    near = near_ones(code.upper(), [name for _, name in known]) or near_ones(code.lower(), [name for _, name in known])
    raise UsageError(
        f"no code '{asked}' is known",
        f"Did you mean {' or '.join(near)}?" if near else "`stomper check` names the codes of this repository.",
    )


def _owner_by_look(code: str) -> str:
    """The preset whose codes look so; '' if there is none. The codes of presets are not listed."""
    presets = (shipped(name) for name in BUILT_IN)
    return next((one.name for one in presets if one.codes and re.fullmatch(one.codes, code)), "")


def known_codes(rules: Rules) -> Iterator[tuple[str, str]]:
    """Give each code that something is known of, with its tool; some come several times."""
    yield from (("ruff", code) for code in rules.ruff)
    yield from (("mypy", code) for code in MYPY_CODES)
    yield from (claim for codemod in CODEMODS for claim in sorted(codemod.claims))
    yield from ((advice.tool, advice.code) for advice in shipped_advice() if advice.code)


def _fixers(tool: str, code: str, fixable: bool) -> Iterator[tuple[str, Word]]:
    """Give Stomper's own fixers for a code, in the order of their attempts, with what is known of their fixes."""
    names = ["ruff"] if fixable else []
    names += [PREFIX + codemod.name for codemod in CODEMODS if (tool, code) in codemod.claims]
    if (tool, code) in ANNOTATED:
        names += ["annotate", "annotate-used"]
    if tool == "ruff" and code in FORMATTED:
        names.append("ruff-format")
    if tool == "ruff" and (code in TRIED or code in LEFT):
        names.append("ruff-unsafe")
    yield from ((name, word_for(name, tool, code, "safe")) for name in names)
