"""The list of pages in docs/README.md is whole, links lead to headings that are there, and the pages make a site."""

import importlib.util
import posixpath
import re
import sys
from collections.abc import Iterator

import pytest

from stomper import process
from tests.kit.cli import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import make_site  # the path comes first

DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.*?) *$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s#:]*)#([^)]+)\)")


def anchors(page: str) -> set[str]:
    """The names of the headings of a page, as a forge makes them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(FENCED.sub("", (DOCS / page).read_text("utf-8")))
    }


def links(page: str) -> Iterator[tuple[str, str]]:
    """The links of a page to headings: the page, from docs/, and the name."""
    for link, name in LINK.findall((DOCS / page).read_text("utf-8")):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(page), link)) if link else page, name


def test_each_page_is_in_the_list_once() -> None:
    listed = [page for _, entries in make_site.sections() for _, page in entries if not page.startswith("../")]
    assert sorted([*listed, make_site.INDEX]) == PAGES, "name it in docs/README.md, in the section that it belongs to"


@pytest.mark.parametrize("page", [*PAGES, "../README.md", "../CONTRIBUTING.md"])
def test_links_lead_to_headings(page: str) -> None:
    assert not [f"{where}#{name}" for where, name in links(page) if name not in anchors(where)]


def test_links_lead_to_the_same_pages_in_the_site() -> None:
    assert make_site.rewritten("../README.md", "[a](docs/usage.md#x) [b](CHANGELOG.md)") == (
        "[a](usage.md#x) [b](changelog.md)"
    )
    assert make_site.rewritten("security/disk.md", "[a](../../README.md) [b](trust.md) [c](../README.md)") == (
        "[a](../overview.md) [b](trust.md) [c](../index.md)"
    )


def test_what_a_browser_would_fetch_is_seen() -> None:
    assert make_site.FETCHED.search('<link rel="x" href="https://fonts.example/a.css">')
    assert make_site.FETCHED.search("<script async src=//cdn.example/a.js>")
    assert not make_site.FETCHED.search('<a href="https://example.org/"> <script src="assets/a.js">')


@pytest.mark.thorough
@pytest.mark.skipif(importlib.util.find_spec("zensical") is None, reason="needs the extra `docs`")
def test_the_pages_make_a_site() -> None:
    done = process.run([sys.executable, "scripts/make_site.py"], cwd=ROOT, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "Stomper" in (make_site.SITE / "index.html").read_text("utf-8")
