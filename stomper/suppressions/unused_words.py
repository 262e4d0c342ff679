"""What tools say of comments that silence nothing, and the words in which Stomper itself says so."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stomper.suppressions.dialects import BY_TOOL, BY_WORDS, PYLINT, Dialect, stale_code

QUOTED = re.compile(r"[\"'`]([^\"'`]+)[\"'`]")
OURS = re.compile(r"^Unused `# (?P<words>[^`]+)`: (?P<codes>.+)$")
# The words before the codes, if any; where none follow it is all of the comment.
THEIRS = {
    "mypy": re.compile(r'^Unused "type: ignore(?:\[(?P<codes>[^\]]*)\])?" comment$'),
    "zuban": re.compile(r'^[Uu]nused "type: ignore(?:\[(?P<codes>[^\]]*)\])?" comment$'),
    "ty": re.compile(r"^Unused (?:blanket )?`ty: ignore` directive(?:: (?P<codes>'.*'))?$"),
    "pyright": re.compile(r'^Unnecessary "# (?:pyright|type): ignore" (?:comment|rule: (?P<codes>"\w+"))$'),
    "pyrefly": re.compile(
        r"^Unused (?:error code\(s\) in )?`# pyrefly: ignore`(?: comment)?(?:(?: for code\(s\))?: (?P<codes>.+))?$"
    ),
    "pylint": re.compile(r"^Useless suppression of (?P<codes>'[^']+')$"),
}
THEIRS["basedpyright"] = THEIRS["pyright"]


@dataclass(frozen=True, slots=True)
class Unused:
    """The codes of a comment that silence nothing; None for all of it, whatever it says."""

    dialect: Dialect
    codes: frozenset[str] | None


def unused_message(dialect: Dialect, codes: Iterable[str]) -> str:
    """Say that codes of a comment silence nothing."""
    return f"Unused `# {dialect.words}`: {', '.join(sorted(codes))}"


def read_unused(tool: str, code: str, message: str) -> Unused | None:
    """Read what a diagnostic says of a comment that silences nothing; None if it says anything else."""
    dialect = BY_TOOL.get(tool)
    if dialect is None or code != stale_code(tool):
        return None
    if ours := OURS.match(message):
        return Unused(BY_WORDS.get(ours["words"], dialect), frozenset(ours["codes"].split(", ")))
    theirs = THEIRS[tool].match(message) if tool in THEIRS else None
    if theirs is None:
        return None
    codes = theirs["codes"] or ""
    names = QUOTED.findall(codes) or [name.strip() for name in codes.split(",") if name.strip()]
    return Unused(dialect, frozenset(names) or None)


def gone_from(unused: Unused, there: Iterable[str]) -> frozenset[str] | None:
    """Give the codes to take out of a comment that has some; None for all of it.

    pylint names a message by its word where the comment may have its number: that is sure if it is the only one.
    """
    codes = frozenset(there)
    if unused.codes is None or (unused.dialect is PYLINT and len(codes) == 1):
        return None
    return unused.codes & codes
