"""Suppressions in files of other languages. There is no parser for all of them: the tools' own words are counted."""

import codecs
import re
from collections import Counter

# What tells a tool to look away, whatever begins a comment there.
MARKER = re.compile(
    r"eslint-disable[\w-]*|@ts-(?:ignore|nocheck|expect-error)|tslint:disable[\w:-]*|biome-ignore|prettier-ignore"
    r"|jshint\s+ignore|istanbul\s+ignore|\bc8\s+ignore|stylelint-disable[\w-]*|htmlhint-disable"
    r"|shellcheck\s+disable|hadolint\s+ignore|yamllint\s+disable[\w-]*|markdownlint-disable[\w-]*|checkov:skip|tfsec:ignore"
    r"|\bnolint\b|\bNOLINT\w*|\bnosec\b|\bNOSONAR\b|\bnosemgrep\b|noinspection"
    r"|rubocop:(?:disable|todo)|swiftlint:disable[\w:]*|ktlint-disable|phpcs:(?:ignore|disable)\w*"
    r"|@phpstan-ignore[\w-]*|@psalm-suppress|@SuppressWarnings|@Suppress\b|#!?\[allow\(|pragma\s+warning\s+disable"
    r"|GCC\s+diagnostic\s+ignored"
)
# That of UTF-32 begins with that of UTF-16.
WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def markers(content: bytes) -> Counter[str]:
    """The words by which a file silences tools, and how often."""
    wide = next((name for mark, name in WIDE if content.startswith(mark)), "utf-8")
    words = MARKER.findall(content.decode(wide, "replace"))
    return Counter(" ".join(word.split()) for word in words)


def more_markers(before: bytes, after: bytes) -> str:
    """Name what `after` silences and `before` did not; empty if there is nothing."""
    added = markers(after) - markers(before)
    return f"adds a suppression: {', '.join(sorted(added))}" if added else ""
