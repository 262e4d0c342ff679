"""Read the comments that accept a diagnostic, and put codes into them and take them out again.

Several of them may stand in one comment; which ones there are says `dialects`
(https://docs.astral.sh/ruff/linter/#error-suppression,
https://mypy.readthedocs.io/en/stable/type_inference_and_annotations.html#silencing-type-errors).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from stomper.suppressions.dialects import BY_WORDS, DIALECTS, IGNORE, NOQA, PYLINT, Dialect

TYPE_COMMENT = re.compile(r"#\s*type:")
# Orders to pylint that are no list of codes to silence on this line.
PYLINT_ORDER = re.compile(r"#.*?\bpylint:\s*(?!disable(?:-msg)?\s*=)[\w-]+")
# Comments that stand alone and are read to their end by a tool: nothing may be put behind them.
FOR_TOOLS = re.compile(
    r"#\s*(?:!|mypy:|type:|ruff:|flake8[:\s]|pylint:|pyright:|basedpyright:|pyre-|pyrefly:|ty:|zuban:|isort:|yapf:|fmt:"
    r"|-\*-|%%|///|.*coding[:=])",
    re.IGNORECASE,
)
# What a reason must not say, because some tool would obey it wherever in a comment it stands.
ORDERS = re.compile(
    r"noqa|type:|pyright:|pyrefly:|\bty:|pylint:|ruff:|flake8:|mypy:|pyre-|fmt:|isort:|yapf:|nosec|nosonar|pragma:"
    r"|codespell:|coding[:=]",
    re.IGNORECASE,
)
BETWEEN = "  "
ALL = frozenset({"all"})


@dataclass(frozen=True, slots=True)
class Directive:
    """A comment's order to one tool: from `start` to `end` of it; codes begin at `first`, another one goes to `room`.

    Without `codes` it silences everything, or (`broken`) the tool cannot read it.
    """

    codes: tuple[str, ...]
    start: int
    end: int
    first: int
    room: int
    broken: bool = False


def read_directive(dialect: Dialect, comment: str) -> Directive | None:
    """Read a comment's directive of one kind; of several, the first counts."""
    found = dialect.pattern.match(comment) if dialect.first else dialect.pattern.search(comment)
    if found is None:
        return None
    parts = found.groupdict()
    codes = () if parts.get("more") else tuple(dialect.code.findall(parts["codes"] or ""))
    codes = () if ALL.intersection(codes) else codes
    broken = not codes and bool(parts.get("more") or parts.get("list") or parts.get("colon"))
    first, room = found.span("codes") if parts["codes"] else (found.end(), found.end())
    return Directive(codes, found.start(), found.end(), first, room, broken)


def read_noqa(comment: str) -> Directive | None:
    """Read a comment's directive to ruff."""
    return read_directive(NOQA, comment)


def read_ignore(comment: str) -> Directive | None:
    """Read a comment's directive to mypy."""
    return read_directive(IGNORE, comment)


def why_not(dialect: Dialect, comment: str) -> str:
    """Say why codes cannot be added to a comment; '' if they can."""
    found = read_directive(dialect, comment)
    if found is None:
        if dialect is IGNORE and TYPE_COMMENT.match(comment):
            return "a type comment is there"
        return "another order to pylint is there" if dialect is PYLINT and PYLINT_ORDER.search(comment) else ""
    if found.codes:
        return ""
    words = f"`# {dialect.words}`"
    return f"a {words} that cannot be read is there" if found.broken else f"a bare {words} is there"


def with_codes(comment: str, more: Mapping[str, Sequence[str]], reason: str = "") -> str:
    """The comment ('' for none) with codes added, and the reason behind all that where it is not there yet.

    `more` has them by the words of their dialect. What else the comment says stays. Not for a comment that codes
    cannot be added to.
    """
    for dialect in DIALECTS:
        if codes := more.get(dialect.words):
            comment = _with(dialect, comment, codes)
    return comment if not reason or comment.endswith(f"# {reason}") else f"{comment}{BETWEEN}# {reason}"


def _with(dialect: Dialect, comment: str, codes: Sequence[str]) -> str:
    found = read_directive(dialect, comment)
    if found is None:
        parts = (dialect.new(codes), comment) if dialect.first else (comment, dialect.new(codes))
        return BETWEEN.join(filter(None, parts))
    between = dialect.between
    return f"{comment[: found.room]}{between}{between.join(codes)}{comment[found.room :]}"


def more_codes(before: str, after: str) -> dict[str, list[str]]:
    """The codes that a comment has more than another one, by the words of their dialect."""
    found = {}
    for words, dialect in BY_WORDS.items():
        old, new = read_directive(dialect, before), read_directive(dialect, after)
        codes = [code for code in (new.codes if new else ()) if code not in (old.codes if old else ())]
        if codes:
            found[words] = codes
    return found


def without(dialect: Dialect, comment: str, gone: Collection[str] | None, reason: str = "", bare: bool = False) -> str:
    """The comment without these codes, all of them for None, and without those that are there twice.

    Where none is left the directive goes, and behind it the `reason`; so does one without codes where `bare` ones
    are meant. What else the comment says stays.
    """
    found = read_directive(dialect, comment)
    if found is None or found.broken or not (found.codes or bare):
        return comment
    codes = [code for code in dict.fromkeys(found.codes) if gone is not None and code not in gone]
    if codes:
        return comment[: found.first] + dialect.between.join(codes) + comment[found.room :]
    before, after = comment[: found.start].rstrip(), comment[found.end :].lstrip("# \t,").rstrip()
    return BETWEEN.join(filter(None, (before, f"# {after}" if after not in ("", reason) else "")))


def without_noqa(comment: str, gone: Collection[str], reason: str = "", bare: bool = False) -> str:
    """The comment without these codes of ruff."""
    return without(NOQA, comment, gone, reason, bare)


def without_ignore(comment: str, gone: Collection[str], reason: str = "") -> str:
    """The comment without these codes of mypy; without a directive at all where `gone` is empty."""
    return without(IGNORE, comment, gone or None, reason, bare=not gone)


def reason_problem(reason: str) -> str:
    """Name the fault of a reason that is to stand behind a suppression; '' if there is none."""
    if reason != reason.strip() or not reason.isprintable():
        return "must be one line of text, without a blank at its ends"
    if found := ORDERS.search(reason):
        return f"must not contain {found[0]!r}: tools would take that for an order of its own"
    return ""
