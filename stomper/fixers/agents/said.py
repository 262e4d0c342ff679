"""Reading what clients print: lines of JSON, numbers that may be missing, and what kind of failure some words are."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from stomper.fixers.base import Failure

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
            facts = json.loads(line)
        except ValueError:
            continue
        if isinstance(facts, dict):
            yield facts


def part(facts: object, name: str) -> Facts:
    """The object below a name, an empty one where there is none."""
    found = facts.get(name) if isinstance(facts, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def number(facts: Facts, name: str) -> int | None:
    """A count, None where it is not said."""
    found = facts.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def failure_of(words: str, status: int | None = None) -> Failure:
    """The kind of failure that a client reports, by the HTTP status it names, else by its words."""
    if status is None and (found := STATUS.search(words)):
        status = int(found[1])
    if status in LIMITED or (status not in UNUSABLE and LIMITED_WORDS.search(words)):
        return Failure.RATE_LIMITED
    if status in UNUSABLE or UNUSABLE_WORDS.search(words):
        return Failure.UNUSABLE
    return Failure.REFUSED if REFUSED_WORDS.search(words) else Failure.FAILED
