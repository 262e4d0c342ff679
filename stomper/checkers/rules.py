"""The rules behind codes: their names, what their tools say of them, and the pages about them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stomper import process
from stomper.checkers.mypy_codes import MYPY_CODES, page_of
from stomper.disk.parse import parse_json
from stomper.errors import StomperError
from stomper.project.find_tools import tool_of
from stomper.settings import Settings

RUFF_PAGE = "https://docs.astral.sh/ruff/rules/{name}"
PART = re.compile(r"^## .*\n", re.MULTILINE)
TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of ruff: its `name` for people, its message, and what ruff writes about it, as Markdown.

    `fix` says how often it has a fix: Always, Sometimes, None.
    """

    code: str
    name: str
    summary: str
    explanation: str
    fix: str = "None"

    def meaning(self) -> str:
        """Give what ruff says that the rule does, and why: the first paragraphs of the first two parts."""
        parts = PART.split(self.explanation)
        return "\n\n".join(part.strip().partition("\n\n")[0] for part in parts[1:3]) or self.summary


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that ruff knows, by code; none if it was not asked."""

    ruff: Mapping[str, Rule] = field(default_factory=dict)

    def page(self, tool: str, code: str) -> str:
        """Give the page about a code; '' if none is known."""
        if tool == "mypy":
            return page_of(code)
        rule = self.ruff.get(code) if tool == "ruff" else None
        return RUFF_PAGE.format(name=rule.name) if rule else ""


def names_of(rules: Rules) -> dict[str, str]:
    """Give what codes are called by people: ruff's names of rules, mypy's descriptions."""
    return {**MYPY_CODES, **{code: rule.name for code, rule in rules.ruff.items()}}


def read_rules(settings: Settings, top: Path) -> Rules:
    """Ask the project's ruff for its rules. One that is missing has none."""
    try:
        return rules_of(tool_of(settings, "ruff", top).path)
    except StomperError:
        return Rules()


def rules_of(program: str) -> Rules:
    """Ask a ruff for its rules; none of one that cannot list them."""
    try:
        words = [program, "rule", "--all", "--output-format", "json"]
        done = process.run(words, cwd=Path("/"), timeout=TIMEOUT, contained=True)
        rows = parse_json(done.stdout) if done.ended and done.returncode == 0 else []
        return Rules({rule.code: rule for rule in map(_rule, rows)})
    except (StomperError, ValueError, KeyError, TypeError):
        return Rules()


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(str(row["code"]), str(row["name"]), str(row["summary"]), str(row.get("explanation") or ""), _fix(row))


def _fix(row: Mapping[str, Any]) -> str:
    return str(row.get("fix_availability") or "None")
