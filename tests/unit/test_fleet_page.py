"""The page of a fleet: figures, links to what is beside it, and hostile text as text."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from stomper.errors import UsageError
from stomper.fleet.page import folder_of_pages, to_html, write_pages
from stomper.fleet.report_lines import render, require_place, write_report
from tests.kit.stories import HOSTILE, fleet_report


def test_figures_and_states_are_on_the_page(tmp_path: Path) -> None:
    where = tmp_path / "x.html"
    write_report(fleet_report(), where)
    page = where.read_text()
    assert page == render(fleet_report(), where)
    assert "<b>34</b> fixed" in page
    assert "34 of 40 diagnostics fixed or suppressed in 4 repositories" in page
    assert page.count("<tr data-state=") == 4
    assert 'href="https://example.org/1"' in page
    assert "javascript:" not in page.replace("<script>", "")


def test_only_pages_that_are_beside_it_are_linked(tmp_path: Path) -> None:
    where = tmp_path / "my fleet.html"
    assert "-pages/" not in to_html(fleet_report(), where)
    folder = folder_of_pages(where)
    folder.mkdir()
    (folder / "a_b-c14cddc0.html").write_text("")
    assert '<a href="my%20fleet-pages/a_b-c14cddc0.html">a/b</a>' in to_html(fleet_report(), where)


def test_hostile_text_is_text(tmp_path: Path) -> None:
    page = to_html(fleet_report([HOSTILE, HOSTILE * 2]), tmp_path / "x.html")
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert not set("\u202e\x1b\x00\udc80") & set(page)


def test_a_repository_whose_run_is_gone_has_no_page(tmp_path: Path) -> None:
    assert write_pages(fleet_report(), tmp_path / "x.html") == []  # none of these came to a run
    report, run = fleet_report(["one"]), "20260101-000000-0000"
    subprocess.run(["git", "init", "-q", str(tmp_path / "one")], check=True)
    for name, why in ((run, "it is gone"), ("../..", "its journal names no run")):
        rows = (replace(report.rows[0], result=replace(report.rows[0].result, top=str(tmp_path / "one"), run=name)),)
        assert write_pages(replace(report, rows=rows), tmp_path / "x.html") == [f"one: {why}"]
    assert not folder_of_pages(tmp_path / "x.html").exists()


@pytest.mark.parametrize(("name", "fits"), [("x.html", True), ("x.md", False)])
def test_a_page_is_a_format_of_reports(tmp_path: Path, name: str, fits: bool) -> None:
    if fits:
        require_place(tmp_path / name)
        return
    with pytest.raises(UsageError, match=r"is no format"):
        require_place(tmp_path / name)
