"""The page in a real Chromium: it obeys its own policy, can be used by keys, and axe finds nothing to complain of.

One browser is started, and each page in it is opened once.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stomper.fleet.page import to_html
from stomper.report.html.page import render
from stomper.report.html.story import Trend
from stomper.report.trend import Point
from tests.kit.browser import Browser, browser, chromium
from tests.kit.cli import ROOT
from tests.kit.stories import HOSTILE, fleet_report, hostile_story, large_story

AXE = ROOT / "build" / "work" / "node" / "node_modules" / "axe-core" / "axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
FILES = 300
FIRST = "pkg_00/part_0/module_00000.py"
SHOWN = "[...document.querySelectorAll('.file .path')].map(row => row.textContent)"
OPEN = "[...document.querySelectorAll('[aria-expanded=true] .path')].map(row => row.textContent)"

pytestmark = pytest.mark.skipif(chromium() is None, reason="there is no Chromium")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> str:
    points = [Point("2026-01-01T00:00:00Z", "one", 9, 5, 1), Point("2026-01-02T00:00:00Z", "two", 5, 0)]
    return written(tmp_path_factory, replace(large_story(FILES), trend=Trend(points, points)))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory, hostile_story())


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("fleet") / "report.html"
    place.write_text(to_html(fleet_report([HOSTILE, *"bcdefghi"]), place), "utf-8")
    return place.as_uri()


def written(folders: pytest.TempPathFactory, story: Any) -> str:
    """The address of the page of a story."""
    place: Path = folders.mktemp("page") / "report.html"
    place.write_text(render(story), "utf-8")
    return place.as_uri()


def test_files_are_found_opened_and_addressed(page: Browser, large: str) -> None:
    page.look(1440, 900)
    page.open(large)
    assert page.run("document.querySelectorAll('.file').length") == 100  # the others when they are wanted
    assert page.run("document.querySelectorAll('#timeline .work').length") == 0  # it is far below
    page.press("/", *"00005")
    page.until("document.querySelectorAll('.file').length === 1")
    assert page.run(SHOWN) == ["pkg_05/part_5/module_00005.py"]
    assert page.run("location.hash") == "#files?q=00005"
    page.run("document.activeElement.blur()")
    page.press("j", "Enter")
    assert page.run(OPEN) == ["pkg_05/part_5/module_00005.py"]
    assert page.run("document.querySelectorAll('.diff .minus').length") == 5
    assert page.run("document.querySelector('.diff .t-k').textContent") == "import"
    assert "F401" in page.run("document.querySelector('.removed').textContent")
    assert page.run("location.hash") == "#file=pkg_05%2Fpart_5%2Fmodule_00005.py"
    page.press("Escape")
    assert page.run(OPEN) == []
    page.press("Escape")
    assert page.run("document.getElementById('count').textContent") == f"{FILES} files"
    page.press("?")
    assert page.run("document.getElementById('help').open")
    page.press("Escape")
    assert not page.run("document.getElementById('help').open")
    assert page.complaints() == []


def test_an_address_leads_to_a_file_or_to_some_files(page: Browser, large: str) -> None:
    page.look(1440, 900)
    last = f"pkg_{299 % 40:02}/part_{299 % 7}/module_00299.py"
    page.open(f"{large}#file={last}")
    assert page.run(OPEN) == [last]
    page.run("location.hash = '#files?state=partial&folder=pkg_00'")
    page.until("document.getElementById('filter-state').value")
    assert page.run("document.getElementById('filter-state').value") == "partial"
    assert set(page.run("[...document.querySelectorAll('.file .state')].map(e => e.textContent)")) == {"partial"}
    assert FIRST in page.run(SHOWN)
    page.run("document.getElementById('treemap').scrollIntoView()")  # charts are drawn when they are near
    page.until("document.querySelectorAll('#treemap .tile').length > 10")
    page.run("document.getElementById('timeline').scrollIntoView()")
    page.until("document.querySelectorAll('#timeline .work').length")
    assert page.run("document.querySelectorAll('#timeline .work').length") == FILES
    assert {address.partition("#")[0].rpartition("/")[2] for address in page.requests()} == {"report.html"}


def test_hostile_text_does_nothing(page: Browser, hostile: str) -> None:
    page.look(1440, 900)
    page.open(hostile)
    for number in range(3):
        page.run(f"document.querySelectorAll('.file > button')[{number}].click()")
    assert page.run("document.title").startswith("Run 2026")
    assert page.run("document.querySelectorAll('img, iframe, object, embed').length") == 0
    assert page.run("document.querySelectorAll('script').length") == 5
    assert "</script><script>" in page.run("document.querySelector('.diff').textContent")
    assert not set("\u202e\x1b\x00") & set(page.run("document.body.innerText"))
    assert page.run("document.documentElement.scrollWidth <= innerWidth")
    assert page.complaints() == []


def test_repositories_of_a_fleet_are_found_and_ordered(page: Browser, fleet: str) -> None:
    page.look(390, 900)
    page.open(f"{fleet}#repositories?state=fixed")
    page.until("document.getElementById('count').textContent === '2 of 9 repositories'")
    names = "[...document.querySelectorAll('#rows tr:not([hidden]) th')].map(name => name.textContent)"
    assert page.run(names)[1:] == ["g"]
    page.run("document.getElementById('filter-order').value = 'left'")
    page.press("Tab")
    page.run("document.getElementById('filters').dispatchEvent(new Event('input'))")
    assert page.run(names)[:1] == ["g"]
    assert page.run("document.querySelectorAll('a[href^=javascript]').length") == 0
    assert page.run("document.querySelectorAll('script, img, iframe').length") == 1
    assert page.run("document.documentElement.scrollWidth") <= 390
    assert page.complaints() == []


@pytest.mark.skipif(not AXE.exists(), reason="npm has not installed axe")
@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_axe_finds_nothing(page: Browser, large: str, hostile: str, fleet: str, width: int, dark: bool) -> None:
    page.look(width, 900, dark)
    for address in (large, hostile, fleet):
        page.open(address)
        page.run("document.querySelector('.file > button')?.click()")
        page.run("document.getElementById('timeline')?.scrollIntoView()")
        page.until("!document.getElementById('timeline-chart') || !!document.querySelector('#timeline-chart svg')")
        page.run("document.querySelectorAll('details').forEach(box => { box.open = true; })")
        page.call("Runtime.evaluate", expression=AXE.read_text())
        found = page.run(
            f"axe.run(document, {RULES}).then(said => [said.passes.length > 20, said.violations.map("
            "one => [one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 200))])])"
        )
        assert found == [True, []]


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_need_not_scroll_sideways(page: Browser, large: str, width: int) -> None:
    page.look(width, 800)
    page.open(large)
    page.run("document.querySelector('.file > button').click()")
    assert page.run("document.documentElement.scrollWidth") <= width
    assert page.run("document.querySelectorAll('.diff tr:nth-child(3) td').length % 3") == 0


def test_paper_has_the_files_and_no_controls(page: Browser, large: str) -> None:
    page.look(1000, 900, medium="print")
    page.open(large)
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert page.run("document.querySelectorAll('.file').length") == FILES
    assert page.run("getComputedStyle(document.getElementById('filters')).display") == "none"
    assert page.run("getComputedStyle(document.querySelector('.top')).display") == "none"
