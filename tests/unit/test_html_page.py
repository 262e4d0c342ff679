"""The page of a report: one file under a policy of its own, in which all foreign text is data."""

import base64
import hashlib
import json
from html.parser import HTMLParser
from typing import Any

import pytest

from stomper.models import Fixed
from stomper.report.html.details import MOST_PAINTED, Details
from stomper.report.html.page import render
from stomper.report.html.shell import data_text
from stomper.report.html.story import Story
from tests.kit.stories import HOSTILE, diagnostic, fixed_chapter, hostile_story, large_story, story_of

MOST_OVERHEAD = 1_000_000


class Seen(HTMLParser):
    """Reads a page as a browser does: its elements, and the text of those that hold code or data."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag if tag in ("script", "style") else ""
        if self._inside:
            self.texts.setdefault(tag, []).append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[self._inside][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def hostile() -> Seen:
    return Seen(render(hostile_story()))


def details(seen: Seen) -> list[Any]:
    """The data of the files, in their order."""
    data = [text for text, attributes in zip(seen.texts["script"], seen.all("script"), strict=True)
            if (attributes.get("id") or "").startswith("d")]  # fmt: skip
    return list(map(json.loads, data))


def test_a_page_has_one_script_and_the_rest_is_data(hostile: Seen) -> None:
    code = [attributes for attributes in hostile.all("script") if attributes.get("type") != "application/json"]
    assert code == [{}]
    assert len(hostile.all("script")) == 1 + 1 + 3  # the index, and each file
    assert not hostile.all("img")
    assert not [name for _, attributes in hostile.elements for name in attributes if name.startswith("on")]
    assert not [name for _, attributes in hostile.elements for name in attributes if name == "style"]


def test_the_policy_admits_the_one_script_and_the_one_style_and_nothing_else(hostile: Seen) -> None:
    (policy,) = [a["content"] for a in hostile.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    hashes = {
        kind: base64.b64encode(hashlib.sha256(hostile.texts[kind][-1].encode()).digest()).decode()
        for kind in ("script", "style")
    }
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_a_page_loads_nothing_and_leads_nowhere_else(hostile: Seen) -> None:
    links = {a.get(name) for _, a in hostile.elements for name in ("href", "src", "action") if a.get(name)}
    assert {link for link in links if not str(link).startswith("#")} == {"data:,"}
    assert "url(" not in hostile.texts["style"][0]
    assert "@import" not in hostile.texts["style"][0]


def test_hostile_text_is_in_the_page_as_text(hostile: Seen) -> None:
    b, c, src = details(hostile)
    assert "</script><script>document.title = 'owned'</script>" in b["reason"] == c["reason"]
    lines = [text for text, *_ in src["chapters"][0]["diffs"][0]["hunks"][0]["lines"]]
    assert lines[0] == "-import os"
    assert lines[1][1:] == lines[-1][1:] != HOSTILE
    assert "</script>" in lines[1]
    assert "\\u202egnp" in lines[1]
    assert not any(letter in lines[1] for letter in "\u202e\x1b\x00\u2028\udc80")
    assert lines[2].endswith("more bytes]")
    assert len(lines[2]) < 2_000


def test_data_has_no_character_of_markup() -> None:
    text = data_text({"a": ["</script>", "<!--", "&amp;", "\u2028", "ä"]})
    assert not set(text) & set("<>&\u2028ä")
    assert json.loads(text) == {"a": ["</script>", "<!--", "&amp;", "\u2028", "ä"]}


def test_a_hunk_says_which_diagnostics_it_removed() -> None:
    found = diagnostic("a.py", 1), diagnostic("a.py", 2), diagnostic("a.py", 30, "E501", "long")
    story = story_of([], [fixed_chapter(0, "a.py", [b"import os", b"import re"], [b""], *found)])
    file = {"path": "a.py", "status": "fixed"}
    (chapter,) = Details(story).of(file)["chapters"]
    assert [row["line"] for row in chapter["diffs"][0]["hunks"][0]["removed"]] == [1, 2]
    assert [row["code"] for row in chapter["elsewhere"]] == ["E501"]


def test_colours_end_where_they_would_take_too_long() -> None:
    line = b"x = 1  # " + b"word " * 150
    olds = [line] * (MOST_PAINTED // len(line) // 2)
    story = story_of([], [fixed_chapter(n, f"{n}.py", olds, olds, diagnostic(f"{n}.py")) for n in range(2)])
    made = Details(story)
    first, second = (
        made.of({"path": f"{n}.py", "status": "fixed"})["chapters"][0]["diffs"][0]["hunks"] for n in range(2)
    )
    assert {len(row) for row in first[0]["lines"]} == {2}
    assert {len(row) for row in second[0]["lines"]} == {1}


def test_a_page_has_little_overhead() -> None:
    """At most a million characters for five thousand files, beyond what is told of them."""
    bare, small, large = (render(large_story(count)) for count in (0, 1, 101))
    assert len(bare) < MOST_OVERHEAD / 10
    story = large_story(1)
    told = len(json.dumps(story.facts["files"][0])) + len(patch_data(story)) + len(repr(diagnostic("a.py")))
    assert (len(large) - len(small)) / 100 - told < MOST_OVERHEAD * 0.9 / 5_000


def patch_data(story: Story) -> bytes:
    """The patch of the first file."""
    ((chapter,), *_) = story.chapters.values()
    assert isinstance(chapter.outcome, Fixed)
    return chapter.outcome.patch.data


def test_settings_are_told_as_files_have_them() -> None:
    story = story_of([], [], options={"fixers": ["ruff"], "learning": False})
    page = render(story)
    assert "<dd>[&#34;ruff&#34;]</dd>" in page
    assert "<dd>false</dd>" in page
