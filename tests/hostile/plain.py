"""Say whether some output is an order to a terminal or to a CI runner."""

import re
import unicodedata

# https://github.com/actions/runner, src/Runner.Common/ActionCommand.cs: a line is trimmed, then it may be a command;
# the older form is looked for anywhere in it, as Azure's and TeamCity's are.
COMMAND = re.compile(r"^\s*::|##\w*\[")
ANNOTATION = re.compile(
    r"::(?:error|warning|notice) (?:file=[^:,]*,line=\d+,col=\d+,(?:endLine=\d+,)?(?:endColumn=\d+,)?)?"
    r"(?:file=[^:,]*,)?title=[^:,]*::"
)
SEEN_ALL_THE_SAME = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u3164\uffa0\ufe00\U000e0100"


def orders_in(text: str, annotations: bool = False, tabs: bool = False) -> list[str]:
    """Give the lines of an output that are not plain. `annotations` of ours, well formed, are no orders."""
    return [line for line in text.split("\n") if _orders(line, annotations, tabs)]


def _orders(line: str, annotations: bool, tabs: bool) -> bool:
    if annotations and ANNOTATION.match(line):
        return _has_controls(line, tabs)
    return bool(COMMAND.search(line)) or _has_controls(line, tabs)


def _has_controls(line: str, tabs: bool) -> bool:
    return any(_is_control(c) for c in (line.replace("\t", "") if tabs else line))


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp") or (
        character in SEEN_ALL_THE_SAME
    )
