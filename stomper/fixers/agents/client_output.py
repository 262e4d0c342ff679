"""Reading what clients print: lines of JSON, numbers that may be missing, and what kind of failure some words are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from stomper import process
from stomper.disk.parse import parse_json
from stomper.fixers.agents.base import Answer, Ask
from stomper.fixers.base import Failure
from stomper.models import believable

Facts: TypeAlias = Mapping[str, Any]

LIMITED = frozenset({429, 529})
UNUSABLE = frozenset({401, 402, 403, 404})

STATUS = re.compile(r"(?:status|error)\W{0,3}(\d{3})\b", re.IGNORECASE)
LIMITED_WORDS = re.compile(
    r"too many requests|rate[ _-]?limit|overloaded|usage limit|quota|at capacity|resource_exhausted", re.IGNORECASE
)
UNUSABLE_WORDS = re.compile(
    r"unauthori[sz]ed|authentication|invalid[ _](x-)?api[ _-]?key|not logged in|/login|credit balance|billing"
    r"|missing environment variable|model_not_found|model\b.{0,80}\b(does not|may not|doesn't) exist|unknown model",
    re.IGNORECASE,
)
# Not "refused": that is what connections are.
REFUSED_WORDS = re.compile(r"\brefusal\b|content[ _](filter|policy)|safeguards|usage polic", re.IGNORECASE)


def json_lines(output: bytes) -> Iterator[Facts]:
    """The objects of an output that has one a line. What is no object, or only half of one, is passed over."""
    for line in output.splitlines():
        try:
            facts = parse_json(line)
        except ValueError:
            continue
        if isinstance(facts, dict):
            yield facts


def last_result(said: Sequence[Facts]) -> Facts | None:
    """The object that sums an attempt up (`type: result`), None if the program did not come so far."""
    return next((facts for facts in reversed(said) if facts.get("type") == "result"), None)


def last_words(done: process.Completed) -> str:
    """Give a program's end and the last words that it printed."""
    return f"{done.how()}: {done.words(400)}"


def cut_short(ask: Ask, done: process.Completed) -> Answer:
    """The answer of a program that ended without a result."""
    words = last_words(done)
    return Answer(f"{ask.settings.name}: {words}", failure_of(words))


def part(facts: object, name: str) -> Facts:
    """The object below a name, an empty one if there is none."""
    found = facts.get(name) if isinstance(facts, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def number(facts: Facts, name: str) -> int | None:
    """A count, None if it is not said."""
    return believable(facts.get(name))


def failure_of(words: str, status: int | None = None) -> Failure:
    """The kind of failure that a client reports, by the HTTP status it names, else by its words."""
    if status is None and (found := STATUS.search(words)):
        status = int(found[1])
    if status in LIMITED or (status not in UNUSABLE and LIMITED_WORDS.search(words)):
        return Failure.RATE_LIMITED
    if status in UNUSABLE or UNUSABLE_WORDS.search(words):
        return Failure.UNUSABLE
    return Failure.REFUSED if REFUSED_WORDS.search(words) else Failure.FAILED
