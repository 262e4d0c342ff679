"""Links in a terminal: to pages of rules, where a terminal is known for them, and nobody else's."""

import io
from collections.abc import Mapping

import pytest

from stomper.cli.diagnostic_lines import concise_lines, count_lines
from stomper.cli.hyperlinks import KEY, file_address, link, takes_links, with_links
from stomper.cli.streams import OWN, Shown
from stomper.models import Diagnostic, Told

PAGE = "https://docs.example/F401"
FOUND = Diagnostic("ruff", "F401", "unused", "a.py", 2, 8, told=Told((2, 10), page=PAGE))
NAMES = ("NO_COLOR", "FORCE_HYPERLINK", "TERM_PROGRAM", "VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"VTE_VERSION": "7200"}, True),
        ({"VTE_VERSION": "4600"}, False),
        ({"TERM": "screen-256color", "VTE_VERSION": "7200"}, False),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm-kitty", "CI": "true"}, False),
        ({"TERM": "dumb", "FORCE_HYPERLINK": "1", "CI": "true"}, True),
        ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, False),
    ],
)
def test_who_gets_links(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str], expected: bool) -> None:
    for name in (*NAMES, "CI", "GITHUB_ACTIONS", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert takes_links(Terminal()) is expected
    assert takes_links(io.StringIO()) is ("FORCE_HYPERLINK" in variables and expected)


def test_a_code_is_a_link_to_its_page_and_elsewhere_only_a_code() -> None:
    (line,) = concise_lines([FOUND])
    assert f"\x1b]8;id={KEY};{PAGE}\x1b\\" in with_links(line, linking=True)
    assert with_links(line, linking=False).translate(dict.fromkeys(range(0xFDD0, 0xFDF0))) == ("a.py:2:8: F401 unused")
    assert link("x", "https://a b") == link("x", "https://a\x1b") == link("x", "") == "x"
    assert file_address("relative") == ""
    assert file_address("/a b\x1b").endswith("/a%20b%1B")


def test_a_stream_lets_through_the_links_of_this_process_alone() -> None:
    ours, foreign = with_links(link("x", PAGE), linking=True), f"\x1b]8;id=1;{PAGE}\x1b\\"
    raw = io.BytesIO()
    shown = Shown(raw, "utf-8")
    shown.write(f"{ours}{foreign}")
    shown.flush()
    assert raw.getvalue().decode() == f"{ours}\\x1b]8;id=1;{PAGE}\\x1b\\"
    assert OWN.fullmatch(f"\x1b]8;id={KEY};\n\x1b\\") is None


def test_counts_are_rows_for_a_script() -> None:
    found = [FOUND, FOUND, Diagnostic("mypy", "a\x1b", "m", "b.py", 1, 1)]
    assert count_lines(found) == ["2 ruff F401", "1 mypy a\\x1b", "3 total"]
    assert count_lines([]) == ["0 total"]
