"""The two comments that accept a diagnostic: `# noqa: F401, E501` of ruff, `# type: ignore[arg-type]` of mypy.

Both may stand in one comment. mypy reads its own only at the beginning of a comment, ruff its own anywhere in it
(https://docs.astral.sh/ruff/linter/#error-suppression,
https://mypy.readthedocs.io/en/stable/type_inference_and_annotations.html#silencing-type-errors).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

NOQA = re.compile(r"#\s*(?i:noqa)\b(?P<colon>\s*:\s*)?(?P<codes>(?<=[:\s])[A-Z]+[0-9]+\b(?:[\s,]+[A-Z]+[0-9]+\b)*)?")
IGNORE = re.compile(r"#\s*type:\s*ignore(?![A-Za-z0-9])(?P<list>\s*\[(?P<codes>[^\]#]*)\])?(?P<more>\s*[^\s#].*)?")
NOQA_CODE, IGNORE_CODE = re.compile(r"[A-Z]+[0-9]+"), re.compile(r"[a-z][a-z0-9-]*")
TYPE_COMMENT = re.compile(r"#\s*type:")
# Comments that stand alone and are read to their end by a tool: nothing may be put behind them.
FOR_TOOLS = re.compile(
    r"#\s*(?:!|mypy:|type:|ruff:|flake8[:\s]|pylint:|pyright:|pyre-|isort:|yapf:|fmt:|-\*-|%%|///|.*coding[:=])",
    re.IGNORECASE,
)
# What a reason must not say, because some tool would obey it wherever in a comment it stands.
ORDERS = re.compile(
    r"noqa|type:|pyright:|pylint:|ruff:|flake8:|mypy:|pyre-|fmt:|isort:|yapf:|nosec|nosonar|pragma:|coding[:=]",
    re.IGNORECASE,
)
BETWEEN = "  "


@dataclass(frozen=True, slots=True)
class Directive:
    """A comment's order to one tool: from `start` to `end` of it; another code goes to `room`.

    Without `codes` it silences everything, or (`broken`) the tool cannot read it.
    """

    codes: tuple[str, ...]
    start: int
    end: int
    room: int
    broken: bool = False


def read_noqa(comment: str) -> Directive | None:
    """Read a comment's directive to ruff; of several, the first counts."""
    found = NOQA.search(comment)
    if found is None:
        return None
    codes = tuple(NOQA_CODE.findall(found["codes"] or ""))
    end = found.end("codes") if codes else found.end()
    return Directive(codes, found.start(), end, end, broken=bool(found["colon"]) and not codes)


def read_ignore(comment: str) -> Directive | None:
    """Read a comment's directive to mypy."""
    found = IGNORE.match(comment)
    if found is None:
        return None
    codes = () if found["more"] else tuple(IGNORE_CODE.findall(found["codes"] or ""))
    return Directive(codes, 0, found.end(), found.end() - 1, broken=bool(found["more"] or found["list"]) and not codes)


def why_no_noqa(comment: str) -> str:
    """Why codes of ruff cannot be added to a comment; '' if they can."""
    return _why_not(read_noqa(comment), "noqa")


def why_no_ignore(comment: str) -> str:
    """Why codes of mypy cannot be added to a comment; '' if they can."""
    found = read_ignore(comment)
    if found is None and TYPE_COMMENT.match(comment):
        return "a type comment is there"
    return _why_not(found, "type: ignore")


def _why_not(found: Directive | None, words: str) -> str:
    if found is None or found.codes:
        return ""
    return f"a `# {words}` that cannot be read is there" if found.broken else f"a bare `# {words}` is there"


def with_codes(comment: str, noqa: Sequence[str], ignore: Sequence[str], reason: str = "") -> str:
    """The comment ('' for none) with these codes added, and the reason behind all that where it is not there yet.

    What else the comment says stays. Not for a comment that codes cannot be added to.
    """
    if ignore:
        found = read_ignore(comment)
        new = f"# type: ignore[{', '.join(ignore)}]"
        comment = _inserted(comment, found.room, ignore) if found else BETWEEN.join(filter(None, (new, comment)))
    if noqa:
        found = read_noqa(comment)
        new = f"# noqa: {', '.join(noqa)}"
        comment = _inserted(comment, found.room, noqa) if found else BETWEEN.join(filter(None, (comment, new)))
    return comment if not reason or comment.endswith(f"# {reason}") else f"{comment}{BETWEEN}# {reason}"


def _inserted(comment: str, room: int, codes: Sequence[str]) -> str:
    return f"{comment[:room]}, {', '.join(codes)}{comment[room:]}"


def without_noqa(comment: str, gone: Collection[str], reason: str = "", bare: bool = False) -> str:
    """The comment without these codes of ruff, and without those that are there twice.

    Where none is left the directive goes, and behind it the `reason`; so does one without codes where `bare` ones
    are meant. What else the comment says stays.
    """
    found = read_noqa(comment)
    if found is None or not (found.codes or bare):
        return comment
    codes = [code for code in dict.fromkeys(found.codes) if code not in gone]
    if codes:
        return comment[: comment.index(found.codes[0], found.start)] + ", ".join(codes) + comment[found.end :]
    before, after = comment[: found.start].rstrip(), comment[found.end :].lstrip("# \t,").rstrip()
    return BETWEEN.join(filter(None, (before, f"# {after}" if after not in ("", reason) else "")))


def without_ignore(comment: str, gone: Collection[str], reason: str = "") -> str:
    """The comment without these codes of mypy, all of them where `gone` is empty.

    Where none is left the directive goes, and the `reason` behind it. What else the comment says stays.
    """
    found = read_ignore(comment)
    if found is None or found.broken:
        return comment
    left = [code for code in found.codes if gone and code not in gone]
    words = f"# type: ignore[{', '.join(left)}]" if left else ""
    rest = comment[found.end :].strip()
    return BETWEEN.join(filter(None, (words, "" if reason and not left and rest == f"# {reason}" else rest)))


def reason_problem(reason: str) -> str:
    """Name the fault of a reason that is to stand behind a suppression; '' if there is none."""
    if reason != reason.strip() or not reason.isprintable():
        return "must be one line of text, without a blank at its ends"
    if found := ORDERS.search(reason):
        return f"must not contain {found[0]!r}: tools would take that for an order of its own"
    return ""
