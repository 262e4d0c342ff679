"""Count assertions, tests, skips and suppressions in one Python text."""

from collections import Counter

from stomper.guards import collected_tests, comments, skipped_tests
from stomper.guards.assertions import claims_of
from stomper.guards.source import read_source


def suppressions(text: str) -> Counter[str]:
    """Count the comments, casts and decorators that tell a tool to look away."""
    return Counter(words for words, _ in comments.suppressing(read_source("", text)))


def tests(text: str) -> Counter[str]:
    """Count the cases of each test, by its dotted name."""
    return collected_tests.tests(read_source("", text))


def skips(text: str) -> Counter[str]:
    """Count what keeps tests from being run or from counting."""
    return skipped_tests.skips(read_source("", text))


def assertions(text: str) -> int:
    """Count what can make a test fail, reached or not; what always holds is left out."""
    return sum(map(len, claims_of(read_source("", text)).values()))
